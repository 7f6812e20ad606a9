//! Where sentences end, in tokens.

use std::sync::Mutex;

use crate::checkpoint::Steps;
use crate::concordance::layout::{Layout, MAX_BYTES_FOR_ONE_THREAD};
use crate::concordance::sentence::Sentences;
use crate::concordance::{Corpus, Texts};
use crate::error::{Error, Result};
use crate::memory::{list_for, reserve};
use crate::sequence::Sequence;
use crate::tokenizer::Tokenization;

/// The sentence ends of a sequence that a thread finds.
struct Task<'t> {
    sequence: &'t Sequence,
    /// The documents that were not begun, by their numbers in the sequence.
    documents: std::ops::Range<usize>,
    /// The number of documents in the sequences before.
    before: usize,
    ends: &'t mut Vec<usize>,
}

/// The work of one thread.
#[derive(Default)]
struct Finder<'t> {
    task: Option<Task<'t>>,
    layout: Layout,
    sentences: Sentences,
    failed: Option<Error>,
}

/// Returns the ends of the sentences in each sequence; each document ends a sentence. A token belongs to the sentence in
/// which it begins. With `unwrap`, a line end inside a paragraph counts as a space.
///
/// # Errors
/// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
pub fn sentence_ends(corpus: &Corpus, unwrap: bool, steps: &mut Steps) -> Result<Vec<Vec<usize>>> {
    let texts = Texts::new({
        let mut chunks = list_for(corpus.chunks.len())?;
        chunks.extend(corpus.chunks.iter().cloned());
        chunks
    })?;
    let documents = corpus.sequences.iter().map(|sequence| sequence.ends.len()).sum();
    // Long documents come first: all threads work on one of them together.
    let (mut long, mut first) = (Vec::new(), Finder::default());
    for document in 0..documents {
        steps.did(1)?;
        let text = texts.text(document)?;
        if text.len() > MAX_BYTES_FOR_ONE_THREAD {
            first.layout.fill_on_threads(text, &corpus.tokenization, usize::MAX, corpus.threads, steps)?;
            first.sentences.fill(text, &mut first.layout, unwrap, steps)?;
            let mut starts = list_for(first.sentences.token_starts().len())?;
            starts.extend_from_slice(first.sentences.token_starts());
            reserve(&mut long, 1)?;
            long.push((document, starts));
        }
    }
    let mut ends: Vec<Vec<usize>> = list_for(corpus.sequences.len())?;
    ends.resize_with(corpus.sequences.len(), Vec::new);
    let (mut tasks, mut before) = (list_for(ends.len())?, 0);
    for (sequence, ends) in corpus.sequences.iter().zip(&mut ends) {
        tasks.push(Task { sequence, documents: 0..sequence.ends.len(), before, ends });
        before += sequence.ends.len();
    }
    let mut finders: Vec<Finder> = list_for(corpus.threads.min(tasks.len()))?;
    finders.resize_with(corpus.threads.min(tasks.len()), Finder::default);
    let queue = Mutex::new(tasks.into_iter());
    steps.run(&mut finders, |finder, steps| {
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        while finder.failed.is_none() {
            if finder.task.is_none() {
                finder.task = next();
            }
            let Some(task) = &mut finder.task else { break };
            match task.documents.next() {
                None => finder.task = None,
                Some(document) => {
                    let known = long.binary_search_by_key(&(task.before + document), |(document, _)| *document);
                    let known = known.ok().map(|place| &long[place].1[..]);
                    finder.failed = finder.find(document, known, &texts, &corpus.tokenization, unwrap).err();
                }
            }
            if steps.is_over() {
                return false;
            }
        }
        true
    })?;
    finders.into_iter().try_for_each(|finder| finder.failed.map_or(Ok(()), Err))?;
    Ok(ends)
}

impl Finder<'_> {
    /// Adds the sentence ends of a document; `known` has the number of tokens before each sentence if they are known.
    fn find(
        &mut self,
        document: usize,
        known: Option<&[usize]>,
        texts: &Texts,
        tokenization: &Tokenization,
        unwrap: bool,
    ) -> Result<()> {
        let Some(Task { sequence, before, ends, .. }) = &mut self.task else { return Ok(()) };
        let tokens = sequence.range(document);
        let starts = match known {
            Some(starts) => starts,
            None => {
                let text = texts.text(*before + document)?;
                let mut steps = Steps::one();
                self.layout.fill(text, tokenization, &mut steps)?;
                self.sentences.fill(text, &mut self.layout, unwrap, &mut steps)?;
                self.sentences.token_starts()
            }
        };
        reserve(ends, starts.len() + 1)?;
        let inside = starts.iter().filter(|start| (1..tokens.len()).contains(*start));
        ends.extend(inside.map(|start| tokens.start + start));
        ends.push(tokens.end);
        Ok(())
    }
}
