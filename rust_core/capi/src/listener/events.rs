//! Events: they report the same as a callback, but wait until C reads them, for hosts without closures.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use engine::Error;
use engine::analyzer::Added;
use engine::documents::Chunk;

use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::out;
use crate::error::status::{Failure, tp_status};
use crate::handles::{Handle, borrow, from_handle};
use crate::listener::callback::tp_document_event;
use crate::runtime::fork::{Origin, is_free};

/// The text of a document, kept until C has read the event.
pub(crate) enum EventText {
    Copy(Vec<u8>),
    /// The memory in which the analyzer keeps the text.
    Draft(Arc<Chunk>),
}

impl EventText {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Copy(text) => text,
            Self::Draft(chunk) => chunk.text(),
        }
    }
}

struct Event {
    text: EventText,
    added: Added,
}

#[derive(Default)]
pub(crate) struct Waiting {
    events: VecDeque<Event>,
    /// The number of events with reserved room, of documents that are not added yet.
    expected: usize,
}

/// The last event that C has read, and the structure that C sees.
pub(crate) struct Shown {
    event: tp_document_event,
    _text: EventText,
}

// SAFETY: the pointer in the event is to `_text`, which moves between threads together with the event.
unsafe impl Send for Shown {}

/// Events behind their opaque handle, which owns the strong reference. The analyzer has a weak reference.
pub struct tp_events {
    pub(crate) waiting: Mutex<Waiting>,
    /// Separate from `waiting`, because a thread that adds a document must not change the event that C reads.
    pub(crate) shown: Mutex<Option<Shown>>,
    origin: Origin,
}

impl Handle for tp_events {
    fn is_here(&self) -> bool {
        self.origin.is_here(|| is_free(&self.waiting) && is_free(&self.shown))
    }
}

impl tp_events {
    pub(crate) fn new() -> Self {
        Self { waiting: Mutex::default(), shown: Mutex::default(), origin: Origin::new() }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Waiting) -> T) -> T {
        change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reserved room for one event, with a copy of the text. If the document is not added, the drop releases the room.
pub(crate) struct ReservedEvent {
    events: Arc<tp_events>,
    text: Vec<u8>,
}

impl ReservedEvent {
    pub fn for_text(events: Arc<tp_events>, text: &[u8]) -> Result<Self, Failure> {
        let out_of_memory = |bytes| Failure::from(Error::OutOfMemory { bytes });
        let mut copy = Vec::new();
        copy.try_reserve_exact(text.len()).map_err(|_| out_of_memory(text.len()))?;
        copy.extend_from_slice(text);
        events.change(|waiting| {
            let bytes = (waiting.events.len() + waiting.expected + 1).saturating_mul(size_of::<Event>());
            waiting.events.try_reserve(waiting.expected + 1).map_err(|_| out_of_memory(bytes))?;
            waiting.expected += 1;
            Ok::<_, Failure>(())
        })?;
        Ok(Self { events, text: copy })
    }

    /// Adds the event of a document. Its text is `text`, or else the copy.
    pub fn take(mut self, added: Added, text: Option<EventText>) -> ControlFlow<()> {
        let text = text.unwrap_or_else(|| EventText::Copy(std::mem::take(&mut self.text)));
        // The room is reserved, so this cannot fail.
        self.events.change(|waiting| waiting.events.push_back(Event { text, added }));
        ControlFlow::Continue(())
    }
}

impl Drop for ReservedEvent {
    fn drop(&mut self) {
        self.events.change(|waiting| waiting.expected -= 1);
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_events_free(events: *mut tp_events) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { from_handle(events, "events")? });
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_events_next(events: *mut tp_events, event: *mut *const tp_document_event) -> tp_status {
    guard(|| {
        let event = out(event, "event")?;
        // SAFETY: the caller's promise.
        let events = unsafe { borrow(events, "events")? };
        let next = events.change(|waiting| waiting.events.pop_front());
        let next =
            next.map(|Event { text, added }| Shown { event: tp_document_event::of(text.bytes(), added), _text: text });
        let mut shown = events.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = next;
        let pointer = shown.as_ref().map_or(ptr::null(), |shown| &raw const shown.event);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { event.write(pointer) };
        Ok(())
    })
}
