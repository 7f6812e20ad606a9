//! Sentiment of short texts by the rules of VADER (Hutto & Gilbert, 2014). The scores are those of vaderSentiment
//! 3.3.2, to the last bit. The time is proportional to the length of a text.
//!
//! ```text
//! text ─ emoji ─▶ text ─ words ─▶ words ─ valence ─▶ sentiments ─ contrast ─▶ sentiments ─ scores ─▶ four numbers
//! ```
//!
//! A word is an id in the [vocabulary](vocabulary), which contains all words of the rules, so the rules compare
//! integers. Emoji and words are found in many short texts together; the values of words are computed text by text.

pub mod batch;
mod cache;
mod contrast;
mod emoji;
mod joined_texts;
mod prefix_map;
mod rules;
mod scorer;
mod scores;
mod settings;
mod short_word;
mod valence;
mod vocabulary;
mod words;

pub use scorer::Vader;
pub use scores::Scores;
pub use settings::{Settings, Summation};

#[cfg(test)]
mod tests;
