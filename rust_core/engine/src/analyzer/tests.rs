//! Compares an analyzer with a simple model.

use super::corpus::MAX_UNCOUNTED_BYTES;
use super::*;
use crate::index::TokenRun;
use crate::sentiment::lexicon::Lexicon;
use crate::terms::lowercase;
use crate::tokenizer::block::MAX_TEXT_BYTES;
use crate::tokenizer::{Pattern, Segments, WordRules, lowered_apart};
use proptest::prelude::*;
use std::thread;

mod adding;

/// A model that splits, lowers and counts one word after the other.
#[derive(Default)]
struct Model {
    forms: Vec<String>,
    tokens: Vec<String>,
    lengths: Vec<u64>,
    frequencies: Vec<(Vec<u8>, u64)>,
}

impl Model {
    fn of(texts: &[String], tokenization: &Tokenization) -> Self {
        let mut model = Self::default();
        for text in texts {
            let lowered =
                || String::from_utf8(lowered_apart(text).map(Result::unwrap).collect::<Vec<_>>().concat()).unwrap();
            let text = if tokenization.lowers(text.as_bytes()) { &lowered() } else { text };
            let before = model.tokens.len();
            let mut take = |token: std::ops::Range<usize>| {
                model.tokens.push(text[token].to_owned());
                Ok(())
            };
            tokenization.each(text, &mut take).unwrap();
            model.lengths.push((model.tokens.len() - before) as u64);
        }
        for word in &model.tokens {
            if !model.forms.contains(word) {
                model.forms.push(word.clone());
            }
            let term = lowercase(word.as_bytes()).unwrap();
            match model.frequencies.iter_mut().find(|(known, _)| known[..] == term[..]) {
                Some((_, count)) => *count += 1,
                None => model.frequencies.push((term.into_owned(), 1)),
            }
        }
        model
    }
}

pub(super) fn assert_is(analyzer: &Analyzer, texts: &[String]) {
    let model = Model::of(texts, &analyzer.tokenization);
    let found: Vec<_> = analyzer.frequencies().unwrap().iter().map(|(term, count)| (term.to_vec(), count)).collect();
    assert_eq!(found, model.frequencies);
    let expected = Statistics {
        documents: texts.len() as u64,
        total_words: model.tokens.len() as u64,
        unique_words: model.frequencies.len() as u64,
        distinct_types: model.forms.len() as u64,
        bytes: texts.iter().map(String::len).sum::<usize>() as u64,
    };
    assert_eq!(analyzer.statistics(), Ok(expected));
    assert_eq!((analyzer.document_count(), analyzer.total_words()), (expected.documents, Ok(expected.total_words)));
    let seen = analyzer.corpus.query(|index| {
        if !analyzer.corpus.keeps_text() {
            return assert_eq!((index.token_runs().count(), index.document_lengths()), (0, Ok(Vec::new())));
        }
        let tokens: Vec<&[u8]> = index.token_runs().flat_map(TokenRun::ids).map(|id| index.types().get(id)).collect();
        assert_eq!(tokens, model.tokens.iter().map(String::as_bytes).collect::<Vec<_>>());
        assert_eq!(index.document_lengths().unwrap(), model.lengths);
    });
    assert_eq!(seen, Ok(()));
    assert_sentiments_are_sums(analyzer, &model);
}

/// Sums of the values of this lexicon are exact, so the sentiments must be equal.
fn assert_sentiments_are_sums(analyzer: &Analyzer, model: &Model) {
    let lexicon = Lexicon::parse("a\t1\nb\t-0.5\né\t2.25\n").unwrap();
    let mut values =
        model.tokens.iter().map(|token| lexicon.find(&lowercase(token.as_bytes()).unwrap()).unwrap_or(0.0));
    let sum =
        |length: &u64| values.by_ref().take(usize::try_from(*length).unwrap()).fold(0.0, |sum, value| sum + value);
    let expected: Vec<f64> = model.lengths.iter().map(sum).collect();
    let found = analyzer.document_sentiments(Some(&lexicon));
    assert_eq!(found, if analyzer.corpus.keeps_text() { Ok(expected.clone()) } else { Err(Error::TextNotStored) });
    let mean = expected.iter().sum::<f64>() / expected.len() as f64;
    assert_eq!(analyzer.sentiment_with(&lexicon), if expected.is_empty() { Err(Error::NoDocuments) } else { Ok(mean) });
}

