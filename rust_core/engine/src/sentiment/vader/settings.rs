//! The settings of a [`Vader`](super::Vader).

/// The words and options for scoring. Each text has one entry per line: a key, a tab, and its value.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings<'t> {
    /// Words, and the valence of each: how positive or negative it is.
    pub lexicon: &'t str,
    /// Emoji, and a description of each.
    pub emoji: &'t str,
    /// Additional boosters: phrases of up to three words, and how much each adds to the valence of the words after it.
    pub boosters: &'t str,
    /// Additional words that negate, one per line, without a value.
    pub negations: &'t str,
    /// Phrases that count as one word of the lexicon, and their valences.
    pub idioms: &'t str,
    /// Whether to find emoji of several code points; if not, only emoji of one code point are found.
    pub long_emoji: bool,
    /// How valences are added up.
    pub summation: Summation,
}

/// How Python's `sum()` adds valences. This decides whether valences that cancel out give exactly 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Summation {
    /// Plain addition, as up to Python 3.11.
    #[default]
    Plain,
    /// Keeps the rounding errors of additions and adds them at the end (Neumaier), except for added integers.
    CompensatedFloats,
    /// Keeps the rounding errors of added integers too.
    Compensated,
}
