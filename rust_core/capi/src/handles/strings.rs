//! Strings that C has: memory it reads itself, so its address is what is looked up.

use std::collections::{HashMap, VecDeque};
use std::ffi::c_char;

use crate::error::status::Failure;
use crate::handles::calls::Moment;
use crate::handles::registry;

const KIND: &str = "tp_string";
/// Freed strings whose memory is not used again yet, so that freeing one twice is seen.
const KEPT: usize = 256;

/// The bytes of a string and a zero, which this owns.
struct Text(*mut [u8]);

// SAFETY: it owns the bytes, as a box does.
unsafe impl Send for Text {}

impl Drop for Text {
    fn drop(&mut self) {
        // SAFETY: it came from `Box::into_raw`, and is dropped once.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

struct Live {
    text: Text,
    made: Moment,
}

struct Freed {
    text: Text,
    made: Moment,
    freed: Moment,
}

/// The strings that were given, and some of those that came back.
#[derive(Default)]
pub(super) struct Strings {
    live: HashMap<usize, Live>,
    freed: VecDeque<Freed>,
}

impl Strings {
    /// Kind and origin of each live string.
    pub fn live(&self) -> impl Iterator<Item = (&'static str, Moment)> {
        self.live.values().map(|live| (KIND, live.made))
    }

    /// Frees a string, or says what is wrong.
    fn free(&mut self, address: usize, length: usize) -> Result<(), String> {
        let Some(live) = self.live.get(&address) else {
            let freed = self.freed.iter().find(|freed| freed.text.0.addr() == address);
            return Err(freed.map_or_else(
                || format!("{address:#x} is no string of this library"),
                |Freed { made, freed, .. }| format!("the string was freed: it was made by {made} and freed by {freed}"),
            ));
        };
        let right = live.text.0.len() - 1;
        if length != right {
            return Err(format!("the length of the string is {right} and not {length}; it was made by {}", live.made));
        }
        let Live { text, made } = self.live.remove(&address).expect("it was found");
        self.freed.push_back(Freed { text, made, freed: Moment::now() });
        if self.freed.len() > KEPT {
            self.freed.pop_front();
        }
        Ok(())
    }
}

/// A string for C, with a zero behind it; and its length.
pub(crate) fn give_string(mut bytes: Vec<u8>) -> (*mut c_char, usize) {
    let length = bytes.len();
    bytes.push(0);
    let text = Text(Box::into_raw(bytes.into_boxed_slice()));
    let string = text.0.cast();
    registry::lock().strings().live.insert(text.0.addr(), Live { text, made: Moment::now() });
    (string, length)
}

/// Takes a string back; nothing for NULL.
///
/// # Safety
/// None is needed.
pub(crate) unsafe fn take_string(string: *mut c_char, length: usize) -> Result<(), Failure> {
    if string.is_null() {
        return Ok(());
    }
    let mut registry = registry::lock();
    let freed = registry.strings().free(string.addr(), length);
    freed.map_err(|wrong| registry.misuse(&wrong))
}
