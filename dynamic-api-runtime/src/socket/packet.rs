//! An event as it came in, whatever it holds.

use std::{borrow::Cow, cell::Cell, convert::Infallible, fmt, sync::Arc};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, IgnoredAny, SeqAccess, Visitor},
    ser::Error as _,
};
use serde_json::value::RawValue;
use socketioxide::{
    SendError, SocketError,
    adapter::LocalAdapter,
    extract::AckSender,
    handler::{FromMessageParts, Value},
    socket::Socket,
};

use crate::error::Error;

/// An event with its payload unread, and the way back to its sender.
pub(super) struct Packet {
    pub(super) caller: Caller,
    text: Bytes,
    has_binary: bool,
}

/// The sender of an event.
#[derive(Clone)]
pub(super) struct Caller {
    socket: Arc<Socket<LocalAdapter>>,
    /// The acknowledgement that the sender waits for, where it waits for one.
    ack_id: Option<i64>,
}

impl FromMessageParts<LocalAdapter> for Packet {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket<LocalAdapter>>,
        value: &mut Value,
        ack_id: &Option<i64>,
    ) -> Result<Self, Infallible> {
        let (text, has_binary) = match value {
            Value::Str(text, attachments) => (Bytes::from(text.clone()), attachments.is_some()),
            Value::Bytes(bytes) => (bytes.clone(), true),
        };
        Ok(Self { caller: Caller { socket: socket.clone(), ack_id: *ack_id }, text, has_binary })
    }
}

impl Caller {
    /// Whether the sender waits for an acknowledgement.
    pub(super) fn waits(&self) -> bool {
        self.ack_id.is_some()
    }

    /// Acknowledges the event. It can be tried again where it fails, which the sender of the library can't be.
    pub(super) fn acknowledge(&self, data: &impl Serialize) -> Result<(), SendError> {
        let Ok(ack) =
            AckSender::from_message_parts(&self.socket, &mut Value::Bytes(Bytes::new()), &self.ack_id);
        ack.send(data)
    }

    /// Sends an event to the sender alone.
    pub(super) fn emit(&self, event: &str, data: &impl Serialize) -> Result<(), SendError> {
        self.socket.emit(event, data)
    }

    /// How many packets the buffer of the connection has room for, counted as far as `most`; `None` where the connection is gone.
    ///
    /// The library takes a place in its buffer before it looks at what is to be sent, and gives it back where that can't be
    /// serialized. So a value that takes the next place while it is serialized, and then fails, counts them and sends nothing.
    pub(super) fn places(&self, most: usize) -> Option<usize> {
        let Some(behind) = most.checked_sub(1) else { return Some(0) };
        let look = Look { caller: self, behind, was_taken: Cell::new(false), found: Cell::new(None) };
        let Ok(ack) = AckSender::from_message_parts(&self.socket, &mut Value::Bytes(Bytes::new()), &Some(0));
        match ack.send(&look) {
            Err(SendError::Socket(SocketError::InternalChannelFull)) => Some(0),
            _ => look.found.get(),
        }
    }

    /// Whether the sender is still there. Just after it connected, it may be there though this says no.
    pub(super) fn is_connected(&self) -> bool {
        self.socket.connected()
    }

    /// Ends the sender's place in the namespace.
    pub(super) fn disconnect(&self) -> Result<(), SocketError> {
        self.socket.clone().disconnect()
    }
}

/// What is never sent: it has a place in the buffer while it counts those behind.
struct Look<'a> {
    caller: &'a Caller,
    behind: usize,
    /// The library serializes a value twice: first to see whether it is a tuple.
    was_taken: Cell<bool>,
    found: Cell<Option<usize>>,
}

impl Serialize for Look<'_> {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        if !self.was_taken.replace(true) {
            self.found.set(self.caller.places(self.behind).map(|behind| behind + 1));
        }
        Err(S::Error::custom("a look at the buffer"))
    }
}

impl Packet {
    /// The length of the message.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The event's name and its payload's JSON text, `None` where there is no payload.
    pub(super) fn read(&self) -> (String, Result<Option<Bytes>, Error>) {
        let unreadable = |message: &str| Err(Error::violation("", "payload", message));
        let Ok(arguments) = serde_json::from_slice::<Arguments<'_>>(&self.text) else {
            return (String::new(), unreadable("the event can't be read"));
        };
        let payload = if self.has_binary {
            unreadable("binary data is not accepted: send JSON")
        } else if arguments.has_more {
            unreadable("an event takes one payload")
        } else {
            let of_text = |payload: &RawValue| self.text.slice_ref(payload.get().as_bytes());
            Ok(arguments.payload.map(of_text).filter(|payload| payload != "null"))
        };
        (arguments.event.into_owned(), payload)
    }
}

/// The JSON array of an event: its name, then what the client passed to `emit`.
struct Arguments<'a> {
    event: Cow<'a, str>,
    payload: Option<&'a RawValue>,
    /// Whether there is more than one payload. `null` is none: that is what a second callback comes to on the wire.
    has_more: bool,
}

impl<'de: 'a, 'a> Deserialize<'de> for Arguments<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ArgumentsVisitor)
    }
}

struct ArgumentsVisitor;

impl<'de> Visitor<'de> for ArgumentsVisitor {
    type Value = Arguments<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an event and its payload")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Arguments<'de>, A::Error> {
        let event: Cow<'de, str> =
            items.next_element()?.ok_or_else(|| de::Error::invalid_length(0, &self))?;
        let payload = items.next_element()?;
        let mut has_more = false;
        while let Some(more) = items.next_element::<Option<IgnoredAny>>()? {
            has_more |= more.is_some();
        }
        Ok(Arguments { event, payload, has_more })
    }
}
