//! The analyses of a corpus: matches of patterns, words that occur together, keyness and dispersion have the counts of a
//! model that reads lists of words.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_char;
use std::ops::Range;
use std::ptr;

use arbitrary::{Result, Unstructured};

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{Float64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use text_processor::*;

/// The words of documents. All are in lower case, so they are terms too.
const WORDS: [&str; 8] = ["a", "b", "ab", "ba", "aab", "é", "*", "b."];
/// Whether a regular expression is found in a word.
type IsFound = fn(&str) -> bool;

/// Regular expressions.
const REGEXES: [(&str, IsFound); 3] = [
    ("^a", |word| word.starts_with('a')),
    ("b$", |word| word.ends_with('b')),
    ("é|ab", |word| word.contains('é') || word.contains("ab")),
];
/// The elements of a pattern with wildcards.
const ELEMENTS: [&str; 6] = ["a", "b", "é", "*", "?", r"\*"];
/// The code of a document that belongs to no group.
const NO_GROUP: u32 = u32::MAX;
/// The measures of two words.
const MEASURES: usize = 24;

#[derive(Debug)]
enum Word {
    Literal(u8),
    Glob(Vec<u8>),
    Regex(u8),
}

/// The words that match one token. An empty list matches any token.
type Slot = Vec<Word>;

struct Input {
    documents: Vec<Vec<u8>>,
    patterns: Vec<Vec<Slot>>,
    codes: Vec<u8>,
    on_tokens: bool,
    left: u8,
    right: u8,
    offset: u8,
    limit: u8,
    n: u8,
    measure: u8,
    min_count: u8,
}

/// A list with at most this number of members.
fn list<'d, T>(
    data: &mut Unstructured<'d>,
    most: usize,
    member: impl Fn(&mut Unstructured<'d>) -> Result<T>,
) -> Result<Vec<T>> {
    (0..data.int_in_range(0..=most)?).map(|_| member(data)).collect()
}

fn byte(data: &mut Unstructured) -> Result<u8> {
    data.arbitrary()
}

impl Input {
    /// The derived `Arbitrary` seldom makes a list in a list.
    fn read(data: &mut Unstructured) -> Result<Self> {
        let mut documents = list(data, 8, |data| list(data, 20, byte))?;
        documents.retain(|document| !document.is_empty());
        let codes = documents.iter().map(|_| byte(data)).collect::<Result<_>>()?;
        let word = |data: &mut Unstructured| {
            Ok(match byte(data)? % 3 {
                0 => Word::Literal(byte(data)?),
                1 => Word::Glob(list(data, 4, byte)?),
                _ => Word::Regex(byte(data)?),
            })
        };
        let slot = |data: &mut Unstructured| {
            let mut words = list(data, 3, word)?;
            // An empty description is an error.
            words.retain(|word: &Word| !word.described().1.is_empty());
            Ok(words)
        };
        Ok(Self {
            documents,
            patterns: list(data, 3, |data| list(data, 3, slot))?,
            codes,
            on_tokens: data.arbitrary()?,
            left: byte(data)? % 16,
            right: byte(data)? % 16,
            offset: byte(data)? % 8,
            limit: byte(data)? % 8,
            n: byte(data)?,
            measure: byte(data)?,
            min_count: byte(data)?,
        })
    }
}

/// Whether elements match a complete word.
fn glob_matches(elements: &[&str], word: &str) -> bool {
    let Some((first, rest)) = elements.split_first() else { return word.is_empty() };
    let mut characters = word.chars();
    match *first {
        "*" => word
            .char_indices()
            .map(|(place, _)| place)
            .chain([word.len()])
            .any(|place| glob_matches(rest, &word[place..])),
        "?" => characters.next().is_some() && glob_matches(rest, characters.as_str()),
        element => {
            let element = element.strip_prefix('\\').unwrap_or(element);
            word.strip_prefix(element).is_some_and(|word| glob_matches(rest, word))
        }
    }
}

impl Word {
    fn elements(elements: &[u8]) -> Vec<&'static str> {
        elements.iter().map(|element| ELEMENTS[usize::from(*element) % ELEMENTS.len()]).collect()
    }

    /// The kind and the text of a word, in the form of the C ABI.
    fn described(&self) -> (tp_word_kind, String) {
        match self {
            Self::Literal(word) => (TP_WORD_LITERAL, WORDS[usize::from(*word) % WORDS.len()].to_owned()),
            Self::Glob(elements) => (TP_WORD_GLOB, Self::elements(elements).concat()),
            Self::Regex(number) => (TP_WORD_REGEX, REGEXES[usize::from(*number) % REGEXES.len()].0.to_owned()),
        }
    }

    fn matches(&self, word: &str) -> bool {
        match self {
            Self::Literal(own) => WORDS[usize::from(*own) % WORDS.len()] == word,
            Self::Glob(elements) => glob_matches(&Self::elements(elements), word),
            Self::Regex(number) => REGEXES[usize::from(*number) % REGEXES.len()].1(word),
        }
    }
}

