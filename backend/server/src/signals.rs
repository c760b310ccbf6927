//! What the system asks of the process.
//!
//! Told to end (`TERM`, `INT`, `QUIT`), it ends in order: the state is saved. Every
//! other signal whose default would end it at once, and lose the state, is noted
//! and changes nothing, but for `HUP`: the directory's file is read, if there is one.

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals that are waited for.
pub struct ProcessSignals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    hangup: Signal,
    user_defined1: Signal,
    user_defined2: Signal,
    alarm: Signal,
    io: Signal,
    /// A file has become too large: the write fails, and that is told.
    file_size: Signal,
}

/// `SIGXFSZ`, on every architecture of Linux but MIPS.
const FILE_SIZE: i32 = 25;

impl ProcessSignals {
    /// From now on no signal ends the process by itself, but those that cannot be
    /// caught.
    pub fn new() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen to signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            quit: listen(SignalKind::quit())?,
            hangup: listen(SignalKind::hangup())?,
            user_defined1: listen(SignalKind::user_defined1())?,
            user_defined2: listen(SignalKind::user_defined2())?,
            alarm: listen(SignalKind::alarm())?,
            io: listen(SignalKind::io())?,
            file_size: listen(SignalKind::from_raw(FILE_SIZE))?,
        })
    }

    /// Waits until the process is told to end. What is to be done where it is told to
    /// read its files anew is `read_anew`; it answers whether there is any.
    pub async fn told_to_stop(&mut self, read_anew: impl Fn() -> bool) {
        loop {
            let noted = tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.quit.recv() => return,
                _ = self.hangup.recv() => {
                    if read_anew() {
                        tracing::info!(signal = "HUP", "the directory is read");
                        continue;
                    }
                    "HUP"
                }
                _ = self.user_defined1.recv() => "USR1",
                _ = self.user_defined2.recv() => "USR2",
                _ = self.alarm.recv() => "ALRM",
                _ = self.io.recv() => "IO",
                _ = self.file_size.recv() => "XFSZ",
            };
            tracing::info!(signal = noted, "noted; it changes nothing");
        }
    }
}
