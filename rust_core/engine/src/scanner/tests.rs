//! Compares every SIMD level with loops over single bytes.

mod whitespace_masks {
    use super::super::*;
    use proptest::prelude::*;

    /// The characters that `str.split()` splits at.
    pub const WHITESPACE: &str = "\t\n\u{b}\u{c}\r\u{1c}\u{1d}\u{1e}\u{1f} \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\
        \u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";

    /// Finds the bytes of whitespace characters anywhere, also in bytes that are not UTF-8.
    fn expected(text: &[u8]) -> Vec<u64> {
        let whitespace: Vec<&str> = WHITESPACE.split_terminator("").skip(1).collect();
        let mut masks = vec![0_u64; text.len().div_ceil(LANES)];
        for start in 0..text.len() {
            if let Some(found) = whitespace.iter().find(|character| text[start..].starts_with(character.as_bytes())) {
                for byte in start..start + found.len() {
                    masks[byte / LANES] |= 1 << (byte % LANES);
                }
            }
        }
        masks
    }

    fn assert_every_level(text: &[u8]) {
        let expected = expected(text);
        for level in SimdLevel::available() {
            let mut masks = Vec::new();
            scan(level, text, |mask| masks.push(mask));
            assert_eq!(masks, expected, "{:?} on {text:?}", level.name());
        }
    }

    #[test]
    fn every_character_is_classified_at_every_level() {
        let all: String = ('\0'..=char::MAX).collect();
        assert_every_level(all.as_bytes());
    }

    #[test]
    fn whitespace_across_pieces_is_found() {
        for character in WHITESPACE.chars() {
            for before in 0..2 * LANES {
                let mut text = "x".repeat(before);
                text.push(character);
                assert_every_level(text.as_bytes());
                text.push_str("yz");
                assert_every_level(text.as_bytes());
            }
        }
    }

    proptest! {
        #[test]
        fn levels_agree_on_any_text_at_any_address(
            text in "[a\u{1c}-! \t\n\u{7f}-\u{100}\u{1670}-\u{1690}\u{1ff0}-\u{2070}\u{2ff0}-\u{3010}😀]{0,300}",
            start: prop::sample::Index,
        ) {
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).take(LANES).chain([text.len()]).collect();
            assert_every_level(&text.as_bytes()[*start.get(&starts)..]);
        }

        #[test]
        fn whitespace_after_whitespace_is_found(
            text in prop::collection::vec(prop::sample::select(WHITESPACE.chars().chain("ab".chars()).collect::<Vec<_>>()), 0..200),
        ) {
            assert_every_level(text.into_iter().collect::<String>().as_bytes());
        }

        #[test]
        fn levels_agree_on_bytes_that_are_not_utf8(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            pieces in prop::collection::vec(prop::sample::select(WHITESPACE.as_bytes()), 0..300),
        ) {
            assert_every_level(&bytes);
            assert_every_level(&pieces);
        }
    }
}

mod word_bytes {
    use super::super::*;
    use proptest::prelude::*;

    fn assert_every_level(text: &[u8]) {
        let expected: Vec<WordBytes> = text
            .chunks(LANES)
            .map(|piece| {
                let bits = |test: fn(u8) -> bool| (0..).zip(piece).map(|(at, byte)| u64::from(test(*byte)) << at).sum();
                WordBytes {
                    word: bits(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
                    non_ascii: bits(|byte| !byte.is_ascii()),
                }
            })
            .collect();
        for level in SimdLevel::available() {
            let mut found = Vec::new();
            scan_words(level, text, |piece| found.push(piece));
            assert_eq!(found, expected, "{:?} on {text:?}", level.name());
        }
    }

    #[test]
    fn every_byte_is_classified_at_every_level() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        (0..all.len()).for_each(|start| assert_every_level(&all[start..]));
    }

    proptest! {
        #[test]
        fn levels_agree_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            assert_every_level(&bytes);
        }
    }
}

mod word_classes {
    use super::super::*;
    use proptest::prelude::*;

