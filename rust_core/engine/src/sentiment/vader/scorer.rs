//! Scores texts one by one, and reuses memory.

use std::sync::Mutex;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::forks::Watched;
use crate::memory::reserve;
use crate::utf8;
use crate::whitespace::Whitespace;

use crate::sentiment::vader::cache::WordCache;
use crate::sentiment::vader::contrast::{UNITS_PER_SENTIMENT, contrast};
use crate::sentiment::vader::emoji::Emoji;
use crate::sentiment::vader::joined_texts::{JoinedTexts, Texts};
use crate::sentiment::vader::scores::Scores;
use crate::sentiment::vader::scores::scores;
use crate::sentiment::vader::settings::{Settings, Summation};
use crate::sentiment::vader::valence::{Sentence, Sentiment};
use crate::sentiment::vader::vocabulary::Vocabulary;
use crate::sentiment::vader::vocabulary::Word;
use crate::sentiment::vader::words;

/// A longer text has memory of its own, which is not kept for the next text.
const MAX_BYTES_FOR_SHARED_MEMORY: usize = if cfg!(test) { 100 } else { 1 << 16 };

/// Scores texts.
#[derive(Debug)]
pub struct Vader {
    vocabulary: Vocabulary,
    emoji: Emoji,
    summation: Summation,
    /// Memory for texts that are scored one by one. If another thread is using it, a thread uses its own memory
    /// instead, so no thread waits. In a child, this also holds if another thread was using it at the fork; then the
    /// child does not free it.
    scratch: Watched<Mutex<ScoringScratch>>,
}

/// Memory that is reused for one text after another.
#[derive(Debug, Default)]
pub(super) struct ScoringScratch {
    described: JoinedTexts,
    whitespace: Whitespace,
    pub(super) cache: WordCache,
    words: Vec<Word>,
    joined: Vec<Word>,
    sentiments: Vec<Sentiment>,
}

impl Vader {
    /// Makes a scorer from settings.
    ///
    /// # Errors
    /// [`InvalidLexicon`](crate::Error::InvalidLexicon), [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(settings: &Settings) -> Result<Self> {
        Ok(Self {
            vocabulary: Vocabulary::new(settings)?,
            emoji: Emoji::parse(settings.emoji, settings.long_emoji)?,
            summation: settings.summation,
            scratch: Watched::new(Mutex::default()),
        })
    }

    /// Scores a text.
    ///
    /// # Errors
    /// [`InvalidUtf8`](crate::Error::InvalidUtf8), [`OutOfMemory`](crate::Error::OutOfMemory),
    /// [`Stopped`](crate::Error::Stopped).
    pub fn score(&self, text: &[u8]) -> Result<Scores> {
        let mut scores = Scores::default();
        let texts = Texts { text: utf8::checked(text)?, ends: &[text.len()] };
        let take = |_, found| scores = found;
        if text.len() > MAX_BYTES_FOR_SHARED_MEMORY {
            // The checkpoint runs while no lock is held.
            let mut scratch = ScoringScratch::default();
            scratch.cache.begin()?;
            self.score_together(&mut scratch, texts, &mut Steps::begin(), take)?;
            return Ok(scores);
        }
        self.scratch.with(|scratch| {
            let Ok(mut scratch) = scratch.try_lock() else {
                return self.score_together(&mut ScoringScratch::default(), texts, &mut Steps::one(), take);
            };
            scratch.cache.begin()?;
            self.score_together(&mut scratch, texts, &mut Steps::one(), take)
        })?;
        Ok(scores)
    }

    /// Runs `work` with the memory that a thread uses while it scores a text.
    #[cfg(feature = "test-hooks")]
    pub fn while_scoring(&self, work: impl FnOnce(&mut Vec<usize>)) {
        self.scratch.with(|scratch| {
            let mut scratch = scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            work(scratch.described.ends_mut());
        });
    }

    /// Scores texts, and calls `take` with the index and the scores of each.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub(super) fn score_together(
        &self,
        scratch: &mut ScoringScratch,
        texts: Texts,
        steps: &mut Steps,
        mut take: impl FnMut(usize, Scores),
    ) -> Result<()> {
        let ScoringScratch { described, whitespace, cache, words, joined, sentiments } = scratch;
        let texts = self.emoji.described(texts, described, steps)?;
        words::find(&self.vocabulary, texts, whitespace, cache, words, steps)?;
        let mut rest = &words[..];
        for (place, range) in texts.ranges().enumerate() {
            let count = usize::try_from(whitespace.count(range.clone())).expect("no more words than bytes");
            let (words, behind) = rest.split_at(count);
            rest = behind;
            let words = self.vocabulary.join_idioms(words, joined, steps)?;
            self.weigh(words, sentiments, steps)?;
            take(place, scores(&texts.text[range], words.len(), sentiments, self.summation));
        }
        Ok(())
    }

    /// Computes the sentiments of a text, which replace those in `sentiments`.
    fn weigh(&self, words: &[Word], sentiments: &mut Vec<Sentiment>, steps: &mut Steps) -> Result<()> {
        let sentence = Sentence::new(&self.vocabulary, words);
        sentiments.clear();
        for (place, _) in words.iter().enumerate().filter(|(_, word)| word.contributes) {
            steps.did(UNITS_PER_SENTIMENT)?;
            if let Some(sentiment) = sentence.sentiment(place) {
                reserve(sentiments, 1)?;
                sentiments.push(sentiment);
            }
        }
        contrast(words, sentiments, steps)
    }
}
