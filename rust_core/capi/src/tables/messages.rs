//! Checks the messages of a stream of Arrow IPC. Arrow checks most values, but it panics if a buffer is not in the body
//! of its message, or if a number of rows is negative.

use arrow_ipc::{RecordBatch, root_as_message};

use crate::arrow::read::invalid;
use crate::error::status::Failure;

/// The largest number of rows: the byte of the last value can still be addressed.
const MAX_ROWS: i64 = i64::MAX / 128;

/// The bytes before the length of a message.
const CONTINUATION: [u8; 4] = [0xff; 4];

pub(super) fn damaged(reason: &str) -> Failure {
    invalid(format!("`ipc` is damaged: {reason}"))
}

/// Checks all messages up to the end of the stream.
pub(super) fn check(mut ipc: &[u8]) -> Result<(), Failure> {
    loop {
        let (header, rest) = next(ipc)?;
        if header.is_empty() {
            return Ok(());
        }
        let message = root_as_message(header).map_err(|_| damaged("the header of a message is not valid"))?;
        let body = length_of(message.bodyLength(), rest.len()).ok_or_else(|| damaged("a message has no end"))?;
        let batch = message.header_as_record_batch().or_else(|| message.header_as_dictionary_batch()?.data());
        if batch.is_some_and(|batch| !is_valid(&batch, body)) {
            return Err(damaged("a batch does not fit into its message"));
        }
        ipc = &rest[body..];
    }
}

/// The header of the next message, which is empty at the end, and the bytes after it.
fn next(ipc: &[u8]) -> Result<(&[u8], &[u8]), Failure> {
    let Some((length, rest)) = ipc.strip_prefix(&CONTINUATION).unwrap_or(ipc).split_first_chunk() else {
        return Ok((&[], &[]));
    };
    let length = length_of(i32::from_le_bytes(*length).into(), rest.len());
    Ok(rest.split_at(length.ok_or_else(|| damaged("the header of a message has no end"))?))
}

/// The length, if it is from 0 to `most`.
fn length_of(length: i64, most: usize) -> Option<usize> {
    usize::try_from(length).ok().filter(|length| *length <= most)
}

/// Whether the buffers of a batch are in a body of this length, and its numbers of rows are possible.
fn is_valid(batch: &RecordBatch, body: usize) -> bool {
    let are_rows = |rows: i64| (0..=MAX_ROWS).contains(&rows);
    let is_inside = |offset: i64, length: i64| {
        length_of(offset, body).is_some_and(|offset| length_of(length, body - offset).is_some())
    };
    let mut columns = batch.nodes().into_iter().flatten();
    let mut buffers = batch.buffers().into_iter().flatten();
    are_rows(batch.length())
        && columns.all(|column| are_rows(column.length()) && (0..=column.length()).contains(&column.null_count()))
        && buffers.all(|buffer| is_inside(buffer.offset(), buffer.length()))
}
