//! The registry in a forked child: whole, and without the threads that stayed in the parent.

use std::cell::RefCell;
use std::sync::MutexGuard;

use crate::handles::calls::this_thread;
use crate::handles::registry::{self, Registry};

thread_local! {
    static HELD: RefCell<Option<(u64, MutexGuard<'static, Registry>)>> = const { RefCell::new(None) };
}

/// Sees to it that nobody forks while another thread changes the registry.
pub(crate) fn prepare_for_forks() {
    // SAFETY: the functions take nothing and may run at any fork; the system forgets them when the library is unloaded.
    // It can only fail for lack of memory, and then forks are as they were.
    _ = unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) };
}

extern "C" fn before() {
    let registry = registry::lock();
    // A thread that ends does not fork.
    _ = HELD.try_with(|held| held.replace(Some((this_thread(), registry))));
}

extern "C" fn after_in_parent() {
    _ = HELD.try_with(|held| drop(held.take()));
}

extern "C" fn after_in_child() {
    _ = HELD.try_with(|held| {
        if let Some((parent, mut registry)) = held.take() {
            registry.keep_thread(parent, this_thread());
        }
    });
}
