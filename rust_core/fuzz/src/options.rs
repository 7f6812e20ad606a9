//! Structures of any size and content, lengths that no memory holds, and NULL in any place.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use arbitrary::{Arbitrary, Unstructured};
use arrow_array::ffi::{FFI_ArrowArray, from_ffi};
use arrow_array::{Array, Float64Array};
use arrow_schema::DataType;
use arrow_schema::ffi::FFI_ArrowSchema;
use text_processor::*;

use super::reference::words;
use super::text::Text;

/// A regular expression, where options have room for one.
const PATTERN: &str = r"\w+";
/// Calls of one input, at most.
const LONGEST: usize = 32;

#[derive(Debug, Arbitrary)]
enum Call {
    /// The bytes behind `struct_size`, and whether that is a number that no memory holds.
    New {
        members: Vec<u8>,
        too_long: Option<u32>,
    },
    /// `struct_size` is smaller than itself.
    TooSmall {
        struct_size: u8,
    },
    Statistics {
        struct_size: u8,
    },
    Scale {
        values: Vec<u64>,
        factor: u64,
    },
    Hello {
        name: Text,
    },
    CountWords {
        text: Text,
    },
    Join {
        first: u8,
        steps: Vec<i8>,
        wide: bool,
        separator: u8,
    },
    OffsetSize {
        size: usize,
    },
    StatusName {
        status: i32,
    },
    Null {
        function: u8,
        places: u8,
    },
    TooLong {
        function: u8,
        by: u32,
    },
}

/// The bytes are a list of calls.
pub fn check(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let subject = Subject::new();
    for _ in 0..LONGEST {
        if bytes.is_empty() {
            break;
        }
        let Ok(call) = Call::arbitrary(&mut bytes) else { break };
        match call {
            Call::New { members, too_long } => new(&members, too_long),
            Call::TooSmall { struct_size } => too_small((struct_size % 8).into()),
            Call::Statistics { struct_size } => subject.statistics(struct_size.into()),
            Call::Scale { values, factor } => scale(&values, factor),
            Call::Hello { name } => hello(&name.0),
            Call::CountWords { text } => count_words(&text.0),
            Call::Join { first, steps, wide, separator } => join(first, &steps, wide, separator),
            Call::OffsetSize { size } => offset_size(size),
            Call::StatusName { status } => status_name(status),
            Call::Null { function, places } => subject.null(function, places),
            Call::TooLong { function, by } => subject.too_long(function, by),
        }
        subject.is_as_it_was();
    }
}

/// Memory that begins where structures may, and ends exactly where it says.
struct Memory {
    start: *mut u8,
    layout: Layout,
}

