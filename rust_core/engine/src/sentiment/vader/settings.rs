//! What a [`Vader`](super::Vader) is made from.

use crate::sentiment::vader::scores::Summation;

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
