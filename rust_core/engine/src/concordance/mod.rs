//! Concordances: each match of a pattern as a line, quoted from its text with the words around it (KWIC).
//!
//! `find` compares patterns with the tokens of all documents, which are integers. Only the documents whose lines are
//! listed are tokenized again, in `layout`, to find the `places` of their tokens in the text. `sort` puts lines in
//! order, `sentence` has the sentences of a document, and `texts` has texts and tokens by the numbers of documents.

mod find;
pub(crate) mod layout;
mod places;
pub(crate) mod sentence;
mod sort;
mod texts;

pub use find::Match;
pub use places::Place;
pub use sort::Key;
pub use texts::Texts;

use std::ops::Range;
use std::sync::Arc;

use crate::checkpoint::Steps;
use crate::documents::Chunk;
use crate::error::{Error, Result};
use crate::grouping::{NO_GROUP, check_number};
use crate::memory::{copied, list_for, reserve, zeros};
use crate::patterns::{Compiled, Vocabulary};
use crate::sequence::Sequence;
use crate::tokenizer::Tokenization;
use crate::whitespace::is_whitespace;
use find::find;
use places::{Found, Placing, Scratch, count_characters};
use sort::{Lines, sample, sort_by_number};
use texts::Tokens;

/// The unit of the size of a window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unit {
    /// Tokens.
    #[default]
    Tokens,
    /// Characters.
    Characters,
    /// Sentences before and after the one of the match, which is always quoted.
    Sentences,
}

/// The text that is quoted before and after a match.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// The unit of the sizes.
    pub unit: Unit,
    /// The size before the match.
    pub left: usize,
    /// The size after the match.
    pub right: usize,
}

/// Which lines a concordance has, in which order, and what it quotes.
#[derive(Debug, Default)]
pub struct Options {
    /// How much is quoted.
    pub window: Window,
    /// Whether matches and windows end at the ends of sentences.
    pub within_sentences: bool,
    /// Whether a line end inside a paragraph counts as a space: see [`sentences::each`](crate::sentences::each).
    pub unwrap: bool,
    /// The keys by which lines are sorted, the most important first. Without keys, lines are in the order of the text.
    pub keys: Vec<Key>,
    /// The number of matches that are chosen at random, and the seed; None for all of them.
    pub sample: Option<(usize, u64)>,
    /// The number of lines that are left out before the first.
    pub offset: usize,
    /// The most lines; None for any number.
    pub limit: Option<usize>,
}

impl Options {
    /// Returns whether the types of the index are needed.
    pub fn needs_types(&self) -> bool {
        self.keys.iter().any(|key| key.needs_types())
    }
}

/// The documents of an analyzer, in the form in which patterns are compared with them.
pub struct Corpus {
    /// The tokens, as types.
    pub sequences: Vec<Sequence>,
    /// The words.
    pub vocabulary: Vocabulary,
    /// The texts.
    pub chunks: Vec<Arc<Chunk>>,
    /// How tokens are found in texts.
    pub tokenization: Tokenization,
    /// The number of threads.
    pub threads: usize,
}

/// Lines in their order, with the texts that they quote.
#[derive(Debug)]
pub struct Concordance {
    /// The matches that are listed, in the order of the text, and their places.
    matches: Vec<Match>,
    places: Vec<Place>,
    /// The number of the match of each line; empty if the lines are in the order of the text.
    order: Vec<usize>,
    texts: Texts,
    /// The length and the label of each pattern.
    patterns: Vec<(usize, usize)>,
}

