//! Sentiment of the whole corpus.

use crate::analyzer::{analyzer_at, tp_analyzer};
use crate::border::{guard, out};
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
        unsafe { sentiment.write(analyzer_at(analyzer)?.engine.sentiment()?) };
        Ok(())
    })
}
