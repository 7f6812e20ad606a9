//! Strings that C holds. C reads their memory itself, so they are looked up by address.

use std::collections::{HashMap, VecDeque};

use crate::handles::instrumented::call_id::CallId;

const KIND: &str = "tp_string";
/// The number of freed strings whose memory is not reused yet, so that a second free is noticed.
const KEPT_FREED_STRINGS: usize = 256;

/// Owns the bytes of a string and a zero byte.
struct Text(*mut [u8]);

// SAFETY: it owns the bytes, like a box.
unsafe impl Send for Text {}

impl Drop for Text {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `Box::into_raw`, and is dropped once.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

struct Live {
    text: Text,
    made: CallId,
}

struct Freed {
    text: Text,
    made: CallId,
    freed: CallId,
}

/// The strings that C holds, and some that C has freed.
#[derive(Default)]
pub(super) struct Strings {
    live: HashMap<usize, Live>,
    freed: VecDeque<Freed>,
}

impl Strings {
    /// The kind of each live string, and the call that made it.
    pub fn live(&self) -> impl Iterator<Item = (&'static str, CallId)> {
        self.live.values().map(|live| (KIND, live.made))
    }

    /// Stores bytes and a zero byte after the last one. Returns their address.
    pub fn insert(&mut self, mut bytes: Vec<u8>) -> *mut u8 {
        bytes.push(0);
        let text = Text(Box::into_raw(bytes.into_boxed_slice()));
        let string = text.0.cast();
        self.live.insert(text.0.addr(), Live { text, made: CallId::current() });
        string
    }

    /// Frees a string. The error is the message of a misuse.
    pub fn free(&mut self, address: usize, length: usize) -> Result<(), String> {
        let Some(live) = self.live.get(&address) else {
            let freed = self.freed.iter().find(|freed| freed.text.0.addr() == address);
            return Err(freed.map_or_else(
                || format!("{address:#x} is not a string of this library"),
                |Freed { made, freed, .. }| format!("the string was freed: it was made by {made} and freed by {freed}"),
            ));
        };
        let right = live.text.0.len() - 1;
        if length != right {
            return Err(format!("the length of the string is {right} and not {length}; it was made by {}", live.made));
        }
        let Live { text, made } = self.live.remove(&address).expect("it was found");
        self.freed.push_back(Freed { text, made, freed: CallId::current() });
        if self.freed.len() > KEPT_FREED_STRINGS {
            self.freed.pop_front();
        }
        Ok(())
    }
}
