//! Finds the parts of a saved analyzer, and checks that every byte belongs to one of them.

use std::ops::Range;

use engine::checksum;
use engine::memory::{list_for, reserve};

use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::{Block, Footer, MetadataVersion, root_as_footer, root_as_message};
use arrow_schema::{DataType, Schema};

use crate::error::status::Failure;
use crate::saved::layout::{
    BATCH_CHECKSUMS, END_OF_STREAM, FORMAT, OWN_BUFFERS, OWN_COLUMNS, SEAL_BYTES, TAIL_BYTES, TEXT_BUFFER,
    count_columns, damaged, document_columns, seal,
};
use crate::saved::settings::ReadSettings;
use crate::saved::source::{Part, Source};

/// The magic bytes of Arrow.
const MAGIC: &[u8; 6] = b"ARROW1";

/// A message in the file: its header, and its body.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub start: usize,
    pub header: usize,
    pub body: usize,
}

impl Place {
    fn of(block: &Block) -> Option<Self> {
        let size = |number: i64| usize::try_from(number).ok();
        let place = Self {
            start: size(block.offset())?,
            header: size(block.metaDataLength().into())?,
            body: size(block.bodyLength())?,
        };
        place.start.checked_add(place.header)?.checked_add(place.body)?;
        Some(place)
    }

    fn end(self) -> usize {
        self.start + self.header + self.body
    }

    /// The bytes of the message.
    pub fn range(self) -> Range<usize> {
        self.start..self.end()
    }

    /// The block of the message, for Arrow.
    pub fn block(self) -> Block {
        let size = |bytes: usize| i64::try_from(bytes).expect("it was an i64");
        let header = i32::try_from(self.header).expect("it was an i32");
        Block::new(size(self.start), header, size(self.body))
    }
}

/// The footer of a file, with its end.
pub(crate) struct FileEnd(Part);

impl FileEnd {
    /// Reads the footer. Its checksum is not checked yet, because another format may have another one.
    pub fn read(source: &Source) -> Result<Self, Failure> {
        let end = source.len();
        let tail = source.read(end.checked_sub(TAIL_BYTES).ok_or_else(|| damaged("it is too short"))?..end)?;
        let (length, magic) = tail.bytes().split_at(TAIL_BYTES - MAGIC.len());
        if magic != MAGIC {
            return Err(damaged("it does not end as an Arrow file"));
        }
        let length = u32::from_le_bytes(length.try_into().expect("four bytes")) as usize;
        let start = end.checked_sub(TAIL_BYTES + length).and_then(|footer| footer.checked_sub(SEAL_BYTES));
        let start = start.and_then(|seal| seal.checked_sub(END_OF_STREAM.len()));
        // In one piece, so that the footer is aligned as in the file.
        Ok(Self(source.read(start.ok_or_else(|| damaged("it has no footer"))?..end)?))
    }

    fn footer_bytes(&self) -> &[u8] {
        let bytes = self.0.bytes();
        &bytes[END_OF_STREAM.len() + SEAL_BYTES..bytes.len() - TAIL_BYTES]
    }

    /// The footer and the settings in it.
    pub fn footer(&self) -> Result<(Footer<'_>, ReadSettings<'_>), Failure> {
        let footer = root_as_footer(self.footer_bytes()).map_err(|_| damaged("its footer is not valid"))?;
        let entries = footer.custom_metadata().into_iter().flatten();
        let settings = ReadSettings::of(entries.filter_map(|entry| Some((entry.key()?, entry.value()?))))?;
        let (end_of_stream, rest) = self.0.bytes().split_at(END_OF_STREAM.len());
        let is_right = cfg!(fuzzing) || rest[..SEAL_BYTES] == seal(self.footer_bytes());
        if end_of_stream != END_OF_STREAM || !is_right {
            return Err(damaged("its footer has another checksum"));
        }
        debug_assert_eq!(settings.get("format").ok(), Some(FORMAT));
        Ok((footer, settings))
    }
}

/// The parts of a file.
pub(crate) struct Blocks {
    pub schema: Schema,
    pub version: MetadataVersion,
    /// The end of the head.
    pub head: usize,
    pub dictionaries: Vec<Place>,
    /// The batch without rows.
    pub empty: Place,
    pub batches: Vec<Place>,
    /// The checksums of the head and of the dictionaries, and then those of each batch.
    pub checksums: Vec<u32>,
    /// The number of types up to the end of each batch.
    pub types: Vec<u32>,
}

impl Blocks {
    /// The parts of a file with this footer. They are in order and without gaps.
    pub fn of(end: &FileEnd, footer: &Footer, settings: &ReadSettings, source: &Source) -> Result<Self, Failure> {
        let wrong = || damaged("its parts are not where its footer says");
        let schema = footer.schema().ok_or_else(|| damaged("it has no columns"))?;
        let schema = try_fb_to_schema(schema).map_err(|_| damaged("its columns are not valid"))?;
        let mut places = Vec::new();
        for blocks in [footer.dictionaries(), footer.recordBatches()] {
            for block in blocks.into_iter().flatten() {
                reserve(&mut places, 1)?;
                places.push(Place::of(block).ok_or_else(wrong)?);
            }
        }
        let dictionaries = footer.dictionaries().map_or(0, |blocks| blocks.len());
        let head = places.first().ok_or_else(wrong)?.start;
        let mut next = head;
        for place in &places {
            if place.start != next {
                return Err(wrong());
            }
            next = place.end();
        }
        if next != source.len() - end.0.range.len() || places.len() <= dictionaries {
            return Err(wrong());
        }
        let mut batches = list_for(places.len() - dictionaries)?;
        batches.extend(places.drain(dictionaries + 1..));
        let empty = places.pop().expect("there is a batch");
        let checksums = settings.small_numbers("checksums", 2 + BATCH_CHECKSUMS * batches.len())?;
        let types = settings.small_numbers("batch_types", batches.len())?;
        let version = footer.version();
        Ok(Self { schema, version, head, dictionaries: places, empty, batches, checksums, types })
    }

