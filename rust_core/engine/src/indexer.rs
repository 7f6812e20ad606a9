//! Indexing in the background.
//!
//! While one thread adds many documents, another thread can index them. This does not change results: the next query
//! indexes the rest.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle, park_timeout};
use std::time::Duration;

use crate::analyzer::Analyzer;
use crate::forks;
use crate::workers::has_memory_for;

/// The time of a step. Queries wait for the end of a step.
const STEP_TIME: Duration = Duration::from_millis(1);
/// The first and the longest time to wait for more text. The time doubles while there is no text.
const WAIT_TIMES: [Duration; 2] = [Duration::from_micros(250), Duration::from_millis(32)];

/// A background thread that indexes the documents of an analyzer as they are added.
pub struct Indexer {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Indexer {
    /// Starts the thread. Does nothing if the analyzer has one thread or keeps no text, or if no thread can be started.
    pub fn start(analyzer: impl Deref<Target = Analyzer> + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let is_useful = analyzer.can_index_in_background() && has_memory_for(1);
        let index = move || {
            let mut wait = WAIT_TIMES[0];
            while !stopped.load(Ordering::Relaxed) {
                match analyzer.index_in_background(STEP_TIME) {
                    Ok(true) => wait = WAIT_TIMES[0],
                    Ok(false) => {
                        park_timeout(wait);
                        wait = WAIT_TIMES[1].min(wait * 2);
                    }
                    // Without memory, it would only delay other threads.
                    Err(_) => break,
                }
            }
        };
        let thread = is_useful.then(|| forks::step(|| Builder::new().spawn(index)));
        Self { stop, thread: thread.and_then(Result::ok) }
    }

    /// Stops the thread after its current step. A panic of the thread continues here.
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
        // After a panic, the next query builds the index again.
        _ = self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZero;

    #[test]
    fn indexing_in_the_background_does_not_change_results() {
        let analyzer = Arc::new(Analyzer::new(NonZero::new(2)));
        let other = Analyzer::new(NonZero::new(1));
        let indexer = Indexer::start(Arc::clone(&analyzer));
        for number in 0..20_000 {
            let text = format!("document {number} of Many {}", number % 7);
            analyzer.add(text.as_bytes()).unwrap();
            other.add(text.as_bytes()).unwrap();
            if number % 5000 == 0 {
                assert_eq!(analyzer.unique_words(), other.unique_words());
            }
        }
        indexer.stop();
        assert_eq!(analyzer.statistics(), other.statistics());
        assert!(analyzer.frequencies().unwrap().iter().eq(other.frequencies().unwrap().iter()));
    }

    #[test]
    fn one_thread_continues_the_work_of_several_threads() {
        let (analyzer, other) = (Analyzer::new(NonZero::new(2)), Analyzer::new(NonZero::new(1)));
        for document in 0..6 {
            let words: Vec<String> =
                (0..400).map(|number| format!("Word{}", (number * 7 + document * 50) % 500)).collect();
            analyzer.add(words.join(" ").as_bytes()).unwrap();
            other.add(words.join(" ").as_bytes()).unwrap();
        }
        // This step ends before the types of its threads are merged.
        let progress = analyzer.update(Some(Duration::ZERO)).unwrap();
        assert!(0 < progress.done && progress.done < progress.total);
        while analyzer.index_in_background(Duration::ZERO).unwrap() {}
        assert_eq!(analyzer.statistics(), other.statistics());
        assert!(analyzer.frequencies().unwrap().iter().eq(other.frequencies().unwrap().iter()));
    }

    #[test]
    fn an_analyzer_stays_valid_until_its_indexer_stops() {
        let analyzer = Arc::new(Analyzer::new(NonZero::new(2)));
        analyzer.add(b"one").unwrap();
        let indexer = Indexer::start(Arc::clone(&analyzer));
        drop(analyzer);
        drop(indexer);
    }
}