pub(super) fn documents() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof!["[abAB]{1,3}", "[abÉéΣ光]{1,30}", "x{90,200}"];
    let text = prop::collection::vec((word, "[ \n\u{3000}]{1,3}"), 1..40)
        .prop_map(|words| words.into_iter().flat_map(|(word, space)| [word, space]).collect());
    prop::collection::vec(text, 0..12)
}

proptest! {
    #[test]
    fn results_equal_those_of_a_simple_model(
        before in documents(), after in documents(), threads in 1..5_usize, step: bool, keeps_text: bool,
    ) {
        let analyzer = Analyzer::with(NonZero::new(threads), keeps_text, Tokenization::default());
        for text in &before {
            analyzer.add(text.as_bytes()).unwrap();
        }
        assert_is(&analyzer, &before);
        let (added, result) = analyzer.add_all(after.iter().map(|text| Checked::new(text.as_bytes())), Blank::Refused);
        prop_assert_eq!((added, result), (after.len() as u64, Ok(())));
        if step {
            // A step with no time indexes one block.
            let mut last = 0;
            loop {
                let Progress { done, total } = analyzer.update(Some(Duration::ZERO)).unwrap();
                if done == total {
                    break;
                }
                // At the end, steps only make terms, and `done` is one byte less than `total`.
                prop_assert!(done > last || last == 0 || !keeps_text || done + 1 == total);
                last = done;
            }
        }
        let all = [before, after].concat();
        assert_is(&analyzer, &all);
        analyzer.clear();
        assert_is(&analyzer, &[]);
    }
}

proptest! {
    #[test]
    fn blank_documents_are_kept_as_documents_without_words(
        texts in prop::collection::vec(prop_oneof![
            Just(String::new()), "[ \n\u{3000}]{1,90}", "[abÉé .]{0,12}", "[ab ]{60,200}",
        ], 0..60),
        threads in 1..4_usize, keeps_text: bool, in_one_call: bool,
        tokenization in prop_oneof![tokenizations(), Just(Tokenization::Whitespace)],
    ) {
        let analyzer = Analyzer::with(NonZero::new(threads), keeps_text, tokenization);
        let number = texts.len() as u64;
        if in_one_call && !texts.is_empty() {
            prop_assert_eq!(analyzer.add_separated(texts.join("|").as_bytes(), b'|', Blank::Kept), (number, Ok(())));
        } else {
            let checked = texts.iter().map(|text| Checked::with(text.as_bytes(), Blank::Kept));
            prop_assert_eq!(analyzer.add_all(checked, Blank::Kept), (number, Ok(())));
        }
        assert_is(&analyzer, &texts);
        if keeps_text {
            prop_assert_eq!(analyzer.contains_document(b""), Ok(texts.contains(&String::new())));
            let sentences = |text: &String| {
                let mut sentences = 0;
                sentences::each(text, false, |_| { sentences += 1; Ok(()) }).unwrap();
                sentences
            };
            prop_assert_eq!(analyzer.sentence_count(false), Ok(texts.iter().map(sentences).sum::<u64>()));
            let shape = Shape::new(2, 0).unwrap();
            let pairs = |text: &String| Model::of(std::slice::from_ref(text), analyzer.tokenization()).tokens.len().saturating_sub(1);
            let ngrams = analyzer.ngrams(shape).unwrap();
            prop_assert_eq!(ngrams.counts().iter().sum::<u64>(), texts.iter().map(pairs).sum::<usize>() as u64);
        }
    }
}

#[test]
fn empty_documents_are_counted_and_freed_if_text_is_not_kept() {
    let analyzer = Analyzer::counting(None);
    for _ in 0..1000 {
        assert_eq!(analyzer.add_all([Checked::with(b"", Blank::Kept)], Blank::Kept), (1, Ok(())));
        assert!(analyzer.corpus.documents().memory() < MAX_UNCOUNTED_BYTES);
    }
    assert_eq!(analyzer.statistics().unwrap().documents, 1000);
}

