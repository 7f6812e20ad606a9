//! In the instrumented library, each misuse that the header forbids is an error, and later calls work.

use std::ffi::{CString, c_char, c_void};
use std::mem::ManuallyDrop;
use std::ptr::{null, null_mut, read, without_provenance_mut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use text_processor::*;

mod support;

use support::{Draft, Handle, last_error, rows, text};

/// Makes the other tests wait, because the library counts for the complete process.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn live(kind: &str) -> u64 {
    let kind = CString::new(kind).unwrap();
    // SAFETY: the name ends with a zero byte.
    unsafe { tp_instruments_live(kind.as_ptr()) }
}

fn calls(function: &str) -> u64 {
    let function = CString::new(function).unwrap();
    // SAFETY: the name ends with a zero byte.
    unsafe { tp_instruments_calls(function.as_ptr()) }
}

/// Runs code with exactly one misuse, whose message must contain these parts in this order.
fn misuse(does: impl FnOnce(), said: &[&str]) {
    let before = tp_instruments_misuses();
    does();
    let (message, ..) = last_error();
    assert_eq!(tp_instruments_misuses(), before + 1, "{message}");
    let mut rest = message.as_str();
    for part in said {
        let Some((_, after)) = rest.split_once(part) else { panic!("`{part}` is not next in: {message}") };
        rest = after;
    }
    assert!(text(tp_instruments_report()).contains(&message), "the report lacks: {message}");
}

fn clear(handle: *mut tp_analyzer) -> tp_status {
    // SAFETY: the instrumented library looks a handle up before it uses it.
    unsafe { tp_analyzer_clear(handle) }
}

// ---- Handles that were freed ----

#[test]
fn using_a_freed_analyzer_is_an_error() {
    let _turn = alone();
    let analyzer = Handle::new().leak();
    analyzer.free();
    misuse(
        || assert_eq!(clear(analyzer.pointer()), TP_ERROR_MISUSE),
        &["tp_analyzer_clear on thread", "`analyzer`", "freed", "made by tp_analyzer_new on", "by tp_analyzer_free on"],
    );
}

#[test]
fn freeing_a_handle_twice_is_an_error() {
    let _turn = alone();
    let analyzer = Handle::new().leak();
    let draft = ManuallyDrop::new(Draft::new(&Handle::new(), 0).unwrap());
    let mut indexer = null_mut();
    // SAFETY: the instrumented library looks a handle up before it uses it.
    unsafe {
        assert_eq!(tp_indexer_start(analyzer.pointer(), &raw mut indexer), TP_OK);
        assert_eq!(tp_indexer_stop(indexer), TP_OK);
        misuse(|| assert_eq!(tp_indexer_stop(indexer), TP_ERROR_MISUSE), &["tp_indexer that was freed"]);
        analyzer.free();
        misuse(|| analyzer.free(), &["tp_analyzer_free", "tp_analyzer that was freed"]);
        let mut events = null_mut();
        assert_eq!(tp_events_new(Handle::new().pointer(), &raw mut events), TP_OK);
        assert_eq!(live("tp_events"), 1);
        tp_events_free(events);
        misuse(|| tp_events_free(events), &["tp_events_free", "tp_events that was freed"]);
        tp_draft_free(draft.pointer());
        misuse(|| tp_draft_free(draft.pointer()), &["tp_draft_free", "tp_draft that was freed"]);
    }
}

