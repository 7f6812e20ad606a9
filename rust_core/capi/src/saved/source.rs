//! The bytes of a saved analyzer.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::memory::{Buffer, SharedMemory};

use memmap2::Mmap;

use crate::arrow::read::invalid;
use crate::error::status::Failure;
use crate::saved::layout::damaged;
use crate::saved::new_file::failed;

/// Where the bytes come from.
pub(crate) enum Source<'s> {
    /// Bytes of the caller.
    Bytes(&'s [u8]),
    /// A file, which is read.
    File(File, PathBuf, usize),
    /// A mapped file.
    Mapped(Arc<SharedMemory>),
}

/// A part of the bytes, in memory that buffers share.
#[derive(Clone)]
pub(crate) struct Part {
    pub memory: Arc<SharedMemory>,
    pub range: Range<usize>,
}

impl Part {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.memory.bytes()[self.range.clone()]
    }

    /// A part of this part, which must be inside.
    pub fn part(&self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.range.len(), "the part is inside");
        let start = self.range.start;
        Self { memory: Arc::clone(&self.memory), range: start + range.start..start + range.end }
    }

    /// The values of this part.
    pub fn values<T: engine::memory::Pod>(&self) -> Result<Buffer<T>, Failure> {
        Buffer::shared(&self.memory, self.range.clone()).ok_or_else(|| damaged("a column is not aligned"))
    }
}

impl Source<'_> {
    /// Opens a file, to read it or to map it.
    ///
    /// # Safety
    /// If it is mapped, no process changes the file while the source or memory from it is used.
    pub unsafe fn open(path: &Path, mmap: bool) -> Result<Self, Failure> {
        let failed = |error: io::Error| failed(path, &error);
        // Opening a pipe would wait until another program writes to it.
        let is_regular = |file: std::fs::Metadata| file.is_file() || file.is_dir();
        if !is_regular(std::fs::metadata(path).map_err(failed)?) {
            return Err(invalid(format!("{} is not a regular file", path.display())));
        }
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(failed(io::Error::from_raw_os_error(libc::EISDIR)));
        }
        let length = usize::try_from(file.metadata().map_err(failed)?.len())
            .map_err(|_| failed(io::Error::from_raw_os_error(libc::EFBIG)))?;
        // An empty file cannot be mapped.
        if mmap && length > 0 {
            // SAFETY: the caller's promise.
            let map = unsafe { Mmap::map(&file) }.map_err(failed)?;
            return Ok(Self::Mapped(Arc::new(SharedMemory::Mapped(map))));
        }
        Ok(Self::File(file, path.to_owned(), length))
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::File(_, _, length) => *length,
            Self::Mapped(memory) => memory.bytes().len(),
        }
    }

    /// Whether the memory of the source is used, and its bytes are read only when they are needed.
    pub fn is_mapped(&self) -> bool {
        matches!(self, Self::Mapped(_))
    }

    /// Reads a part.
    pub fn read(&self, range: Range<usize>) -> Result<Part, Failure> {
        if range.start > range.end || range.end > self.len() {
            return Err(damaged("it is too short"));
        }
        if let Self::Mapped(memory) = self {
            return Ok(Part { memory: Arc::clone(memory), range });
        }
        let mut buffer = Buffer::<u64>::with_room_for(range.len().div_ceil(size_of::<u64>()))?;
        let room = buffer.room_bytes();
        let room = &mut room[..range.len()];
        match self {
            Self::Bytes(bytes) => room.copy_from_slice(&bytes[range.clone()]),
            Self::File(file, path, _) => {
                file.read_exact_at(room, range.start as u64).map_err(|error| match error.kind() {
                    io::ErrorKind::UnexpectedEof => damaged("it is too short"),
                    _ => failed(path, &error),
                })?;
            }
            Self::Mapped(_) => unreachable!("it was returned"),
        }
        buffer.take(range.len().div_ceil(size_of::<u64>()));
        Ok(Part { memory: Arc::new(SharedMemory::Read(buffer)), range: 0..range.len() })
    }
}
