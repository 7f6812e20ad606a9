//! A child of a process with busy threads never hangs: each analyzer is intact in the child, or its calls fail.
#![cfg(unix)]

use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use text_processor::*;

mod support;

use support::{Analyzer, Handle};

/// The exit status of a child that found an error.
const WRONG: i32 = 100;

/// Forks, and returns the exit status of the child.
fn child(work: impl FnOnce() -> i32) -> i32 {
    // SAFETY: the allocator of the C library works in a child, and the child uses no other lock of another thread.
    let process = unsafe { libc::fork() };
    if process == 0 {
        let result = work();
        // SAFETY: the child ends here, without the exit handlers of the test program.
        unsafe { libc::_exit(result) }
    }
    exit_status(process)
}

/// Returns the exit status of a child. Ends a child that hangs, and panics.
fn exit_status(process: i32) -> i32 {
    assert!(process > 0);
    let begin = Instant::now();
    loop {
        let mut status = 0;
        // SAFETY: the process is a child of this one, and the status is valid for writes.
        if unsafe { libc::waitpid(process, &raw mut status, libc::WNOHANG) } == process {
            assert!(libc::WIFEXITED(status), "the child ended with status {status:#x}");
            return libc::WEXITSTATUS(status);
        }
        if begin.elapsed() > Duration::from_secs(60) {
            // SAFETY: as above.
            unsafe { libc::kill(process, libc::SIGKILL) };
            panic!("the child hangs");
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn statistics(analyzer: Analyzer) -> (tp_status, [u64; 6]) {
    let mut members = [48, 0, 0, 0, 0, 0];
    // SAFETY: the array has the layout of the structure, and its first member is the size.
    (unsafe { tp_analyzer_statistics(analyzer.pointer(), members.as_mut_ptr().cast()) }, members)
}

/// Tells threads to stop when it is dropped.
struct StopOnDrop<'s>(&'s AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Returns whether this process can add to an analyzer, query it and index it.
fn works(analyzer: Analyzer, words: u64) -> bool {
    let text = "one more document ".repeat(100_000);
    analyzer.add(text.as_bytes()) == TP_OK
        && statistics(analyzer).1[2] == words + 300_000
        && analyzer.term_frequencies().iter().map(|(_, count)| count).sum::<u64>() == words + 300_000
}

/// Uses an analyzer until `stop` is set: adds, queries and clears, and indexes in the background.
fn use_until(stop: &AtomicBool, analyzer: Analyzer) {
    let mut indexer = ptr::null_mut();
    while !stop.load(Ordering::Relaxed) {
        // SAFETY: the analyzer is not freed before the threads end, and each indexer is stopped once.
        unsafe {
            assert_eq!(tp_indexer_start(analyzer.pointer(), &raw mut indexer), TP_OK);
            for number in 0..200 {
                assert_eq!(analyzer.add(format!("document {number} of three").as_bytes()), TP_OK);
                if number % 50 == 0 {
                    assert_eq!(statistics(analyzer).0, TP_OK);
                }
            }
            assert_eq!(tp_indexer_stop(indexer), TP_OK);
        }
        analyzer.clear();
    }
}

#[test]
fn a_child_of_a_process_with_busy_threads_never_hangs() {
    let (busy, idle) = (Handle::with_threads(2), Handle::with_documents(&["An idle analyzer"]));
    let (stop, analyzer) = (AtomicBool::new(false), *busy);
    let mut lost = 0;
    thread::scope(|scope| {
        // Stops the threads even if an assertion fails, so that the failure is reported.
        let _stopped = StopOnDrop(&stop);
        for _ in 0..2 {
            scope.spawn(|| use_until(&stop, analyzer));
        }
        for round in 0.. {
            let result = child(|| {
                let (status, members) = statistics(analyzer);
                let is_right = match status {
                    // A document has four words.
                    TP_OK => members[2] == 4 * members[1] && works(analyzer, members[2]),
                    TP_ERROR_FORKED => {
                        let mut count = 0;
                        // SAFETY: the analyzer was not freed, and the out-parameter is valid.
                        let again = unsafe { tp_analyzer_document_count(analyzer.pointer(), &raw mut count) };
                        again == TP_ERROR_FORKED
                            && analyzer.add(b"more") == TP_ERROR_FORKED
                            && support::last_error().0.contains("forked")
                    }
                    _ => false,
                };
                analyzer.free();
                if is_right && works(*idle, 3) && works(*Handle::new(), 0) { status } else { WRONG }
            });
            assert_ne!(result, WRONG);
            lost += i32::from(result == TP_ERROR_FORKED);
            if lost > 0 && round >= 20 {
                break;
            }
        }
    });
    assert!(works(*idle, 3));
}

/// Forks at each of the first checkpoints of a call. The child completes the call, too.
unsafe extern "C" fn fork_here(children: *mut std::ffi::c_void) -> i32 {
    // SAFETY: the pointer is that of the list of the test.
    let children = unsafe { &mut *children.cast::<Vec<i32>>() };
    if children.len() < 20 && !children.contains(&0) {
        // SAFETY: as in `child`. A child that hangs ends itself, also if the test has failed before.
        children.push(unsafe { libc::fork() });
        if children.contains(&0) {
            // SAFETY: the child has no other alarm.
            unsafe { libc::alarm(50) };
        }
    }
    0
}

#[test]
fn a_checkpoint_of_a_load_may_fork() {
    let handle = Handle::new();
    for first in (0..400_000).step_by(1000) {
        let text: String = (first..first + 1000).map(|number| format!("word{number} ")).collect();
        assert_eq!(handle.add(text.as_bytes()), TP_OK);
    }
    let path = std::env::temp_dir().join(format!("a_checkpoint_of_a_load_may_fork_{}", std::process::id()));
    let name = path.to_str().unwrap();
    let options = tp_load_options { struct_size: size_of::<tp_load_options>(), threads: 3, ..Default::default() };
    let (mut loaded, mut children) = (ptr::null_mut(), Vec::<i32>::new());
    // SAFETY: the handle and the path are valid.
    let saved = unsafe { tp_analyzer_save(handle.pointer(), ptr::null(), name.as_ptr().cast(), name.len()) };
    assert_eq!(saved, TP_OK);
    // SAFETY: the path and the list are valid.
    let status = unsafe {
        tp_set_checkpoint(Some(fork_here), (&raw mut children).cast(), 0);
        let (path, length) = (name.as_ptr().cast(), name.len());
        let status = tp_analyzer_load(path, length, &raw const options, &raw mut loaded, ptr::null_mut());
        tp_set_checkpoint(None, ptr::null_mut(), 0);
        status
    };
    let mut types = 0;
    // SAFETY: the analyzer was loaded.
    let is_right =
        status == TP_OK && unsafe { tp_analyzer_unique_words(loaded, &raw mut types) } == TP_OK && types == 400_000;
    if children.contains(&0) {
        // SAFETY: as in `child`.
        unsafe { libc::_exit(if is_right { 0 } else { WRONG }) }
    }
    std::fs::remove_file(path).unwrap();
    assert!(is_right);
    assert!(children.len() > 5, "{}", children.len());
    for process in children {
        assert_eq!(exit_status(process), 0);
    }
    // SAFETY: the analyzer is not used anymore.
    unsafe { tp_analyzer_free(loaded) };
}

#[test]
fn children_of_children_can_use_the_analyzer() {
    let handle = Handle::with_documents(&["three words here"]);
    let result = child(|| {
        let first = works(*handle, 3);
        let second = child(|| i32::from(works(*handle, 300_003)));
        i32::from(first && works(*handle, 300_003)) + 2 * second
    });
    assert_eq!(result, 3);
    assert!(works(*handle, 3));
}

#[test]
fn a_child_may_also_stop_the_indexer_of_its_parent() {
    let handle = Handle::with_threads(2);
    let mut indexer = ptr::null_mut();
    // SAFETY: the analyzer was not freed.
    assert_eq!(unsafe { tp_indexer_start(handle.pointer(), &raw mut indexer) }, TP_OK);
    // SAFETY: the indexer of each process is stopped once.
    let stop = || unsafe { tp_indexer_stop(indexer) };
    assert_eq!(child(stop), TP_OK);
    assert_eq!(stop(), TP_OK);
}

#[cfg(feature = "test-hooks")]
mod held {
    //! Forks while a thread holds a lock: for each lock of each type of handle.

    use std::ffi::{c_char, c_void};

    use arrow_array::ffi_stream::FFI_ArrowArrayStream;

    use super::*;

    const LINE_FEED: c_char = 10;

    /// Lines of a lexicon for VADER.
    const LEXICON: &str = "good\t1.9\t0.9\t[]\nbad\t-2.5\t0.7\t[]\n";

    fn vader(threads: usize) -> *mut tp_vader {
        let mut vader = ptr::null_mut();
        let options = tp_vader_options {
            struct_size: size_of::<tp_vader_options>(),
            threads,
            boosters: ptr::null(),
            boosters_length: 0,
            negations: ptr::null(),
            negation_lengths: ptr::null(),
            negation_count: 0,
            idioms: ptr::null(),
            idioms_length: 0,
            long_emoji: 0,
            summation: 0,
        };
        // SAFETY: the lexicon and the options are valid.
        let status =
            unsafe { tp_vader_new(LEXICON.as_ptr().cast(), LEXICON.len(), ptr::null(), 0, &options, &raw mut vader) };
        assert_eq!(status, TP_OK);
        vader
    }

    fn compound(vader: *mut tp_vader, text: &str) -> f64 {
        let mut scores = tp_vader_scores { neg: 0.0, neu: 0.0, pos: 0.0, compound: 0.0 };
        // SAFETY: the handle was not freed, and text and scores are valid.
        assert_eq!(unsafe { tp_vader_score(vader, text.as_ptr().cast(), text.len(), &raw mut scores) }, TP_OK);
        scores.compound
    }

    /// Forks while this thread holds a lock of a handle; returns the exit status of the child.
    fn child_while_locked<T>(lock: u32, handle: *mut T, work: impl Fn() -> i32) -> i32 {
        unsafe extern "C" fn run<F: FnMut()>(data: *mut c_void) {
            // SAFETY: the data is the closure below.
            unsafe { (*data.cast::<F>())() }
        }
        fn call<F: FnMut()>(lock: u32, handle: *mut c_void, mut run_it: F) -> tp_status {
            // SAFETY: the handle has the type that belongs to the lock, and the closure is valid during the call.
            unsafe { tp_test_while_locked(lock, handle, run::<F>, (&raw mut run_it).cast()) }
        }
        let mut result = WRONG;
        assert_eq!(call(lock, handle.cast(), || result = child(&work)), TP_OK);
        result
    }

    #[test]
    fn the_child_cannot_use_an_analyzer_that_was_locked_at_the_fork() {
        for lock in 0..=2 {
            let analyzer = Handle::with_documents(&["three words here"]).leak();
            let result = child_while_locked(lock, analyzer.pointer(), || {
                let again = statistics(analyzer).0;
                analyzer.free();
                if again == TP_ERROR_FORKED && works(*Handle::new(), 0) { again } else { WRONG }
            });
            assert_eq!(result, TP_ERROR_FORKED, "lock {lock}");
            assert!(works(analyzer, 3));
            analyzer.free();
        }
    }

    #[test]
    fn the_child_cannot_use_a_draft_that_was_locked_at_the_fork() {
        let handle = Handle::new();
        let mut draft = ptr::null_mut();
        // SAFETY: the handles are not freed yet, in this process and in the child, and the text is valid.
        unsafe {
            assert_eq!(tp_draft_new(handle.pointer(), 0, &raw mut draft), TP_OK);
            let append = || tp_draft_append(draft, c"a word".as_ptr(), 6);
            let result = child_while_locked(3, draft, || {
                let again = append();
                tp_draft_free(draft);
                if works(*handle, 0) { again } else { WRONG }
            });
            assert_eq!(result, TP_ERROR_FORKED);
            assert_eq!(append(), TP_OK);
            tp_draft_free(draft);
        }
    }

    #[test]
    fn the_child_cannot_use_events_that_were_locked_at_the_fork() {
        for lock in [4, 5] {
            let handle = Handle::new();
            let mut events = ptr::null_mut();
            // SAFETY: the handles are not freed yet, in this process and in the child.
            unsafe {
                assert_eq!(tp_events_new(handle.pointer(), &raw mut events), TP_OK);
                assert_eq!(handle.add(b"a word"), TP_OK);
                let next = || {
                    let mut event = ptr::null();
                    (tp_events_next(events, &raw mut event), !event.is_null())
                };
                let result = child_while_locked(lock, events, || {
                    let (again, _) = next();
                    let adding = handle.add(b"another");
                    tp_events_free(events);
                    let cleared = tp_analyzer_clear_callback(handle.pointer());
                    if adding == again && cleared == TP_OK && works(*handle, 2) { again } else { WRONG }
                });
                assert_eq!(result, TP_ERROR_FORKED, "lock {lock}");
                assert_eq!(next(), (TP_OK, true));
                tp_events_free(events);
            }
        }
    }

    #[test]
    fn the_child_cannot_use_a_matrix_that_was_locked_at_the_fork_but_can_use_its_vectorizer() {
        let (mut vectorizer, mut matrix) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the handles are not freed yet, in this process and in the child, and the texts are valid.
        unsafe {
            assert_eq!(tp_vectorizer_new(ptr::null(), &raw mut vectorizer), TP_OK);
            assert_eq!(tp_matrix_new(vectorizer, true, &raw mut matrix), TP_OK);
            let (text, length) = (c"some words".as_ptr(), 10);
            let add = |matrix| tp_matrix_add_documents(matrix, &raw const text, &raw const length, 1);
            let result = child_while_locked(6, matrix, || {
                let again = add(matrix);
                tp_matrix_free(matrix);
                let mut other = ptr::null_mut();
                let works = tp_matrix_new(vectorizer, true, &raw mut other) == TP_OK && add(other) == TP_OK;
                tp_matrix_free(other);
                tp_vectorizer_free(vectorizer);
                if works { again } else { WRONG }
            });
            assert_eq!(result, TP_ERROR_FORKED);
            assert_eq!(add(matrix), TP_OK);
            tp_matrix_free(matrix);
            tp_vectorizer_free(vectorizer);
        }
    }

    #[test]
    fn vader_scores_in_a_child_even_if_another_thread_was_changing_its_memory() {
        let shared = vader(2);
        let expected = compound(shared, "a good day");
        let many = "a good day\n".repeat(10_000);
        let result = child_while_locked(7, shared, || {
            let mut stream = FFI_ArrowArrayStream::empty();
            // SAFETY: the handle was not freed, and text and stream are valid.
            let all = unsafe {
                tp_vader_score_separated(shared, many.as_ptr().cast(), many.len(), LINE_FEED, 10_001, &raw mut stream)
            };
            drop(stream);
            let one = (0..100).all(|_| compound(shared, "a good day").to_bits() == expected.to_bits());
            let of_a_child = child(|| i32::from(compound(shared, "a good day").to_bits() == expected.to_bits()));
            // SAFETY: this process frees the handle only once.
            unsafe { tp_vader_free(shared) };
            i32::from(one && all == TP_OK && of_a_child == 1)
        });
        assert_eq!(result, 1);
        assert_eq!(compound(shared, "a good day").to_bits(), expected.to_bits());
        // SAFETY: this process frees the handle only once.
        unsafe { tp_vader_free(shared) };
    }
}
