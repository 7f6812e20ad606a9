//! The registry: it knows every handle, call and misuse.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Write;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use crate::error::status::{Failure, TP_ERROR_MISUSE};
use crate::handles::instrumented::call_id::{CallId, this_thread};
use crate::handles::instrumented::strings::Strings;

/// The object of a handle.
pub(crate) type Value = Arc<dyn Any + Send + Sync>;

/// A handle: "tp", 12 bits that differ between the cores of a process, and a number that is never used again. It is not
/// a valid address on any processor, so a read through it ends the process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Number(pub usize);

const MARK: usize = 0x7470 << 48;
const CORE_SHIFT: u32 = 36;
/// The number of freed handles whose history is kept.
const KEPT_FREED_HANDLES: usize = 1 << 16;
/// The number of misuses whose message is kept.
const KEPT_MISUSES: usize = 100;

/// The 12 bits that differ between cores: the page of memory in which this core is, modulo 4096.
fn core() -> usize {
    (((&raw const REGISTRY).addr() >> 12) % (1 << 12)) << CORE_SHIFT
}

struct Live {
    kind: &'static str,
    value: Value,
    made: CallId,
    /// The calls that are using it.
    inside: Vec<CallId>,
}

struct Freed {
    kind: &'static str,
    made: CallId,
    freed: CallId,
}

/// Every handle, every call and every misuse of this core.
#[derive(Default)]
pub(crate) struct Registry {
    live: HashMap<Number, Live>,
    freed: BTreeMap<Number, Freed>,
    given: usize,
    calls: BTreeMap<&'static str, u64>,
    call: u64,
    misuses: VecDeque<String>,
    misuse_count: u64,
    strings: Strings,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(|| {
    prepare_for_forks();
    Mutex::default()
});

/// Locks the registry. No object may be dropped while it is locked: a destructor may call the library, which locks it.
pub(crate) fn lock() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    // ---- Calls ----

    /// Counts a call. Returns its number.
    pub fn count_call(&mut self, function: &'static str) -> u64 {
        *self.calls.entry(function).or_default() += 1;
        self.call += 1;
        self.call
    }

    /// The number of calls of a function; of all functions for `None`.
    pub fn calls(&self, function: Option<&str>) -> u64 {
        function.map_or(self.call, |function| self.calls.get(function).copied().unwrap_or_default())
    }

    // ---- Handles ----

    /// Makes a handle for an object.
    pub fn insert(&mut self, kind: &'static str, value: Value) -> Number {
        self.given += 1;
        let handle = Number(MARK | core() | self.given);
        self.live.insert(handle, Live { kind, value, made: CallId::current(), inside: Vec::new() });
        handle
    }

    /// The object of a handle. Records that the current call uses it.
    pub fn enter(&mut self, handle: Number, kind: &str, argument: &str) -> Result<Value, Failure> {
        self.check(handle, kind, argument)?;
        let live = self.live.get_mut(&handle).expect("`check` has found it");
        live.inside.push(CallId::current());
        Ok(Arc::clone(&live.value))
    }

    /// The same, but fails if another call is using the handle.
    pub fn enter_alone(&mut self, handle: Number, kind: &str, argument: &str) -> Result<Value, Failure> {
        self.check(handle, kind, argument)?;
        if let Some(other) = self.live[&handle].inside.first().copied() {
            return Err(
                self.misuse(&format!("the {kind} `{argument}` allows one call at a time, and {other} is using it"))
            );
        }
        self.enter(handle, kind, argument)
    }

    /// Records that a call has stopped using the handle, which may have been freed during the call.
    pub fn leave(&mut self, handle: Number, entered: CallId) {
        let inside = self.live.get_mut(&handle).map(|live| &mut live.inside);
        if let Some((inside, place)) =
            inside.and_then(|inside| inside.iter().position(|other| other.call == entered.call).map(|at| (inside, at)))
        {
            inside.swap_remove(place);
        }
    }

    /// Frees a handle. Returns its object.
    pub fn remove(&mut self, handle: Number, kind: &str, argument: &str) -> Result<Value, Failure> {
        self.check(handle, kind, argument)?;
        let freed = CallId::current();
        if let Some(other) = self.live[&handle].inside.iter().find(|other| other.thread != freed.thread).copied() {
            return Err(self.misuse(&format!("the {kind} `{argument}` is freed while {other} is using it")));
        }
        let Live { kind, value, made, .. } = self.live.remove(&handle).expect("`check` has found it");
        self.freed.insert(handle, Freed { kind, made, freed });
        if self.freed.len() > KEPT_FREED_HANDLES {
            self.freed.pop_first();
        }
        Ok(value)
    }