impl Concordance {
    /// Finds and sorts the lines. `ranks` has a number for each document, for each [`Key::Rank`].
    ///
    /// # Errors
    /// [`CodeCount`](Error::CodeCount), [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub fn new(
        corpus: Corpus,
        compiled: &Compiled,
        options: &Options,
        ranks: &[&[u32]],
        steps: &mut Steps,
    ) -> Result<Self> {
        let Corpus { sequences, vocabulary, chunks, tokenization, threads } = corpus;
        let documents = sequences.iter().map(|sequence| sequence.ends.len()).sum();
        ranks.iter().try_for_each(|ranks| check_number(ranks, documents))?;
        let texts = Texts::new(chunks)?;
        let placing = Placing { texts: &texts, tokenization: &tokenization, compiled, options, threads };
        let is_in_order = options.keys.is_empty() && options.sample.is_none() && !options.within_sentences;
        let enough = options.limit.filter(|_| is_in_order).and_then(|limit| limit.checked_add(options.offset));
        let mut matches = find(&sequences, compiled, enough.unwrap_or(usize::MAX), threads, steps)?;
        let mut sentences = if options.within_sentences { within(&placing, &mut matches, steps)? } else { Vec::new() };
        if let Some((number, seed)) = options.sample {
            let chosen = sample(matches.len(), number, seed, steps)?;
            keep(&mut matches, &chosen);
            keep(&mut sentences, &chosen);
        }
        let page = |number: usize| {
            let start = options.offset.min(number);
            start..start.saturating_add(options.limit.unwrap_or(usize::MAX)).min(number)
        };
        let mut order = Vec::new();
        if options.keys.is_empty() {
            let page = page(matches.len());
            matches.truncate(page.end);
            matches.drain(..page.start);
            sentences.truncate(page.end);
            sentences.drain(..page.start.min(sentences.len()));
        } else {
            let tokens = Tokens::new(&sequences)?;
            let lines = Lines {
                matches: &matches,
                sentences: options.within_sentences.then_some(&sentences[..]),
                tokens: &tokens,
                types: &vocabulary.types,
                compiled,
                ranks,
            };
            order = lines.order(&options.keys, threads, steps)?;
            let page = page(order.len());
            order.truncate(page.end);
            order.drain(..page.start);
            if order.len() < matches.len() {
                let chosen = sort_by_number(copied(&order)?, |line| *line, steps)?;
                keep(&mut matches, &chosen);
                keep(&mut sentences, &chosen);
                for line in &mut order {
                    steps.did(1)?;
                    *line = chosen.partition_point(|other| *other < *line);
                }
            }
        }
        drop(sequences);
        let places = placing.places(Found { matches: &matches, sentences: &sentences }, steps)?;
        let mut patterns = list_for(compiled.len())?;
        patterns.extend((0..compiled.len()).map(|pattern| (compiled.length(pattern), compiled.label(pattern))));
        Ok(Self { matches, places, order, texts, patterns })
    }

    /// Returns the number of lines.
    pub fn len(&self) -> usize {
        self.matches.len()
    }

    /// Returns whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.matches.is_empty()
    }

    /// Returns a match, with the place of its line in the text.
    pub fn line(&self, number: usize) -> (Match, Place) {
        let number = self.order.get(number).copied().unwrap_or(number);
        (self.matches[number], self.places[number])
    }

    /// Returns the number of tokens of a match, and the number of the label of its pattern.
    pub fn pattern(&self, found: &Match) -> (usize, usize) {
        self.patterns[found.pattern as usize]
    }

    /// Returns the place of a match in its text, in characters.
    pub fn characters(&self, (found, place): &(Match, Place)) -> Range<usize> {
        let own = &self.texts.bytes(found.document)[place.start..place.end];
        place.characters..place.characters + count_characters(own)
    }

    /// Returns the text before the match of a line, the match, and the text after it: parts of a text that was checked.
    /// Whitespace around the text before and after is left out.
    pub fn quote(&self, (found, place): &(Match, Place)) -> [&[u8]; 3] {
        let text = self.texts.bytes(found.document);
        let Place { left, start, end, right, .. } = *place;
        [trimmed(&text[left..start]), &text[start..end], trimmed(&text[end..right])]
    }
}

/// Returns a text without the whitespace at its ends.
fn trimmed(mut text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| byte.is_ascii() && is_whitespace(char::from(*byte));
    while let [rest @ .., last] = text
        && is_space(last)
    {
        text = rest;
    }
    while let [first, rest @ ..] = text
        && is_space(first)
    {
        text = rest;
    }
    // Few texts begin or end outside ASCII; only these are checked again.
    if text.first().is_some_and(|first| !first.is_ascii()) || text.last().is_some_and(|last| !last.is_ascii()) {
        return str::from_utf8(text).expect("the text was checked").trim_matches(is_whitespace).as_bytes();
    }
    text
}

