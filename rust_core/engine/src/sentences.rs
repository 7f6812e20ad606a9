//! Sentences by UAX #29, Unicode Text Segmentation.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use unicode_segmentation::UnicodeSegmentation;

use crate::documents::Chunk;
use crate::error::Result;
use crate::memory::list_for;
use crate::utf8;
use crate::whitespace::next_word;
use crate::workers;

/// Text in chunks with which threads are worth it.
const WORTH_THREADS: usize = 1 << 20;

/// The sentences of a text, each with the whitespace behind it. What lies between two boundaries is none if it is blank, as
/// the empty lines between paragraphs are.
pub fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    // The crate panics on an empty text where overflows are checked.
    let segments = (!text.is_empty()).then(|| text.split_sentence_bound_indices());
    let segments = segments.into_iter().flatten().map(|(at, segment)| at..at + segment.len());
    segments.filter(|segment| next_word(text[segment.clone()].as_bytes(), 0).is_some())
}

/// The number of sentences in documents, counted on so many threads.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn count(chunks: &[Arc<Chunk>], threads: usize) -> Result<u64> {
    let bytes: usize = chunks.iter().map(|chunk| chunk.text().len()).sum();
    let threads = if bytes < WORTH_THREADS { 1 } else { threads.min(chunks.len()).max(1) };
    let next = AtomicUsize::new(0);
    let mut counted = list_for(threads)?;
    counted.resize(threads, Ok(0));
    workers::run(&mut counted, |counted| {
        while let (Ok(sentences), Some(chunk)) = (&mut *counted, chunks.get(next.fetch_add(1, Ordering::Relaxed))) {
            match count_in(chunk) {
                Ok(more) => *sentences += more,
                Err(error) => *counted = Err(error),
            }
        }
    });
    counted.into_iter().sum()
}

fn count_in(chunk: &Chunk) -> Result<u64> {
    let mut sentences = 0;
    for document in 0..chunk.len() {
        sentences += self::sentences(utf8::checked(&chunk.text()[chunk.range(document)])?).count() as u64;
    }
    Ok(sentences)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Analyzer;
    use crate::tokenizer::unicode::tests::lines_of;
    use std::num::NonZero;

    #[test]
    fn every_line_of_unicodes_test_passes() {
        let mut number = 0;
        for parts in lines_of(include_str!("../tests/data/SentenceBreakTest.txt")) {
            let text = parts.concat();
            assert_eq!(text.split_sentence_bounds().collect::<Vec<_>>(), parts);
            let found: Vec<&str> = sentences(&text).map(|range| &text[range]).collect();
            let is_space = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
            let expected: Vec<&String> = parts.iter().filter(|part| !part.chars().all(is_space)).collect();
            assert_eq!(found, expected);
            number += 1;
        }
        assert_eq!(number, 512);
    }

    #[test]
    fn sentences_are_counted_document_by_document() {
        let analyzer = Analyzer::new(NonZero::new(3));
        assert_eq!(analyzer.sentence_count(), Ok(0));
        let text = "It was late. Was it? Yes, at 3.30 p.m. it was.\n\n\nThe end";
        assert_eq!(sentences(text).count(), 4);
        for _ in 0..20_000 {
            analyzer.add(text.as_bytes()).unwrap();
        }
        assert_eq!(analyzer.sentence_count(), Ok(80_000));
        assert_eq!(Analyzer::counting(None).sentence_count(), Err(crate::Error::TextNotStored));
    }
}
