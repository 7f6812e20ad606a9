//! Memory that the library lends to C, which writes to it.

use crate::error::status::Failure;
use crate::handles::instrumented::call_id::CallId;
use crate::handles::instrumented::registry;

/// The state of memory of the library to which C may write.
#[derive(Default)]
pub(crate) struct Lent {
    to: Option<CallId>,
}

impl Lent {
    /// Lends the memory to this thread.
    pub fn lend(&mut self) {
        self.to = Some(CallId::current());
    }

    /// Records that C has given the memory back, on any thread.
    pub fn give_back(&mut self) {
        self.to = None;
    }

    /// Ends the loan. Fails if the memory is lent to another thread.
    pub fn revoke(&mut self, what: &str) -> Result<(), Failure> {
        match self.to.take_if(|to| to.thread == CallId::current().thread) {
            None if self.to.is_some() => {
                let to = self.to.as_ref().map(CallId::to_string).unwrap_or_default();
                Err(registry::lock().misuse(&format!("{what} was given to {to} and not given back")))
            }
            _ => Ok(()),
        }
    }
}