/// The bytes of the input describe documents, patterns and options.
pub fn check(data: &[u8]) {
    if let Ok(input) = Input::read(&mut Unstructured::new(data)) {
        Checked::new(&input).run();
    }
}

/// An analyzer and the data that it must have.
struct Checked<'i> {
    input: &'i Input,
    documents: Vec<Vec<&'static str>>,
    /// 0 and 1 for groups, and 2 for documents that belong to no group.
    codes: Vec<u32>,
    analyzer: *mut tp_analyzer,
    patterns: *mut tp_patterns,
}

impl Drop for Checked<'_> {
    fn drop(&mut self) {
        // SAFETY: both handles were made in `new`, and are freed only once.
        unsafe {
            tp_patterns_free(self.patterns);
            tp_analyzer_free(self.analyzer);
        }
    }
}

/// The rows of a stream; `call` fills it.
fn rows(call: impl FnOnce(*mut FFI_ArrowArrayStream) -> tp_status) -> std::result::Result<Vec<RecordBatch>, tp_status> {
    let mut stream = FFI_ArrowArrayStream::empty();
    let status = call(&raw mut stream);
    if status != TP_OK {
        return Err(status);
    }
    // SAFETY: the library filled the stream, and the stream is not used again.
    let reader = unsafe { RecordBatchStreamReader::from_raw(&raw mut stream) }.expect("a stream");
    Ok(reader.map(|batch| batch.expect("a batch")).collect())
}

fn texts(batches: &[RecordBatch], column: &str) -> Vec<String> {
    let of = |batch: &RecordBatch| {
        let texts = batch.column_by_name(column).expect("the column").as_string::<i32>().clone();
        (0..texts.len()).map(|row| texts.value(row).to_owned()).collect::<Vec<_>>()
    };
    batches.iter().flat_map(of).collect()
}

fn counts(batches: &[RecordBatch], column: &str) -> Vec<u64> {
    let of = |batch: &RecordBatch| {
        batch.column_by_name(column).expect("the column").as_primitive::<UInt64Type>().values().to_vec()
    };
    batches.iter().flat_map(of).collect()
}

fn places(batches: &[RecordBatch], column: &str) -> Vec<usize> {
    counts(batches, column).into_iter().map(|place| usize::try_from(place).expect("the texts are short")).collect()
}

impl<'i> Checked<'i> {
    fn new(input: &'i Input) -> Self {
        let words = |document: &Vec<u8>| document.iter().map(|word| WORDS[usize::from(*word) % WORDS.len()]).collect();
        let documents: Vec<Vec<&str>> = input.documents.iter().map(words).collect();
        let codes = input.codes.iter().map(|code| [0, 1, NO_GROUP][usize::from(*code) % 3]).collect();
        let (mut analyzer, mut patterns) = (ptr::null_mut(), ptr::null_mut());
        let base = if input.on_tokens { TP_PATTERN_BASE_TOKENS } else { TP_PATTERN_BASE_TERMS };
        // SAFETY: NULL means the default options, and the texts are valid during the calls.
        unsafe {
            assert_eq!(tp_analyzer_new(ptr::null(), &raw mut analyzer), TP_OK);
            assert_eq!(tp_patterns_new(base, &raw mut patterns), TP_OK);
            for document in &documents {
                let text = document.join(" ");
                assert_eq!(tp_analyzer_add_document(analyzer, text.as_ptr().cast(), text.len()), TP_OK);
            }
            for (label, pattern) in input.patterns.iter().enumerate() {
                let label = label.to_string();
                assert_eq!(tp_patterns_add(patterns, label.as_ptr().cast(), label.len()), TP_OK);
                for slot in pattern {
                    let (kinds, words): (Vec<_>, Vec<_>) = slot.iter().map(Word::described).unzip();
                    let pointers: Vec<*const c_char> = words.iter().map(|word| word.as_ptr().cast()).collect();
                    let lengths: Vec<usize> = words.iter().map(String::len).collect();
                    let (kinds, pointers, lengths, number) =
                        (kinds.as_ptr(), pointers.as_ptr(), lengths.as_ptr(), words.len());
                    assert_eq!(tp_patterns_add_slot(patterns, kinds, pointers, lengths, number), TP_OK);
                }
            }
        }
        Self { input, documents, codes, analyzer, patterns }
    }

    fn run(&self) {
        let is_valid = !self.input.patterns.iter().any(Vec::is_empty);
        self.matches(is_valid);
        self.collocates(is_valid);
        self.collocations();
        self.keyness();
        self.dispersion();
    }

