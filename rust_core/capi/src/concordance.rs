//! Concordances, and the numbers of matches.

use std::iter;
use std::ops::Range;
use std::sync::Arc;

use engine::Error;
use engine::checkpoint::Steps;
use engine::concordance::{Concordance, Key, Match, MatchCount, Options as Wanted, Place, Unit, Window};
use engine::memory::{Buffer, list_for, reserve};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt32Array, UInt64Array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::{StringColumn, is_full, schema, shared_buffer, too_long};
use crate::arrow::stream::{export, failed};
use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::{out, slice};
use crate::counts::groups::check_group_count;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::borrow;
use crate::patterns::tp_patterns;

pub type tp_window_unit = usize;

pub const TP_WINDOW_TOKENS: tp_window_unit = 0;
pub const TP_WINDOW_CHARACTERS: tp_window_unit = 1;
pub const TP_WINDOW_SENTENCES: tp_window_unit = 2;

pub type tp_sort_key = usize;

pub const TP_SORT_LEFT: tp_sort_key = 0;
pub const TP_SORT_RIGHT: tp_sort_key = 1;
pub const TP_SORT_MATCH: tp_sort_key = 2;
pub const TP_SORT_LABEL: tp_sort_key = 3;
pub const TP_SORT_DOCUMENT: tp_sort_key = 4;
pub const TP_SORT_POSITION: tp_sort_key = 5;
pub const TP_SORT_FREQUENCY: tp_sort_key = 6;
pub const TP_SORT_RANK: tp_sort_key = 7;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_concordance_options {
    pub struct_size: usize,
    pub unit: tp_window_unit,
    pub left: usize,
    pub right: usize,
    pub within_sentences: usize,
    pub unwrap: usize,
    pub sort_keys: *const tp_sort_key,
    pub sort_numbers: *const usize,
    pub sort_key_count: usize,
    pub ranks: *const u32,
    pub rank_list_count: usize,
    pub rank_list_length: usize,
    pub sample: usize,
    pub seed: usize,
    pub offset: usize,
    pub limit: usize,
    pub byte_offsets: usize,
}

// SAFETY: its layout is that of C, its members are integers and pointers, and 0 is the default of each.
unsafe impl Options for tp_concordance_options {
    const NAME: &str = "tp_concordance_options";
}

/// The largest distance of a word by which lines are sorted.
const MAX_DISTANCE: usize = 1 << 16;

/// The key with this number; the caller has `lists` lists of ranks.
fn key(key: tp_sort_key, number: usize, lists: usize) -> Result<Key, Failure> {
    let wrong = |message: String| Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    match key {
        TP_SORT_LEFT | TP_SORT_RIGHT if number == 0 || number > MAX_DISTANCE => {
            wrong(format!("`sort_numbers[i]` is {number}: the distance of a word must be from 1 to {MAX_DISTANCE}"))
        }
        TP_SORT_RANK if number >= lists => {
            wrong(format!("`sort_numbers[i]` is {number}, but there are {lists} lists of ranks: the first one is 0"))
        }
        TP_SORT_LEFT => Ok(Key::Left(number)),
        TP_SORT_RIGHT => Ok(Key::Right(number)),
        TP_SORT_MATCH => Ok(Key::Match),
        TP_SORT_LABEL => Ok(Key::Label),
        TP_SORT_DOCUMENT => Ok(Key::Document),
        TP_SORT_POSITION => Ok(Key::Position),
        TP_SORT_FREQUENCY => Ok(Key::Frequency),
        TP_SORT_RANK => Ok(Key::Rank(number)),
        other => Err(Failure::unknown_value("sort_keys[i]", other, TP_SORT_RANK)),
    }
}

/// The options in the form of the engine.
///
/// # Safety
/// The arrays of keys have `sort_key_count` members.
unsafe fn wanted(given: &tp_concordance_options) -> Result<Wanted, Failure> {
    let unit = match given.unit {
        TP_WINDOW_TOKENS => Unit::Tokens,
        TP_WINDOW_CHARACTERS => Unit::Characters,
        TP_WINDOW_SENTENCES => Unit::Sentences,
        other => return Err(Failure::unknown_value("unit", other, TP_WINDOW_SENTENCES)),
    };
    // SAFETY: the caller's promise, for both.
    let (kinds, numbers) = unsafe {
        let numbers = slice(given.sort_numbers, given.sort_key_count, "sort_numbers")?;
        (slice(given.sort_keys, given.sort_key_count, "sort_keys")?, numbers)
    };
    let mut keys = list_for(kinds.len())?;
    for (kind, number) in kinds.iter().zip(numbers) {
        keys.push(key(*kind, *number, given.rank_list_count)?);
    }
    Ok(Wanted {
        window: Window { unit, left: given.left, right: given.right },
        within_sentences: given.within_sentences != 0,
        unwrap: given.unwrap != 0,
        keys,
        sample: (given.sample > 0).then_some((given.sample, given.seed as u64)),
        offset: given.offset,
        limit: (given.limit > 0).then_some(given.limit),
    })
}

