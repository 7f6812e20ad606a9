//! Documents are returned as they were added, and all ways of adding them agree.

use super::*;
use crate::tokenizer::Tokenization;
use proptest::prelude::*;

fn texts(documents: &mut Documents, first: usize) -> Vec<String> {
    let (chunks, skipped) = documents.since(first).unwrap();
    let all = chunks.iter().flat_map(|chunk| {
        (0..chunk.len()).map(|at| String::from_utf8(chunk.text()[chunk.range(at)].to_vec()).unwrap())
    });
    all.skip(skipped).collect()
}

#[test]
fn a_chunk_that_has_a_reader_does_not_change() {
    let mut documents = Documents::default();
    documents.push(&Checked::new(b"first").unwrap()).unwrap();
    let (reading, _) = documents.since(0).unwrap();
    documents.push(&Checked::new(b"second").unwrap()).unwrap();
    assert_eq!(reading[0].text(), b"first");
    assert_eq!(texts(&mut documents, 0), ["first", "second"]);
}

proptest! {
    #[test]
    fn parts_are_checked_in_the_same_way_as_single_documents(
        text in "[ab ,é\u{3000}]{0,200}",
        policy in prop::sample::select(vec![Blank::Refused, Blank::Skipped, Blank::Kept]),
    ) {
        let (parts, blank) = Parts::new(&text, parts(text.as_bytes(), b','), policy).unwrap();
        let single: Vec<_> = text.split(',').map(|part| Checked::with(part.as_bytes(), policy)).collect();
        let first = single.iter().position(Result::is_err);
        prop_assert_eq!(blank, if policy == Blank::Refused { first } else { None });
        let good: Vec<_> = single[..blank.unwrap_or(single.len())].iter().flatten().collect();
        prop_assert_eq!(parts.words(), good.iter().map(|document| document.words()).sum::<u64>());
        let mut documents = Documents::default();
        documents.push_parts(&parts).unwrap();
        prop_assert_eq!(documents.words(), parts.words());
        prop_assert_eq!(texts(&mut documents, 0), good.iter().map(|document| document.text()).collect::<Vec<_>>());
        let words: Vec<u64> = documents.since(0).unwrap().0.iter().flat_map(|chunk| chunk.words(&Tokenization::Whitespace).unwrap()).collect();
        prop_assert_eq!(words, good.iter().map(|document| document.words()).collect::<Vec<_>>());
    }

    #[test]
    fn documents_are_returned_as_they_were_added(
        lengths in prop::collection::vec(prop_oneof![1..100_usize, 3000..9000_usize], 0..50),
        first in 0..60_usize,
    ) {
        let mut documents = Documents::default();
        let expected: Vec<String> = lengths.iter().map(|length| "é".repeat(*length)).collect();
        let checked: Vec<_> = expected.iter().map(|text| Checked::new(text.as_bytes()).unwrap()).collect();
        for document in &checked {
            prop_assert_eq!(documents.push(document), Ok(()));
        }
        prop_assert_eq!(documents.len(), expected.len());
        prop_assert_eq!(documents.bytes(), expected.iter().map(String::len).sum::<usize>());
        prop_assert_eq!(texts(&mut documents, first), &expected[first.min(expected.len())..]);
        documents.free_before(first);
        prop_assert_eq!(texts(&mut documents, first), &expected[first.min(expected.len())..]);
        documents.push_without_text(1, 10, 2);
        documents.push(&Checked::new(b"more").unwrap()).unwrap();
        prop_assert_eq!((documents.stored(), documents.len()), (4, expected.len() + 2));
        prop_assert_eq!(texts(&mut documents, expected.len() + 1), ["more"]);
    }
}
