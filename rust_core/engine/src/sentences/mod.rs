//! Sentences by UAX #29, Unicode Text Segmentation.

mod boundaries;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::documents::Chunk;
use crate::error::{Error, Result};
use crate::memory::list_for;
use crate::utf8;
use crate::whitespace::is_whitespace;
use boundaries::Segments;

/// With less text, starting threads would cost more than it gains.
const MIN_BYTES_FOR_THREADS: usize = 1 << 20;

/// Calls `take` with each sentence of a text, with the whitespace after it. A blank segment between two boundaries is
/// not a sentence; empty lines between paragraphs are such segments. With `unwrap`, a line end inside a paragraph counts
/// as a space.
///
/// # Errors
/// The errors of `take`; [`Stopped`](crate::Error::Stopped).
pub fn each(text: &str, unwrap: bool, take: impl FnMut(Range<usize>) -> Result<()>) -> Result<()> {
    each_in(text, unwrap, &mut Steps::begin(), take)
}

/// Does the same as [`each`], in steps of the caller.
///
/// # Errors
/// As [`each`].
pub fn each_in(
    text: &str,
    unwrap: bool,
    steps: &mut Steps,
    mut take: impl FnMut(Range<usize>) -> Result<()>,
) -> Result<()> {
    for segment in Segments::of(text, unwrap) {
        match segment {
            Some(segment) if is_blank(&text[segment.clone()]) => {}
            Some(segment) => take(segment)?,
            None => steps.did(UNITS_PER_LOOK)?,
        }
    }
    Ok(())
}

fn is_blank(segment: &str) -> bool {
    segment.chars().all(is_whitespace)
}

/// The number of sentences in documents, counted on `threads` threads; `unwrap` as in [`each`].
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn count(chunks: &[Arc<Chunk>], threads: usize, unwrap: bool) -> Result<u64> {
    let bytes: usize = chunks.iter().map(|chunk| chunk.text().len()).sum();
    let threads = if bytes < MIN_BYTES_FOR_THREADS { 1 } else { threads.min(chunks.len()).max(1) };
    let next = AtomicUsize::new(0);
    let mut counters = list_for(threads)?;
    counters.resize_with(threads, SentenceCounter::default);
    Steps::begin().run(&mut counters, |counter, steps| {
        while counter.failed.is_none() {
            if counter.documents.is_empty() && counter.segments.is_none() {
                let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                (counter.chunk, counter.documents) = (Some(chunk), 0..chunk.len());
            }
            counter.failed = counter.count_some(unwrap).err();
            if steps.is_over() {
                return false;
            }
        }
        true
    })?;
    counters.into_iter().map(|counter| counter.failed.map_or(Ok(counter.sentences), Err)).sum()
}

/// Counts the sentences of one chunk after another.
#[derive(Default)]
struct SentenceCounter<'c> {
    chunk: Option<&'c Arc<Chunk>>,
    /// The documents of the chunk that were not begun.
    documents: Range<usize>,
    /// The rest of a document.
    segments: Option<Segments<'c>>,
    sentences: u64,
    failed: Option<Error>,
}

