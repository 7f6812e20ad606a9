//! Memory of the library that C writes to.

use crate::error::status::Failure;
use crate::handles::moment::Moment;
use crate::handles::registry;

/// Memory that C was lent to write to.
#[derive(Default)]
pub(crate) struct Lent {
    to: Option<Moment>,
}

impl Lent {
    /// It is lent to this thread.
    pub fn lend(&mut self) {
        self.to = Some(Moment::now());
    }

    /// It is given back, by whoever has it.
    pub fn give_back(&mut self) {
        self.to = None;
    }

    /// It must not be lent to another thread, and is not lent any more.
    pub fn revoke(&mut self, what: &str) -> Result<(), Failure> {
        match self.to.take_if(|to| to.thread == Moment::now().thread) {
            None if self.to.is_some() => {
                let to = self.to.as_ref().map(Moment::to_string).unwrap_or_default();
                Err(registry::lock().misuse(&format!("{what} was given to {to} and not given back")))
            }
            _ => Ok(()),
        }
    }
}
