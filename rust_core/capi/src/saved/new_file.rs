//! A file that gets its name when it is complete.
//!
//! It is written under another name in the same folder, and then replaces the file of the same name in one step. So
//! the old file stays if the process or the machine stops.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_IO};

/// The attempts to find a name that no file has.
const ATTEMPTS: u32 = 1000;

/// The most symbolic links of a path, one to the next, as in Linux.
const MAX_LINKS: u32 = 40;

/// The failure of the system for a file.
pub(crate) fn failed(path: &Path, error: &io::Error) -> Failure {
    let message = format!("{}: {error}", path.display());
    Failure { errno: error.raw_os_error(), ..Failure::new(TP_ERROR_IO, message) }
}

/// A file that is written. It is removed if it is not finished.
pub(crate) struct NewFile {
    file: File,
    temporary: PathBuf,
    target: PathBuf,
    /// The process that removes the file: a child that is forked in between does not.
    process: u32,
}

impl NewFile {
    /// Begins a file that will have this path. A symbolic link stays, and the file that it names is replaced.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let target = target_of(path).map_err(|error| failed(path, &error))?;
        let old = fs::metadata(&target).ok();
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            let message = format!("{} is not a regular file: it cannot be replaced", path.display());
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        }
        if target.file_name().is_none() {
            return Err(failed(path, &io::Error::from_raw_os_error(libc::ENOENT)));
        }
        let (file, temporary) = create_near(&target).map_err(|error| failed(path, &error))?;
        let new = Self { file, temporary, target, process: process::id() };
        if let Some(old) = old {
            new.file.set_permissions(old.permissions()).map_err(|error| failed(path, &error))?;
        }
        Ok(new)
    }

    /// The path that the file will have.
    pub fn path(&self) -> &Path {
        &self.target
    }

    /// Gives the file its name, when all of it is on the disk.
    pub fn finish(self) -> Result<(), Failure> {
        let finished = self.file.sync_all().and_then(|()| fs::rename(&self.temporary, &self.target));
        finished.and_then(|()| sync_folder(&self.target)).map_err(|error| failed(&self.target, &error))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.process == process::id() {
            // After `finish`, there is no such file.
            _ = fs::remove_file(&self.temporary);
        }
    }
}

/// The path that a symbolic link names, also if there is no such file yet; or the path itself.
fn target_of(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&target) {
            Ok(named) => target = folder(&target).join(named),
            // It is not a link.
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::from_raw_os_error(libc::ELOOP))
}

/// The folder of a file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Creates a file with a new name in the folder of another one.
fn create_near(target: &Path) -> io::Result<(File, PathBuf)> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let mut last = None;
    for _ in 0..ATTEMPTS {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = folder(target).join(format!(".text_processor-{}-{number}.tmp", process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&name) {
            Ok(file) => return Ok((file, name)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.expect("there was an attempt"))
}

/// Waits until the new name is on the disk, if the file system of the folder can do that.
fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(folder(path)).and_then(|folder| folder.sync_all()) {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        // A folder may be writable and not readable.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        result => result,
    }
}
