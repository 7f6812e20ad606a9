//! Strings that C has: memory it reads itself, so its address is what is looked up.

use std::collections::{HashMap, VecDeque};

use crate::handles::moment::Moment;

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

    /// Makes a string of bytes, with a zero behind it; where it is.
    pub fn insert(&mut self, mut bytes: Vec<u8>) -> *mut u8 {
        bytes.push(0);
        let text = Text(Box::into_raw(bytes.into_boxed_slice()));
        let string = text.0.cast();
        self.live.insert(text.0.addr(), Live { text, made: Moment::now() });
        string
    }

    /// Frees a string, or says what is wrong.
    pub fn free(&mut self, address: usize, length: usize) -> Result<(), String> {
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
