//! Indexing while documents are added.
//!
//! Whoever adds much in a row is kept busy by that; another processor can index meanwhile what is there. Nothing depends
//! on it: the next query does what is left.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle, park_timeout};
use std::time::Duration;

use crate::analyzer::Analyzer;
use crate::forks;
use crate::workers::has_memory_for;

/// How long the indexer holds the index at most, since others may want to ask it.
const STEP: Duration = Duration::from_millis(10);
/// How long it waits for more text, at first, and at most: where little comes, it looks seldom.
const WAITS: [Duration; 2] = [Duration::from_micros(250), Duration::from_millis(32)];

/// A thread that indexes what is added to an analyzer, until it is stopped.
pub struct Indexer {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Indexer {
    /// Starts to index. Does nothing where the analyzer has one thread or keeps no text, or no thread can be had.
    pub fn start(analyzer: impl Deref<Target = Analyzer> + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let is_useful = analyzer.can_index_in_background() && has_memory_for(1);
        let index = move || {
            let mut wait = WAITS[0];
            while !stopped.load(Ordering::Relaxed) {
                match analyzer.index_in_background(STEP) {
                    Ok(true) => wait = WAITS[0],
                    Ok(false) => {
                        park_timeout(wait);
                        wait = WAITS[1].min(wait * 2);
                    }
                    // Without memory it would only be in the way of others.
                    Err(_) => break,
                }
            }
        };
        let thread = is_useful.then(|| forks::step(|| Builder::new().spawn(index)));
        Self { stop, thread: thread.and_then(Result::ok) }
    }

    /// Stops, after the step that is being done. A panic while indexing is raised again here.
    pub fn stop(mut self) {
        if let Err(panic) = self.end() {
            std::panic::resume_unwind(panic);
        }
    }

    fn end(&mut self) -> std::thread::Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().map_or(Ok(()), |thread| {
            thread.thread().unpark();
            thread.join()
        })
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        // Who drops it does not ask how it went; the index is made anew if it went wrong.
        _ = self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZero;

    #[test]
    fn what_was_indexed_meanwhile_changes_no_answer() {
        let analyzer = Arc::new(Analyzer::new(NonZero::new(2)));
        let alone = Analyzer::new(NonZero::new(1));
        let indexer = Indexer::start(Arc::clone(&analyzer));
        for number in 0..20_000 {
            let text = format!("document {number} of Many {}", number % 7);
            analyzer.add(text.as_bytes()).unwrap();
            alone.add(text.as_bytes()).unwrap();
            if number % 5000 == 0 {
                assert_eq!(analyzer.unique_words(), alone.unique_words());
            }
        }
        indexer.stop();
        assert_eq!(analyzer.statistics(), alone.statistics());
        assert!(analyzer.frequencies().unwrap().iter().eq(alone.frequencies().unwrap().iter()));
    }

    #[test]
    fn an_indexer_outlives_every_other_user_of_the_analyzer() {
        let analyzer = Arc::new(Analyzer::new(NonZero::new(2)));
        analyzer.add(b"one").unwrap();
        let indexer = Indexer::start(Arc::clone(&analyzer));
        drop(analyzer);
        drop(indexer);
    }
}
