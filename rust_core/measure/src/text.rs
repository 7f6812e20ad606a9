//! Text for measurements: words of a vocabulary with the frequencies of real text (Zipf's law), from a fixed seed.

/// Pseudo-random numbers that are the same in every run (SplitMix64).
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.number() % from.len() as u64).expect("less than a length")]
    }
}

/// The letters and separators of a language.
pub struct Language {
    /// The name in English.
    pub name: &'static str,
    letters: [char; 26],
    /// The texts after a word, all with the same frequency.
    separators: &'static [&'static str],
}

/// English.
pub const ENGLISH: Language = Language {
    name: "English",
    letters: letters('a'),
    separators: &[" ", " ", " ", " ", " ", " ", " ", ", ", ". ", "\n"],
};
/// Russian.
pub const RUSSIAN: Language = Language {
    name: "Russian",
    letters: letters('а'),
    separators: &[" ", " ", " ", " ", " ", " ", " ", " ", " ", " ", ", ", ", ", ". ", " — ", "\n"],
};
/// Japanese.
pub const JAPANESE: Language = Language {
    name: "Japanese",
    letters: letters('か'),
    separators: &["", "", "", "、", "。", "「", "」", "\n\u{3000}"],
};

/// Consecutive letters from `first` on.
const fn letters(first: char) -> [char; 26] {
    let mut letters = [first; 26];
    let mut at = 0;
    while at < 26 {
        letters[at as usize] = char::from_u32(first as u32 + at).expect("a letter");
        at += 1;
    }
    letters
}

/// Approximately `bytes` bytes of text in a language. The frequency of the word of rank r is proportional to 1/r.
pub fn zipf(vocabulary: usize, bytes: usize, language: &Language) -> String {
    let mut random = Random(1);
    let words: Vec<String> = (0..vocabulary)
        .map(|_| {
            let length = 2 + random.number() % 9;
            (0..length).map(|_| random.pick(&language.letters)).collect()
        })
        .collect();
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        // The logarithm of a rank is approximately evenly distributed.
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let rank = ((random.number() >> 11) as f64 / (1_u64 << 53) as f64 * (vocabulary as f64).ln()).exp() as usize;
        text.push_str(&words[rank - 1]);
        text.push_str(random.pick(language.separators));
    }
    text
}
