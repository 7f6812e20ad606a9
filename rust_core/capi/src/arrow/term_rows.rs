//! Batches of rows, each with a term, and columns of numbers.

use std::sync::Arc;

use engine::checkpoint::Steps;
use engine::interner::Interner;
use engine::memory::ensure;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use crate::arrow::columns::{StringColumn, is_full, too_long};
use crate::arrow::stream::failed;

/// The approximate bytes for a column that Arrow allocates without a way to report a failure.
const COLUMN_BYTES: usize = 1 << 10;

/// Rows, each with a term. The columns of numbers have a value for each row.
pub(crate) struct TermRows {
    pub terms: Arc<Interner>,
    /// The term of each row.
    pub ids: Vec<u32>,
    /// The names and values of the columns before that of the term.
    pub before: Vec<(&'static str, ArrayRef)>,
    /// The names and values of the columns after that of the term.
    pub after: Vec<(&'static str, ArrayRef)>,
}

impl TermRows {
    /// The names and types of the columns.
    pub fn columns(&self) -> SchemaRef {
        let field = |(name, values): &(&'static str, ArrayRef)| Field::new(*name, values.data_type().clone(), false);
        let term = Field::new("term", DataType::Utf8, false);
        let fields = self.before.iter().map(field).chain([term]).chain(self.after.iter().map(field));
        Arc::new(Schema::new(fields.collect::<Vec<Field>>()))
    }

    /// The rows in batches. The columns of numbers share their memory with the batches.
    pub fn batches(
        self,
        columns: SchemaRef,
        batch_rows: usize,
    ) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + Send + 'static {
        let mut start = 0;
        std::iter::from_fn(move || {
            (start < self.ids.len()).then(|| {
                let (end, batch) = self.batch(&columns, start, batch_rows)?;
                start = end;
                Ok(batch)
            })
        })
    }

    /// A batch of the rows from `start` on, and the row after it.
    fn batch(&self, columns: &SchemaRef, start: usize, batch_rows: usize) -> Result<(usize, RecordBatch), ArrowError> {
        ensure(columns.fields().len() * COLUMN_BYTES).map_err(failed)?;
        let mut terms = StringColumn::<i32>::with_capacity(0).map_err(failed)?;
        let (mut end, mut steps) = (start, Steps::begin());
        while end < self.ids.len() && !is_full(end - start, batch_rows) {
            let term = self.terms.get(self.ids[end]);
            if !terms.has_room_for(term) {
                if end == start {
                    return Err(too_long());
                }
                break;
            }
            steps.did(1).map_err(failed)?;
            terms.push(term).map_err(failed)?;
            end += 1;
        }
        let part = |(_, values): &(&'static str, ArrayRef)| values.slice(start, end - start);
        let term: ArrayRef = Arc::new(terms.finish());
        let arrays = self.before.iter().map(part).chain([term]).chain(self.after.iter().map(part));
        Ok((end, RecordBatch::try_new(Arc::clone(columns), arrays.collect())?))
    }
}