#[test]
fn tables_kept_streams_and_their_schemas_are_counted_until_they_are_freed() {
    let _turn = alone();
    let before = ["ArrowArrayStream", "ArrowSchema", "ArrowArray", "tp_table"].map(live);
    let analyzer = Handle::with_documents(&["one two", "two"]);
    let (mut stream, mut schema) = (FFI_ArrowArrayStream::empty(), FFI_ArrowSchema::empty());
    let (mut table, mut kept, mut kept_schema) = (null_mut(), null_mut(), null_mut());
    let owners = [0, 0];
    // SAFETY: the structures are valid, and the instrumented library looks a handle up before it uses it.
    unsafe {
        assert_eq!(tp_analyzer_term_frequencies(analyzer.pointer(), 0, &raw mut stream), TP_OK);
        let streams = [&raw mut stream];
        assert_eq!(tp_table_new(streams.as_ptr(), 1, null(), null(), 0, &raw mut table), TP_OK);
        drop(stream);
        stream = FFI_ArrowArrayStream::empty();
        assert_eq!(tp_table_stream(table, 0, u64::MAX, &raw mut stream), TP_OK);
        assert_eq!(tp_stream_keep((&raw const owners[0]).cast(), &raw mut stream, &raw mut kept), TP_OK);
        assert_eq!(tp_table_schema(table, &raw mut schema), TP_OK);
        assert_eq!(tp_schema_keep((&raw const owners[1]).cast(), &raw mut schema, &raw mut kept_schema), TP_OK);
        assert_eq!([live("ArrowArrayStream"), live("ArrowSchema")], [before[0] + 1, before[1] + 1]);
        tp_table_free(table);
        misuse(|| tp_table_free(table), &["tp_table_free", "tp_table that was freed"]);
        let mut rows = 0;
        misuse(|| assert_eq!(tp_table_row_count(table, &raw mut rows), TP_ERROR_MISUSE), &["tp_table_row_count"]);
        for owner in &owners {
            tp_kept_free((&raw const *owner).cast_mut().cast());
        }
    }
    assert_eq!(["ArrowArrayStream", "ArrowSchema", "ArrowArray", "tp_table"].map(live), before);
}

#[test]
fn the_number_of_a_handle_is_never_used_again() {
    let _turn = alone();
    let freed = Handle::new().leak();
    freed.free();
    for _ in 0..100_000 {
        let handle = Handle::new();
        assert_ne!(handle.pointer(), freed.pointer());
    }
    misuse(|| assert_eq!(clear(freed.pointer()), TP_ERROR_MISUSE), &["freed"]);
}

// ---- Values that are not handles ----

#[test]
fn a_handle_of_another_kind_is_refused_and_stays_valid() {
    let _turn = alone();
    let handle = Handle::with_documents(&["two words"]);
    let draft = Draft::new(&handle, 0).unwrap();
    let as_draft: *mut tp_draft = handle.pointer().cast();
    misuse(
        || assert_eq!(clear(draft.pointer().cast()), TP_ERROR_MISUSE),
        &["must be a tp_analyzer", "is a tp_draft made by tp_draft_new"],
    );
    // SAFETY: the instrumented library looks a handle up before it uses it.
    unsafe {
        misuse(|| tp_draft_free(as_draft), &["tp_draft_free", "must be a tp_draft", "is a tp_analyzer"]);
        misuse(|| assert_eq!(tp_draft_append(as_draft, null(), 0), TP_ERROR_MISUSE), &["must be a tp_draft"]);
    }
    assert_eq!(draft.append(b"three more words"), TP_OK);
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(handle.number(tp_analyzer_total_words), 5);
}

#[test]
fn pointers_that_are_not_handles_are_refused_and_not_read() {
    let _turn = alone();
    let mut memory = [0_u64; 8];
    for garbage in [without_provenance_mut(16), without_provenance_mut(usize::MAX), memory.as_mut_ptr().cast()] {
        misuse(|| assert_eq!(clear(garbage), TP_ERROR_MISUSE), &["which is not a handle"]);
    }
    let handle = Handle::new();
    let address = handle.pointer().addr();
    let never_given = without_provenance_mut(address + 1_000_000);
    misuse(|| assert_eq!(clear(never_given), TP_ERROR_MISUSE), &["never made"]);
    let of_another_core = without_provenance_mut(address ^ (1 << 40));
    misuse(|| assert_eq!(clear(of_another_core), TP_ERROR_MISUSE), &["another core"]);
    assert_eq!(clear(null_mut()), TP_ERROR_NULL_POINTER);
}

// ---- Threads ----

/// The user data of a callback that waits.
struct Meeting {
    arrived: Sender<()>,
    go_on: Mutex<Receiver<()>>,
}

unsafe extern "C" fn wait(user_data: *mut c_void, _event: *const tp_document_event) -> i32 {
    // SAFETY: the test keeps the user data until the call returns.
    let meeting = unsafe { &*user_data.cast::<Meeting>() };
    meeting.arrived.send(()).unwrap();
    // The wait also ends if the test fails.
    _ = meeting.go_on.lock().unwrap().recv();
    0
}

