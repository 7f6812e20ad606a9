//! Sentiment: of the corpus and of each document, by a lexicon; and by the rules of VADER.

pub(crate) mod lexicon;
pub(crate) mod vader;

use arrow_array::Float64Array;
use arrow_array::ffi::FFI_ArrowArray;

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::export_array;
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::error::status::tp_status;
use crate::handles::borrow;

pub use lexicon::*;
pub use vader::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_sentiment(analyzer: *const tp_analyzer, sentiment: *mut f64) -> tp_status {
    guard(|| {
        let sentiment = out(sentiment, "sentiment")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { sentiment.write(borrow(analyzer, "analyzer")?.engine.sentiment()?) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_sentiment_with(
    analyzer: *const tp_analyzer,
    lexicon: *const tp_lexicon,
    sentiment: *mut f64,
) -> tp_status {
    guard(|| {
        let sentiment = out(sentiment, "sentiment")?;
        // SAFETY: the caller's promise, for both; the out-parameter is not NULL.
        unsafe {
            let (analyzer, lexicon) = (borrow(analyzer, "analyzer")?, borrow(lexicon, "lexicon")?);
            sentiment.write(analyzer.engine.sentiment_with(&lexicon.engine)?);
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_document_sentiments(
    analyzer: *const tp_analyzer,
    lexicon: *const tp_lexicon,
    sentiments: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let sentiments = out(sentiments, "sentiments")?;
        // SAFETY: the caller's promise.
        let analyzer = unsafe { borrow(analyzer, "analyzer")? };
        let found = if lexicon.is_null() {
            analyzer.engine.document_sentiments(None)?
        } else {
            // SAFETY: the caller's promise.
            let lexicon = unsafe { borrow(lexicon, "lexicon")? };
            analyzer.engine.document_sentiments(Some(&lexicon.engine))?
        };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { sentiments.write(export_array(&Float64Array::from(found))) };
        Ok(())
    })
}