    fn check(&mut self, handle: Number, kind: &str, argument: &str) -> Result<(), Failure> {
        if self.live.get(&handle).is_some_and(|live| live.kind == kind) {
            return Ok(());
        }
        let history = self.history(handle);
        Err(self.misuse(&format!("the argument `{argument}` must be a {kind}, but is {history}")))
    }

    /// The history of a handle, for a message.
    fn history(&self, handle: Number) -> String {
        if let Some(Live { kind, made, .. }) = self.live.get(&handle) {
            return format!("a {kind} made by {made}");
        }
        if let Some(Freed { kind, made, freed }) = self.freed.get(&handle) {
            return format!("a {kind} that was freed: it was made by {made} and freed by {freed}");
        }
        let number = handle.0 & ((1 << CORE_SHIFT) - 1);
        if handle.0 >> 48 << 48 != MARK {
            format!("{:#x}, which is not a handle", handle.0)
        } else if handle.0 != MARK | core() | number {
            "a handle of another core".to_owned()
        } else if (1..=self.given).contains(&number) {
            "a handle that was freed long ago".to_owned()
        } else {
            format!("{:#x}, a handle that was never made", handle.0)
        }
    }

    /// Forgets, in a forked child, the calls of the other threads of the parent.
    fn keep_thread(&mut self, in_parent: u64, in_child: u64) {
        for live in self.live.values_mut() {
            live.inside.retain_mut(|call| {
                let stays = call.thread == in_parent;
                call.thread = in_child;
                stays
            });
        }
    }

    // ---- Strings ----

    /// The strings that C holds.
    pub(super) fn strings(&mut self) -> &mut Strings {
        &mut self.strings
    }

    // ---- Misuses ----

    /// Records a misuse. Returns the failure of the call.
    pub fn misuse(&mut self, what: &str) -> Failure {
        let message = format!("misuse in {}: {what}", CallId::current());
        self.misuse_count += 1;
        if self.misuses.len() == KEPT_MISUSES {
            self.misuses.pop_front();
        }
        self.misuses.push_back(message.clone());
        Failure::new(TP_ERROR_MISUSE, message)
    }

    /// The number of misuses.
    pub fn misuses(&self) -> u64 {
        self.misuse_count
    }

    // ---- The report ----

    /// The calls that made the live handles, by kind.
    fn live_by_kind(&self) -> BTreeMap<&'static str, Vec<CallId>> {
        let mut kinds: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (kind, made) in self.live.values().map(|live| (live.kind, live.made)).chain(self.strings.live()) {
            kinds.entry(kind).or_default().push(made);
        }
        kinds
    }

    /// The number of live handles of a kind; of all kinds for `None`.
    pub fn live(&self, kind: Option<&str>) -> usize {
        let kinds = self.live_by_kind();
        kinds.iter().filter(|(name, _)| kind.is_none_or(|kind| kind == **name)).map(|(_, made)| made.len()).sum()
    }

    /// A report of all this, for people.
    pub fn report(&self) -> String {
        let mut text =
            format!("{} calls, {} live handles, {} misuses\n", self.call, self.live(None), self.misuse_count);
        let mut line = |what: &dyn std::fmt::Display| _ = writeln!(text, "{what}");
        for (kind, mut made) in self.live_by_kind() {
            made.sort_by_key(|made| made.call);
            line(&format_args!("live: {} {kind}", made.len()));
            for made in made {
                line(&format_args!("  made by {made}"));
            }
        }
        for message in &self.misuses {
            line(message);
        }
        for (function, calls) in &self.calls {
            line(&format_args!("called: {function} {calls}"));
        }
        text
    }
}

// ---- Forks: in a child the registry is intact, and knows only the thread that forked ----

thread_local! {
    static HELD: RefCell<Option<(u64, MutexGuard<'static, Registry>)>> = const { RefCell::new(None) };
}

/// Makes each fork wait while another thread changes the registry.
fn prepare_for_forks() {
    // SAFETY: the functions have no arguments and may run at any fork; the system removes them when the library is
    // unloaded. The registration fails only if there is no memory, and then a fork does not wait.
    _ = unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) };
}

extern "C" fn before() {
    let registry = lock();
    // The thread-local exists, because a thread that is ending does not fork.
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
