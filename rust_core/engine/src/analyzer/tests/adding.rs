//! Adding documents in batches, in one text with separators, and in pieces.

use super::*;

#[test]
fn a_draft_that_counted_words_is_refused_by_an_analyzer_with_another_tokenizer() {
    let mut draft = Analyzer::counting(None).draft(0, false).unwrap();
    draft.append(b"some words").unwrap();
    let analyzer = Analyzer::with(None, false, Tokenization::Characters);
    assert_eq!(analyzer.add_draft(&mut draft).unwrap_err(), Error::TextNotStored);
}

#[test]
fn a_batch_ends_at_the_first_text_that_is_refused() {
    let analyzer = Analyzer::default();
    let texts: [&[u8]; 4] = [b"one", b"  ", b"caf\xC3", b"two"];
    let no_words = BatchError { text: 1, error: Error::NoWords };
    assert_eq!(analyzer.add_all(texts.map(Checked::new), Blank::Refused), (1, Err(no_words)));
    let invalid = BatchError { text: 2, error: Error::InvalidUtf8 { offset: 3 } };
    assert_eq!(analyzer.add_all(texts.map(Checked::new), Blank::Skipped), (1, Err(invalid)));
    assert_eq!(analyzer.document_count(), 2);
}

#[test]
fn parts_of_a_text_are_added_in_the_same_way_as_single_documents() {
    let texts: Vec<String> = (0..100).map(|number| format!("{number} and {}", "é".repeat(number % 40))).collect();
    let analyzer = Analyzer::default();
    assert_eq!(analyzer.add_separated(texts.join("|").as_bytes(), b'|', Blank::Refused), (100, Ok(())));
    assert_is(&analyzer, &texts);
    for (wrong, error) in [(&b" "[..], Error::NoWords), (b"a\xFF", Error::InvalidUtf8 { offset: 1 })] {
        let analyzer = Analyzer::default();
        let mut parts: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        parts.insert(60, wrong);
        let result = Err(BatchError { text: 60, error });
        assert_eq!(analyzer.add_separated(&parts.join(&b'|'), b'|', Blank::Refused), (60, result));
        assert_is(&analyzer, &texts[..60]);
    }
}

proptest! {
    #[test]
    fn texts_that_are_checked_together_are_added_in_the_same_way_as_single_documents(
        texts in prop::collection::vec(prop_oneof![
            4 => "[ab\0 É]{0,12}".prop_map(String::into_bytes),
            1 => "[ab \0é]{60,200}".prop_map(String::into_bytes),
            1 => Just("\u{3000}\n".into()),
            // Texts that are not UTF-8, two of which would be UTF-8 if they were joined.
            1 => prop::sample::select(vec![&b"a\xFF"[..], b"a\xC3", b"\xA9b", b"\xE3\x80", b"\x80"]).prop_map(<[u8]>::to_vec),
        ], 0..60),
        blank in prop::sample::select(vec![Blank::Refused, Blank::Skipped, Blank::Kept]),
        keeps_text: bool,
    ) {
        let new = || Analyzer::with(None, keeps_text, Tokenization::Whitespace);
        let (together, single) = (new(), new());
        let result = together.add_texts(texts.iter().map(Vec::as_slice), blank);
        prop_assert_eq!(&result, &single.add_all(texts.iter().map(|text| Checked::with(text, blank)), blank));
        prop_assert_eq!(together.statistics(), single.statistics());
        prop_assert_eq!(together.document_count(), result.0);
        prop_assert_eq!(together.total_words(), single.total_words());
        if keeps_text {
            let (chunks, _) = together.documents_since(0).unwrap();
            let found: Vec<_> = chunks.iter().flat_map(|chunk| (0..chunk.len()).map(|at| &chunk.text()[chunk.range(at)])).collect();
            let kept = |text: &&Vec<u8>| blank == Blank::Kept || Checked::new(text).is_ok();
            let added = usize::try_from(result.0).unwrap();
            prop_assert_eq!(found, texts.iter().filter(kept).take(added).map(Vec::as_slice).collect::<Vec<_>>());
        }
    }
}

#[test]
fn text_that_is_not_kept_is_freed() {
    let analyzer = Analyzer::counting(None);
    let mut texts = Vec::new();
    for number in 0..100 {
        texts.push(format!("document {number}"));
        analyzer.add(texts[number].as_bytes()).unwrap();
        assert!(analyzer.corpus.documents().stored() < MAX_UNCOUNTED_BYTES);
    }
    let mut draft = analyzer.draft(0, false).unwrap();
    texts.push("in pieces ".repeat(50));
    for piece in texts[100].as_bytes().chunks(7) {
        draft.append(piece).unwrap();
    }
    let (added, chunk) = analyzer.add_draft(&mut draft).unwrap();
    assert_eq!((added, chunk.is_none()), (Added { words: 100, documents: 101 }, true));
    assert_eq!(analyzer.add_draft(&mut draft).unwrap_err(), Error::NoWords);
    texts.push("and after".to_owned());
    analyzer.add(b"and after").unwrap();
    assert_is(&analyzer, &texts);
    assert_eq!(analyzer.documents_since(0).unwrap_err(), Error::TextNotStored);
    assert_eq!(analyzer.contains_document(b"and after"), Err(Error::TextNotStored));
}

#[test]
fn a_draft_whose_text_was_freed_is_refused_by_an_analyzer_that_keeps_text() {
    let mut draft = Analyzer::counting(None).draft(0, false).unwrap();
    draft.append(b"some words").unwrap();
    assert_eq!(Analyzer::default().add_draft(&mut draft).unwrap_err(), Error::TextNotStored);
    let counting = Analyzer::counting(None);
    counting.add_draft(&mut draft).unwrap();
    assert_is(&counting, &["some words".to_owned()]);
}

#[test]
fn a_draft_becomes_a_document() {
    let analyzer = Analyzer::default();
    analyzer.add(b"before").unwrap();
    let mut draft = Draft::default();
    assert_eq!(analyzer.add_draft(&mut draft).unwrap_err(), Error::NoWords);
    draft.append(b"in pie").unwrap();
    draft.append(b"ces ").unwrap();
    let (added, chunk) = analyzer.add_draft(&mut draft).unwrap();
    assert_eq!((added, chunk.unwrap().text()), (Added { words: 2, documents: 2 }, &b"in pieces "[..]));
    analyzer.add(b"after").unwrap();
    assert_is(&analyzer, &["before".to_owned(), "in pieces ".to_owned(), "after".to_owned()]);
}
