//! The objects and texts that the long calls work on.

use std::ptr;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::{Array, StringArray};
use arrow_schema::ffi::FFI_ArrowSchema;

use text_processor::*;

use super::call::{THREADS, start};
use crate::support::Handle;

/// The objects and texts of the calls.
pub struct Data {
    pub words: Handle,
    pub terms: Handle,
    /// Many documents, and the codes of their groups.
    pub grouped: Handle,
    pub codes: Vec<u32>,
    /// The same documents as target and reference.
    pub sides: Vec<u32>,
    pub vader: *mut tp_vader,
    pub words_vectorizer: OwnedVectorizer,
    /// For n-grams of up to 200 characters.
    pub characters: OwnedVectorizer,
    pub characters_in_words: OwnedVectorizer,
    pub text: String,
    pub capitals: String,
    /// Many short documents, and the numbers of all these documents in reverse order.
    pub short_lines: Handle,
    pub numbers: Vec<u64>,
}

/// An analyzer with one document, which is indexed.
fn analyzer_of(words: &[String]) -> Handle {
    let handle = Handle::with_threads(THREADS);
    assert_eq!(handle.add(words.join(" ").as_bytes()), TP_OK);
    handle.update(0);
    handle
}

/// An analyzer with few distinct words.
pub fn with_words() -> Handle {
    analyzer_of(&(0..2000).map(|number| format!("w{}", number * number % 89)).collect::<Vec<_>>())
}

fn many_terms() -> Vec<String> {
    (0..1 << 18).map(|number| number.to_string()).collect()
}

/// An analyzer with many distinct words.
pub fn with_terms() -> Handle {
    analyzer_of(&many_terms())
}

impl Data {
    pub fn new() -> Self {
        let grouped: Vec<String> = many_terms().chunks(4).map(|words| words.join(" ")).collect();
        let codes = (0..1 << 16).map(|number| number % (1 << 9)).collect();
        let sides = (0..1 << 16).map(|number| number % 2).collect();
        let (lexicon, mut vader) = ("good\t1\nbad\t-1\n", ptr::null_mut());
        // SAFETY: the texts are valid for their lengths.
        let made = unsafe { tp_vader_new(start(lexicon), lexicon.len(), ptr::null(), 0, ptr::null(), &raw mut vader) };
        assert_eq!(made, TP_OK);
        let short_lines = Handle::with_threads(THREADS);
        let all = "many words in a short line of text, ".repeat(4) + "which is long for a line\n";
        assert_eq!(
            short_lines.add_separated(all.repeat(1 << 15).trim_end().as_bytes(), b'\n', false),
            (TP_OK, 1 << 15)
        );
        short_lines.update(0);
        let (text, capitals) = ("no good end of a bad text that is long ".repeat(1 << 15), "A".repeat(200_000));
        Self {
            words: with_words(),
            terms: with_terms(),
            grouped: {
                let handle = Handle::with_threads(THREADS);
                assert_eq!(handle.add_separated(grouped.join("\n").as_bytes(), b'\n', false), (TP_OK, 1 << 16));
                handle.update(0);
                handle
            },
            codes,
            sides,
            vader,
            words_vectorizer: OwnedVectorizer::new(TP_FEATURES_WORDS, 1),
            characters: OwnedVectorizer::new(TP_FEATURES_CHARACTERS, 200),
            characters_in_words: OwnedVectorizer::new(TP_FEATURES_CHARACTERS_IN_WORDS, 200),
            text,
            capitals,
            short_lines,
            numbers: (0..1 << 15).rev().collect(),
        }
    }
}

/// Passes a column with one text to a function.
pub fn with_column<R>(text: &[u8], call: impl FnOnce(*const tp_column) -> R) -> R {
    let array = StringArray::from_iter_values([str::from_utf8(text).unwrap()]);
    let schema = FFI_ArrowSchema::try_from(array.data_type()).unwrap();
    let array = FFI_ArrowArray::new(&array.to_data());
    call(&tp_column {
        struct_size: size_of::<tp_column>(),
        schema: &raw const schema,
        array: &raw const array,
        name: ptr::null(),
        name_length: 0,
        first: 0,
        count: 0,
        missing: TP_BLANK_REFUSE,
    })
}
/// A matrix, which is freed at the end.
pub struct OwnedMatrix(pub *mut tp_matrix);

impl OwnedMatrix {
    /// A closure that calls this function captures the matrix. A closure that reads the member captures a pointer.
    pub fn pointer(&self) -> *mut tp_matrix {
        self.0
    }
}

impl Drop for OwnedMatrix {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_matrix_free(self.0) }
    }
}

pub fn new_matrix(make: impl FnOnce(*mut *mut tp_matrix) -> tp_status) -> OwnedMatrix {
    let mut matrix = ptr::null_mut();
    assert_eq!(make(&raw mut matrix), TP_OK);
    OwnedMatrix(matrix)
}

/// A vectorizer, which is freed at the end.
pub struct OwnedVectorizer(pub *mut tp_vectorizer);

impl OwnedVectorizer {
    pub fn new(features: tp_features, ngrams_to: usize) -> Self {
        let options = tp_vectorizer_options {
            struct_size: size_of::<tp_vectorizer_options>(),
            threads: THREADS,
            features,
            ngrams_from: 1,
            ngrams_to,
            keeps_case: 0,
            accents: TP_ACCENTS_KEEP,
            stop_words: ptr::null(),
            stop_word_lengths: ptr::null(),
            stop_word_count: 0,
        };
        let mut vectorizer = ptr::null_mut();
        // SAFETY: the options have the size that they state.
        assert_eq!(unsafe { tp_vectorizer_new(&raw const options, &raw mut vectorizer) }, TP_OK);
        Self(vectorizer)
    }

    /// A closure that calls this function captures the vectorizer, not only its address.
    pub fn pointer(&self) -> *mut tp_vectorizer {
        self.0
    }
}

impl Drop for OwnedVectorizer {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_vectorizer_free(self.0) }
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_vader_free(self.vader) }
    }
}