/// Builds a column of parts of texts. Large columns are in huge pages.
struct QuoteColumn {
    bytes: Buffer<u8>,
    ends: Vec<i32>,
}

impl QuoteColumn {
    /// A column with room for this number of texts and of bytes, which fit into 31 bits.
    fn new(texts: usize, bytes: usize) -> Result<Self, Error> {
        let mut ends = list_for(texts + 1)?;
        ends.push(0);
        Ok(Self { bytes: Buffer::with_room_for(bytes)?, ends })
    }

    /// Adds a part of a text that was checked.
    fn push(&mut self, text: &[u8]) {
        self.bytes.extend(text);
        self.ends.push(i32::try_from(self.bytes.len()).expect("the column has room for all texts"));
    }

    fn finish(self) -> ArrayRef {
        let bytes = shared_buffer(Arc::new(self.bytes), |bytes| &bytes[..]);
        // SAFETY: the parts are between characters of texts that were checked to be UTF-8, and the ends ascend.
        Arc::new(unsafe { StringArray::new_unchecked(OffsetBuffer::new(self.ends.into()), bytes, None) })
    }
}

/// Lines, and the labels of their patterns.
struct Lines {
    concordance: Concordance,
    labels: Vec<String>,
    has_byte_offsets: bool,
}

impl Lines {
    fn columns() -> SchemaRef {
        let numbers = ["document", "from", "to", "start", "end"].map(|name| (name, DataType::UInt64));
        let texts = ["left", "match", "right", "pattern"].map(|name| (name, DataType::Utf8));
        schema(&[&numbers[..], &texts[..]].concat())
    }

    /// The numbers of a line, in the order of the columns.
    fn numbers(&self, line: &(Match, Place)) -> [u64; 5] {
        let (found, place) = line;
        let (length, _) = self.concordance.pattern(found);
        let Range { start, end } =
            if self.has_byte_offsets { place.start..place.end } else { self.concordance.characters(line) };
        [found.document, found.from, found.from + length, start, end].map(|number| number as u64)
    }

    /// The most bytes of the texts of a line, in the order of the columns.
    fn most_bytes(&self, (found, place): &(Match, Place)) -> [usize; 4] {
        let label = self.labels[self.concordance.pattern(found).1].len();
        [place.start - place.left, place.end - place.start, place.right - place.end, label]
    }

    /// A batch of the lines from `first` on, and the number of the line after them.
    fn batch(&self, first: usize, batch_rows: usize) -> Result<(RecordBatch, usize), ArrowError> {
        let mut steps = Steps::begin();
        let (mut end, mut room) = (first, [0; 4]);
        while end < self.concordance.len() && !is_full(end - first, batch_rows) {
            steps.did(1).map_err(failed)?;
            let more = self.most_bytes(&self.concordance.line(end));
            let larger = [0, 1, 2, 3].map(|column| room[column] + more[column]);
            if larger.iter().any(|bytes| i32::try_from(*bytes).is_err()) {
                break;
            }
            (end, room) = (end + 1, larger);
        }
        if end == first {
            return Err(too_long());
        }
        let rows = end - first;
        let mut numbers: [Vec<u64>; 5] = Default::default();
        numbers.iter_mut().try_for_each(|column| reserve(column, rows)).map_err(failed)?;
        let texts: Result<Vec<_>, _> = room.iter().map(|bytes| QuoteColumn::new(rows, *bytes)).collect();
        let mut texts = texts.map_err(failed)?;
        for number in first..end {
            let line = self.concordance.line(number);
            let (_, label) = self.concordance.pattern(&line.0);
            let [left, own, right] = self.concordance.quote(&line);
            let own = [left, own, right, self.labels[label].as_bytes()];
            steps.did(1 + own.iter().map(|text| text.len() / 16).sum::<usize>()).map_err(failed)?;
            for (text, column) in own.into_iter().zip(&mut texts) {
                column.push(text);
            }
            for (number, column) in self.numbers(&line).into_iter().zip(&mut numbers) {
                column.push(number);
            }
        }
        let mut arrays: Vec<ArrayRef> = Vec::new();
        arrays.extend(numbers.map(|column| Arc::new(UInt64Array::from(column)) as ArrayRef));
        arrays.extend(texts.into_iter().map(QuoteColumn::finish));
        Ok((RecordBatch::try_new(Self::columns(), arrays)?, end))
    }