impl SentenceCounter<'_> {
    /// Counts sentences in some text of the chunk.
    fn count_some(&mut self, unwrap: bool) -> Result<()> {
        let Some(chunk) = self.chunk else { return Ok(()) };
        let mut bytes = 0;
        while bytes < UNITS_PER_LOOK {
            let segments = match &mut self.segments {
                Some(segments) => segments,
                segments => {
                    let Some(document) = self.documents.next() else { break };
                    let text = utf8::checked(&chunk.text()[chunk.range(document)])?;
                    bytes += text.len();
                    segments.insert(Segments::of(text, unwrap))
                }
            };
            match segments.next() {
                Some(Some(segment)) => self.sentences += u64::from(!is_blank(segments.text(segment))),
                Some(None) => break,
                None => self.segments = None,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Analyzer;
    use crate::checkpoint::tests::calls;
    use crate::tokenizer::unicode::tests::{assigned, lines_of};
    use proptest::prelude::*;
    use regex::Regex;
    use std::num::NonZero;
    use unicode_segmentation::UnicodeSegmentation;

    fn split(text: &str, unwrap: bool) -> Vec<&str> {
        Segments::of(text, unwrap).flatten().map(|segment| &text[segment]).collect()
    }

    fn sentences(text: &str, unwrap: bool) -> Vec<&str> {
        let mut found = Vec::new();
        each(text, unwrap, |sentence| {
            found.push(&text[sentence]);
            Ok(())
        })
        .unwrap();
        found
    }

    #[test]
    fn every_line_of_unicodes_test_passes() {
        let mut number = 0;
        for parts in lines_of(include_str!("../../tests/data/SentenceBreakTest.txt")) {
            let text = parts.concat();
            assert_eq!(split(&text, false), parts);
            let found = sentences(&text, false);
            let is_space = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
            let expected: Vec<&String> = parts.iter().filter(|part| !part.chars().all(is_space)).collect();
            assert_eq!(found, expected);
            number += 1;
        }
        assert_eq!(number, 512);
    }

    /// A character of each class, in ASCII and outside it.
    const CHARACTERS: &str = "[aBλЖ光1()»،.!?。\u{600}\u{300}\u{ad}\u{200d} \t\u{3000}\r\n\u{85}\u{2029}\u{c}/\u{1c}-]";

    fn assert_same_as_the_crate(text: &str) {
        assert_eq!(split(text, false), text.split_sentence_bounds().collect::<Vec<_>>(), "{text:?}");
    }

    #[test]
    fn every_character_has_its_class() {
        // Between these characters, the class decides whether there is a boundary.
        for c in assigned() {
            assert_same_as_the_crate(&format!(
                "A.{c}\n.{c}a\n. {c}\n. {c}a\n!{c}A\n! {c}A\n!){c}A\n{c}.A\n{c} a\n\n{c}\n\n.1{c}\n\n. 1{c}a"
            ));
        }
    }

    #[test]
    fn short_texts_have_the_sentences_of_the_crate() {
        let characters: Vec<char> = "aB光1).!\u{300}\u{ad} \r\n\u{85},-".chars().collect();
        let mut texts = vec![String::new()];
        for _ in 0..4 {
            texts = texts.iter().flat_map(|text| characters.iter().map(move |c| format!("{text}{c}"))).collect();
            texts.iter().for_each(|text| assert_same_as_the_crate(text));
        }
    }

    #[test]
    fn lines_of_a_paragraph_are_unwrapped() {
        let unwrapped = |text| sentences(text, true);
        assert_eq!(
            unwrapped("One is\nlong. Two\r\nis not!\n\nThree\ris."),
            ["One is\nlong. ", "Two\r\nis not!\n", "Three\ris."]
        );
        // A lower case letter follows "p.m.", on the same line or on another.
        assert_eq!(unwrapped("At 3 p.m.\n it rained.\nYes."), ["At 3 p.m.\n it rained.\n", "Yes."]);
        // Lines that contain only whitespace are blank, also at the start and at the end.
        for blank in
            ["\n\n", "\n \t\n", "\r\n\r\n", "\r\r", "\n\r", "\n\u{c}\u{3000}\n", "\n\n\n", "\n\u{2029}", "\u{85}"]
        {
            let text = format!("{blank}A title{blank}A text{blank}");
            assert_eq!(sentences(&text, true).len(), 2, "{text:?}");
        }
        assert_eq!(unwrapped(""), [""; 0]);
        assert_eq!(unwrapped("\n"), [""; 0]);
    }

    proptest! {
        #[test]
        fn sentences_equal_those_of_the_crate(text in &format!("{CHARACTERS}{{0,60}}")[..]) {
            assert_same_as_the_crate(&text);
        }

        #[test]
        fn sentences_of_any_text_equal_those_of_the_crate(text in any::<String>()) {
            assert_same_as_the_crate(&text);
        }

        /// The oracle works on lines, and the library works on characters.
        #[test]
        fn a_line_end_in_a_paragraph_has_the_effect_of_a_space(
            text in &format!("{CHARACTERS}{{0,60}}")[..], paragraphs in "([aB.1 ]{0,9}(\r\n|\n|\r)){0,9}[aB.1 ]{0,9}",
        ) {
            for text in [text, paragraphs] {
                // The spaces have the length of the line ends.
                let spaced = wrapped(&text);
                prop_assert_eq!(split(&text, true).concat(), &text[..]);
                let ends = |text, unwrap| Segments::of(text, unwrap).flatten().map(|segment| segment.end).collect::<Vec<_>>();
                prop_assert_eq!(ends(&text, true), ends(&spaced, false), "{:?}", text);
                prop_assert!(sentences(&text, true).len() <= sentences(&text, false).len());
            }
        }
    }

    /// The text with spaces instead of line ends inside paragraphs.
    fn wrapped(text: &str) -> String {
        let ends = Regex::new("\r\n|[\r\n\u{85}\u{2028}\u{2029}]").unwrap();
        let is_blank = |line: &str| line.chars().all(is_whitespace);
        let lines: Vec<&str> = ends.split(text).collect();
        let mut spaced = String::new();
        for (number, end) in ends.find_iter(text).enumerate() {
            spaced += lines[number];
            let is_wrapped = !is_blank(lines[number]) && !is_blank(lines[number + 1]) && end.as_str().is_ascii();
            spaced += if is_wrapped { &"  "[..end.len()] } else { end.as_str() };
        }
        spaced + lines[lines.len() - 1]
    }

    #[test]
    fn the_checkpoint_can_stop_inside_a_long_sentence() {
        for text in ["光".repeat(1000), "no end ".repeat(500)] {
            let find = || each(&text, true, |_| Ok(()));
            let (steps, result) = calls(usize::MAX, find);
            assert_eq!(result, Ok(()));
            assert!(steps >= text.len() / UNITS_PER_LOOK, "{steps}");
            assert_eq!(calls(3, find), (3, Err(Error::Stopped)));
            let analyzer = Analyzer::new(NonZero::new(2));
            for _ in 0..3 {
                analyzer.add(text.as_bytes()).unwrap();
            }
            assert_eq!(calls(5, || analyzer.sentence_count(true)), (5, Err(Error::Stopped)));
            assert_eq!(calls(usize::MAX, || analyzer.sentence_count(true)).1, Ok(3));
        }
    }

    #[test]
    fn sentences_are_counted_document_by_document() {
        let analyzer = Analyzer::new(NonZero::new(3));
        assert_eq!(analyzer.sentence_count(false), Ok(0));
        let text = "It was late. Was it? Yes, at 3.30 p.m. it was.\n\n\nThe end";
        assert_eq!(sentences(text, false).len(), 4);
        for _ in 0..20_000 {
            analyzer.add(text.as_bytes()).unwrap();
        }
        assert_eq!(analyzer.sentence_count(false), Ok(80_000));
        assert_eq!(Analyzer::counting(None).sentence_count(false), Err(crate::Error::TextNotStored));
    }
}
