//! Functions of the structures of the Arrow C data interface, and buffers at addresses of any alignment.

use std::ptr;

use text_processor::{ArrowArray, ArrowSchema};

use super::{Input, Kind};

/// The library must not release what it borrows.
pub unsafe extern "C" fn release_schema(_: *mut ArrowSchema) {
    panic!("a schema was released");
}

/// The library must not release what it borrows.
pub unsafe extern "C" fn release_array(_: *mut ArrowArray) {
    panic!("an array was released");
}

/// Buffers at addresses with a remainder, and the structures over them.
#[derive(Default)]
pub struct Memory {
    buffers: Vec<Vec<u8>>,
}

impl Memory {
    /// A buffer with exactly these bytes, which begins `misalignment` bytes after an aligned address.
    pub fn buffer(&mut self, bytes: &[u8], misalignment: u8) -> *mut u8 {
        let skipped = usize::from(misalignment % 8);
        self.buffers.push([&vec![0; skipped], bytes].concat());
        self.buffers.last_mut().expect("it was added").as_mut_ptr().wrapping_add(skipped)
    }
}

/// A bit for each row, as in Arrow.
pub fn bitmap(valid: &[bool]) -> Vec<u8> {
    let mut bits = vec![0; valid.len().div_ceil(8)];
    for (place, _) in valid.iter().enumerate().filter(|(_, valid)| **valid) {
        bits[place / 8] |= 1 << (place % 8);
    }
    bits
}

/// The buffers of an array, and the places of the bytes that a fault may change.
pub(super) struct Buffers {
    pub pointers: Vec<*const u8>,
    /// A buffer whose bytes the library must check: offsets (except the last one), views, or places.
    pub checked: (*mut u8, usize),
}

/// The buffers of strings, with `skipped` rows before these rows.
pub(super) fn strings(input: &Input, memory: &mut Memory, rows: &[Option<Vec<u8>>], skipped: usize) -> Buffers {
    let all: Vec<Option<&[u8]>> =
        vec![Some(&b"skipped"[..]); skipped].into_iter().chain(rows.iter().map(Option::as_deref)).collect();
    let valid: Vec<bool> = all.iter().map(Option::is_some).collect();
    let validity = memory.buffer(&bitmap(&valid), 0).cast_const();
    let mut text = Vec::new();
    match input.kind {
        Kind::Null => Buffers { pointers: vec![], checked: (ptr::null_mut(), 0) },
        Kind::Offsets32 | Kind::Offsets64 => {
            let mut ends = vec![0_u64];
            for row in &all {
                text.extend_from_slice(row.unwrap_or_default());
                ends.push(text.len() as u64);
            }
            let width = if input.kind == Kind::Offsets32 { 4 } else { 8 };
            let bytes: Vec<u8> = ends.iter().flat_map(|end| end.to_le_bytes()[..width].to_vec()).collect();
            let offsets = memory.buffer(&bytes, input.misalignment);
            let text = memory.buffer(&text, input.misalignment);
            Buffers {
                pointers: vec![validity, offsets.cast_const(), text.cast_const()],
                checked: (offsets, bytes.len() - width),
            }
        }
        Kind::Views => {
            let (mut views, mut parts) = (Vec::new(), [Vec::new(), Vec::new()]);
            for (place, row) in all.iter().enumerate() {
                let row = row.unwrap_or_default();
                let mut view = [0; 16];
                view[..4].copy_from_slice(&row.len().to_le_bytes()[..4]);
                if row.len() <= 12 {
                    view[4..4 + row.len()].copy_from_slice(row);
                } else {
                    let part = &mut parts[place % 2];
                    view[4..8].copy_from_slice(&row[..4]);
                    view[8..12].copy_from_slice(&(place % 2).to_le_bytes()[..4]);
                    view[12..].copy_from_slice(&part.len().to_le_bytes()[..4]);
                    part.extend_from_slice(row);
                }
                views.extend_from_slice(&view);
            }
            let sizes: Vec<u8> = parts.iter().flat_map(|part| (part.len() as i64).to_le_bytes()).collect();
            let at = memory.buffer(&views, input.misalignment);
            let mut pointers = vec![validity, at.cast_const()];
            pointers.extend(parts.iter().map(|part| memory.buffer(part, 0).cast_const()));
            pointers.push(memory.buffer(&sizes, input.misalignment).cast_const());
            Buffers { pointers, checked: (at, views.len()) }
        }
    }
}