    fn batches(self, batch_rows: usize) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
        let mut next = 0;
        iter::from_fn(move || {
            (next < self.concordance.len()).then(|| {
                let (batch, end) = self.batch(next, batch_rows)?;
                next = end;
                Ok(batch)
            })
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_concordance(
    analyzer: *const tp_analyzer,
    patterns: *const tp_patterns,
    options: *const tp_concordance_options,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise, for all.
        let (analyzer, patterns, given) = unsafe {
            let patterns = borrow(patterns, "patterns")?.current()?;
            (borrow(analyzer, "analyzer")?, patterns, options::read(options)?)
        };
        // SAFETY: the caller's promise.
        let wanted = unsafe { wanted(&given)? };
        let (lists, length) = (given.rank_list_count, given.rank_list_length);
        // SAFETY: the caller's promise: the lists follow each other.
        let ranks = unsafe { slice(given.ranks, lists.saturating_mul(length), "ranks")? };
        let mut ranks_of = list_for(lists)?;
        ranks_of.extend((0..lists).map(|list| &ranks[list * length..][..length]));
        let concordance = analyzer.engine.concordance(&patterns, &wanted, &ranks_of)?;
        let (labels, has_byte_offsets) = (patterns.into_labels(), given.byte_offsets != 0);
        let lines = Lines { concordance, labels, has_byte_offsets };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(Lines::columns(), lines.batches(batch_rows))) };
        Ok(())
    })
}

/// The table of numbers of matches: those of all labels, for each group.
fn counted(
    counts: &[MatchCount],
    labels: &[String],
    has_groups: bool,
) -> Result<(SchemaRef, Result<RecordBatch, ArrowError>), Failure> {
    let (mut fields, mut arrays): (Vec<Field>, Vec<ArrayRef>) = Default::default();
    if has_groups {
        let mut groups = list_for(counts.len())?;
        groups.extend((0..).flat_map(|group| iter::repeat_n(group, labels.len())).take(counts.len()));
        fields.push(Field::new("group", DataType::UInt32, false));
        arrays.push(Arc::new(UInt32Array::from(groups)));
    }
    let mut names = StringColumn::<i32>::with_capacity(counts.len())?;
    let (mut matches, mut documents) = (list_for(counts.len())?, list_for(counts.len())?);
    for (count, label) in counts.iter().zip(labels.iter().cycle()) {
        if !names.has_room_for(label.as_bytes()) {
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, too_long().to_string()));
        }
        names.push(label.as_bytes())?;
        matches.push(count.matches);
        documents.push(count.documents);
    }
    fields.extend([
        Field::new("pattern", DataType::Utf8, false),
        Field::new("count", DataType::UInt64, false),
        Field::new("documents", DataType::UInt64, true),
    ]);
    arrays.extend([
        Arc::new(names.finish()) as ArrayRef,
        Arc::new(UInt64Array::from(matches)),
        Arc::new(UInt64Array::from(documents)),
    ]);
    let columns = Arc::new(Schema::new(fields));
    Ok((Arc::clone(&columns), RecordBatch::try_new(columns, arrays)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_count_matches(
    analyzer: *const tp_analyzer,
    patterns: *const tp_patterns,
    options: *const tp_concordance_options,
    codes: *const u32,
    code_count: usize,
    group_count: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        check_group_count(group_count)?;
        // SAFETY: the caller's promise, for all.
        let (analyzer, patterns, given) = unsafe {
            let patterns = borrow(patterns, "patterns")?.current()?;
            (borrow(analyzer, "analyzer")?, patterns, options::read(options)?)
        };
        // SAFETY: the caller's promise.
        let codes = unsafe { slice(codes, code_count, "codes")? };
        // SAFETY: the caller's promise.
        let (wanted, has_groups) = (unsafe { wanted(&given)? }, group_count > 0);
        let counts = if has_groups {
            analyzer.engine.grouped_matches(&patterns, &wanted, codes, group_count)?
        } else {
            analyzer.engine.matches(&patterns, &wanted)?
        };
        let (columns, batch) = counted(&counts, patterns.labels(), has_groups)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(columns, iter::once(batch))) };
        Ok(())
    })
}
