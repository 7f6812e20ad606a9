//! Listeners: an analyzer reports each added document to a callback, or to events, which C reads later.

pub(crate) mod callback;
pub(crate) mod events;

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use engine::analyzer::Added;
use engine::documents::Chunk;

use crate::error::status::Failure;
use crate::handles::Handle;
use crate::listener::callback::Callback;
use crate::listener::events::{EventText, ReservedEvent};
use crate::runtime::fork::{is_free, lost};

pub use callback::*;
pub use events::*;

/// A listener that C has set.
#[derive(Clone)]
pub(crate) enum Listener {
    Callback(Arc<Callback>),
    /// C owns the events. When C has freed them, the analyzer has no listener.
    Events(Weak<tp_events>),
}

/// The listener of an analyzer, if it has one.
#[derive(Default)]
pub(crate) struct Listening(Mutex<Option<Listener>>);

impl Listening {
    pub fn set(&self, listener: Option<Listener>) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *current, listener);
        // The destructor of a callback may use or free the analyzer, so it must run after the lock is released.
        drop(current);
        drop(old);
    }

    fn current(&self) -> Option<Listener> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `work` while this thread holds the lock.
    #[cfg(feature = "test-hooks")]
    pub fn while_locked(&self, work: impl FnOnce()) {
        let _current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work();
    }

    /// Whether no thread is changing the listener.
    pub fn is_free(&self) -> bool {
        is_free(&self.0)
    }

    /// Whether there is a listener.
    pub fn has_listener(&self) -> bool {
        match self.current() {
            Some(Listener::Callback(_)) => true,
            Some(Listener::Events(events)) => events.strong_count() > 0,
            None => false,
        }
    }

    /// The listener, ready for the report of a document: the memory for the report is reserved before the document is
    /// added, because the reservation can fail. `text` is copied for events; it is `None` for a draft, whose chunk is
    /// passed later instead.
    pub fn ready(&self, text: Option<&[u8]>) -> Result<Option<Ready>, Failure> {
        Ok(match self.current() {
            Some(Listener::Callback(callback)) => Some(Ready::Callback(callback)),
            Some(Listener::Events(events)) => match events.upgrade() {
                Some(events) if !events.is_here() => return Err(lost("events")),
                Some(events) => Some(Ready::Events(ReservedEvent::for_text(events, text.unwrap_or_default())?)),
                None => None,
            },
            None => None,
        })
    }
}

/// A listener that is ready for the report of one document.
pub(crate) enum Ready {
    Callback(Arc<Callback>),
    Events(ReservedEvent),
}

impl Ready {
    /// Reports a document. The caller must hold no lock.
    pub fn tell(self, text: &[u8], added: Added) -> ControlFlow<()> {
        match self {
            Self::Callback(callback) => callback.call(text, added),
            Self::Events(reserved) => reserved.take(added, None),
        }
    }

    /// Reports a document that was a draft; `chunk` is its text, if the analyzer keeps text. The caller holds no lock.
    pub fn tell_of_draft(self, chunk: Option<Arc<Chunk>>, added: Added) -> ControlFlow<()> {
        match self {
            Self::Callback(callback) => callback.call(chunk.as_ref().map_or(&[], |chunk| chunk.text()), added),
            Self::Events(reserved) => reserved.take(added, chunk.map(EventText::Draft)),
        }
    }
}