pub(super) fn tokenizations() -> impl Strategy<Value = Tokenization> {
    prop::sample::select(vec![
        Tokenization::Unicode(Segments::Words),
        Tokenization::Unicode(Segments::All),
        Tokenization::Word(WordRules::default()),
        Tokenization::Characters,
        Tokenization::Pattern(Pattern::new("[ab]+").unwrap()),
        // With this pattern, a token depends on the text before it.
        Tokenization::Pattern(Pattern::new(r"(?:\b|é)[abx]|\Bb|^.").unwrap()),
        Tokenization::Pattern(Pattern::of_python("[abé]", r"\b\w|x+(?mR:$)|\B.").unwrap()),
    ])
}

proptest! {
    #[test]
    fn results_with_every_tokenizer_equal_those_of_a_simple_model(
        before in documents(), after in documents(), threads in 1..4_usize, keeps_text: bool, step: bool,
        tokenization in tokenizations(),
    ) {
        let analyzer = Analyzer::with(NonZero::new(threads), keeps_text, tokenization.clone());
        let mut all = Vec::new();
        for text in before.into_iter().chain(["İ ΑΣ'Α a.b".to_owned(), "...".to_owned()]).chain(after) {
            let draft = all.len() % 2 == 1;
            if draft {
                let mut draft = analyzer.draft(0, false).unwrap();
                draft.append(text.as_bytes()).unwrap();
                analyzer.add_draft(&mut draft).unwrap();
            } else {
                analyzer.add(text.as_bytes()).unwrap();
            }
            all.push(text);
        }
        // A step with no time indexes one block, or some tokens of a long document.
        while step && analyzer.update(Some(Duration::ZERO)).is_ok_and(|progress| progress.done < progress.total) {}
        assert_is(&analyzer, &all);
        let mut words = 0;
        for text in &all {
            words += analyzer.words_of(text.as_bytes()).unwrap().unwrap();
        }
        prop_assert_eq!(analyzer.total_words(), Ok(words));
        if keeps_text {
            let (chunks, _) = analyzer.documents_since(0).unwrap();
            prop_assert_eq!(chunks.iter().flat_map(|chunk| chunk.words(&tokenization).unwrap()).sum::<u64>(), words);
        }
        prop_assert_eq!(analyzer.add(" \n".as_bytes()).unwrap_err(), Error::NoWords);
        analyzer.clear();
        assert_is(&analyzer, &[]);
    }
}

#[test]
fn a_long_text_that_cannot_be_split_has_all_its_tokens() {
    for tokenization in [
        Tokenization::Unicode(Segments::Words),
        Tokenization::Unicode(Segments::All),
        Tokenization::Word(WordRules::default()),
        Tokenization::Characters,
        Tokenization::Pattern(Pattern::new("é+|光$").unwrap()),
    ] {
        let analyzer = Analyzer::with(NonZero::new(2), true, tokenization);
        let text = format!("a\u{3000}b.{}-光", "é".repeat(MAX_TEXT_BYTES));
        analyzer.add(text.as_bytes()).unwrap();
        analyzer.add("a b".as_bytes()).unwrap();
        assert_is(&analyzer, &[text, "a b".to_owned()]);
    }
}

#[test]
fn a_long_document_is_indexed_in_parts_with_a_pattern() {
    for keeps_text in [true, false] {
        let tokenization = Tokenization::Pattern(Pattern::new(r"\w+").unwrap());
        let analyzer = Analyzer::with(NonZero::new(2), keeps_text, tokenization);
        analyzer.add("some more words ".repeat(500).as_bytes()).unwrap();
        let (mut steps, mut last) = (0, 0);
        loop {
            let Progress { done, total } = analyzer.update(Some(Duration::ZERO)).unwrap();
            steps += 1;
            assert!(done > last, "no progress");
            if done == total {
                break;
            }
            last = done;
        }
        assert!(keeps_text == (steps > 100), "{steps} steps");
        assert_eq!(analyzer.total_words(), Ok(1500));
    }
}

#[test]
fn counts_that_a_panic_destroyed_cannot_be_queried() {
    let analyzer = Analyzer::counting(None);
    analyzer.add(b"one").unwrap();
    let fails = |work: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err();
    assert!(fails(&|| analyzer.panic_while_indexing("on purpose")));
    assert!(fails(&|| _ = analyzer.statistics()));
    analyzer.clear();
    analyzer.add(b"two").unwrap();
    assert_is(&analyzer, &["two".to_owned()]);
}

