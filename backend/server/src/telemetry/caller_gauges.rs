//! How callers fared on lines and in networks, as metrics.

use vigie_model::Fold;

use super::metrics::{CALLERS, CALLS_UNFOLLOWED, LIVED};

/// Sets what is known of callers: bounded by the lines and networks of the directory.
pub fn set(fold: &Fold) {
    let (known, unfollowed) = fold.callers();
    metrics::gauge!(CALLERS).set(known as f64);
    metrics::counter!(CALLS_UNFOLLOWED).absolute(unfollowed);
    for (scope, lived) in fold.lived() {
        let value = lived.map_or(f64::NAN, |rate| rate.value);
        metrics::gauge!(LIVED, "scope" => scope.to_string()).set(value);
    }
}
