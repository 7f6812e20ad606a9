//! Writes an analyzer, batch by batch.

use std::io;
use std::mem::take;
use std::ops::Range;
use std::sync::Arc;

use engine::analyzer::State;
use engine::documents::Chunk;
use engine::memory::{ensure, list_for, reserve};
use engine::{Analyzer, Error};

use arrow_array::types::{ArrowDictionaryKeyType, UInt16Type, UInt32Type};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, LargeListArray, LargeStringArray, PrimitiveArray, RecordBatch,
    RecordBatchOptions, UInt64Array,
};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, Field, FieldRef, Schema, SchemaRef};
use arrow_select::concat::concat_batches;

use crate::arrow::columns::shared_buffer;
use crate::arrow::read::invalid;
use crate::error::status::{Failure, TP_ERROR_OUT_OF_MEMORY};
use crate::saved::layout::{
    BATCH_CHECKSUMS, END_OF_STREAM, TAIL_BYTES, count_columns, damaged, document_columns, is_narrow, seal, token_field,
};
use crate::saved::settings::Settings;
use crate::saved::sink::{Output, Sink};
use crate::tables::tp_table;

/// The most bytes of text of a batch, except for a batch of one longer document. Small in tests.
const BATCH_BYTES: i64 = if cfg!(any(test, fuzzing)) { 200 } else { 16 << 20 };
/// The most rows of a batch.
const BATCH_ROWS: usize = if cfg!(any(test, fuzzing)) { 5 } else { 1 << 20 };

/// Writes an analyzer and the columns of the caller.
///
/// If another thread removes documents in the meantime, this begins again with another output.
pub(crate) fn write<W: Output>(
    analyzer: &Analyzer,
    columns: Option<&tp_table>,
    output: impl Fn() -> Result<W, Failure>,
) -> Result<W, Failure> {
    loop {
        let mut state = analyzer.state()?;
        let columns = columns.map(|columns| merged(columns, &state, analyzer.keeps_text())).transpose()?;
        let settings = Settings::of(analyzer.tokenization(), &state, !analyzer.keeps_text())?;
        let mut sink = Sink::new(output()?);
        let types = types_of(&mut state);
        let written = if analyzer.keeps_text() {
            write_documents(analyzer, &state, columns.as_ref(), &types, settings, &mut sink)
        } else {
            write_counts(&types, take(&mut state.counts), settings, &mut sink).map(|()| true)
        };
        if written.map_err(|failure| sink.failure.take().unwrap_or(failure))? {
            return Ok(sink.output);
        }
    }
}

fn arrow_failed(error: ArrowError) -> Failure {
    match error {
        ArrowError::IoError(_, error) if error.kind() == io::ErrorKind::OutOfMemory => {
            Failure::new(TP_ERROR_OUT_OF_MEMORY, error.to_string())
        }
        error => invalid(error.to_string()),
    }
}

/// The columns of the caller as one batch, because a file has one dictionary for each column.
fn merged(columns: &tp_table, state: &State, keeps_text: bool) -> Result<RecordBatch, Failure> {
    let (rows, documents) = (columns.rows(), state.figures.documents);
    if !keeps_text {
        return Err(invalid("`columns` is not NULL, but the analyzer only counts: its file has no row for a document"));
    }
    if rows as u64 != documents {
        return Err(invalid(format!("`columns` has {rows} rows, but the analyzer has {documents} documents")));
    }
    if let [batch] = &columns.batches[..] {
        return Ok(batch.clone());
    }
    let sizes = columns.batches.iter().flat_map(RecordBatch::columns).map(Array::get_array_memory_size);
    ensure(sizes.sum::<usize>().saturating_mul(2))?;
    concat_batches(&columns.schema, &columns.batches).map_err(arrow_failed)
}

/// The types as a column.
fn types_of(state: &mut State) -> Arc<LargeStringArray> {
    let (bytes, offsets) = (Buffer::from_vec(take(&mut state.types)), take(&mut state.type_offsets));
    // SAFETY: the offsets are the ends of types in the bytes, in order, and types are parts of UTF-8 text.
    Arc::new(unsafe {
        LargeStringArray::new_unchecked(OffsetBuffer::new_unchecked(ScalarBuffer::from(offsets)), bytes, None)
    })
}

/// A file that is written, and the checksums of its parts.
struct Writer<'s, W: Output> {
    file: FileWriter<&'s mut Sink<W>>,
    checksums: Vec<u32>,
    schema: SchemaRef,
    has_texts: bool,
}

impl<'s, W: Output> Writer<'s, W> {
    /// Begins a file of documents or of counts. `empty` has the dictionaries of all batches, and no row.
    fn begin(empty: &RecordBatch, has_texts: bool, sink: &'s mut Sink<W>) -> Result<Self, Failure> {
        let schema = empty.schema();
        let mut file = FileWriter::try_new(sink, &schema).map_err(arrow_failed)?;
        let mut checksums = vec![file.get_mut().checksum()];
        file.write(empty).map_err(arrow_failed)?;
        checksums.push(file.get_mut().checksum());
        Ok(Self { file, checksums, schema, has_texts })
    }

