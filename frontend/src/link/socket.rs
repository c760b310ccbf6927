//! The browser's websocket, which does what the [`Machine`] says.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::leptos_dom::helpers::set_interval;
use vigie_contract::frame::{BINARY_SUBPROTOCOL, ClientFrame, Refused, ServerFrame, Update};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{BinaryType, MessageEvent, WebSocket};

use super::machine::{Action, Input, Machine, Status};
use crate::browser;

/// How often the machine is told that time passes.
const TICK: Duration = Duration::from_millis(250);

/// A page that finds itself outdated loads again, but not more often than this:
/// a server that never sends another one must not make it loop.
const RELOAD_MILLISECONDS: f64 = 60_000.0;

/// Where the time of the last reload is kept.
const RELOAD_KEY: &str = "vigie.reloaded_at";

/// What the link tells the session.
pub enum News {
    /// Where the connection stands; told often, changed or not.
    Status(Status),
    /// A topic from scratch.
    Replace(Box<Update>),
    /// What changed in it.
    Amend(Box<Update>),
    /// The server has no such topic.
    Refuse(Refused),
}

/// A connection to the live stream of the server that sent this page.
#[derive(Clone)]
pub struct Link(Rc<Inner>);

struct Inner {
    machine: RefCell<Machine>,
    socket: RefCell<Option<WebSocket>>,
    /// One of each for the life of the page, given to each socket in turn.
    handlers: RefCell<Option<Handlers>>,
    tell: Box<dyn Fn(News)>,
}

struct Handlers {
    opened: Closure<dyn FnMut(JsValue)>,
    closed: Closure<dyn FnMut(JsValue)>,
    message: Closure<dyn FnMut(MessageEvent)>,
}

impl Link {
    /// Connects, and tells what comes; watches nothing yet.
    pub fn start(tell: impl Fn(News) + 'static) -> Self {
        let link = Self(Rc::new(Inner {
            machine: RefCell::new(Machine::new()),
            socket: RefCell::new(None),
            handlers: RefCell::new(None),
            tell: Box::new(tell),
        }));
        let on = |input: fn() -> Input| {
            let link = link.clone();
            Closure::new(move |_: JsValue| link.step(input()))
        };
        let message = link.clone();
        *link.0.handlers.borrow_mut() = Some(Handlers {
            opened: on(|| Input::Opened),
            closed: on(|| Input::Closed),
            message: Closure::new(move |event: MessageEvent| message.step(input_of(&event))),
        });
        let tick = link.clone();
        set_interval(move || tick.step(Input::Tick), TICK);
        let online = link.clone();
        browser::on_window("online", move |_| online.hurry());
        link.step(Input::Tick);
        link
    }

    /// Watches these topics from now on, and no others.
    pub fn watch(&self, topics: Vec<String>) {
        self.step(Input::Watch(topics));
    }

    /// Tries at once instead of waiting.
    pub fn hurry(&self) {
        self.step(Input::Hurry);
    }

    fn step(&self, input: Input) {
        let now = browser::now_milliseconds();
        let actions = self
            .0
            .machine
            .borrow_mut()
            .step(input, now, js_sys::Math::random());
        for action in actions {
            self.act(action);
        }
        (self.0.tell)(News::Status(self.0.machine.borrow().status(now)));
    }

    fn act(&self, action: Action) {
        match action {
            Action::Open => self.open(),
            Action::Drop => self.drop_socket(),
            Action::Send(frame) => self.send(&frame),
            Action::Replace(update) => (self.0.tell)(News::Replace(update)),
            Action::Amend(update) => (self.0.tell)(News::Amend(update)),
            Action::Refuse(refused) => (self.0.tell)(News::Refuse(refused)),
            Action::Reload => reload(),
        }
    }

    fn open(&self) {
        self.drop_socket();
        // An address that the browser refuses is as good as a server that does.
        let Ok(socket) = WebSocket::new_with_str(&browser::socket_address(), BINARY_SUBPROTOCOL)
        else {
            return;
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        if let Some(handlers) = &*self.0.handlers.borrow() {
            socket.set_onopen(Some(handlers.opened.as_ref().unchecked_ref()));
            socket.set_onclose(Some(handlers.closed.as_ref().unchecked_ref()));
            socket.set_onmessage(Some(handlers.message.as_ref().unchecked_ref()));
        }
        *self.0.socket.borrow_mut() = Some(socket);
    }

    fn drop_socket(&self) {
        if let Some(socket) = self.0.socket.borrow_mut().take() {
            socket.set_onopen(None);
            socket.set_onclose(None);
            socket.set_onmessage(None);
            // Closing what is closed is no error that matters.
            let _ = socket.close();
        }
    }

    fn send(&self, frame: &ClientFrame) {
        if let Some(socket) = &*self.0.socket.borrow() {
            // What cannot be sent is not answered, which the machine notices.
            let _ = socket.send_with_u8_array(&frame.to_postcard());
        }
    }
}

fn input_of(event: &MessageEvent) -> Input {
    let Ok(buffer) = event.data().dyn_into::<ArrayBuffer>() else {
        return Input::Garbled;
    };
    match ServerFrame::from_postcard(&Uint8Array::new(&buffer).to_vec()) {
        Ok(frame) => Input::Heard(Box::new(frame)),
        Err(_) => Input::Garbled,
    }
}

fn reload() {
    let now = browser::now_milliseconds();
    let before = browser::remembered_in_tab(RELOAD_KEY).and_then(|text| text.parse::<u64>().ok());
    if before.is_none_or(|before| (now - before as f64).abs() >= RELOAD_MILLISECONDS) {
        browser::remember_in_tab(RELOAD_KEY, &(now as u64).to_string());
        browser::reload();
    }
}
