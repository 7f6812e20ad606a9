//! Where a saved analyzer is written to: a file or bytes, with checksums and the checkpoint.

use std::io::{self, Write};
use std::mem::take;
use std::ops::Range;
use std::process;

use engine::checkpoint::Steps;
use engine::checksum::{self, Hasher};
use engine::memory::reserve;

use crate::error::status::{Failure, TP_ERROR_FORKED, TP_ERROR_OUT_OF_MEMORY};
use crate::saved::blocks::texts_of;
use crate::saved::layout::BATCH_CHECKSUMS;
use crate::saved::new_file::{NewFile, failed};
use crate::tables::Bytes;

/// The bytes that are written before a look at the clock.
const PIECE_BYTES: usize = 4 << 20;

/// A file or bytes that are written.
pub(crate) trait Output: Write {
    /// The failure for an error of a write.
    fn failure(&self, error: &io::Error) -> Failure;
}

impl Output for NewFile {
    fn failure(&self, error: &io::Error) -> Failure {
        failed(self.path(), error)
    }
}

impl Output for Bytes {
    fn failure(&self, error: &io::Error) -> Failure {
        Failure::new(TP_ERROR_OUT_OF_MEMORY, error.to_string())
    }
}

/// A message of a batch that is written, and its checksums.
#[derive(Default)]
struct Message {
    header: Vec<u8>,
    /// The number of bytes of the body that were written.
    written: usize,
    /// Where the texts are in the body. Empty until the header is complete, and in a file of counts.
    texts: Range<usize>,
    has_texts: bool,
    of_texts: Hasher,
    of_others: Hasher,
}

impl Message {
    /// The number of bytes of the header that are not written yet. The first eight bytes end with the length of the rest.
    fn missing(&self) -> usize {
        let length = self.header.get(4..8).map(|length| u32::from_le_bytes(length.try_into().expect("four bytes")));
        8 + length.unwrap_or_default() as usize - self.header.len()
    }

    fn update(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        while self.missing() > 0 && !bytes.is_empty() {
            let (more, rest) = bytes.split_at(self.missing().min(bytes.len()));
            reserve(&mut self.header, more.len())?;
            self.header.extend_from_slice(more);
            bytes = rest;
            if self.missing() == 0 && self.has_texts {
                self.texts = texts_of(&self.header)?;
            }
        }
        let place = |at: usize| at.saturating_sub(self.written).min(bytes.len());
        let (start, end) = (place(self.texts.start), place(self.texts.end));
        self.of_others.update(&bytes[..start]);
        self.of_texts.update(&bytes[start..end]);
        self.of_others.update(&bytes[end..]);
        self.written += bytes.len();
        Ok(())
    }

    fn checksums(self) -> [u32; BATCH_CHECKSUMS] {
        [checksum::hash(&self.header), self.of_texts.finalize(), self.of_others.finalize()]
    }
}

/// Writes bytes, computes their checksums, and runs the checkpoint.
pub(crate) struct Sink<W> {
    pub output: W,
    /// The checksum of the bytes that are not part of a batch.
    hasher: Hasher,
    /// The batch that is written.
    message: Option<Message>,
    steps: Steps,
    process: u32,
    /// Why the last write failed.
    pub failure: Option<Failure>,
    /// The end of the file, which is written later.
    pub end: Option<Vec<u8>>,
}

impl<W: Output> Sink<W> {
    pub fn new(output: W) -> Self {
        let (steps, process) = (Steps::begin(), process::id());
        Self { output, hasher: Hasher::new(), message: None, steps, process, failure: None, end: None }
    }

    /// The checksum of the bytes since the last call, without batches.
    pub fn checksum(&mut self) -> u32 {
        take(&mut self.hasher).finalize()
    }

    /// Begins a batch, of documents or of counts.
    pub fn begin_message(&mut self, has_texts: bool) {
        self.message = Some(Message { has_texts, ..Message::default() });
    }

    /// The checksums of the batch.
    pub fn message_checksums(&mut self) -> [u32; BATCH_CHECKSUMS] {
        self.message.take().unwrap_or_default().checksums()
    }

    /// Computes the checksum of bytes, and writes them.
    fn add(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match &mut self.message {
            Some(message) => message.update(bytes)?,
            None => self.hasher.update(bytes),
        }
        self.try_write(bytes)
    }

    pub fn try_write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        for piece in bytes.chunks(PIECE_BYTES) {
            self.output.write_all(piece).map_err(|error| self.output.failure(&error))?;
            self.steps.did(piece.len())?;
            if self.process != process::id() {
                let message = "the checkpoint has forked this process: only the parent continues to save";
                return Err(Failure::new(TP_ERROR_FORKED, message));
            }
        }
        Ok(())
    }
}

impl<W: Output> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(end) = &mut self.end {
            reserve(end, bytes.len()).map_err(|_| io::ErrorKind::OutOfMemory)?;
            end.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        match self.add(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(failure) => {
                self.failure = Some(failure);
                Err(io::ErrorKind::Other.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
