//! Text to measure on: words of a vocabulary, frequent as in real text (Zipf's law), from a fixed seed.

/// Numbers that look random and are the same in every run (SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// About so many bytes of text in which the word of rank r stands as often as 1/r says.
pub fn zipf(vocabulary: usize, bytes: usize) -> String {
    let mut random = Random(1);
    let words: Vec<String> = (0..vocabulary)
        .map(|_| {
            let length = 2 + random.next() % 9;
            (0..length).map(|_| char::from(b'a' + u8::try_from(random.next() % 26).unwrap())).collect()
        })
        .collect();
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        // The logarithm of a rank is about evenly distributed.
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let rank = ((random.next() >> 11) as f64 / (1_u64 << 53) as f64 * (vocabulary as f64).ln()).exp() as usize;
        text.push_str(&words[rank - 1]);
        text.push(if random.next().is_multiple_of(12) { '\n' } else { ' ' });
    }
    text
}