impl Memory {
    fn of(bytes: &[u8]) -> Self {
        let layout = Layout::from_size_align(bytes.len(), align_of::<u64>()).unwrap();
        // SAFETY: it is not empty, as it holds a size.
        let start = unsafe { alloc(layout) };
        if start.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: that much was just allocated.
        unsafe { start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Self { start, layout }
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: that much was allocated, and written.
        unsafe { std::slice::from_raw_parts(self.start, self.layout.size()) }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: it was allocated with this layout.
        unsafe { dealloc(self.start, self.layout) }
    }
}

/// A length that no memory holds.
fn absurd(by: u32) -> usize {
    usize::MAX - by as usize
}

/// The members are the number of threads, whether there are counts only, the tokenizer, and a pattern and its length.
fn new(members: &[u8], too_long: Option<u32>) {
    let mut members = members.to_vec();
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let tokenizer = members.get(16..).map_or(0, |bytes| number(&bytes[..bytes.len().min(8)]));
    let end = members.len().min(40);
    if end > 24 {
        // A pointer that is any number is not for a library to find out.
        members[24..end].fill(0);
    }
    if end == 40 && tokenizer == 5 {
        members[24..32].copy_from_slice(&PATTERN.as_ptr().expose_provenance().to_ne_bytes());
        members[32..40].copy_from_slice(&PATTERN.len().to_ne_bytes());
    }
    let distinct = match tokenizer {
        2 => 3,
        4 => 6,
        5 if end < 40 => 0,
        _ => 2,
    };
    let mut bytes = (8 + members.len()).to_ne_bytes().to_vec();
    bytes.extend(&members);
    if let Some(by) = too_long {
        bytes[..8].copy_from_slice(&absurd(by).to_ne_bytes());
    }
    let options = Memory::of(&bytes);
    let mut analyzer = ptr::null_mut();
    // SAFETY: the options are of the size they claim, or of one that no memory has.
    let status = unsafe { tp_analyzer_new(options.start.cast(), &raw mut analyzer) };
    let (known, unknown) = members.split_at(end);
    if too_long.is_some() || tokenizer > 5 || unknown.iter().any(|byte| *byte != 0) {
        assert_eq!(status, TP_ERROR_INVALID_ARGUMENT);
        assert!(analyzer.is_null(), "the out-parameter was written on failure");
        return;
    }
    assert_eq!(status, TP_OK);
    let counts_only = known.iter().skip(8).take(8).any(|byte| *byte != 0);
    let (mut terms, mut contains) = (0, false);
    // SAFETY: the analyzer was made, and the text is as long as it says.
    unsafe {
        assert_eq!(tp_analyzer_add_document(analyzer, c"one Two one".as_ptr(), 11), TP_OK);
        assert_eq!(tp_analyzer_unique_words(analyzer, &raw mut terms), TP_OK);
        let status = tp_analyzer_contains_document(analyzer, c"one Two one".as_ptr(), 11, &raw mut contains);
        assert_eq!(status, if counts_only { TP_ERROR_TEXT_NOT_STORED } else { TP_OK });
        tp_analyzer_free(analyzer);
    }
    assert_eq!((terms, contains), (distinct, !counts_only));
}

fn too_small(struct_size: usize) {
    let options = Memory::of(&struct_size.to_ne_bytes());
    let mut analyzer = ptr::null_mut();
    // SAFETY: a structure holds its size at least.
    let status = unsafe { tp_analyzer_new(options.start.cast(), &raw mut analyzer) };
    assert_eq!((status, analyzer.is_null()), (TP_ERROR_INVALID_ARGUMENT, true));
}

fn scale(values: &[u64], factor: u64) {
    let values: Box<[f64]> = values.iter().copied().map(f64::from_bits).collect();
    let factor = f64::from_bits(factor);
    let pointer = if values.is_empty() { ptr::null() } else { values.as_ptr() };
    let mut array = FFI_ArrowArray::empty();
    // SAFETY: there are as many values as it says.
    assert_eq!(unsafe { tp_scale_f64(pointer, values.len(), factor, &raw mut array) }, TP_OK);
    let schema = FFI_ArrowSchema::try_from(&DataType::Float64).unwrap();
    // SAFETY: the library filled it by the rules, and this is its type.
    let data = unsafe { from_ffi(array, &schema) }.unwrap();
    data.validate_full().unwrap();
    let scaled = Float64Array::from(data);
    assert_eq!(scaled.null_count(), 0);
    // No NaN is the same as another.
    let same = |found: f64, value: f64| found.to_bits() == value.to_bits() || found.is_nan() && value.is_nan();
    assert!(scaled.values().iter().zip(&values).all(|(found, value)| same(*found, value * factor)));
    assert_eq!(scaled.len(), values.len());
}

fn hello(name: &[u8]) {
    let (mut greeting, mut length) = (ptr::null_mut(), usize::MAX);
    // SAFETY: the name is as long as it says.
    let status = unsafe { tp_hello(name.as_ptr().cast(), name.len(), &raw mut greeting, &raw mut length) };
    match str::from_utf8(name) {
        Ok(name) => {
            assert_eq!(status, TP_OK);
            // SAFETY: it is that long, with a zero behind it, and is freed once.
            unsafe {
                let text = std::slice::from_raw_parts(greeting.cast::<u8>(), length + 1);
                assert_eq!(text, format!("Hello, {name}!\0").as_bytes());
                tp_string_free(greeting, length);
            }
        }
        Err(error) => {
            assert_eq!((status, tp_last_error_offset()), (TP_ERROR_INVALID_UTF8, place(error.valid_up_to())));
            assert_eq!((greeting.is_null(), length), (true, usize::MAX));
        }
    }
}

fn place(at: usize) -> i64 {
    i64::try_from(at).unwrap()
}

fn count_words(text: &[u8]) {
    let mut count = u64::MAX;
    // SAFETY: the text is as long as it says.
    let status = unsafe { tp_count_words(text.as_ptr().cast(), text.len(), &raw mut count) };
    match str::from_utf8(text) {
        Ok(text) => assert_eq!((status, count), (TP_OK, words(text).len() as u64)),
        Err(error) => {
            assert_eq!((status, count), (TP_ERROR_INVALID_UTF8, u64::MAX));
            assert_eq!((tp_last_error_offset(), tp_last_error_document()), (place(error.valid_up_to()), -1));
        }
    }
}

/// Offsets that may go backwards and below 0, of a text that holds all they refer to.
fn join(first: u8, steps: &[i8], wide: bool, separator: u8) {
    let mut offsets = vec![i32::from(first)];
    for step in steps {
        // Mostly forwards.
        let step = if *step < -120 { i32::from(*step) } else { i32::from(*step).abs() };
        offsets.push(offsets[offsets.len() - 1] + step);
    }
    let end = offsets.iter().copied().max().unwrap_or(0).max(0).cast_unsigned() as usize;
    let text: Box<[u8]> = (b' '..=b'~').cycle().take(end).collect();
    let mut joined = vec![0_u8; end + steps.len()].into_boxed_slice();
    let wider: Vec<i64> = offsets.iter().copied().map(i64::from).collect();
    let (pointer, size) = if wide { (wider.as_ptr().cast::<c_void>(), 8) } else { (offsets.as_ptr().cast(), 4) };
    // SAFETY: there are `steps` + 1 offsets of that size, and the text and its copy are as long as they ask for.
    let status = unsafe {
        let (text, joined) = (text.as_ptr().cast(), joined.as_mut_ptr().cast());
        tp_join_strings(pointer, size, text, steps.len(), c_char::from_ne_bytes([separator]), joined)
    };
    if offsets.is_sorted() || steps.is_empty() {
        assert_eq!(status, TP_OK);
        let at = |offset: i32| usize::try_from(offset).unwrap();
        let strings: Vec<&[u8]> = offsets.windows(2).map(|pair| &text[at(pair[0])..at(pair[1])]).collect();
        let expected = strings.join(&separator);
        assert_eq!(&joined[..expected.len()], expected);
        assert!(joined[expected.len()..].iter().all(|byte| *byte == 0), "more was written than there is");
    } else {
        assert_eq!(status, TP_ERROR_INVALID_ARGUMENT);
    }
}

fn offset_size(size: usize) {
    let offsets = [0_i64; 2];
    let mut joined = [b'?'];
    // SAFETY: there are two offsets, of the larger size.
    let status = unsafe {
        tp_join_strings(offsets.as_ptr().cast(), size, c"".as_ptr(), 1, c_char::default(), joined.as_mut_ptr().cast())
    };
    assert_eq!(status, if matches!(size, 4 | 8) { TP_OK } else { TP_ERROR_INVALID_ARGUMENT });
    assert_eq!(joined, *b"?");
}

fn status_name(status: i32) {
    // SAFETY: names live as long as the library.
    let name = unsafe { CStr::from_ptr(tp_status_name(status)) }.to_str().unwrap();
    assert!(name == "TP_OK" && status == 0 || name.starts_with("TP_ERROR_"));
    assert!(name != "TP_ERROR_UNKNOWN" || !(TP_OK..=TP_ERROR_TEXT_NOT_STORED).contains(&status));
}

/// An analyzer of two documents, and an empty draft for it: no call here changes them.
struct Subject {
    analyzer: *mut tp_analyzer,
    draft: *mut tp_draft,
}

impl Subject {
    fn new() -> Self {
        let (mut analyzer, mut draft) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the out-parameters are valid, and the texts are as long as it says.
        unsafe {
            assert_eq!(tp_analyzer_new(ptr::null(), &raw mut analyzer), TP_OK);
            assert_eq!(tp_analyzer_add_document(analyzer, c"one Two".as_ptr(), 7), TP_OK);
            assert_eq!(tp_analyzer_add_document(analyzer, c"two good".as_ptr(), 8), TP_OK);
            assert_eq!(tp_draft_new(analyzer, 0, &raw mut draft), TP_OK);
        }
        Self { analyzer, draft }
    }