#[test]
fn freeing_an_analyzer_during_a_call_of_another_thread_is_an_error() {
    let _turn = alone();
    let ((arrived, arrival), (release, go_on)) = (channel(), channel());
    let meeting = Meeting { arrived, go_on: Mutex::new(go_on) };
    let handle = Handle::new();
    let user_data = (&raw const meeting).cast_mut().cast();
    // SAFETY: the user data stays valid after the analyzer is freed.
    assert_eq!(unsafe { tp_analyzer_set_callback(handle.pointer(), Some(wait), user_data, None) }, TP_OK);
    let analyzer = *handle;
    thread::scope(|scope| {
        let release = release;
        let adding = scope.spawn(move || analyzer.add(b"a document"));
        arrival.recv().unwrap();
        misuse(
            || analyzer.free(),
            &["tp_analyzer_free on thread", "is freed while tp_analyzer_add_document on thread"],
        );
        release.send(()).unwrap();
        assert_eq!(adding.join().unwrap(), TP_OK);
    });
    assert_eq!(handle.number(tp_analyzer_document_count), 1);
}

#[test]
fn using_the_room_of_a_draft_on_two_threads_is_an_error() {
    let _turn = alone();
    let draft = Draft::of(&[b"one "]);
    let mut room: *mut c_char = null_mut();
    // SAFETY: the out-parameter is valid.
    assert_eq!(unsafe { tp_draft_room(draft.pointer(), 4, &raw mut room) }, TP_OK);
    thread::scope(|scope| {
        scope.spawn(|| {
            misuse(
                || assert_eq!(draft.append(b"x"), TP_ERROR_MISUSE),
                &["room of the draft", "given to tp_draft_room"],
            );
        });
    });
    // SAFETY: the room has four bytes, and another thread may take them after they are written.
    unsafe { room.copy_from_nonoverlapping(b"two ".as_ptr().cast(), 4) };
    thread::scope(|scope| {
        // SAFETY: the draft was not freed.
        scope.spawn(|| assert_eq!(unsafe { tp_draft_take(draft.pointer(), 4) }, TP_OK));
    });
    assert_eq!(draft.append(b"three"), TP_OK);
    let handle = Handle::new();
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(handle.documents(), [("one two three".to_owned(), 3)]);
}

#[test]
fn using_a_stream_on_two_threads_at_the_same_time_is_an_error() {
    struct Shared(*mut FFI_ArrowArrayStream);
    // SAFETY: the test is about two threads that use the stream, and the library refuses one of them.
    unsafe impl Sync for Shared {}

    let _turn = alone();
    let words: Vec<String> = (0..2000).map(|number| number.to_string()).collect();
    let handle = Handle::with_documents(&[&words.join(" ")]);
    let before = tp_instruments_misuses();
    let seen = AtomicBool::new(false);
    while !seen.load(Ordering::Relaxed) {
        let mut stream = FFI_ArrowArrayStream::empty();
        // SAFETY: the analyzer was not freed.
        assert_eq!(unsafe { tp_analyzer_top_terms(handle.pointer(), 1, &raw mut stream) }, TP_OK);
        let shared = Shared(&raw mut stream);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let shared = &shared;
                    for _ in 0..1000 {
                        // SAFETY: the layout is that of the Arrow C stream interface; the drop releases the array.
                        unsafe {
                            let mut array = FFI_ArrowArray::empty();
                            let get_next = *shared.0.cast::<[GetNext; 5]>().cast::<GetNext>().add(1);
                            match get_next(shared.0, &raw mut array) {
                                0 => {}
                                22 => {
                                    let (message, ..) = last_error();
                                    assert!(message.contains("allows one call at a time"), "{message}");
                                    seen.store(true, Ordering::Relaxed);
                                }
                                code => panic!("get_next failed with {code}"),
                            }
                        }
                    }
                });
            }
        });
    }
    assert!(tp_instruments_misuses() > before);
    assert_eq!(handle.term_frequencies().len(), 2000);
}

type GetNext = unsafe extern "C" fn(*mut FFI_ArrowArrayStream, *mut FFI_ArrowArray) -> i32;

// ---- Memory that C reads without the library ----

