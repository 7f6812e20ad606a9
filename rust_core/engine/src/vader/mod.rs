//! Sentiment of short texts by the rules of VADER (Hutto & Gilbert, 2014): the numbers of vaderSentiment 3.3.2, to the
//! last bit, in time that grows with the length of a text.
//!
//! ```text
//! text ─ emoji ─▶ text ─ words ─▶ words ─ valence ─▶ sentiments ─ contrast ─▶ sentiments ─ scores ─▶ four numbers
//! ```
//!
//! A word is an id in the [vocabulary](vocabulary), which knows whatever the rules say of it: so they compare integers.

pub mod batch;
mod contrast;
mod emoji;
mod rules;
mod scores;
mod trie;
mod valence;
mod vocabulary;
mod words;

use crate::error::Result;
use crate::memory::reserve;
use crate::utf8;
use crate::whitespace::Whitespace;

use contrast::contrast;
use emoji::Emoji;
use scores::scores;
pub use scores::{Scores, Summation};
use valence::{Sentence, Sentiment};
use vocabulary::Vocabulary;
use words::Word;

/// What a text is scored by. Each text lists entries a line: what is listed, a tab, and what is said of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings<'t> {
    /// Words, and how positive or negative each is.
    pub lexicon: &'t str,
    /// Emoji, and the words that describe each.
    pub emoji: &'t str,
    /// Further words, or up to three that follow each other, which raise the valence of those behind them by so much.
    pub boosters: &'t str,
    /// Further words that negate, a line each.
    pub negations: &'t str,
    /// Words that count as one that the lexicon lists, wherever they follow each other.
    pub idioms: &'t str,
    /// Whether emoji of several code points are found; otherwise only those of one are.
    pub long_emoji: bool,
    /// How valences are added up.
    pub summation: Summation,
}

/// Scores texts.
#[derive(Debug)]
pub struct Vader {
    vocabulary: Vocabulary,
    emoji: Emoji,
    summation: Summation,
}

/// Memory that is used for one text after the other.
#[derive(Debug, Default)]
pub struct Scratch {
    described: String,
    whitespace: Whitespace,
    words: Vec<Word>,
    sentiments: Vec<Sentiment>,
}

impl Vader {
    /// Reads what texts are to be scored by.
    ///
    /// # Errors
    /// [`InvalidLexicon`](crate::Error::InvalidLexicon), [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(settings: &Settings) -> Result<Self> {
        Ok(Self {
            vocabulary: Vocabulary::new(settings)?,
            emoji: Emoji::parse(settings.emoji, settings.long_emoji)?,
            summation: settings.summation,
        })
    }

    /// Scores a text.
    ///
    /// # Errors
    /// [`InvalidUtf8`](crate::Error::InvalidUtf8), [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn score(&self, text: &[u8]) -> Result<Scores> {
        self.score_with(&mut Scratch::default(), text)
    }

    fn score_with(&self, scratch: &mut Scratch, text: &[u8]) -> Result<Scores> {
        let Scratch { described, whitespace, words, sentiments } = scratch;
        let text = self.emoji.described(utf8::checked(text)?, described)?;
        words.clear();
        words::find(&self.vocabulary, text, whitespace, words)?;
        self.vocabulary.join_idioms(words);
        let sentence = Sentence::new(&self.vocabulary, words);
        sentiments.clear();
        for place in 0..words.len() {
            if let Some(sentiment) = sentence.sentiment(place) {
                reserve(sentiments, 1)?;
                sentiments.push(sentiment);
            }
        }
        contrast(words, sentiments)?;
        Ok(scores(text, words.len(), sentiments, self.summation))
    }
}

#[cfg(test)]
mod tests;
