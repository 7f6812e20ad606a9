//! Makes an analyzer of a file, on all threads.

use std::num::NonZero;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::Analyzer;
use engine::analyzer::Saved;
use engine::checkpoint::Steps;
use engine::documents::Chunk;
use engine::index::{IdBuffer, SavedTokens, SavedTypes, types_of};
use engine::interner::Interner;
use engine::memory::{Buffer, list_for, reserve, zeros};

use arrow_array::RecordBatch;
use arrow_ipc::reader::FileDecoder;
use arrow_schema::{ArrowError, SchemaRef};

use crate::arrow::columns::shared_buffer;
use crate::error::status::Failure;
use crate::saved::blocks::{Blocks, FileEnd, Place, buffers_of};
use crate::saved::layout::{OWN_BUFFERS, OWN_COLUMNS, damaged, is_narrow};
use crate::saved::source::{Part, Source};
use crate::saved::values::read_numbers;

/// The content of a file.
pub(crate) struct Loaded {
    pub engine: Analyzer,
    /// The columns of the caller, if there are some.
    pub columns: Option<(SchemaRef, Vec<RecordBatch>)>,
}

/// Loads an analyzer that will index on this number of threads.
pub(crate) fn load(source: &Source, threads: NonZero<usize>) -> Result<Loaded, Failure> {
    let end = FileEnd::read(source)?;
    let (footer, settings) = end.footer()?;
    let blocks = Blocks::of(&end, &footer, &settings, source)?;
    let types: usize = settings.number("types")?;
    let counts_only = settings.counts_only()?;
    blocks.check_columns((!counts_only).then(|| is_narrow(types)))?;
    let dictionaries = blocks.read_dictionaries(source)?;
    let mut saved = Saved {
        tokenization: settings.tokenization()?,
        terms: settings.terms()?,
        given: settings.given()?,
        figures: settings.figures()?,
        types: Interner::default(),
        documents: None,
    };
    let mut columns = None;
    if counts_only {
        saved.types = counted_types(source, &blocks)?;
    } else {
        let counts = read_numbers(settings.get("counts")?, types)?;
        let documents = Documents::new(source, &blocks, &dictionaries, counts.len())?;
        let found = documents.load(threads.get())?;
        if found.counts.is_some_and(|found| found != counts) {
            return Err(damaged("the count of a word is wrong"));
        }
        saved.types = found.types;
        saved.types.add_counts(counts.into_iter());
        saved.documents = Some(found.documents);
        columns = found.columns;
    }
    if saved.types.len() != types {
        return Err(damaged("the number of words is wrong"));
    }
    Ok(Loaded { engine: Analyzer::of_saved(Some(threads), saved)?, columns })
}

/// Reads the types and counts of an analyzer that only counts.
fn counted_types(source: &Source, blocks: &Blocks) -> Result<Interner, Failure> {
    let (mut bytes, mut offsets, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    let mut steps = Steps::begin();
    offsets.push(0);
    for (number, place) in blocks.batches.iter().enumerate() {
        let message = source.read(place.range())?;
        blocks.check_header(number, &message)?;
        blocks.check_body(number, &message, 0..0)?;
        let (buffers, rows) = message_of(&message, *place)?;
        let [_, ends, text, _, numbers] = &buffers[..] else { return Err(damaged("a column is missing")) };
        let (ends, numbers) = (ends.values::<i64>()?, numbers.values::<u64>()?);
        if ends.len() != rows + 1 || numbers.len() != rows || ends[0] != 0 {
            return Err(damaged("a column has another number of rows"));
        }
        reserve(&mut offsets, rows)?;
        reserve(&mut counts, rows)?;
        reserve(&mut bytes, text.bytes().len())?;
        let before = *offsets.last().expect("there is one");
        let overflow = || damaged("the words are not in their column");
        for end in &ends[1..] {
            offsets.push(end.checked_add(before).ok_or_else(overflow)?);
        }
        bytes.extend_from_slice(text.bytes());
        counts.extend_from_slice(&numbers);
        steps.did(place.body)?;
    }
    let mut types = types_of(&bytes, &offsets, &mut steps)?;
    types.add_counts(counts.into_iter());
    Ok(types)
}

/// The buffers of a message, and the number of its rows.
fn message_of(message: &Part, place: Place) -> Result<(Vec<Part>, usize), Failure> {
    let (ranges, rows) = buffers_of(&message.bytes()[..place.header], place.body)?;
    let mut buffers = list_for(ranges.len())?;
    buffers
        .extend(ranges.into_iter().map(|Range { start, end }| message.part(place.header + start..place.header + end)));
    Ok((buffers, rows))
}

/// The content of one batch.
struct Batch {
    number: usize,
    document: (Chunk, SavedTokens),
    columns: Option<RecordBatch>,
}

/// The work of one thread.
#[derive(Default)]
struct Worker<'d> {
    /// How often this thread found each type. Empty if the tokens are not counted.
    counts: Vec<u64>,
    batches: Vec<Batch>,
    /// The types, while this thread reads them.
    reading: Option<SavedTypes<'d>>,
    types: Option<Interner>,
    failure: Option<Failure>,
}