    /// Checks that the columns are those of a file of documents with this width of ids, or of a file of counts.
    pub fn check_columns(&self, documents: Option<bool>) -> Result<(), Failure> {
        let types: Vec<(&String, &DataType)> =
            self.schema.fields().iter().map(|field| (field.name(), field.data_type())).collect();
        let is_right = match documents {
            Some(is_narrow) => types.last_chunk::<OWN_COLUMNS>().is_some_and(|own| {
                let columns = document_columns(is_narrow);
                own.iter().zip(&columns).all(|(own, field)| *own == (field.name(), field.data_type()))
            }),
            None => self.schema.fields() == &count_columns(),
        };
        if is_right { Ok(()) } else { Err(damaged("its columns are not those of an analyzer")) }
    }

    /// Reads the part from the beginning of the dictionaries to the end of the batch without rows, after a check of this
    /// part and of the head.
    pub fn read_dictionaries(&self, source: &Source) -> Result<Part, Failure> {
        let head = source.read(0..self.head)?;
        let part = source.read(self.head..self.empty.end())?;
        if !head.bytes().starts_with(MAGIC) {
            return Err(damaged("it does not begin as an Arrow file"));
        }
        let sums = [&head, &part].into_iter().zip(&self.checksums);
        if sums.into_iter().any(|(part, sum)| !checksum::is_right(&[part.bytes()], *sum)) {
            return Err(damaged("its dictionaries have another checksum"));
        }
        Ok(part)
    }

    /// Checks the header of a message, which is that of batch number `batch`.
    pub fn check_header(&self, batch: usize, message: &Part) -> Result<(), Failure> {
        let header = &message.bytes()[..self.batches[batch].header];
        right_batch(checksum::is_right(&[header], self.sums_of(batch)[0]))
    }

    /// Checks the bytes of a body except its texts, which are at this place in the body. Returns the checksum of the texts.
    pub fn check_body(&self, batch: usize, message: &Part, texts: Range<usize>) -> Result<u32, Failure> {
        let body = &message.bytes()[self.batches[batch].header..];
        let [_, sum_of_texts, sum] = self.sums_of(batch);
        right_batch(checksum::is_right(&[&body[..texts.start], &body[texts.end..]], sum))?;
        Ok(sum_of_texts)
    }

    fn sums_of(&self, batch: usize) -> [u32; BATCH_CHECKSUMS] {
        let sums = self.checksums[2 + BATCH_CHECKSUMS * batch..].first_chunk();
        *sums.expect("each batch has its checksums")
    }
}

fn right_batch(is_right: bool) -> Result<(), Failure> {
    if is_right { Ok(()) } else { Err(damaged("a batch has another checksum")) }
}

/// The buffers of a message of one batch, or of a dictionary, as ranges in its body; and the number of its rows.
pub(crate) fn buffers_of(header: &[u8], body: usize) -> Result<(Vec<Range<usize>>, usize), Failure> {
    let wrong = || damaged("a message is not valid");
    let message = root_as_message(header.get(8..).ok_or_else(wrong)?).map_err(|_| wrong())?;
    let dictionary = message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data());
    let batch = message.header_as_record_batch().or(dictionary).ok_or_else(wrong)?;
    if batch.compression().is_some() {
        return Err(damaged("a message is compressed"));
    }
    let mut ranges = Vec::new();
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).map_err(|_| wrong())?;
        let length = usize::try_from(buffer.length()).map_err(|_| wrong())?;
        let end = start.checked_add(length).filter(|end| *end <= body).ok_or_else(wrong)?;
        reserve(&mut ranges, 1)?;
        ranges.push(start..end);
    }
    // Arrow does not expect lengths that do not fit into memory.
    let nodes = batch.nodes().into_iter().flatten();
    let rows = usize::try_from(batch.length()).map_err(|_| wrong())?;
    let is_small = |number: i64| usize::try_from(number).is_ok_and(|number| number <= rows.max(8 * body));
    if rows > 8 * body.max(1) || nodes.into_iter().any(|node| !is_small(node.length()) || !is_small(node.null_count()))
    {
        return Err(wrong());
    }
    Ok((ranges, rows))
}

/// Where the texts are in the body of a message of documents that was written.
pub(crate) fn texts_of(header: &[u8]) -> Result<Range<usize>, Failure> {
    let wrong = || damaged("a message is not valid");
    let message = root_as_message(header.get(8..).ok_or_else(wrong)?).map_err(|_| wrong())?;
    let (buffers, _) = buffers_of(header, usize::try_from(message.bodyLength()).map_err(|_| wrong())?)?;
    let own = buffers.last_chunk::<OWN_BUFFERS>().ok_or_else(wrong)?;
    Ok(own[TEXT_BUFFER].clone())
}
