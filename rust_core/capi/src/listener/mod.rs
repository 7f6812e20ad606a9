//! Who is told of each document that is added: a callback, or events, which wait until somebody asks for them.

pub(crate) mod callback;
pub(crate) mod events;

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use engine::analyzer::Added;
use engine::documents::Chunk;

use crate::error::status::Failure;
use crate::handles::Handle;
use crate::listener::callback::Callback;
use crate::listener::events::{Place, Text};
use crate::runtime::fork::{is_free, lost};

pub use callback::*;
pub use events::*;

/// A listener as it is set.
#[derive(Clone)]
pub(crate) enum Listener {
    Callback(Arc<Callback>),
    /// Whoever asks owns the events. When they are freed, nobody listens.
    Events(Weak<tp_events>),
}

/// Where an analyzer keeps its listener.
#[derive(Default)]
pub(crate) struct Listening(Mutex<Option<Listener>>);

impl Listening {
    pub fn set(&self, listener: Option<Listener>) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *place, listener);
        // The destructor of a callback may use the analyzer, or free it, so it must not run under the lock.
        drop(place);
        drop(old);
    }

    fn current(&self) -> Option<Listener> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `work` while this thread holds the lock.
    #[cfg(feature = "test-hooks")]
    pub fn while_locked(&self, work: impl FnOnce()) {
        let _place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work();
    }

    /// Whether no thread is changing it.
    pub fn is_free(&self) -> bool {
        is_free(&self.0)
    }

    /// Whether somebody listens.
    pub fn has_listener(&self) -> bool {
        match self.current() {
            Some(Listener::Callback(_)) => true,
            Some(Listener::Events(events)) => events.strong_count() > 0,
            None => false,
        }
    }

    /// Whoever listens, with everything that is needed to be told of a document: what may fail for want of memory has to
    /// be done before the document is added. A draft is not copied.
    pub fn ready(&self, text: Option<&[u8]>) -> Result<Option<Ready>, Failure> {
        Ok(match self.current() {
            Some(Listener::Callback(callback)) => Some(Ready::Callback(callback)),
            Some(Listener::Events(events)) => match events.upgrade() {
                Some(events) if !events.is_here() => return Err(lost("events")),
                Some(events) => Some(Ready::Events(Place::for_text(events, text.unwrap_or_default())?)),
                None => None,
            },
            None => None,
        })
    }
}

/// Somebody who is told of the document that is about to be added.
pub(crate) enum Ready {
    Callback(Arc<Callback>),
    Events(Place),
}

impl Ready {
    /// Tells of a document. Nothing is locked.
    pub fn tell(self, text: &[u8], added: Added) -> ControlFlow<()> {
        match self {
            Self::Callback(callback) => callback.call(text, added),
            Self::Events(place) => place.take(added, None),
        }
    }

    /// Tells of a document that was a draft, whose text is in `chunk` if it was kept. Nothing is locked.
    pub fn tell_of_draft(self, chunk: Option<Arc<Chunk>>, added: Added) -> ControlFlow<()> {
        match self {
            Self::Callback(callback) => callback.call(chunk.as_ref().map_or(&[], |chunk| chunk.text()), added),
            Self::Events(place) => place.take(added, chunk.map(Text::Draft)),
        }
    }
}
