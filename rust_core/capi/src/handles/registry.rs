//! What is known of every handle.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Write;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use crate::error::status::{Failure, TP_ERROR_MISUSE};
use crate::handles::moment::{Moment, this_thread};
use crate::handles::strings::Strings;

/// What a handle stands for.
pub(crate) type Value = Arc<dyn Any + Send + Sync>;

/// A handle as C has it: "tp", 12 bits that tell cores of one process apart, and a number that never comes again. It is
/// no address on any processor, so whoever reads through it is stopped at once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Number(pub usize);

const MARK: usize = 0x7470 << 48;
const CORE_SHIFT: u32 = 36;
/// Handles that were freed and are remembered with all that happened to them.
const REMEMBERED: usize = 1 << 16;
/// Misuses that are kept with their message.
const KEPT_MISUSES: usize = 100;

/// Tells this core from others in the process by where it lies; of 4096 pages, since there is no room for more.
fn core() -> usize {
    (((&raw const REGISTRY).addr() >> 12) % (1 << 12)) << CORE_SHIFT
}

struct Live {
    kind: &'static str,
    value: Value,
    made: Moment,
    /// Calls that are using it.
    inside: Vec<Moment>,
}

struct Freed {
    kind: &'static str,
    made: Moment,
    freed: Moment,
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

/// The registry. Nothing that belongs to somebody else may be dropped as long as it is locked: that may come back here.
pub(crate) fn lock() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    // ---- Calls ----

    /// Counts a call; its number.
    pub fn count_call(&mut self, function: &'static str) -> u64 {
        *self.calls.entry(function).or_default() += 1;
        self.call += 1;
        self.call
    }

    /// How often a function was called; with None, any.
    pub fn calls(&self, function: Option<&str>) -> u64 {
        function.map_or(self.call, |function| self.calls.get(function).copied().unwrap_or_default())
    }

    // ---- Handles ----

    /// A handle that stands for a value.
    pub fn insert(&mut self, kind: &'static str, value: Value) -> Number {
        self.given += 1;
        let handle = Number(MARK | core() | self.given);
        self.live.insert(handle, Live { kind, value, made: Moment::now(), inside: Vec::new() });
        handle
    }

    /// The value of a handle, which this call begins to use.
    pub fn enter(&mut self, handle: Number, kind: &str, argument: &str) -> Result<Value, Failure> {
        self.check(handle, kind, argument)?;
        let live = self.live.get_mut(&handle).expect("it was checked");
        live.inside.push(Moment::now());
        Ok(Arc::clone(&live.value))
    }

    /// The same where no other call may be using it.
    pub fn enter_alone(&mut self, handle: Number, kind: &str, argument: &str) -> Result<Value, Failure> {
        self.check(handle, kind, argument)?;
        if let Some(other) = self.live[&handle].inside.first().copied() {
            return Err(self.misuse(&format!("the {kind} `{argument}` serves one at a time, and {other} is using it")));
        }
        self.enter(handle, kind, argument)
    }

    /// The call that entered does not use the handle any more. It may have been freed meanwhile.
    pub fn leave(&mut self, handle: Number, entered: Moment) {
        let inside = self.live.get_mut(&handle).map(|live| &mut live.inside);
        if let Some((inside, place)) =
            inside.and_then(|inside| inside.iter().position(|other| other.call == entered.call).map(|at| (inside, at)))
        {
            inside.swap_remove(place);
        }
    }

    /// The value of a handle, which is freed by that.
    pub fn remove(&mut self, handle: Number, kind: &str, argument: &str) -> Result<Value, Failure> {
        self.check(handle, kind, argument)?;
        let freed = Moment::now();
        if let Some(other) = self.live[&handle].inside.iter().find(|other| other.thread != freed.thread).copied() {
            return Err(self.misuse(&format!("the {kind} `{argument}` is freed while {other} is using it")));
        }
        let Live { kind, value, made, .. } = self.live.remove(&handle).expect("it was checked");
        self.freed.insert(handle, Freed { kind, made, freed });
        if self.freed.len() > REMEMBERED {
            self.freed.pop_first();
        }
        Ok(value)
    }

    fn check(&mut self, handle: Number, kind: &str, argument: &str) -> Result<(), Failure> {
        if self.live.get(&handle).is_some_and(|live| live.kind == kind) {
            return Ok(());
        }
        let history = self.history(handle);
        Err(self.misuse(&format!("the argument `{argument}` must be a {kind} and is {history}")))
    }

    /// What a handle is, or was.
    fn history(&self, handle: Number) -> String {
        if let Some(Live { kind, made, .. }) = self.live.get(&handle) {
            return format!("a {kind} made by {made}");
        }
        if let Some(Freed { kind, made, freed }) = self.freed.get(&handle) {
            return format!("a {kind} that was freed: it was made by {made} and freed by {freed}");
        }
        let number = handle.0 & ((1 << CORE_SHIFT) - 1);
        if handle.0 >> 48 << 48 != MARK {
            format!("{:#x}, which is no handle", handle.0)
        } else if handle.0 != MARK | core() | number {
            "a handle of another core".to_owned()
        } else if (1..=self.given).contains(&number) {
            "a handle that was freed long ago".to_owned()
        } else {
            format!("{:#x}, which was never given", handle.0)
        }
    }

    /// In a forked child: the other threads are not there.
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

    /// The strings that C has.
    pub(super) fn strings(&mut self) -> &mut Strings {
        &mut self.strings
    }

    // ---- Misuses ----

    /// Notes a misuse; what the call fails with.
    pub fn misuse(&mut self, what: &str) -> Failure {
        let message = format!("misuse in {}: {what}", Moment::now());
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

    /// Where each live handle was made, by kind.
    fn live_by_kind(&self) -> BTreeMap<&'static str, Vec<Moment>> {
        let mut kinds: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (kind, made) in self.live.values().map(|live| (live.kind, live.made)).chain(self.strings.live()) {
            kinds.entry(kind).or_default().push(made);
        }
        kinds
    }

    /// The number of live handles of a kind; with None, of any.
    pub fn live(&self, kind: Option<&str>) -> usize {
        let kinds = self.live_by_kind();
        kinds.iter().filter(|(name, _)| kind.is_none_or(|kind| kind == **name)).map(|(_, made)| made.len()).sum()
    }

    /// Everything, for people.
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

// ---- Forks: a child finds the registry whole, and without the threads that stayed in the parent ----

thread_local! {
    static HELD: RefCell<Option<(u64, MutexGuard<'static, Registry>)>> = const { RefCell::new(None) };
}

/// Sees to it that nobody forks while another thread changes the registry.
fn prepare_for_forks() {
    // SAFETY: the functions take nothing and may run at any fork; the system forgets them when the library is unloaded.
    // It can only fail for lack of memory, and then forks are as they were.
    _ = unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) };
}

extern "C" fn before() {
    let registry = lock();
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
