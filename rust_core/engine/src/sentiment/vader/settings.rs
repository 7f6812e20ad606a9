//! What a [`Vader`](super::Vader) is made from.

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

/// How Python's `sum()` adds up valences, which decides whether those of a text that cancel each other are exactly 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Summation {
    /// One after the other: up to Python 3.11.
    #[default]
    Plain,
    /// What each addition rounds off is kept and added in the end (Neumaier), but not where an integer is added.
    CompensatedFloats,
    /// The same, of integers too.
    Compensated,
}
