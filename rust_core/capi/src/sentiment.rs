//! Sentiment of the whole corpus.

use crate::analyzer::tp_analyzer;
use crate::border::{guard, out};
use crate::handles::borrow;
use crate::status::tp_status;

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_sentiment(analyzer: *const tp_analyzer, sentiment: *mut f64) -> tp_status {
    guard(|| {
        let sentiment = out(sentiment, "sentiment")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { sentiment.write(borrow(analyzer, "analyzer")?.engine.sentiment()?) };
        Ok(())
    })
}