    fn is_as_it_was(&self) {
        let mut members = [48, 0, 0, 0, 0, 0_u64];
        // SAFETY: the array is laid out as the structure, whose size its first member gives.
        assert_eq!(unsafe { tp_analyzer_statistics(self.analyzer, members.as_mut_ptr().cast()) }, TP_OK);
        assert_eq!(members, [48, 2, 4, 3, 4, 15]);
        // SAFETY: neither was freed.
        assert_eq!(unsafe { tp_analyzer_add_draft(self.analyzer, self.draft) }, TP_ERROR_NO_WORDS);
    }

    fn statistics(&self, struct_size: usize) {
        let mut bytes = struct_size.to_ne_bytes().to_vec();
        bytes.resize(struct_size.max(8), 0xA5);
        let before = bytes.clone();
        let memory = Memory::of(&bytes);
        // SAFETY: there is as much room as it says, and room for the size at least.
        let status = unsafe { tp_analyzer_statistics(self.analyzer, memory.start.cast()) };
        if struct_size < 16 {
            assert_eq!((status, memory.bytes()), (TP_ERROR_INVALID_ARGUMENT, &before[..]));
            return;
        }
        assert_eq!(status, TP_OK);
        for (member, value) in bytes[8..].chunks_exact_mut(8).zip([2_u64, 4, 3, 4, 15, 2.0_f64.to_bits()]) {
            member.copy_from_slice(&value.to_ne_bytes());
        }
        assert_eq!(memory.bytes(), bytes);
    }

