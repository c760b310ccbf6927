//! What is forecast of a wait.

/// What was forecast of a wait, in seconds. A forecaster that knows only one
/// number gives it as the mean and as P50.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Forecast {
    /// The mean of the wait.
    pub mean: Option<f64>,
    /// The median of the wait.
    pub p50: Option<f64>,
    /// The 90th percentile of the wait.
    pub p90: Option<f64>,
}

impl Forecast {
    /// The forecast of whoever knows one number only.
    pub fn point(seconds: f64) -> Self {
        Self {
            mean: Some(seconds),
            p50: Some(seconds),
            p90: None,
        }
    }
}
