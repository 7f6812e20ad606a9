//! Consecutive documents among chosen documents.

use std::ops::Range;

use crate::error::Result;

/// The most documents of a span.
const MAX_DOCUMENTS_PER_SPAN: usize = if cfg!(test) { 4 } else { 1024 };

/// Calls `take` with each span of consecutive documents among these numbers, in order.
///
/// # Errors
/// Those of `take`.
pub fn each_span(numbers: &[u64], mut take: impl FnMut(Range<usize>) -> Result<()>) -> Result<()> {
    let mut starts = [0; MAX_DOCUMENTS_PER_SPAN + 1];
    for numbers in numbers.chunks(MAX_DOCUMENTS_PER_SPAN) {
        // The processor cannot guess where spans of a random choice begin, so this loop has no branch.
        let (mut count, mut next) = (0, None);
        for (place, number) in numbers.iter().enumerate() {
            starts[count] = place;
            count += usize::from(next != Some(*number));
            next = Some(number.wrapping_add(1));
        }
        starts[count] = numbers.len();
        for (start, end) in starts[..count].iter().zip(&starts[1..]) {
            #[allow(clippy::cast_possible_truncation)] // A number is below that of documents.
            let first = numbers[*start] as usize;
            take(first..first + (end - start))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spans_are_the_documents_in_order(numbers in prop::collection::vec(0..9_u64, 0..30)) {
            let mut found: Vec<u64> = Vec::new();
            each_span(&numbers, |span| {
                assert!(!span.is_empty(), "a span has documents");
                found.extend(span.map(|document| document as u64));
                Ok(())
            }).unwrap();
            prop_assert_eq!(found, numbers);
        }
    }

    #[test]
    fn consecutive_documents_are_one_span() {
        let mut spans = Vec::new();
        each_span(&[5, 6, 7, 3, 4, 4], |span| {
            spans.push(span);
            Ok(())
        })
        .unwrap();
        assert_eq!(spans, [5..8, 3..4, 4..5, 4..5]);
    }
}