    /// Calls a function with NULL in some of the places where it must not be: bits, counted as the pointers are.
    fn null(&self, function: u8, places: u8) {
        let function = usize::from(function) % REQUIRED.len();
        let places = if places & REQUIRED[function] == 0 { REQUIRED[function] } else { places };
        let is_null = |place: u8| places >> place & 1 == 1;
        let (analyzer, draft) =
            if is_null(0) { (ptr::null_mut(), ptr::null_mut()) } else { (self.analyzer, self.draft) };
        let text = if is_null(1) { ptr::null() } else { c"x".as_ptr() };
        let (texts, lengths) = ([text], [1_usize]);
        let texts = if is_null(1) { ptr::null() } else { texts.as_ptr() };
        let lengths = if is_null(2) { ptr::null() } else { lengths.as_ptr() };
        // Whatever is written on failure is seen. There is room for the largest structure.
        let mut room = [0xA5A5_A5A5_A5A5_A5A5_u64; 10];
        let out = |place: u8| if is_null(place) { ptr::null_mut() } else { room.as_mut_ptr().cast::<c_void>() };
        let [first, second, third, fourth] = [0, 1, 2, 3].map(out);
        let mut destroyed = false;
        // SAFETY: what is not NULL is what the header asks for.
        let status = unsafe {
            match function {
                0 => tp_analyzer_new(ptr::null(), first.cast()),
                1 => tp_analyzer_add_document(analyzer, text, 1),
                2 => tp_analyzer_add_documents(analyzer, texts, lengths, 1, ptr::null_mut()),
                3 => tp_analyzer_add_separated(analyzer, text, 1, 0, 0, false, ptr::null_mut()),
                4 => tp_draft_new(analyzer, 0, second.cast()),
                5 => tp_draft_append(draft, text, 1),
                6 => tp_draft_room(draft, 1, second.cast()),
                7 => tp_draft_take(draft, 0),
                8 => tp_analyzer_add_draft(analyzer, if is_null(1) { ptr::null_mut() } else { self.draft }),
                9 => tp_indexer_start(analyzer, second.cast()),
                10 => tp_indexer_stop(ptr::null_mut()),
                11 => tp_analyzer_update(analyzer, 0, ptr::null_mut(), second.cast()),
                12 => tp_analyzer_document_count(analyzer, second.cast()),
                13 => tp_analyzer_total_words(analyzer, second.cast()),
                14 => tp_analyzer_unique_words(analyzer, second.cast()),
                15 => tp_analyzer_contains_document(analyzer, text, 1, third.cast()),
                16 => tp_analyzer_statistics(analyzer, second.cast()),
                17 => tp_analyzer_sentiment(analyzer, second.cast()),
                18 => tp_analyzer_term_frequencies(analyzer, 0, second.cast()),
                19 => tp_analyzer_top_terms(analyzer, 0, second.cast()),
                20 => tp_analyzer_documents(analyzer, 0, second.cast()),
                21 => tp_count_words(text, 1, third.cast()),
                22 => tp_hello(text, 1, third.cast(), fourth.cast()),
                23 => tp_scale_f64(second.cast(), 1, 0.0, third.cast()),
                24 => tp_analyzer_clear(analyzer),
                25 => tp_analyzer_clear_callback(analyzer),
                26 => tp_join_strings(second, 8, text, 1, 0, third.cast()),
                27 => tp_events_new(analyzer, second.cast()),
                28 => tp_events_next(ptr::null_mut(), second.cast()),
                _ => {
                    let callback = if is_null(1) { None } else { Some(never as CallbackFunction) };
                    tp_analyzer_set_callback(analyzer, callback, (&raw mut destroyed).cast(), Some(note_destroyed))
                }
            }
        };
        assert_eq!(status, TP_ERROR_NULL_POINTER, "function {function}, NULL in {places:b}");
        assert_eq!(room, [0xA5A5_A5A5_A5A5_A5A5; 10], "function {function} wrote on failure");
        assert_eq!(destroyed, function == REQUIRED.len() - 1);
        // SAFETY: NULL is allowed.
        unsafe {
            tp_analyzer_free(ptr::null_mut());
            tp_draft_free(ptr::null_mut());
            tp_events_free(ptr::null_mut());
            tp_string_free(ptr::null_mut(), places.into());
        }
    }

