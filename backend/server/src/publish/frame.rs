//! Frames as they are sent.

use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;
use vigie_contract::frame::ServerFrame;

/// The largest frame that is sent, in bytes: five thousand children with long
/// names. What a connection may hold for a client that does not read is bounded
/// by it.
pub const LARGEST_FRAME: usize = 4 * 1024 * 1024;

/// A frame as sent; copies share the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A frame in JSON.
    Text(Utf8Bytes),
    /// A frame in postcard.
    Binary(Bytes),
}

impl Frame {
    /// The length of the frame in bytes.
    pub fn bytes(&self) -> usize {
        match self {
            Frame::Text(text) => text.len(),
            Frame::Binary(bytes) => bytes.len(),
        }
    }
}

/// How a client wants its frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// JSON in text messages.
    Json,
    /// Postcard in binary messages.
    Postcard,
}

impl Encoding {
    /// Encodes a frame.
    pub fn encode(self, frame: &ServerFrame) -> Frame {
        match self {
            Encoding::Json => {
                let text = serde_json::to_string(frame).expect("a frame has only text keys");
                Frame::Text(text.into())
            }
            Encoding::Postcard => Frame::Binary(frame.to_postcard().into()),
        }
    }
}
