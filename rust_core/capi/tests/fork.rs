//! A child that was forked while other threads were busy never hangs: analyzers are whole in it, or say that they are lost.
#![cfg(unix)]

use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use text_processor::*;

mod support;

use support::{Analyzer, Handle};

/// What a child gives back where something is not as it should be.
const WRONG: i32 = 100;

/// Forks, and gives what the child gives; one that hangs is ended, and fails the test.
fn child(work: impl FnOnce() -> i32) -> i32 {
    // SAFETY: the C library makes its allocator usable in a child, and the child uses nothing else that others may hold.
    let process = unsafe { libc::fork() };
    if process == 0 {
        let result = work();
        // SAFETY: it ends here, without what the test program would do at its end.
        unsafe { libc::_exit(result) }
    }
    assert!(process > 0);
    let begin = Instant::now();
    loop {
        let mut status = 0;
        // SAFETY: it is a child of this process, and the status is valid.
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
    // SAFETY: the array is laid out as the structure, whose size its first member gives.
    (unsafe { tp_analyzer_statistics(analyzer.pointer(), members.as_mut_ptr().cast()) }, members)
}

/// Tells threads to stop when it is dropped.
struct StopOnDrop<'s>(&'s AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Whether an analyzer of this process works, with all it can do.
fn works(analyzer: Analyzer, words: u64) -> bool {
    let text = "one more document ".repeat(100_000);
    analyzer.add(text.as_bytes()) == TP_OK
        && statistics(analyzer).1[2] == words + 300_000
        && analyzer.term_frequencies().iter().map(|(_, count)| count).sum::<u64>() == words + 300_000
}

/// Uses an analyzer until told to stop: adds, asks, clears and indexes meanwhile.
fn use_until(stop: &AtomicBool, analyzer: Analyzer) {
    let mut indexer = ptr::null_mut();
    while !stop.load(Ordering::Relaxed) {
        // SAFETY: the analyzer is not freed meanwhile, and each indexer is stopped once.
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
fn a_child_never_hangs_whatever_other_threads_were_doing() {
    let (busy, idle) = (Handle::with_threads(2), Handle::with_documents(&["An idle analyzer"]));
    let (stop, analyzer) = (AtomicBool::new(false), *busy);
    let mut lost = 0;
    thread::scope(|scope| {
        // However it ends, so that what fails is told.
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

#[test]
fn children_of_children_have_analyzers_of_their_own() {
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
fn an_indexer_of_the_parent_is_stopped_in_a_child_as_well() {
    let handle = Handle::with_threads(2);
    let mut indexer = ptr::null_mut();
    // SAFETY: the analyzer was not freed.
    assert_eq!(unsafe { tp_indexer_start(handle.pointer(), &raw mut indexer) }, TP_OK);
    // SAFETY: the indexer of each process is stopped once.
    let stop = || unsafe { tp_indexer_stop(indexer) };
    assert_eq!(child(stop), TP_OK);
    assert_eq!(stop(), TP_OK);
}