/// The documents of a file, before they are read.
struct Documents<'s> {
    source: &'s Source<'s>,
    blocks: &'s Blocks,
    /// The bytes and the offsets of the types.
    types: (Part, Buffer<i64>),
    type_count: usize,
    /// Reads the columns of the caller.
    decoder: Option<FileDecoder>,
}

/// The documents of a file.
struct Found {
    types: Interner,
    /// The counts of the types in the tokens, unless the file was mapped.
    counts: Option<Vec<u64>>,
    documents: Vec<(Chunk, SavedTokens)>,
    columns: Option<(SchemaRef, Vec<RecordBatch>)>,
}

/// Calls a function of Arrow, which may panic if a file was made to harm.
fn decoded<R>(decode: impl FnOnce() -> Result<R, ArrowError>) -> Result<R, Failure> {
    let wrong = || damaged("a column is not valid");
    catch_unwind(AssertUnwindSafe(decode)).map_err(|_| wrong())?.map_err(|_| wrong())
}

/// A part as memory of Arrow.
fn arrow_buffer(part: &Part) -> arrow_buffer::Buffer {
    shared_buffer(Arc::clone(&part.memory), |memory| &memory.bytes()[part.range.clone()])
}

impl<'s> Documents<'s> {
    fn new(
        source: &'s Source<'s>,
        blocks: &'s Blocks,
        dictionaries: &Part,
        type_count: usize,
    ) -> Result<Self, Failure> {
        let (own, others) = blocks.dictionaries.split_last().ok_or_else(|| damaged("it has no words"))?;
        let part = |place: &Place| dictionaries.part(place.start - blocks.head..place.range().end - blocks.head);
        let (buffers, rows) = message_of(&part(own), *own)?;
        let [_, offsets, bytes] = &buffers[..] else { return Err(damaged("its words are not a column")) };
        if rows != type_count {
            return Err(damaged("the number of words is wrong"));
        }
        let columns = blocks.schema.fields().len() - OWN_COLUMNS;
        let decoder = if columns == 0 {
            None
        } else {
            let mut decoder = FileDecoder::new(Arc::new(blocks.schema.clone()), blocks.version)
                .with_projection((0..columns).collect());
            for place in others {
                message_of(&part(place), *place)?;
                decoded(|| decoder.read_dictionary(&place.block(), &arrow_buffer(&part(place))))?;
            }
            Some(decoder)
        };
        let types = (bytes.clone(), offsets.values()?);
        Ok(Self { source, blocks, types, type_count, decoder })
    }

