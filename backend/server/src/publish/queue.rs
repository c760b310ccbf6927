//! What waits to be sent to a client.
//!
//! Each topic that a connection holds has a queue of its own, so that one topic's
//! frames neither wait for another's nor outlive their subscription. Two things
//! bound what waits: a queue the number of its frames, and the room of the
//! connection their bytes, of all its queues together. So sixteen topics hold no
//! more memory than one. A frame that finds no room is not waited for.

use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::mpsc::error::{TryRecvError, TrySendError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::frame::{Frame, LARGEST_FRAME};

/// The bytes that may wait for one connection, in all its queues together.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

impl Room {
    /// Room for so many of the largest frames.
    pub fn of(frames: usize) -> Self {
        Self(Arc::new(Semaphore::new(frames * LARGEST_FRAME)))
    }
}

/// A queue of so many frames, in the room of its connection.
pub fn queue(frames: usize, room: &Room) -> (Outlet, Inlet) {
    let (sender, receiver) = mpsc::channel(frames);
    let outlet = Outlet {
        frames: sender,
        room: room.clone(),
    };
    (outlet, Inlet(receiver))
}

/// Where the frames of a topic go in.
#[derive(Debug)]
pub struct Outlet {
    frames: mpsc::Sender<WaitingFrame>,
    room: Room,
}

/// Where the frames of a topic come out.
#[derive(Debug)]
pub struct Inlet(mpsc::Receiver<WaitingFrame>);

/// A frame, and the room that it takes until it is taken out.
#[derive(Debug)]
struct WaitingFrame {
    frame: Frame,
    _room: OwnedSemaphorePermit,
}

/// What came of handing a frame to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It will be sent.
    Taken,
    /// There is no room for it at present.
    Full,
    /// Nobody takes frames of this topic any more.
    Gone,
}

impl Outlet {
    /// Puts a frame into the queue, if there is room.
    pub fn hand(&self, frame: Frame) -> Handed {
        if self.frames.is_closed() {
            return Handed::Gone;
        }
        let bytes = u32::try_from(frame.bytes()).unwrap_or(u32::MAX);
        let Ok(room) = Arc::clone(&self.room.0).try_acquire_many_owned(bytes) else {
            return Handed::Full;
        };
        match self.frames.try_send(WaitingFrame { frame, _room: room }) {
            Ok(()) => Handed::Taken,
            Err(TrySendError::Full(_)) => Handed::Full,
            Err(TrySendError::Closed(_)) => Handed::Gone,
        }
    }
}

impl Inlet {
    /// The next frame, `None` once no more can come.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Frame>> {
        let next = self.0.poll_recv(context);
        next.map(|waiting| waiting.map(|waiting| waiting.frame))
    }

    /// The next frame, if one is there.
    pub fn try_next(&mut self) -> Result<Frame, TryRecvError> {
        self.0.try_recv().map(|waiting| waiting.frame)
    }

    /// Whether nothing is there and nothing can come.
    pub fn has_ended(&self) -> bool {
        self.0.is_closed() && self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(bytes: usize) -> Frame {
        Frame::Binary(vec![0; bytes].into())
    }

    #[test]
    fn a_connection_s_bytes_are_bounded_whatever_the_number_of_its_queues() {
        let room = Room::of(2);
        let mut queues: Vec<_> = (0..16).map(|_| queue(2, &room)).collect();
        let taken = queues
            .iter()
            .filter(|(outlet, _)| outlet.hand(frame(LARGEST_FRAME)) == Handed::Taken)
            .count();
        assert_eq!(taken, 2);
        // Room is for whoever comes next, not for the topic that had it.
        queues[0].1.try_next().unwrap();
        assert_eq!(queues[15].0.hand(frame(LARGEST_FRAME)), Handed::Taken);
        assert_eq!(queues[0].0.hand(frame(1)), Handed::Full);
        // A queue that is dropped gives back what waited in it.
        queues.pop();
        assert_eq!(queues[0].0.hand(frame(LARGEST_FRAME)), Handed::Taken);
    }

    #[test]
    fn a_queue_of_a_few_frames_is_full_however_small_they_are() {
        let room = Room::of(1_000);
        let (outlet, mut inlet) = queue(2, &room);
        let handed: Vec<Handed> = (0..3).map(|_| outlet.hand(frame(1))).collect();
        assert_eq!(handed, [Handed::Taken, Handed::Taken, Handed::Full]);
        inlet.try_next().unwrap();
        assert_eq!(outlet.hand(frame(1)), Handed::Taken);
    }

    #[test]
    fn who_has_left_is_told_from_who_is_slow() {
        let room = Room::of(1);
        let (outlet, inlet) = queue(1, &room);
        assert_eq!(outlet.hand(frame(LARGEST_FRAME)), Handed::Taken);
        assert_eq!(outlet.hand(frame(1)), Handed::Full);
        assert!(!inlet.has_ended());
        drop(inlet);
        assert_eq!(outlet.hand(frame(1)), Handed::Gone);
        let (outlet, mut inlet) = queue(1, &room);
        assert_eq!(outlet.hand(frame(1)), Handed::Taken);
        drop(outlet);
        assert!(!inlet.has_ended(), "what waits is still to be sent");
        inlet.try_next().unwrap();
        assert!(inlet.has_ended());
    }
}
