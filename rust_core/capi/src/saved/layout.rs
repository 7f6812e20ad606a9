//! Where the parts of a saved analyzer are.
//!
//! A file is: the head (magic bytes and schema); the dictionaries, with a batch without rows; the batches; the end of
//! the stream; the seal, which has the checksum of the footer; the footer, its length, and magic bytes. Readers of
//! Arrow find the footer from the end of the file, and skip the seal.

use arrow_schema::{DataType, Field, Fields};
use std::sync::Arc;

use engine::{Error, checksum};

use crate::error::status::Failure;

/// The number of the format. A library reads only files of its own format.
pub(crate) const FORMAT: &str = "1";

/// The bytes before the end of a stream of Arrow IPC.
pub(crate) const END_OF_STREAM: [u8; 8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

/// The length of the seal.
pub(crate) const SEAL_BYTES: usize = 16;

/// The length of what follows the footer: its length, and the magic bytes.
pub(crate) const TAIL_BYTES: usize = 10;

/// The columns of texts and tokens are the last ones of a file of documents.
pub(crate) const OWN_COLUMNS: usize = 2;

/// The number of the buffers of our columns: three for the texts, two for the lists, and two for the ids in the lists.
pub(crate) const OWN_BUFFERS: usize = 7;

/// The place of the buffer with the texts among the buffers of our columns.
pub(crate) const TEXT_BUFFER: usize = 2;

/// The checksums of a batch: of its header, of its texts, and of its other bytes.
pub(crate) const BATCH_CHECKSUMS: usize = 3;

/// The seal of a footer.
pub(crate) fn seal(footer: &[u8]) -> [u8; SEAL_BYTES] {
    let mut seal = *b"TPSAVED\0\0\0\0\0\0\0\0\0";
    seal[8..12].copy_from_slice(&checksum::hash(footer).to_le_bytes());
    seal
}

/// The failure of a file that has this defect.
pub(crate) fn damaged(reason: &'static str) -> Failure {
    Error::InvalidFile { reason }.into()
}

/// Whether type ids of two bytes are enough.
pub(crate) fn is_narrow(types: usize) -> bool {
    types <= 1 << u16::BITS
}

/// The type of a token: a dictionary of the types.
pub(crate) fn token_field(is_narrow: bool) -> Field {
    let id = if is_narrow { DataType::UInt16 } else { DataType::UInt32 };
    Field::new("item", DataType::Dictionary(Box::new(id), Box::new(DataType::LargeUtf8)), false)
}

/// The columns of a file of documents, after those of the caller.
pub(crate) fn document_columns(is_narrow: bool) -> [Field; OWN_COLUMNS] {
    let tokens = DataType::LargeList(Arc::new(token_field(is_narrow)));
    [Field::new("text", DataType::LargeUtf8, false), Field::new("tokens", tokens, false)]
}

/// The columns of a file of counts.
pub(crate) fn count_columns() -> Fields {
    vec![Field::new("type", DataType::LargeUtf8, false), Field::new("count", DataType::UInt64, false)].into()
}