    fn expected(piece: &[u8]) -> Classes {
        let bits = |test: fn(u8) -> bool| (0..).zip(piece).map(|(at, byte)| u64::from(test(*byte)) << at).sum();
        Classes {
            letter: bits(|byte| byte.is_ascii_alphabetic()),
            digit: bits(|byte| byte.is_ascii_digit()),
            underscore: bits(|byte| byte == b'_'),
            joins_letters: bits(|byte| b":.'".contains(&byte)),
            joins_digits: bits(|byte| b",;.'".contains(&byte)),
            space: bits(|byte| byte == b' '),
            carriage_return: bits(|byte| byte == b'\r'),
            line_feed: bits(|byte| byte == b'\n'),
            non_ascii: bits(|byte| !byte.is_ascii()),
        }
    }

    fn assert_every_level(text: &[u8]) {
        let expected: Vec<Classes> = text.chunks(LANES).map(expected).collect();
        for level in SimdLevel::available() {
            let mut found = Vec::new();
            scan_classes(level, text, |classes| found.push(classes));
            assert_eq!(found, expected, "{:?}", level.name());
        }
    }

    #[test]
    fn every_byte_is_classified_at_every_level() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        for start in 0..LANES {
            assert_every_level(&all[start..]);
            assert_every_level(&all[..all.len() - start]);
        }
    }

    proptest! {
        #[test]
        fn levels_agree_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            assert_every_level(&bytes);
        }
    }
}

mod edge_offsets {
    use super::super::edges::MAX_MASKS;
    use super::super::*;
    use proptest::prelude::*;

    fn found(level: SimdLevel, masks: &Masks) -> [Vec<u32>; 2] {
        let mut both = [Offsets::new().unwrap(), Offsets::new().unwrap()];
        let [starts, ends] = &mut both;
        find_edges(level, masks, starts, ends);
        both.map(|offsets| offsets.first(usize::MAX).to_vec())
    }

    proptest! {
        #[test]
        fn every_level_finds_the_edges_of_a_loop_over_bytes(
            masks in prop::collection::vec((any::<u64>(), any::<u64>(), any::<u64>()), 0..=MAX_MASKS), sparse: bool, before in 0..2_u64, base in 0..9_u32,
        ) {
            let whitespace: Vec<u64> = masks.iter().map(|mask| if sparse { mask.0 & mask.1 & mask.2 } else { mask.0 }).collect();
            let borders: Vec<u64> = masks.iter().map(|mask| if sparse { 0 } else { mask.1 & mask.2 }).collect();
            let bit = |masks: &[u64], at: usize| masks[at / LANES] >> (at % LANES) & 1 == 1;
            let mut expected = [vec![], vec![]];
            for at in 0..masks.len() * LANES {
                let behind_word = if at == 0 { before == 0 } else { !bit(&whitespace, at - 1) };
                let (is_space, is_border) = (bit(&whitespace, at), bit(&borders, at));
                let offset = base + u32::try_from(at).unwrap();
                if !is_space && (!behind_word || is_border) {
                    expected[0].push(offset);
                }
                if behind_word && (is_space || is_border) {
                    expected[1].push(offset);
                }
            }
            let masks = Masks { whitespace: &whitespace, borders: &borders, before, base };
            for level in SimdLevel::available() {
                prop_assert_eq!(&found(level, &masks), &expected, "{:?}", level.name());
            }
        }
    }

    #[test]
    fn there_is_space_for_the_edges_of_documents_of_one_byte() {
        let (whitespace, borders) = ([0; MAX_MASKS], [!0; MAX_MASKS]);
        for level in SimdLevel::available() {
            let masks = Masks { whitespace: &whitespace, borders: &borders, before: 0, base: 0 };
            let mut offsets = [Offsets::new().unwrap(), Offsets::new().unwrap()];
            offsets.iter_mut().for_each(|offsets| offsets.push(7));
            let [starts, ends] = &mut offsets;
            find_edges(level, &masks, starts, ends);
            assert_eq!((starts.len(), ends.len()), (1 + MAX_MASKS * LANES, 1 + MAX_MASKS * LANES));
        }
    }
}