    /// Calls a function with a length that no memory holds.
    fn too_long(&self, function: u8, by: u32) {
        let (length, text) = (absurd(by), c"x".as_ptr());
        let (mut number, mut is, mut handle) = (7_u64, false, ptr::null_mut::<c_void>());
        let mut array = FFI_ArrowArray::empty();
        let (mut expected, mut document) = (TP_ERROR_INVALID_ARGUMENT, -1);
        // SAFETY: the header has no rule for such lengths but that there is as much text, which cannot be: the library has
        // to look before it reads. Nothing else is wrong.
        let status = unsafe {
            match function % 10 {
                0 => tp_analyzer_add_document(self.analyzer, text, length),
                1 => {
                    let status = tp_analyzer_add_documents(
                        self.analyzer,
                        [text].as_ptr(),
                        [1].as_ptr(),
                        length,
                        &raw mut number,
                    );
                    assert_eq!(number, 0);
                    status
                }
                2 => {
                    document = 0;
                    tp_analyzer_add_documents(self.analyzer, [text].as_ptr(), [length].as_ptr(), 1, ptr::null_mut())
                }
                3 => tp_analyzer_add_separated(self.analyzer, text, length, 0, 0, false, ptr::null_mut()),
                4 => tp_analyzer_contains_document(self.analyzer, text, length, &raw mut is),
                5 => tp_count_words(text, length, &raw mut number),
                6 => tp_scale_f64(&1.0, length, 1.0, &raw mut array),
                7 => tp_join_strings([0_i64; 2].as_ptr().cast(), 8, text, length, 0, (&raw mut number).cast()),
                8 => {
                    expected = TP_ERROR_OUT_OF_MEMORY;
                    tp_draft_new(self.analyzer, length, (&raw mut handle).cast())
                }
                _ => {
                    expected = TP_ERROR_OUT_OF_MEMORY;
                    tp_draft_room(self.draft, length, (&raw mut handle).cast())
                }
            }
        };
        assert_eq!((status, tp_last_error_document()), (expected, document), "function {}", function % 10);
        assert!(handle.is_null() && array.is_released() && !is, "an out-parameter was written on failure");
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // SAFETY: both are freed once.
        unsafe {
            tp_draft_free(self.draft);
            tp_analyzer_free(self.analyzer);
        }
    }
}

/// For each function of [`Subject::null`], which of its pointers must not be NULL: as bits, the first one the lowest.
const REQUIRED: [u8; 30] = [1, 3, 7, 3, 3, 3, 3, 1, 3, 3, 1, 1, 3, 3, 3, 7, 3, 3, 3, 3, 3, 6, 14, 6, 1, 1, 6, 3, 1, 3];

type CallbackFunction = unsafe extern "C" fn(*mut c_void, *const tp_document_event) -> i32;

unsafe extern "C" fn never(_: *mut c_void, _: *const tp_document_event) -> i32 {
    unreachable!("it was not set")
}

unsafe extern "C" fn note_destroyed(user_data: *mut c_void) {
    // SAFETY: it points to whether it was destroyed.
    unsafe { *user_data.cast() = true };
}
