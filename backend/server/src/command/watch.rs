//! `vigie watch`: a live view in the terminal, or as NDJSON.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::{self, Message};
use vigie_contract::extent::Extent;
use vigie_contract::frame::{
    ClientFrame, Content, JSON_SUBPROTOCOL, ServerFrame, Subscribe, Update,
};
use vigie_contract::topic::Topic;
use vigie_contract::view::{Rate, View};

/// Between two attempts to connect: longer each time, up to the last.
const RETRY_AFTER: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// Arguments of `vigie watch`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the service is, as in http://127.0.0.1:8787.
    url: String,
    /// The scope to watch, or a selection: pick/ft/NAQ/NAQ-0331+ft/NAQ/NAQ-0332.
    #[arg(long, value_name = "SCOPE", default_value = "all")]
    scope: Extent,
    /// Views as NDJSON, one a line.
    #[arg(long)]
    json: bool,
}

/// Follows the view until interrupted; connects again whenever it has to.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let address = socket_address(&arguments.url)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut failures = 0;
        loop {
            let mut heard = false;
            match follow(&address, arguments, &mut heard).await {
                Ok(()) => {}
                Err(error) if error.is::<std::io::Error>() || error.is::<Final>() => {
                    return Err(error);
                }
                Err(error) => eprintln!("vigie watch: {error:#}"),
            }
            failures = if heard { 0 } else { failures + 1 };
            tokio::time::sleep(RETRY_AFTER[failures.min(RETRY_AFTER.len() - 1)]).await;
        }
    })
}

/// An answer that asking again will not change.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Final(String);

/// The websocket of a service.
fn socket_address(url: &str) -> anyhow::Result<String> {
    let url = url.trim_end_matches('/');
    let (scheme, rest) = url
        .split_once("://")
        .with_context(|| format!("{url:?} is not an address such as http://127.0.0.1:8787"))?;
    match scheme {
        "http" | "ws" => Ok(format!("ws://{}/ws", rest.trim_end_matches("/ws"))),
        _ => bail!("{scheme}: only http and ws, without TLS"),
    }
}

async fn follow(address: &str, arguments: &Arguments, heard: &mut bool) -> anyhow::Result<()> {
    let request = ClientRequestBuilder::new(address.parse()?).with_sub_protocol(JSON_SUBPROTOCOL);
    let (mut socket, _) = tokio_tungstenite::connect_async(request)
        .await
        // Not as an error of the output, which would end the command.
        .map_err(|error| anyhow::anyhow!("{address}: {error}"))?;
    let subscribe = ClientFrame::Subscribe(Subscribe {
        topic: Topic::Figures(arguments.scope.clone()).to_string(),
    });
    let text = serde_json::to_string(&subscribe)?;
    socket
        .send(Message::text(text))
        .await
        .map_err(|error| anyhow::anyhow!("{address}: {error}"))?;
    while let Some(message) = socket.next().await {
        match message {
            Ok(Message::Text(text)) => {
                *heard = true;
                show(&serde_json::from_str(&text)?, arguments.json)?;
            }
            Ok(Message::Close(why)) => {
                let why = why.map_or_else(String::new, |why| why.reason.to_string());
                bail!("closed: {why}");
            }
            Ok(_) => {}
            Err(tungstenite::Error::ConnectionClosed) => break,
            Err(error) => bail!("{error}"),
        }
    }
    bail!("the connection ended")
}

fn show(frame: &ServerFrame, json: bool) -> anyhow::Result<()> {
    match frame {
        ServerFrame::Hello(_) => Ok(()),
        ServerFrame::Refused(refused) => Err(Final(refused.message.clone()).into()),
        ServerFrame::Snapshot(update) | ServerFrame::Delta(update) => {
            let view = match &update.content {
                Content::Figures(figures) => &figures.view,
                // Not subscribed to.
                Content::Children(_) | Content::Incidents(_) => return Ok(()),
            };
            let line = if json {
                serde_json::to_string(view)?
            } else {
                summary(update, view)
            };
            let mut out = std::io::stdout().lock();
            writeln!(out, "{line}")?;
            out.flush()?;
            Ok(())
        }
    }
}

/// The headline figures in a line.
fn summary(update: &Update, view: &View) -> String {
    let window = |name: &str| view.windows.get(name);
    let rate = |name| show_rate(window(name).and_then(|window| window.rates.pick_up_agent));
    let longest = view
        .now
        .longest_wait_seconds
        .map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.0} s"));
    format!(
        "{} {} {}: waiting {}, longest {longest}, picked up 15m {}, today {}",
        view.as_of,
        view.scope,
        update.feed.state.name(),
        view.now.waiting,
        rate("15m"),
        rate("today"),
    )
}

fn show_rate(rate: Option<Rate>) -> String {
    rate.map_or_else(
        || "–".to_owned(),
        |rate| {
            format!(
                "{:.1} % ({}/{})",
                rate.value * 100.0,
                rate.of[0],
                rate.of[1]
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_websocket() {
        for (url, address) in [
            ("http://127.0.0.1:8787", "ws://127.0.0.1:8787/ws"),
            ("http://127.0.0.1:8787/", "ws://127.0.0.1:8787/ws"),
            ("ws://vigie/ws", "ws://vigie/ws"),
        ] {
            assert_eq!(socket_address(url).unwrap(), address);
        }
        for url in ["127.0.0.1:8787", "https://vigie"] {
            assert!(socket_address(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_rate_shows_what_it_was_computed_from() {
        assert_eq!(show_rate(Rate::of(10, 12)), "83.3 % (10/12)");
        assert_eq!(show_rate(None), "–");
    }
}