/// Keeps the matches that are in one sentence. Returns the first token and the end of the sentence of each.
fn within(placing: &Placing, matches: &mut Vec<Match>, steps: &mut Steps) -> Result<Vec<(usize, usize)>> {
    let mut sentences = list_for(matches.len())?;
    sentences.resize(matches.len(), (0, 0));
    let find = |scratch: &mut Scratch, text: &str, all: Found, found: &mut [(usize, usize)], steps: &mut Steps| {
        let Scratch { layout, sentences } = scratch;
        sentences.fill(text, layout, placing.options.unwrap, steps)?;
        for (one, own) in all.matches.iter().zip(found) {
            steps.did(1)?;
            let tokens = sentences.tokens(one.from, layout.len());
            *own = (tokens.start, tokens.end);
        }
        Ok(())
    };
    placing.each_document(Found { matches, sentences: &[] }, &mut sentences, steps, find)?;
    let mut kept = Vec::new();
    for (number, (found, (_, end))) in matches.iter().zip(&sentences).enumerate() {
        if found.from + placing.compiled.length(found.pattern as usize) <= *end {
            reserve(&mut kept, 1)?;
            kept.push(number);
        }
    }
    keep(matches, &kept);
    keep(&mut sentences, &kept);
    Ok(sentences)
}

/// Keeps the items at these ascending places, if there are items.
fn keep<T: Copy>(items: &mut Vec<T>, places: &[usize]) {
    if !items.is_empty() {
        for (to, from) in places.iter().enumerate() {
            items[to] = items[*from];
        }
        items.truncate(places.len());
    }
}

/// How often a label matches in a group of documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MatchCount {
    /// The number of matches.
    pub matches: u64,
    /// The number of documents that have a match; None if only the types are counted.
    pub documents: Option<u64>,
}

/// Counts the matches of `labels` labels in the groups 0 to `groups` - 1: for each group, the counts of all labels.
/// `codes` has a code for each document; without codes, all documents are in group 0.
///
/// # Errors
/// As [`Concordance::new`].
pub fn count(
    corpus: Corpus,
    compiled: &Compiled,
    labels: usize,
    options: &Options,
    (codes, groups): (Option<&[u32]>, usize),
    steps: &mut Steps,
) -> Result<Vec<MatchCount>> {
    let Corpus { sequences, chunks, tokenization, threads, .. } = corpus;
    let texts = Texts::new(chunks)?;
    let mut matches = find(&sequences, compiled, usize::MAX, threads, steps)?;
    if options.within_sentences && !compiled.are_words() {
        let placing = Placing { texts: &texts, tokenization: &tokenization, compiled, options, threads };
        within(&placing, &mut matches, steps)?;
    }
    let cells = groups.checked_mul(labels).ok_or(Error::OutOfMemory { bytes: usize::MAX })?;
    let mut counts = list_for(cells)?;
    counts.resize(cells, MatchCount { matches: 0, documents: Some(0) });
    // The number of the last document with a match of each label, from 1.
    let mut last: Vec<u64> = zeros(labels)?;
    for found in matches {
        steps.did(1)?;
        let group = codes.map_or(0, |codes| codes[found.document]);
        if group == NO_GROUP {
            continue;
        }
        let label = compiled.label(found.pattern as usize);
        let count = &mut counts[group as usize * labels + label];
        count.matches += 1;
        let document = found.document as u64 + 1;
        if std::mem::replace(&mut last[label], document) != document {
            count.documents = count.documents.map(|documents| documents + 1);
        }
    }
    Ok(counts)
}

/// Counts the matches of `labels` labels by the counts of the types. Returns None if a pattern matches several tokens.
///
/// # Errors
/// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
pub fn count_types(
    type_counts: &[u64],
    compiled: &Compiled,
    labels: usize,
    steps: &mut Steps,
) -> Result<Option<Vec<MatchCount>>> {
    if !compiled.are_words() {
        return Ok(None);
    }
    let mut counts = list_for(labels)?;
    counts.resize(labels, MatchCount::default());
    for (id, count) in (0..).zip(type_counts) {
        steps.did(1)?;
        compiled.each(&[id], 0..1, |_, pattern| {
            counts[compiled.label(pattern)].matches += count;
            Ok(())
        })?;
    }
    Ok(Some(counts))
}

#[cfg(test)]
mod tests;
