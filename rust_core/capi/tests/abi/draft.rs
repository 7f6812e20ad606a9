//! Drafts: documents that are added in pieces.

use std::ptr::null_mut;
use std::thread;

use text_processor::*;

use crate::support::{Analyzer, Draft, Handle, expected, last_error};

fn count(analyzer: Analyzer) -> u64 {
    analyzer.number(tp_analyzer_document_count)
}

#[test]
fn pieces_become_one_document() {
    let handle = Handle::with_documents(&["before"]);
    assert_eq!(Draft::of(&[b"Two wo", b"", b"rds"]).add_to(*handle), TP_OK);
    assert_eq!(handle.add(b"after"), TP_OK);
    assert_eq!(handle.documents(), expected(&[("before", 1), ("Two words", 2), ("after", 1)]));
    assert_eq!(handle.term_frequencies(), expected(&[("before", 1), ("two", 1), ("words", 1), ("after", 1)]));
    assert!(handle.contains(b"Two words"));
    assert_eq!(handle.statistics(), [3, 4, 4, 4, 20]);
}

#[test]
fn a_character_may_be_split_between_pieces() {
    let handle = Handle::new();
    let text = "été 光\u{3000}😀\u{85}fin";
    let pieces: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
    assert_eq!(Draft::of(&pieces).add_to(*handle), TP_OK);
    assert_eq!(handle.documents(), expected(&[(text, 4)]));
}

#[test]
fn c_can_write_into_the_room_of_a_draft() {
    let handle = Handle::new();
    let draft = Draft::of(&[b"appended "]);
    assert_eq!(draft.write(b"and writ", 100), TP_OK);
    assert_eq!(draft.write(b"ten", 3), TP_OK);
    assert_eq!(draft.write(b"caf\xFF", 100), TP_ERROR_INVALID_UTF8);
    assert_eq!(last_error().1, 23);
    assert_eq!(draft.write(b"more than there is room", 10), TP_ERROR_INVALID_ARGUMENT);
    assert_eq!(draft.append(b"!"), TP_OK);
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(handle.documents(), expected(&[("appended and written!", 3)]));
}

#[test]
fn a_draft_may_be_longer_than_its_capacity() {
    let handle = Handle::new();
    let draft = Draft::with_room_for(3).unwrap();
    for _ in 0..1000 {
        assert_eq!(draft.append(b"word "), TP_OK);
    }
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(handle.statistics(), [1, 1000, 1, 1, 5000]);
}

#[test]
fn a_draft_without_words_is_refused_and_can_be_continued() {
    let handle = Handle::new();
    let draft = Draft::of(&[b" \n"]);
    assert_eq!(draft.add_to(*handle), TP_ERROR_NO_WORDS);
    assert_eq!(count(*handle), 0);
    assert_eq!(draft.append(b"word"), TP_OK);
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(handle.documents(), expected(&[(" \nword", 1)]));
}

#[test]
fn a_piece_that_is_not_utf8_is_refused_with_the_offset_in_the_document_and_changes_nothing() {
    let handle = Handle::new();
    let draft = Draft::of(&[b"caf", b"\xC3"]);
    assert_eq!(draft.append(b"ab"), TP_ERROR_INVALID_UTF8);
    assert_eq!((last_error().1, last_error().2), (3, -1));
    assert_eq!(draft.append(b"\xA9 \xFF"), TP_ERROR_INVALID_UTF8);
    assert_eq!(last_error().1, 6);
    assert_eq!(draft.append(b"\xA9"), TP_OK);
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(handle.documents(), expected(&[("café", 1)]));
}

#[test]
fn a_draft_that_ends_within_a_character_is_refused_and_can_be_continued() {
    let handle = Handle::new();
    let draft = Draft::of(&[b"word caf\xC3"]);
    assert_eq!(draft.add_to(*handle), TP_ERROR_INVALID_UTF8);
    assert_eq!((last_error().1, last_error().2), (8, -1));
    assert_eq!(count(*handle), 0);
    assert_eq!(draft.append(b"\xA9"), TP_OK);
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(handle.documents(), expected(&[("word café", 2)]));
}

#[test]
fn a_draft_is_empty_after_it_was_added() {
    let handle = Handle::new();
    let draft = Draft::of(&[b"inside a wo"]);
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(draft.add_to(*handle), TP_ERROR_NO_WORDS);
    assert_eq!(draft.append(b"rd"), TP_OK);
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(handle.documents(), expected(&[("inside a wo", 3), ("rd", 1)]));
}

#[test]
fn a_draft_may_be_freed_before_or_after_it_is_added() {
    drop(Draft::of(&[b"never added"]));
    let handle = Handle::new();
    let draft = Draft::of(&[b"added"]);
    assert_eq!(draft.add_to(*handle), TP_OK);
    drop(draft);
    assert_eq!(handle.documents(), expected(&[("added", 1)]));
}

#[test]
fn a_draft_can_be_added_to_any_analyzer() {
    let draft = Draft::of(&[b"one"]);
    let (first, second) = (Handle::new(), Handle::new());
    assert_eq!(draft.add_to(*first), TP_OK);
    assert_eq!(draft.append(b"two"), TP_OK);
    assert_eq!(draft.add_to(*second), TP_OK);
    assert_eq!([first.documents(), second.documents()], [expected(&[("one", 1)]), expected(&[("two", 1)])]);
}

#[test]
fn a_capacity_larger_than_any_memory_is_refused() {
    assert_eq!(Draft::with_room_for(usize::MAX).err(), Some(TP_ERROR_OUT_OF_MEMORY));
    assert!(last_error().0.contains("memory"));
}

#[test]
fn a_draft_still_belongs_to_the_caller_after_an_error() {
    let draft = Draft::of(&[b"word"]);
    // SAFETY: NULL is refused.
    assert_eq!(unsafe { tp_analyzer_add_draft(null_mut(), draft.pointer()) }, TP_ERROR_NULL_POINTER);
    let handle = Handle::new();
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(count(*handle), 1);
}

#[test]
fn many_threads_append_and_add_at_the_same_time() {
    let (handle, draft) = (Handle::new(), Draft::of(&[]));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    assert_eq!(draft.append(b"word "), TP_OK);
                    // Another thread may have added the word already.
                    assert!([TP_OK, TP_ERROR_NO_WORDS].contains(&draft.add_to(*handle)));
                }
            });
        }
    });
    assert_eq!(draft.add_to(*handle), TP_ERROR_NO_WORDS, "each thread adds what it appends");
    assert_eq!(handle.statistics()[1..3], [400, 1]);
}

#[test]
fn a_draft_of_an_analyzer_that_only_counts_frees_its_text() {
    let counting = Handle::counting();
    let draft = Draft::new(&counting, 0).unwrap();
    for _ in 0..1000 {
        assert_eq!(draft.append(b"Some words, and Some more of the"), TP_OK);
        assert_eq!(draft.append(b"m \xF0\x9F\x98"), TP_OK);
        assert_eq!(draft.append(b"\x80 "), TP_OK);
    }
    let keeping = Handle::new();
    assert_eq!(draft.add_to(*keeping), TP_ERROR_TEXT_NOT_STORED);
    assert_eq!(draft.add_to(*counting), TP_OK);
    assert_eq!((counting.number(tp_analyzer_total_words), counting.number(tp_analyzer_unique_words)), (8000, 7));
}