    fn read(&self, number: usize, counts: &mut [u64]) -> Result<Batch, Failure> {
        let place = self.blocks.batches[number];
        let message = self.source.read(place.range())?;
        let is_mapped = self.source.is_mapped();
        self.blocks.check_header(number, &message)?;
        let (buffers, rows) = message_of(&message, place)?;
        let Some([_, text_ends, text, _, token_ends, _, ids]) = buffers.last_chunk::<OWN_BUFFERS>() else {
            return Err(damaged("a column is missing"));
        };
        let start = message.range.start + place.header;
        let checksum = self.blocks.check_body(number, &message, text.range.start - start..text.range.end - start)?;
        let (text_ends, token_ends) = (text_ends.values::<i64>()?, token_ends.values::<i64>()?);
        if text_ends.len() != rows + 1 || token_ends.len() != rows + 1 {
            return Err(damaged("a column has another number of rows"));
        }
        let ids =
            if is_narrow(self.type_count) { IdBuffer::Narrow(ids.values()?) } else { IdBuffer::Wide(ids.values()?) };
        let known = number.checked_sub(1).map_or(0, |before| self.blocks.types[before]);
        let tokens = if is_mapped {
            let all = u32::try_from(self.type_count).map_err(|_| damaged("it has too many words"))?;
            SavedTokens::new(ids, &token_ends, 0..all, None)?
        } else {
            SavedTokens::new(ids, &token_ends, known..self.blocks.types[number], Some(counts))?
        };
        let chunk = Chunk::of_saved(text.values()?, text_ends, checksum)?;
        if !is_mapped {
            chunk.check()?;
        }
        let columns = match &self.decoder {
            None => None,
            Some(decoder) => {
                let message = arrow_buffer(&message);
                let read = decoded(|| decoder.read_record_batch(&place.block(), &message))?;
                Some(read.ok_or_else(|| damaged("a column is missing"))?)
            }
        };
        Ok(Batch { number, document: (chunk, tokens), columns })
    }

    /// Continues to read types, or takes the next part of the work: first the types, then each batch. Returns whether there
    /// may be more.
    fn work<'d>(&'d self, worker: &mut Worker<'d>, next: &AtomicUsize) -> Result<bool, Failure> {
        if let Some(reading) = &mut worker.reading {
            if reading.read_some()? {
                worker.types = worker.reading.take().map(SavedTypes::into_types);
            }
            return Ok(true);
        }
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number == 0 {
            let (bytes, offsets) = &self.types;
            worker.reading = Some(SavedTypes::new(bytes.bytes(), offsets)?);
            return Ok(true);
        }
        if number <= self.blocks.batches.len() {
            reserve(&mut worker.batches, 1)?;
            let batch = self.read(number - 1, &mut worker.counts)?;
            worker.batches.push(batch);
        }
        Ok(number < self.blocks.batches.len())
    }

    fn load(self, threads: usize) -> Result<Found, Failure> {
        let batches = self.blocks.batches.len();
        let mut workers: Vec<Worker> = list_for(threads.min(1 + batches))?;
        workers.resize_with(workers.capacity(), Worker::default);
        if !self.source.is_mapped() {
            for worker in &mut workers {
                worker.counts = zeros(self.type_count)?;
            }
        }
        let next = AtomicUsize::new(0);
        Steps::begin().run(&mut workers, |worker, steps| {
            loop {
                match self.work(worker, &next) {
                    Ok(true) if steps.is_over() => return false,
                    Ok(true) => {}
                    Ok(false) => return true,
                    Err(failure) => {
                        // The other threads end too.
                        next.store(batches + 1, Ordering::Relaxed);
                        worker.failure.get_or_insert(failure);
                        return true;
                    }
                }
            }
        })?;
        if let Some(failure) = workers.iter_mut().find_map(|worker| worker.failure.take()) {
            return Err(failure);
        }
        let mut all: Vec<Batch> = list_for(batches)?;
        let (mut types, mut counts) = (None, None);
        for mut worker in workers {
            all.append(&mut worker.batches);
            types = types.or(worker.types);
            counts = match counts {
                _ if self.source.is_mapped() => None,
                None => Some(worker.counts),
                Some(mut sum) => {
                    sum.iter_mut().zip(worker.counts).for_each(|(sum, count): (&mut u64, u64)| *sum += count);
                    Some(sum)
                }
            };
        }
        all.sort_unstable_by_key(|batch| batch.number);
        let (mut documents, mut columns) = (list_for(batches)?, list_for(batches)?);
        for Batch { document, columns: own, .. } in all {
            documents.push(document);
            columns.extend(own.filter(|batch| batch.num_rows() > 0));
        }
        let columns = self.decoder.is_some().then(|| {
            let own = self.blocks.schema.fields().len() - OWN_COLUMNS;
            let schema = self.blocks.schema.project(&(0..own).collect::<Vec<_>>());
            (Arc::new(schema.expect("the columns exist")), columns)
        });
        Ok(Found { types: types.ok_or_else(|| damaged("it has no words"))?, counts, documents, columns })
    }
}