#[test]
fn freeing_a_string_twice_or_with_another_length_is_an_error() {
    let _turn = alone();
    let (mut string, mut length) = (null_mut(), 0);
    // SAFETY: the out-parameters are valid; the instrumented library looks a string up before it frees it.
    unsafe {
        assert_eq!(tp_hello(c"World".as_ptr(), 5, &raw mut string, &raw mut length), TP_OK);
        assert_eq!((text(string), length, live("tp_string")), ("Hello, World!".to_owned(), 13, 1));
        misuse(|| tp_string_free(string, 12), &["tp_string_free", "is 13 and not 12", "made by tp_hello"]);
        tp_string_free(string, length);
        assert_eq!(live("tp_string"), 0);
        misuse(|| tp_string_free(string, length), &["was freed", "made by tp_hello", "freed by tp_string_free"]);
        misuse(|| tp_string_free(c"mine".as_ptr().cast_mut(), 4), &["is not a string of this library"]);
    }
}

#[test]
fn releasing_two_copies_of_an_arrow_structure_is_an_error() {
    let _turn = alone();
    let mut array = FFI_ArrowArray::empty();
    let mut stream = FFI_ArrowArrayStream::empty();
    // SAFETY: the out-parameters are valid; the test is about the release of both copies.
    unsafe {
        assert_eq!(tp_scale_f64([1.0, 2.0].as_ptr(), 2, 2.0, &raw mut array), TP_OK);
        assert_eq!(live("ArrowArray"), 1);
        let copy = read(&raw const array);
        drop(array);
        misuse(|| drop(copy), &["ArrowArray.release", "freed", "made by tp_scale_f64", "freed by ArrowArray.release"]);

        let handle = Handle::new();
        assert_eq!(tp_analyzer_documents(handle.pointer(), 0, &raw mut stream), TP_OK);
        assert_eq!(live("ArrowArrayStream"), 1);
        let copy = read(&raw const stream);
        drop(stream);
        misuse(|| drop(copy), &["ArrowArrayStream.release", "freed", "made by tp_analyzer_documents"]);
    }
    assert_eq!((live("ArrowArray"), live("ArrowArrayStream")), (0, 0));
}

// ---- Counting ----

#[test]
fn live_handles_are_counted_by_kind_until_they_are_freed() {
    let _turn = alone();
    // SAFETY: NULL means all.
    let before = unsafe { tp_instruments_live(null()) };
    let handle = Handle::with_documents(&["one two one"]);
    let draft = Draft::new(&handle, 0).unwrap();
    let stream = handle.stream(tp_analyzer_term_frequencies, 0);
    assert_eq!((live("tp_analyzer"), live("tp_draft"), live("ArrowArrayStream")), (1, 1, 1));
    assert!(text(tp_instruments_report()).contains("live: 1 tp_draft\n  made by tp_draft_new on thread"));
    let batches: Vec<_> = stream.map(Result::unwrap).collect();
    assert_eq!((live("ArrowArrayStream"), live("ArrowSchema"), live("ArrowArray")), (0, 0, 1));
    drop((handle, draft));
    assert_eq!((live("tp_analyzer"), live("ArrowArray")), (0, 1));
    assert_eq!(batches[0].num_rows(), 2, "a batch outlives the analyzer");
    drop(batches);
    // SAFETY: as above.
    assert_eq!(unsafe { tp_instruments_live(null()) }, before);
}

#[test]
fn calls_are_counted_by_function() {
    let _turn = alone();
    let (functions, all) = (["tp_analyzer_add_document", "ArrowArrayStream.get_next", "tp_analyzer_free"], || {
        // SAFETY: NULL means all.
        unsafe { tp_instruments_calls(null()) }
    });
    let (before, all_before) = (functions.map(calls), all());
    let handle = Handle::with_documents(&["one", "two"]);
    assert_eq!(handle.add(b""), TP_ERROR_NO_WORDS, "calls that fail are calls");
    assert_eq!(rows(handle.stream(tp_analyzer_documents, 0)).len(), 2);
    drop(handle);
    let made: Vec<u64> = functions.map(calls).iter().zip(before).map(|(now, before)| now - before).collect();
    assert_eq!(made[0], 3);
    assert!(made[1] >= 2, "the call at the end of the stream counts too");
    assert_eq!(made[2], 1);
    assert!(all() - all_before > made.iter().sum());
    assert_eq!(calls("no_such_function"), 0);
    assert!(text(tp_instruments_report()).contains(&format!("called: tp_analyzer_free {}", calls("tp_analyzer_free"))));
}
