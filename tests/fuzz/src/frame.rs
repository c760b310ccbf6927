//! Frames of the websocket, in both encodings.

use serde::Serialize;
use serde::de::DeserializeOwned;
use vigie_contract::frame::{ClientFrame, ServerFrame};
use vigie_contract::topic::Topic;

use crate::figures;

/// Whatever a peer sends is no frame, or one that is written as what it was
/// read from.
pub fn frame(bytes: &[u8]) {
    if let Ok(frame) = ClientFrame::from_postcard(bytes) {
        assert_eq!(
            ClientFrame::from_postcard(&frame.to_postcard()).as_ref(),
            Ok(&frame)
        );
        check_subscription(&frame);
    }
    if let Ok(frame) = ServerFrame::from_postcard(bytes) {
        // Compared as bytes: a figure that is no number is not equal to itself.
        let written = frame.to_postcard();
        let back = ServerFrame::from_postcard(&written).expect("it was just written");
        assert_eq!(back.to_postcard(), written);
        figures::json(&frame);
    }
    if let Some(frame) = json_that_stands::<ClientFrame>(bytes) {
        check_subscription(&frame);
    }
    json_that_stands::<ServerFrame>(bytes);
}

fn check_subscription(frame: &ClientFrame) {
    let name = match frame {
        ClientFrame::Subscribe(subscribe) => &subscribe.topic,
        ClientFrame::Unsubscribe(unsubscribe) => &unsubscribe.topic,
    };
    if let Ok(topic) = name.parse::<Topic>() {
        assert_eq!(topic.to_string(), *name);
    }
}

/// The frame that a JSON text is, once what it is written as has been read as
/// one that is written the same.
fn json_that_stands<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let frame: T = serde_json::from_slice(bytes).ok()?;
    let written = figures::json(&frame);
    let back: T = serde_json::from_str(&written).expect("it was just written");
    assert_eq!(shape(&figures::json(&back)), shape(&written));
    Some(frame)
}

/// A text without its digits: reading a number may cost it its last one.
fn shape(json: &str) -> String {
    json.replace(|letter: char| letter.is_ascii_digit(), "")
}
