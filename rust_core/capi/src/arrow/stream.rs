//! Bulk results as Arrow streams.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_schema::{ArrowError, SchemaRef};

use engine::Error;
use engine::forks::Watched;

use crate::error::catch::panic_message;
use crate::handles::track_stream;
use crate::runtime::allocator::{self, NO_MEMORY};
use crate::runtime::fork::lost;

/// An error of the engine as an error of a stream. Out of memory becomes `MemoryError`, whose code is ENOMEM.
pub(crate) fn failed(error: Error) -> ArrowError {
    match error {
        Error::OutOfMemory { .. } | Error::TooManyTypes => ArrowError::MemoryError(error.to_string()),
        _ => ArrowError::InvalidArgumentError(error.to_string()),
    }
}

/// Exports batches as a stream, which makes each batch when its caller requests it. A panic becomes an error of the
/// stream. A stream that has failed returns only errors: rows after a gap would look like the complete result. If
/// another thread was reading the stream when this process was forked, the stream fails in the child, and its release
/// frees nothing.
pub(crate) fn export<I>(schema: SchemaRef, batches: I) -> FFI_ArrowArrayStream
where
    I: Iterator<Item = Result<RecordBatch, ArrowError>> + Send + 'static,
{
    let (mut batches, mut has_failed) = (Watched::new(batches), false);
    let guarded = std::iter::from_fn(move || {
        if has_failed {
            return Some(Err(ArrowError::ComputeError("the stream failed before: request a new one".into())));
        }
        let next = if allocator::is_short() {
            Some(Err(ArrowError::MemoryError(NO_MEMORY.into())))
        } else {
            let next = |batches: &mut I| catch_unwind(AssertUnwindSafe(|| batches.next()));
            match batches.with_all(next) {
                Some(Ok(next)) => next,
                Some(Err(panic)) => Some(Err(ArrowError::ComputeError(panic_message(&*panic)))),
                None => Some(Err(ArrowError::ComputeError(lost("stream").message))),
            }
        };
        has_failed = matches!(next, Some(Err(_)));
        next
    });
    track_stream(FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new(guarded, schema))))
}

// Miri cannot fork.
#[cfg(all(test, unix, not(miri)))]
mod tests {
    use super::*;
    use std::process;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread;

    use arrow_array::ffi::FFI_ArrowArray;
    use arrow_schema::DataType;

    use crate::arrow::columns::schema;

    /// Sends a message when it makes the first batch, then waits for a message before it continues.
    struct Waiting {
        inside: Sender<()>,
        go_on: Receiver<()>,
        parent: u32,
    }

    impl Iterator for Waiting {
        type Item = Result<RecordBatch, ArrowError>;

        fn next(&mut self) -> Option<Self::Item> {
            self.inside.send(()).unwrap();
            self.go_on.recv().unwrap();
            None
        }
    }

    impl Drop for Waiting {
        fn drop(&mut self) {
            if process::id() != self.parent {
                process::abort();
            }
        }
    }

    struct Shared(*mut FFI_ArrowArrayStream);

    // SAFETY: in each process, one thread uses it at a time.
    unsafe impl Send for Shared {}

    impl Shared {
        fn next(&self) -> i32 {
            let mut array = FFI_ArrowArray::empty();
            // SAFETY: the stream is valid and not released, and the array is valid.
            unsafe { (*self.0).get_next().expect("a stream")(self.0, &raw mut array) }
        }
    }

    #[test]
    fn a_stream_that_is_read_while_the_process_forks_is_lost_in_the_child_and_frees_nothing_there() {
        crate::runtime::fork::watch();
        let ((inside, is_inside), (tell, go_on)) = (channel(), channel());
        let batches = Waiting { inside, go_on, parent: process::id() };
        let mut stream = export(schema(&[("number", DataType::UInt64)]), batches);
        let pointer = &raw mut stream;
        let shared = Shared(pointer);
        let reader = thread::spawn(move || shared.next());
        is_inside.recv().unwrap();
        // SAFETY: the child has no other thread, so only this one uses these values.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let code = Shared(pointer).next();
            // SAFETY: this process releases it once, and ends here.
            unsafe {
                (*pointer).release().expect("a stream")(pointer);
                libc::_exit(i32::from(code == 0));
            }
        }
        let mut status = 0;
        // SAFETY: the process is a child of this one, and the status is valid for writes.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0, "the child read the stream, or freed its batches");
        tell.send(()).unwrap();
        assert_eq!(reader.join().unwrap(), 0);
    }
}
