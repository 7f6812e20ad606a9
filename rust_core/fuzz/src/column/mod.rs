//! Columns of text from arrays of any structure: valid ones give the rows of a model, and wrong ones an error. Wrong
//! members never lead the library outside the buffers.

mod structures;

use std::ffi::{CString, c_char};
use std::ptr;

use arbitrary::{Arbitrary, Unstructured};
use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use text_processor::*;

use structures::{Memory, bitmap, release_array, release_schema, strings};

#[derive(Debug, Clone, Copy, Arbitrary, PartialEq, Eq)]
enum Kind {
    Offsets32,
    Offsets64,
    Views,
    Null,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Fault {
    None,
    Length(bool),
    Offset,
    NullCount,
    Buffers(u8),
    NoBuffer(u8),
    NoBuffers,
    Byte { place: u16, value: u8 },
    Format(u8),
    Released(u8),
    Children(i8),
    NoDictionary,
    First(u8),
    Name,
    Missing(u8),
}

impl Fault {
    /// Replaces a buffer by NULL if this is the fault of the input.
    fn forget(self, pointers: &mut [*const u8]) {
        if let Self::NoBuffer(number) = self
            && let Some(pointer) = pointers.get_mut(usize::from(number))
        {
            *pointer = ptr::null();
        }
    }
}

#[derive(Debug, Arbitrary)]
struct Input {
    kind: Kind,
    is_bytes: bool,
    rows: Vec<Option<Vec<u8>>>,
    /// The number of rows in the buffers before the first row.
    skipped: u8,
    misalignment: u8,
    /// The places in the dictionary, if the rows are a dictionary, and their type.
    places: Option<(Vec<Option<u8>>, u8)>,
    /// Whether the column is a member of a structure, and which rows of the structure are null.
    outer: Option<Vec<bool>>,
    knows_nulls: bool,
    blank: u8,
    fault: Fault,
}

/// The rows of a valid input, by the rules of the format.
fn expected(input: &Input) -> Vec<Option<Vec<u8>>> {
    let rows: Vec<_> = if input.kind == Kind::Null { vec![None; input.rows.len()] } else { input.rows.clone() };
    let mut rows = match &input.places {
        None => rows,
        Some((places, _)) => places.iter().map(|place| rows[usize::from((*place)?)].clone()).collect(),
    };
    if let Some(valid) = &input.outer {
        for (row, _) in rows.iter_mut().zip(valid).filter(|(_, valid)| !**valid) {
            *row = None;
        }
    }
    rows
}

/// The bytes of the input describe an array, and one fault of it.
pub fn check(data: &[u8]) {
    let Ok(mut input) = Input::arbitrary(&mut Unstructured::new(data)) else { return };
    if let Some((places, _)) = &mut input.places {
        let number = input.rows.len();
        let largest = u8::try_from(number.min(100)).expect("it is at most 100");
        places.iter_mut().for_each(|place| *place = place.filter(|_| number > 0).map(|place| place % largest));
    }
    if let Some(valid) = &mut input.outer {
        valid.resize(input.places.as_ref().map_or(input.rows.len(), |(places, _)| places.len()), true);
    }
    run(&input);
}

fn run(input: &Input) {
    let mut memory = Memory::default();
    let skipped = usize::from(input.skipped % 20);
    let in_values = if input.places.is_some() { 0 } else { skipped };
    let format = match (input.kind, input.is_bytes) {
        (Kind::Offsets32, false) => c"u",
        (Kind::Offsets32, true) => c"z",
        (Kind::Offsets64, false) => c"U",
        (Kind::Offsets64, true) => c"Z",
        (Kind::Views, false) => c"vu",
        (Kind::Views, true) => c"vz",
        (Kind::Null, _) => c"n",
    };
    let schema = |format: *const c_char, name: *const c_char| ArrowSchema {
        format,
        name,
        metadata: ptr::null(),
        flags: 2,
        n_children: 0,
        children: ptr::null(),
        dictionary: ptr::null(),
        release: Some(release_schema),
        private_data: ptr::null_mut(),
    };
    let array = |rows: usize, offset: usize, nulls: usize, pointers: &[*const u8]| ArrowArray {
        length: rows as i64,
        null_count: if input.knows_nulls { nulls as i64 } else { -1 },
        offset: offset as i64,
        n_buffers: pointers.len() as i64,
        n_children: 0,
        buffers: pointers.as_ptr(),
        children: ptr::null(),
        dictionary: ptr::null(),
        release: Some(release_array),
        private_data: ptr::null_mut(),
    };
    let nulls = |rows: usize, is_null: &dyn Fn(usize) -> bool| (0..rows).filter(|row| is_null(*row)).count();

    // The values, the dictionary that contains them, and the structure that contains the dictionary.
    let mut values = strings(input, &mut memory, &input.rows, in_values);
    if input.places.is_none() {
        input.fault.forget(&mut values.pointers);
    }
    let value_nulls = nulls(input.rows.len(), &|row| input.rows[row].is_none());
    let mut value_schema = schema(format.as_ptr().cast(), c"text".as_ptr().cast());
    let mut value_array = array(input.rows.len(), in_values, value_nulls, &values.pointers);
    let mut checked = values.checked;
    let places = input.places.as_ref().map(|(places, width)| {
        let (format, width) = [(c"C", 1), (c"s", 2), (c"I", 4), (c"l", 8)][usize::from(width % 4)];
        let before = vec![Some(0); skipped];
        let all: Vec<Option<u8>> = before.into_iter().chain(places.iter().copied()).collect();
        let bytes: Vec<u8> =
            all.iter().flat_map(|place| u64::from(place.unwrap_or(255)).to_le_bytes()[..width].to_vec()).collect();
        let valid: Vec<bool> = all.iter().map(Option::is_some).collect();
        let at = memory.buffer(&bytes, input.misalignment);
        let mut pointers = vec![memory.buffer(&bitmap(&valid), 0).cast_const(), at.cast_const()];
        input.fault.forget(&mut pointers);
        (format, places, pointers, (at, bytes.len()))
    });
    let (mut column_schema, mut column_array) = match &places {
        None => (None, None),
        Some((format, places, pointers, bytes)) => {
            checked = *bytes;
            let mut outer = schema(format.as_ptr().cast(), c"text".as_ptr().cast());
            outer.dictionary = &raw const value_schema;
            let null = nulls(places.len(), &|row| places[row].is_none());
            let mut column = array(places.len(), skipped, null, pointers);
            column.dictionary = &raw const value_array;
            (Some(outer), Some(column))
        }
    };
    let rows = expected(input);

    // Apply the fault, which may mean that every call must fail.
    let mut must_fail = false;
    let mut options = (0, true, usize::from(input.blank % 3));
    {
        let array = column_array.as_mut().unwrap_or(&mut value_array);
        let schema = column_schema.as_mut().unwrap_or(&mut value_schema);
        match input.fault {
            Fault::None => {}
            Fault::Length(negative) => {
                array.length = if negative { -1 } else { i64::MAX };
                must_fail = true;
            }
            Fault::Offset => {
                array.offset = if input.knows_nulls { -1 } else { i64::MAX / 4 };
                must_fail = true;
            }
            Fault::NullCount => array.null_count = 1,
            Fault::Buffers(number) => {
                let before = array.n_buffers;
                array.n_buffers = i64::from(number % 8).min(before);
                let has_fixed_number = input.kind != Kind::Null && (input.kind != Kind::Views || places.is_some());
                must_fail = has_fixed_number && array.n_buffers != before;
                // If the number of buffers is wrong, the library would look for the list of sizes at another place.
                if input.kind == Kind::Views && places.is_none() && array.n_buffers != before {
                    array.n_buffers = 2;
                    must_fail = true;
                }
            }
            Fault::NoBuffer(_) => {}
            Fault::NoBuffers => {
                array.buffers = ptr::null();
                must_fail = input.kind != Kind::Null || places.is_some();
            }
            Fault::Byte { place, value } => {
                if checked.1 > 0 {
                    // SAFETY: the buffer has this byte.
                    unsafe { checked.0.add(usize::from(place) % checked.1).write(value) };
                }
            }
            Fault::Format(letter) => {
                schema.format = [c"w:8", c"+l", c"g", c"", c"tdD", c"+r"][usize::from(letter % 6)].as_ptr().cast();
                must_fail = true;
            }
            Fault::Released(which) => {
                if which % 2 == 0 {
                    schema.release = None;
                } else {
                    array.release = None;
                }
                must_fail = true;
            }
            Fault::NoDictionary => {
                must_fail = !array.dictionary.is_null();
                array.dictionary = ptr::null();
            }
            Fault::First(first) => options.0 = usize::from(first),
            Fault::Children(_) => {}
            Fault::Name => options.1 = false,
            Fault::Missing(number) => options.2 = usize::from(number),
        }
    }
    let (schema_at, array_at) = (
        column_schema.as_ref().map_or(&raw const value_schema, ptr::from_ref),
        column_array.as_ref().map_or(&raw const value_array, ptr::from_ref),
    );
    let (members, columns) = ([schema_at], [array_at]);
    let outer_bits = input.outer.as_ref().map(|valid| memory.buffer(&bitmap(valid), 0).cast_const());
    let outer_buffers = [outer_bits.unwrap_or(ptr::null())];
    let mut outer_schema = schema(c"+s".as_ptr().cast(), ptr::null());
    (outer_schema.n_children, outer_schema.children) = (1, members.as_ptr());
    let mut outer_array = array(rows.len(), 0, 0, &outer_buffers);
    (outer_array.n_children, outer_array.children, outer_array.null_count) = (1, columns.as_ptr(), -1);
    if let Fault::Children(change) = input.fault {
        outer_schema.n_children = i64::from(change);
        must_fail = input.outer.is_some() && change != 1;
    }
    let has_outer = input.outer.is_some();
    must_fail |= matches!(input.fault, Fault::Name) && has_outer;
    let name = CString::new(if options.1 { "text" } else { "other" }).expect("it has no zero byte");
    let column = tp_column {
        struct_size: size_of::<tp_column>(),
        schema: if has_outer { &raw const outer_schema } else { schema_at }.cast(),
        array: if has_outer { &raw const outer_array } else { array_at }.cast(),
        name: if has_outer { name.as_ptr() } else { ptr::null() },
        name_length: if has_outer { name.as_bytes().len() } else { 0 },
        first: options.0,
        count: 0,
        missing: options.2,
    };
    must_fail |= options.0 > rows.len() || options.2 > 2;
    let is_valid = matches!(input.fault, Fault::None | Fault::First(_) | Fault::Missing(_)) && !must_fail;
    call(&column, rows.get(options.0..).unwrap_or_default(), is_valid, must_fail);
}

/// Calls all functions that take a column.
fn call(column: &tp_column, rows: &[Option<Vec<u8>>], is_valid: bool, must_fail: bool) {
    let (mut number, mut bytes, mut nulls) = (0, 0, 0);
    // SAFETY: the column and its buffers are valid, and the out-parameters are valid.
    let status = unsafe { tp_column_shape(column, &raw mut number, &raw mut bytes, &raw mut nulls) };
    assert!(!must_fail || status != TP_OK, "a wrong array was accepted");
    if is_valid {
        let length: usize = rows.iter().flatten().map(Vec::len).sum();
        let null = rows.iter().filter(|row| row.is_none()).count();
        assert_eq!((status, number, bytes, nulls), (TP_OK, rows.len() as u64, length as u64, null as u64));
    }
    let mut analyzer = ptr::null_mut();
    // SAFETY: NULL means the default options; the column is valid, as above.
    let (status, added) = unsafe {
        assert_eq!(tp_analyzer_new(ptr::null(), &raw mut analyzer), TP_OK);
        let mut added = 0;
        (tp_analyzer_add_column(analyzer, column, &raw mut added), added)
    };
    assert!(!must_fail || (status, added) == (status, 0) && status != TP_OK);
    if is_valid {
        assert_added(column.missing, rows, status, added);
    }
    let (mut vectorizer, mut matrix, mut vader) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    let mut stream = FFI_ArrowArrayStream::empty();
    // SAFETY: as above; each handle is freed once.
    let scored = unsafe {
        tp_analyzer_free(analyzer);
        assert_eq!(tp_vectorizer_new(ptr::null(), &raw mut vectorizer), TP_OK);
        assert_eq!(tp_matrix_new(vectorizer, true, &raw mut matrix), TP_OK);
        let (mut matrix_rows, added) = (0, tp_matrix_add_column(matrix, column));
        let counted = tp_matrix_shape(matrix, &raw mut matrix_rows, ptr::null_mut(), ptr::null_mut());
        tp_matrix_free(matrix);
        tp_vectorizer_free(vectorizer);
        assert!(!must_fail || added != TP_OK);
        let kept = rows.iter().filter(|row| row.is_some() || column.missing == TP_BLANK_KEEP).count() as u64;
        assert!(!is_valid || added != TP_OK || (counted, matrix_rows) == (TP_OK, kept));
        let lexicon = "good\t1.9\t0.9\t[2]\n";
        let (text, length) = (lexicon.as_ptr().cast(), lexicon.len());
        assert_eq!(tp_vader_new(text, length, ptr::null(), 0, ptr::null(), &raw mut vader), TP_OK);
        let scored = tp_vader_score_column(vader, column, &raw mut stream);
        tp_vader_free(vader);
        assert!(!must_fail || scored != TP_OK);
        scored
    };
    if scored == TP_OK && is_valid {
        // SAFETY: the library filled the stream, and the stream is not used again.
        let reader = unsafe { RecordBatchStreamReader::from_raw(&raw mut stream) }.expect("a stream");
        let is_known = |row: &&Option<Vec<u8>>| row.is_some() || column.missing == TP_BLANK_KEEP;
        let known: Vec<bool> = rows.iter().filter(is_known).map(Option::is_some).collect();
        let mut found = Vec::new();
        for batch in reader {
            let batch = batch.expect("a batch");
            let scores = batch.column(3).as_primitive::<arrow_array::types::Float64Type>();
            found.extend((0..scores.len()).map(|row| !scores.value(row).is_nan()));
        }
        assert_eq!(found, known);
    }
}

/// The first wrong row, and the number of documents before it, follow from the rows.
fn assert_added(missing: tp_blank, rows: &[Option<Vec<u8>>], status: tp_status, added: u64) {
    let mut documents = 0;
    for (place, row) in rows.iter().enumerate() {
        let wrong = match row.as_deref().map(str::from_utf8) {
            None if missing == TP_BLANK_REFUSE => TP_ERROR_MISSING_TEXT,
            Some(Err(_)) => TP_ERROR_INVALID_UTF8,
            Some(Ok(text)) if missing == TP_BLANK_REFUSE && is_blank(text) => TP_ERROR_NO_WORDS,
            None | Some(Ok(_)) => TP_OK,
        };
        if wrong != TP_OK {
            assert_eq!((status, added), (wrong, documents), "row {place}");
            return;
        }
        let text = row.as_deref().map_or("", |text| str::from_utf8(text).expect("it was checked"));
        documents += u64::from(missing == TP_BLANK_KEEP || !is_blank(text));
    }
    assert_eq!((status, added), (TP_OK, documents));
}

/// Whether Python's `str.isspace()` is true for each character.
fn is_blank(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&character))
}