    fn write(&mut self, columns: Vec<ArrayRef>, rows: usize) -> Result<(), Failure> {
        let rows = RecordBatchOptions::new().with_row_count(Some(rows));
        let schema = Arc::clone(&self.schema);
        let batch = RecordBatch::try_new_with_options(schema, columns, &rows).map_err(arrow_failed)?;
        self.file.get_mut().begin_message(self.has_texts);
        self.file.write(&batch).map_err(arrow_failed)?;
        reserve(&mut self.checksums, BATCH_CHECKSUMS)?;
        self.checksums.extend(self.file.get_mut().message_checksums());
        Ok(())
    }

    /// Writes the end of the file.
    fn finish(mut self, mut settings: Settings, types: &[u64]) -> Result<(), Failure> {
        settings.set_batches(&self.checksums, types)?;
        let mut bytes = 0;
        for (key, value) in settings.entries() {
            bytes += key.len() + value.len();
            self.file.write_metadata(key, value);
        }
        // Arrow cannot report that there is no memory for the footer.
        ensure(bytes.saturating_mul(4))?;
        self.file.get_mut().end = Some(Vec::new());
        self.file.finish().map_err(arrow_failed)?;
        let sink = self.file.get_mut();
        let end = sink.end.take().unwrap_or_default();
        let footer = end.strip_prefix(&END_OF_STREAM).and_then(|rest| rest.split_last_chunk::<TAIL_BYTES>());
        let Some((footer, tail)) = footer else { return Err(damaged("its footer was not written")) };
        for part in [&END_OF_STREAM[..], &seal(footer), footer, tail] {
            sink.try_write(part)?;
        }
        sink.output.flush().map_err(|error| sink.output.failure(&error))
    }
}

/// Some documents: the parts of chunks that hold them.
struct Extent {
    parts: Vec<(usize, Range<usize>)>,
    documents: Range<usize>,
    bytes: i64,
}

/// The documents of the batch that begins with document `first`, at this place in the chunks. The batches depend only
/// on the lengths of documents.
fn extent(chunks: &[Arc<Chunk>], place: &mut (usize, usize), first: usize, end: usize) -> Result<Extent, Error> {
    let mut extent = Extent { parts: Vec::new(), documents: first..first, bytes: 0 };
    while extent.documents.end < end {
        let (number, inside) = *place;
        let chunk = &chunks[number];
        if inside == chunk.len() {
            *place = (number + 1, 0);
            continue;
        }
        let (offsets, rows) = (chunk.offsets(), extent.documents.len());
        let room = BATCH_BYTES - extent.bytes;
        let fitting = offsets[inside + 1..].partition_point(|end| end - offsets[inside] <= room);
        let fitting = fitting.max(usize::from(rows == 0)).min(BATCH_ROWS - rows).min(end - extent.documents.end);
        if fitting == 0 {
            break;
        }
        reserve(&mut extent.parts, 1)?;
        extent.parts.push((number, inside..inside + fitting));
        extent.documents.end += fitting;
        extent.bytes += offsets[inside + fitting] - offsets[inside];
        *place = (number, inside + fitting);
    }
    Ok(extent)
}

/// The texts of some documents as a column.
fn texts(chunks: &[Arc<Chunk>], extent: &Extent) -> Result<LargeStringArray, Error> {
    let mut offsets = list_for(extent.documents.len() + 1)?;
    offsets.push(0);
    let mut before = 0;
    for (number, documents) in &extent.parts {
        let ends = &chunks[*number].offsets()[documents.start..=documents.end];
        offsets.extend(ends[1..].iter().map(|end| before + end - ends[0]));
        before = *offsets.last().expect("there is one");
    }
    let text_of = |chunk: &Chunk, documents: &Range<usize>| {
        let ends = chunk.range(documents.start).start..chunk.range(documents.end - 1).end;
        ends
    };
    let text = if let [(number, documents)] = &extent.parts[..] {
        shared_buffer(Arc::clone(&chunks[*number]), |chunk| &chunk.text()[text_of(chunk, documents)])
    } else {
        let mut text = list_for(usize::try_from(extent.bytes).expect("a length in memory"))?;
        for (number, documents) in &extent.parts {
            let chunk = &chunks[*number];
            text.extend_from_slice(&chunk.text()[text_of(chunk, documents)]);
        }
        Buffer::from_vec(text)
    };
    // SAFETY: the offsets are the ends of documents in the text, in order, and documents are UTF-8.
    Ok(unsafe { LargeStringArray::new_unchecked(OffsetBuffer::new_unchecked(ScalarBuffer::from(offsets)), text, None) })
}

