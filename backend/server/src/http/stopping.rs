//! The end of the service, as its connections hear of it.

use tokio::sync::watch;

/// Returns once the service stops.
pub(super) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone has stopped as well.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