    /// The matches of a pattern in a document.
    fn places(&self, pattern: &[Slot], document: usize) -> Vec<Range<usize>> {
        let words = &self.documents[document];
        let matches = |start: usize| {
            let mut slots = pattern.iter().zip(&words[start..]);
            slots.all(|(slot, word)| slot.is_empty() || slot.iter().any(|own| own.matches(word)))
        };
        let last = (words.len() + 1).saturating_sub(pattern.len());
        (0..last).filter(|start| matches(*start)).map(|start| start..start + pattern.len()).collect()
    }

    fn matches(&self, is_valid: bool) {
        let options = tp_concordance_options {
            struct_size: size_of::<tp_concordance_options>(),
            unit: TP_WINDOW_TOKENS,
            left: usize::from(self.input.left),
            right: usize::from(self.input.right),
            offset: usize::from(self.input.offset),
            limit: usize::from(self.input.limit),
            // SAFETY: zero and NULL are valid values of all members.
            ..unsafe { std::mem::zeroed() }
        };
        // SAFETY: the handles and the options are valid.
        let lines = rows(|stream| unsafe {
            tp_analyzer_concordance(self.analyzer, self.patterns, &raw const options, 3, stream)
        });
        // SAFETY: as above; there are no codes.
        let counted = rows(|stream| unsafe {
            let (none, no_codes) = (ptr::null(), ptr::null());
            tp_analyzer_count_matches(self.analyzer, self.patterns, none, no_codes, 0, 0, stream)
        });
        let (Ok(lines), Ok(counted)) = (lines, counted) else {
            assert!(!is_valid);
            return;
        };
        assert!(is_valid);
        let mut expected = Vec::new();
        for document in 0..self.documents.len() {
            for (label, pattern) in self.input.patterns.iter().enumerate() {
                expected.extend(self.places(pattern, document).into_iter().map(|place| (document, place, label)));
            }
        }
        for (label, (count, documents)) in
            counts(&counted, "count").into_iter().zip(counts(&counted, "documents")).enumerate()
        {
            let own: Vec<_> = expected.iter().filter(|(_, _, of)| *of == label).collect();
            assert_eq!(count, own.len() as u64);
            assert_eq!(documents, own.iter().map(|(document, ..)| document).collect::<BTreeSet<_>>().len() as u64);
        }
        let (documents, from, to) = (places(&lines, "document"), places(&lines, "from"), places(&lines, "to"));
        let (left, found, right) = (texts(&lines, "left"), texts(&lines, "match"), texts(&lines, "right"));
        let limit = if options.limit == 0 { usize::MAX } else { options.limit };
        assert_eq!(documents.len(), expected.len().saturating_sub(options.offset).min(limit));
        for row in 0..documents.len() {
            let words = &self.documents[documents[row]];
            let (from, to) = (from[row], to[row]);
            assert_eq!(left[row], words[from.saturating_sub(options.left)..from].join(" "));
            assert_eq!(found[row], words[from..to].join(" "));
            assert_eq!(right[row], words[to..words.len().min(to + options.right)].join(" "));
            let label: usize = texts(&lines, "pattern")[row].parse().expect("the number of a pattern");
            assert!(expected.contains(&(documents[row], from..to, label)));
        }
    }

    fn collocates(&self, is_valid: bool) {
        let measures = [usize::from(self.input.measure) % MEASURES];
        let options = tp_collocate_options {
            struct_size: size_of::<tp_collocate_options>(),
            left: usize::from(self.input.left),
            right: usize::from(self.input.right),
            measures: measures.as_ptr(),
            measure_count: 1,
            // SAFETY: zero is a valid value of all members.
            ..unsafe { std::mem::zeroed() }
        };
        // SAFETY: the handles and the options are valid.
        let found = rows(|stream| unsafe {
            let (node, none, no_codes) = (self.patterns, ptr::null(), ptr::null());
            tp_analyzer_collocates(self.analyzer, node, none, no_codes, 0, &raw const options, 0, stream)
        });
        let Ok(found) = found else {
            assert!(!is_valid);
            return;
        };
        let mut expected: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for (document, words) in self.documents.iter().enumerate() {
            let matches: Vec<_> =
                self.input.patterns.iter().flat_map(|pattern| self.places(pattern, document)).collect();
            let is_node = |place: &usize| matches.iter().any(|node| node.contains(place));
            for (place, word) in words.iter().enumerate().filter(|(place, _)| !is_node(place)) {
                let is_near = |node: &Range<usize>| {
                    (node.start.saturating_sub(options.left)..node.end + options.right).contains(&place)
                };
                let counts = expected.entry(word).or_default();
                counts.0 += u64::from(matches.iter().any(is_near));
                counts.1 += 1;
            }
        }
        expected.retain(|_, (count, _)| *count > 0);
        let (terms, count, frequency) = (texts(&found, "term"), counts(&found, "count"), counts(&found, "frequency"));
        let all: BTreeMap<&str, (u64, u64)> =
            terms.iter().enumerate().map(|(row, term)| (&**term, (count[row], frequency[row]))).collect();
        assert_eq!(all, expected);
    }

