//! Lists of numbers and strings as one string, for the footer of a file.

use engine::Error;
use engine::memory::{list_for, reserve};

use crate::error::status::Failure;
use crate::saved::layout::damaged;

/// The digits of base 64. The first 32 end a number; the others stand for the same five bits of a number that continues.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BITS: u32 = 5;

/// Writes numbers, the lowest bits of each first.
pub(crate) fn numbers(numbers: impl Iterator<Item = u64>) -> Result<String, Error> {
    let mut text = Vec::new();
    for mut number in numbers {
        // A number has at most 13 digits.
        reserve(&mut text, 13)?;
        loop {
            let (low, rest) = (number & 31, number >> BITS);
            let continues = if rest == 0 { 0 } else { 32 };
            text.push(DIGITS[usize::try_from(low).expect("five bits") + continues]);
            number = rest;
            if rest == 0 {
                break;
            }
        }
    }
    Ok(String::from_utf8(text).expect("digits are ASCII"))
}

/// Reads `count` numbers.
pub(crate) fn read_numbers(text: &str, count: usize) -> Result<Vec<u64>, Failure> {
    let wrong = || damaged("a list of numbers is not valid");
    // Each number has a digit.
    let mut numbers = list_for(count.min(text.len()))?;
    let (mut number, mut shift) = (0_u64, 0);
    for digit in text.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(wrong()),
        };
        let low = u64::from(value & 31);
        if shift >= u64::BITS || low << shift >> shift != low {
            return Err(wrong());
        }
        number |= low << shift;
        shift += BITS;
        if value < 32 {
            if numbers.len() == count {
                return Err(wrong());
            }
            numbers.push(number);
            (number, shift) = (0, 0);
        }
    }
    if numbers.len() == count && shift == 0 { Ok(numbers) } else { Err(wrong()) }
}

/// Writes strings as lines, with `\n` for a line feed and `\\` for a backslash.
pub(crate) fn lines<'s>(strings: impl Iterator<Item = &'s [u8]>) -> Result<String, Error> {
    let mut text = Vec::new();
    for (number, string) in strings.enumerate() {
        reserve(&mut text, 2 * string.len() + 1)?;
        if number > 0 {
            text.push(b'\n');
        }
        for byte in string {
            match byte {
                b'\n' => text.extend_from_slice(b"\\n"),
                b'\\' => text.extend_from_slice(b"\\\\"),
                _ => text.push(*byte),
            }
        }
    }
    Ok(String::from_utf8(text).expect("words are UTF-8"))
}

/// Calls `take` with each string of some lines.
pub(crate) fn read_lines(text: &str, mut take: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Failure> {
    let mut string = Vec::new();
    for line in text.split('\n') {
        string.clear();
        reserve(&mut string, line.len())?;
        let mut bytes = line.bytes();
        while let Some(byte) = bytes.next() {
            string.push(match byte {
                b'\\' => match bytes.next() {
                    Some(b'n') => b'\n',
                    Some(b'\\') => b'\\',
                    _ => return Err(damaged("a list of words is not valid")),
                },
                _ => byte,
            });
        }
        take(&string)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_read_as_they_were_written(list in prop::collection::vec(prop_oneof![0..40_u64, any::<u64>()], 0..20)) {
            let text = numbers(list.iter().copied()).unwrap();
            prop_assert_eq!(&read_numbers(&text, list.len()).unwrap(), &list);
            prop_assert!(read_numbers(&text, list.len() + 1).is_err());
            prop_assert!(list.is_empty() || read_numbers(&text, list.len() - 1).is_err());
        }

        #[test]
        fn any_text_is_refused_or_is_a_list_of_numbers(text in "[A-Za-z/+é]{0,30}", count in 0..5_usize) {
            if let Ok(list) = read_numbers(&text, count) {
                prop_assert_eq!(list.len(), count);
            }
        }

        #[test]
        fn strings_are_read_as_they_were_written(list in prop::collection::vec("[ab\\\\\\né]{0,6}", 1..6)) {
            let text = lines(list.iter().map(String::as_bytes)).unwrap();
            let mut read = Vec::new();
            read_lines(&text, |string| { read.push(String::from_utf8(string.to_vec()).unwrap()); Ok(()) }).unwrap();
            prop_assert_eq!(read, list);
        }
    }

    #[test]
    fn a_backslash_before_another_letter_is_refused() {
        assert!(read_lines("a\\b", |_| Ok(())).is_err());
        assert!(read_lines("a\\", |_| Ok(())).is_err());
    }
}