/// The tokens of documents as a column: their ids, and where each document ends.
fn tokens<K: ArrowDictionaryKeyType>(
    ids: Vec<K::Native>,
    ends: Vec<i64>,
    types: &Arc<LargeStringArray>,
    field: FieldRef,
) -> Result<LargeListArray, ArrowError> {
    let ids = PrimitiveArray::<K>::new(ScalarBuffer::from(ids), None);
    let values: ArrayRef = Arc::new(DictionaryArray::try_new(ids, Arc::clone(types) as ArrayRef)?);
    LargeListArray::try_new(field, OffsetBuffer::new(ScalarBuffer::from(ends)), values, None)
}

fn token_column(ids: Vec<u32>, ends: Vec<i64>, types: &Arc<LargeStringArray>) -> Result<ArrayRef, Failure> {
    let is_narrow = is_narrow(types.len());
    let field = Arc::new(token_field(is_narrow));
    let column = if is_narrow {
        let mut narrow = list_for(ids.len())?;
        narrow.extend(ids.iter().map(|id| u16::try_from(*id).expect("there are at most 65,536 types")));
        tokens::<UInt16Type>(narrow, ends, types, field)
    } else {
        tokens::<UInt32Type>(ids, ends, types, field)
    };
    Ok(Arc::new(column.map_err(arrow_failed)?))
}

/// Writes the documents of a state. Returns false if documents were removed.
fn write_documents<W: Output>(
    analyzer: &Analyzer,
    state: &State,
    columns: Option<&RecordBatch>,
    types: &Arc<LargeStringArray>,
    settings: Settings,
    sink: &mut Sink<W>,
) -> Result<bool, Failure> {
    let schema = columns.map(RecordBatch::schema);
    let own = document_columns(is_narrow(types.len())).map(Arc::<Field>::new);
    let fields: Vec<FieldRef> = schema.iter().flat_map(|schema| schema.fields().iter().cloned()).chain(own).collect();
    let metadata = schema.as_ref().map(|schema| schema.metadata().clone()).unwrap_or_default();
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    let rows_of = |rows: Range<usize>| {
        let slices = columns.into_iter().flat_map(RecordBatch::columns);
        slices.map(|column| column.slice(rows.start, rows.len())).collect::<Vec<ArrayRef>>()
    };
    let mut empty = rows_of(0..0);
    empty.push(Arc::new(LargeStringArray::new_null(0)));
    empty.push(token_column(Vec::new(), vec![0], types)?);
    let empty = RecordBatch::try_new(schema, empty).map_err(arrow_failed)?;
    let mut writer = Writer::begin(&empty, true, sink)?;

    let documents = usize::try_from(state.figures.documents).expect("documents are in memory");
    let (mut place, mut first, mut known, mut known_after) = ((0, 0), 0, 0, Vec::new());
    while first < documents {
        let extent = extent(state.chunks(), &mut place, first, documents)?;
        first = extent.documents.end;
        let (mut ids, mut ends) = (Vec::new(), list_for(extent.documents.len() + 1)?);
        ends.push(0);
        if !analyzer.tokens_of(state, extent.documents.clone(), &mut ids, &mut ends)? {
            return Ok(false);
        }
        known = ids.iter().fold(known, |known, id| known.max(u64::from(*id) + 1));
        reserve(&mut known_after, 1)?;
        known_after.push(known);
        let mut columns = rows_of(extent.documents.clone());
        columns.push(Arc::new(texts(state.chunks(), &extent)?));
        columns.push(token_column(ids, ends, types)?);
        writer.write(columns, extent.documents.len())?;
    }
    writer.finish(settings, &known_after)?;
    Ok(true)
}

/// Writes types and their counts.
fn write_counts<W: Output>(
    types: &Arc<LargeStringArray>,
    counts: Vec<u64>,
    settings: Settings,
    sink: &mut Sink<W>,
) -> Result<(), Failure> {
    let (counts, schema) = (UInt64Array::from(counts), Arc::new(Schema::new(count_columns())));
    let mut writer = Writer::begin(&RecordBatch::new_empty(schema), false, sink)?;
    let (mut first, mut known_after) = (0, Vec::new());
    while first < types.len() {
        let ends = &types.value_offsets()[first..];
        let fitting = ends[1..].partition_point(|end| end - ends[0] <= BATCH_BYTES).clamp(1, BATCH_ROWS);
        // Arrow cannot report that there is no memory for the offsets.
        ensure(4 * size_of::<i64>() * fitting)?;
        writer.write(vec![Arc::new(types.slice(first, fitting)), Arc::new(counts.slice(first, fitting))], fitting)?;
        first += fitting;
        reserve(&mut known_after, 1)?;
        known_after.push(first as u64);
    }
    writer.finish(settings, &known_after)
}