#[test]
fn background_indexing_continues_an_update_that_stopped() {
    let analyzer = Analyzer::new(NonZero::new(2));
    let text = "some more words ".repeat(500);
    let mut draft = analyzer.draft(text.len(), false).unwrap();
    draft.append(text.as_bytes()).unwrap();
    analyzer.add_draft(&mut draft).unwrap();
    let Progress { done, total } = analyzer.update(Some(Duration::ZERO)).unwrap();
    assert!(0 < done && done < total);
    while analyzer.index_in_background(Duration::from_secs(1)).unwrap() {}
    assert_is(&analyzer, &[text]);
}

#[test]
fn a_word_longer_than_a_tokenizer_reads_in_one_step_is_one_word() {
    let text = format!(" a\u{3000}b {} c", "é".repeat(MAX_TEXT_BYTES));
    let analyzer = Analyzer::default();
    analyzer.add(text.as_bytes()).unwrap();
    assert_is(&analyzer, &[text]);
}

#[test]
fn sentiment_is_a_sum_over_words_divided_by_documents() {
    let analyzer = Analyzer::default();
    assert_eq!(analyzer.sentiment(), Err(Error::NoDocuments));
    for text in ["Good GREAT bad", "an awful, terrible day", "nothing"] {
        analyzer.add(text.as_bytes()).unwrap();
    }
    // "awful," with its comma is not in the lexicon.
    assert_eq!(analyzer.sentiment(), Ok(0.0));
    analyzer.add(b"excellent").unwrap();
    assert_eq!(analyzer.sentiment(), Ok(0.25));
}

#[test]
fn earlier_results_do_not_change_when_documents_are_added() {
    let analyzer = Analyzer::default();
    analyzer.add(b"one").unwrap();
    let before = analyzer.frequencies().unwrap();
    analyzer.add(b"one two").unwrap();
    assert_eq!(analyzer.frequencies().unwrap().len(), 2);
    assert_eq!(before.iter().collect::<Vec<_>>(), [(&b"one"[..], 1)]);
}

#[test]
fn many_threads_may_add_and_query_at_the_same_time() {
    let analyzer = Analyzer::new(NonZero::new(2));
    thread::scope(|scope| {
        for thread in 0..4 {
            let analyzer = &analyzer;
            scope.spawn(move || {
                for number in 0..200 {
                    analyzer.add(format!("thread{thread} word{number} good").as_bytes()).unwrap();
                    assert!(analyzer.statistics().unwrap().total_words >= number * 3);
                    assert_eq!(analyzer.sentiment(), Ok(1.0));
                }
            });
        }
    });
    assert_eq!(analyzer.statistics().unwrap().unique_words, 4 + 200 + 1);
}

#[test]
fn a_panic_while_indexing_loses_no_document() {
    let analyzer = Analyzer::default();
    analyzer.add(b"still here").unwrap();
    assert_eq!(analyzer.unique_words(), Ok(2));
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| analyzer.panic_while_indexing("on purpose")));
    assert_eq!(panic.unwrap_err().downcast_ref::<String>().unwrap(), "on purpose");
    analyzer.add(b"and here").unwrap();
    assert_is(&analyzer, &["still here".to_owned(), "and here".to_owned()]);
}

#[test]
fn an_answer_has_all_of_a_document_or_nothing_of_it() {
    let analyzer = Analyzer::new(NonZero::new(1));
    analyzer.add(b"one document").unwrap();
    analyzer.unique_words().unwrap();
    analyzer.add("and a long one ".repeat(5000).as_bytes()).unwrap();
    analyzer.add("and another long one ".repeat(5000).as_bytes()).unwrap();
    let mut index = analyzer.corpus.index_mut();
    analyzer.corpus.update(&mut index, Some(Instant::now())).unwrap();
    assert!(index.position().documents == 1 && index.position().inside > 0, "{:?}", index.position());
    // The target of a query that began before the long documents were added.
    assert_eq!(analyzer.corpus.update_to(&mut index, 1, None), Ok(true));
    assert_eq!((index.position().inside, index.token_count()), (0, 2 + 4 * 5000));
}