    fn collocations(&self) {
        let n = usize::from(self.input.n % 4) + 2;
        let options = tp_collocation_options {
            struct_size: size_of::<tp_collocation_options>(),
            n,
            min_count: usize::from(self.input.min_count % 4),
            // SAFETY: zero and NULL are valid values of all members.
            ..unsafe { std::mem::zeroed() }
        };
        // SAFETY: the handle and the options are valid; there are no codes.
        let found = rows(|stream| unsafe {
            tp_analyzer_collocations(self.analyzer, ptr::null(), 0, &raw const options, 0, stream)
        })
        .expect("the options are valid");
        let mut expected: BTreeMap<Vec<&str>, u64> = BTreeMap::new();
        for window in self.documents.iter().flat_map(|words| words.windows(n)) {
            *expected.entry(window.to_vec()).or_default() += 1;
        }
        expected.retain(|_, count| *count >= options.min_count as u64);
        let terms: Vec<_> = (1..=n).map(|place| texts(&found, &format!("term_{place}"))).collect();
        let count = counts(&found, "count");
        let row = |row: usize| (terms.iter().map(|column| &*column[row]).collect::<Vec<_>>(), count[row]);
        assert_eq!((0..count.len()).map(row).collect::<BTreeMap<_, _>>(), expected);
    }

    /// The count of each word in the documents of a group.
    fn of_group(&self, code: u32) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for (_, words) in self.codes.iter().zip(&self.documents).filter(|(own, _)| **own == code) {
            words.iter().for_each(|word| *counts.entry(*word).or_default() += 1);
        }
        counts
    }

    fn keyness(&self) {
        let (codes, number) = (self.codes.as_ptr(), self.codes.len());
        // SAFETY: the handle and the codes are valid; NULL means no other analyzer, and for the default options.
        let found = rows(|stream| unsafe {
            let (none, no_codes) = (ptr::null(), ptr::null());
            tp_analyzer_keyness(self.analyzer, codes, number, none, no_codes, 0, ptr::null(), 0, stream)
        });
        let (target, reference) = (self.of_group(0), self.of_group(1));
        let Ok(found) = found else {
            assert!(target.is_empty() || reference.is_empty());
            return;
        };
        let (terms, of_target, of_reference) =
            (texts(&found, "term"), counts(&found, "target_count"), counts(&found, "reference_count"));
        assert_eq!(terms.iter().map(|term| &**term).collect::<BTreeSet<_>>(), {
            target.keys().chain(reference.keys()).copied().collect()
        });
        for (row, term) in terms.iter().enumerate() {
            assert_eq!(of_target[row], target.get(&**term).copied().unwrap_or(0));
            assert_eq!(of_reference[row], reference.get(&**term).copied().unwrap_or(0));
        }
    }

    fn dispersion(&self) {
        let measures = [TP_DISPERSION_RANGE, TP_DISPERSION_DP];
        let options = tp_dispersion_options {
            struct_size: size_of::<tp_dispersion_options>(),
            measures: measures.as_ptr(),
            measure_count: 2,
            // SAFETY: zero and NULL are valid values of all members.
            ..unsafe { std::mem::zeroed() }
        };
        // SAFETY: the handle and the options are valid; each document is a part.
        let found = rows(|stream| unsafe {
            tp_analyzer_dispersion(self.analyzer, ptr::null(), 0, &raw const options, 0, stream)
        })
        .expect("the options are valid");
        let terms = texts(&found, "term");
        let numbers = found.iter().flat_map(|batch| {
            let (range, dp) = (batch.column_by_name("range"), batch.column_by_name("dp"));
            let range = range.expect("the column").as_primitive::<UInt32Type>().values().to_vec();
            range.into_iter().zip(dp.expect("the column").as_primitive::<Float64Type>().values().to_vec())
        });
        for (term, (range, dp)) in terms.iter().zip(numbers) {
            let has_term = |words: &&Vec<&str>| words.contains(&&**term);
            assert_eq!(range as usize, self.documents.iter().filter(has_term).count());
            let is_right = if self.documents.len() == 1 { dp.is_nan() } else { (0.0..=1.0).contains(&dp) };
            assert!(is_right, "{term}: {dp}");
        }
        let distinct: BTreeSet<_> = self.documents.iter().flatten().copied().collect();
        assert_eq!(terms.iter().map(|term| &**term).collect::<BTreeSet<_>>(), distinct);
    }
}
