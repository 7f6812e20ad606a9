//! Replaces counts by weights: tf-idf, and rows of length one.

use std::fmt;
use std::ops::Range;

use bytemuck::Pod;

use crate::error::Result;
use crate::memory::list_for;
use crate::workers;

/// With fewer entries, starting threads would cost more than it gains.
const MIN_ENTRIES_FOR_THREADS: usize = if cfg!(test) { 8 } else { 1 << 17 };

/// How the length of a row is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Norm {
    /// The sum of the absolute values.
    L1,
    /// The square root of the sum of squares.
    L2,
}

/// How entries are weighted, in these steps.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weights<'w> {
    /// Whether a value becomes 1 plus its logarithm.
    pub is_sublinear: bool,
    /// The factor of each column.
    pub of_columns: Option<&'w [f64]>,
    /// The length that each row is divided by, unless it is zero.
    pub norm: Option<Norm>,
}

/// An integer that is an offset or a column of a matrix.
pub trait MatrixIndex: Pod + Sync {
    /// The index, unless it is negative.
    fn get(self) -> Option<usize>;
}

impl MatrixIndex for i32 {
    #[inline]
    fn get(self) -> Option<usize> {
        usize::try_from(self).ok()
    }
}

impl MatrixIndex for i64 {
    #[inline]
    fn get(self) -> Option<usize> {
        usize::try_from(self).ok()
    }
}

/// Values that can be weighted. Computes as NumPy does, in the precision of the values, except the lengths of rows.
pub trait Value: Pod + Send {
    /// 1 plus the logarithm.
    fn sublinear(self) -> Self;
    /// The product.
    fn times(self, weight: f64) -> Self;
    /// The quotient.
    fn divided_by(self, length: f64) -> Self;
    /// The value as `f64`.
    fn get(self) -> f64;
}

macro_rules! values {
    ($($value:ty),+) => {
        $(#[allow(clippy::cast_possible_truncation)] // Keeps the precision of the values.
        impl Value for $value {
            #[inline]
            fn sublinear(self) -> Self {
                self.ln() + 1.0
            }

            #[inline]
            fn times(self, weight: f64) -> Self {
                self * weight as Self
            }

            #[inline]
            fn divided_by(self, length: f64) -> Self {
                (f64::from(self) / length) as Self
            }

            #[inline]
            fn get(self) -> f64 {
                f64::from(self)
            }
        })+
    };
}

values!(f32, f64);

/// The arrays are not compressed rows, or a column has no weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(&'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

struct Share<'m, I, T> {
    row_ends: &'m [I],
    columns: &'m [I],
    values: &'m mut [T],
    result: std::result::Result<(), Malformed>,
}

impl Weights<'_> {
    /// Weights the entries of compressed rows in place.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then nothing has changed. The inner error is [`Malformed`]; then
    /// some values may have changed.
    pub fn apply<I: MatrixIndex, T: Value>(
        &self,
        row_ends: &[I],
        columns: &[I],
        values: &mut [T],
        threads: usize,
    ) -> Result<std::result::Result<(), Malformed>> {
        let mut rows = row_ends.iter().map(|end| end.get());
        let is_well_formed = rows.next() == Some(Some(0))
            && row_ends.windows(2).all(|pair| pair[0].get() <= pair[1].get())
            && row_ends.last().and_then(|end| end.get()) == Some(values.len())
            && columns.len() == values.len();
        if !is_well_formed {
            return Ok(Err(Malformed("the offsets of the rows are not sorted or do not fit the arrays")));
        }
        let threads = if values.len() < MIN_ENTRIES_FOR_THREADS {
            1
        } else {
            threads.clamp(1, values.len() / (MIN_ENTRIES_FOR_THREADS / 8))
        };
        let mut shares = list_for(threads)?;
        let (mut row_ends, mut columns, mut values) = (row_ends, columns, values);
        let all = values.len();
        for number in 1..=threads {
            // The rows that end within this share.
            let goal = all / threads * number;
            let rows = if number == threads {
                row_ends.len() - 1
            } else {
                row_ends.partition_point(|end| end.get().is_some_and(|end| end <= goal)).saturating_sub(1)
            };
            let Range { start, end } = row_ends[0].get().unwrap_or(0)..row_ends[rows].get().unwrap_or(0);
            let (own_columns, other_columns) = columns.split_at(end - start);
            let (own_values, other_values) = values.split_at_mut(end - start);
            shares.push(Share {
                row_ends: &row_ends[..=rows],
                columns: own_columns,
                values: own_values,
                result: Ok(()),
            });
            (row_ends, columns, values) = (&row_ends[rows..], other_columns, other_values);
        }
        workers::run(&mut shares, |share| share.result = self.weigh(share));
        Ok(shares.into_iter().try_for_each(|share| share.result))
    }

    fn weigh<I: MatrixIndex, T: Value>(&self, share: &mut Share<I, T>) -> std::result::Result<(), Malformed> {
        let Share { row_ends, columns, values, .. } = share;
        let (mut columns, mut values) = (*columns, &mut **values);
        // Each row stays in the cache for all steps.
        for pair in row_ends.windows(2) {
            let length = pair[1].get().unwrap_or(0) - pair[0].get().unwrap_or(0);
            let (own_columns, own_values);
            (own_columns, columns) = columns.split_at(length);
            (own_values, values) = values.split_at_mut(length);
            self.weigh_row(own_columns, own_values)?;
        }
        Ok(())
    }

    #[inline]
    fn weigh_row<I: MatrixIndex, T: Value>(
        &self,
        columns: &[I],
        values: &mut [T],
    ) -> std::result::Result<(), Malformed> {
        if self.is_sublinear {
            values.iter_mut().for_each(|value| *value = value.sublinear());
        }
        if let Some(weights) = self.of_columns {
            for (value, column) in values.iter_mut().zip(columns) {
                let weight = column.get().and_then(|column| weights.get(column));
                *value = value.times(*weight.ok_or(Malformed("a column has no weight"))?);
            }
        }
        let length = match self.norm {
            None => return Ok(()),
            Some(Norm::L1) => values.iter().map(|value| value.get().abs()).sum::<f64>(),
            Some(Norm::L2) => values.iter().map(|value| value.get() * value.get()).sum::<f64>().sqrt(),
        };
        if length != 0.0 {
            values.iter_mut().for_each(|value| *value = value.divided_by(length));
        }
        Ok(())
    }
}
