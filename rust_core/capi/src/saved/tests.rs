//! Saved files, and files with every kind of damage. Batches are small in these tests.

use std::num::NonZero;
use std::sync::Arc;

use engine::Analyzer;
use engine::checkpoint;
use engine::counts::Shape;
use engine::terms::TermOptions;
use engine::tokenizer::{Pattern, Tokenization};

use arrow_array::{ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringViewArray, types::Int8Type};
use arrow_schema::{DataType, Field, Schema};

use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_INVALID_FILE, TP_ERROR_STOPPED_BY_CALLBACK};
use crate::saved::layout::FORMAT;
use crate::saved::load::{Loaded, load};
use crate::saved::source::Source;
use crate::saved::write::write;
use crate::tables::{Bytes, tp_table};

const ONE: NonZero<usize> = NonZero::<usize>::MIN;

fn bytes_of(analyzer: &Analyzer, columns: Option<&tp_table>) -> Vec<u8> {
    write(analyzer, columns, || Ok(Bytes::default())).unwrap().0
}

fn loaded(bytes: &[u8]) -> Loaded {
    load(&Source::Bytes(bytes), ONE).unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// A mapped file.
fn mapped(bytes: &[u8]) -> Source<'static> {
    let file = std::env::temp_dir().join(format!("text_processor-mapped-{:?}", std::thread::current().id()));
    std::fs::write(&file, bytes).unwrap();
    // SAFETY: the file is removed, and no other process knows it.
    let source = unsafe { Source::open(&file, true) };
    std::fs::remove_file(&file).unwrap();
    source.ok().unwrap()
}

fn analyzer_of(texts: &[&str], keeps_text: bool) -> Analyzer {
    let analyzer = Analyzer::with(Some(ONE), keeps_text, Tokenization::default());
    for text in texts {
        analyzer.add(text.as_bytes()).unwrap();
    }
    analyzer
}

/// Documents for several batches.
const TEXTS: &[&str] = &["the cat", "The dog é", "光 a b c", "the", "dog dog", "a", "x y", "last the"];

type Answers = (Vec<(Vec<u8>, u64)>, Vec<Vec<u8>>, Option<u64>);

/// The frequencies, the texts, and the number of pairs of words, without the errors of damaged texts.
fn answers(analyzer: &Analyzer) -> Answers {
    let frequencies = analyzer.frequencies().unwrap();
    let frequencies = frequencies.iter().map(|(term, count)| (term.to_vec(), count)).collect();
    let chunks = analyzer.documents_since(0).map(|(chunks, _)| chunks).unwrap_or_default();
    let texts = |chunk: &engine::documents::Chunk| {
        (0..chunk.len()).map(|at| chunk.text()[chunk.range(at)].to_vec()).collect::<Vec<_>>()
    };
    let pairs = analyzer.ngrams(Shape::new(2, 0).unwrap()).ok().map(|pairs| pairs.len() as u64);
    (frequencies, chunks.iter().flat_map(|chunk| texts(chunk)).collect(), pairs)
}

fn table() -> tp_table {
    let names = Arc::new(StringViewArray::from(vec!["one", "two", "three", "a long name of a document"]));
    let part = |kinds: Vec<&str>| {
        let kinds: DictionaryArray<Int8Type> = kinds.into_iter().collect();
        let numbers = Int64Array::from(vec![Some(1), None, Some(3), Some(-4)]);
        let columns: Vec<ArrayRef> = vec![Arc::clone(&names) as ArrayRef, Arc::new(kinds), Arc::new(numbers)];
        columns
    };
    let kind = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    let schema = Arc::new(Schema::new(vec![
        Field::new("name", DataType::Utf8View, false),
        Field::new("kind", kind, true),
        Field::new("number", DataType::Int64, true),
    ]));
    // Each batch has its own dictionary.
    let batch = |kinds| RecordBatch::try_new(Arc::clone(&schema), part(kinds)).unwrap();
    let batches = vec![batch(vec!["a", "b", "a", "b"]), batch(vec!["c", "b", "b", "a"])];
    tp_table { schema, batches }
}

#[test]
fn a_loaded_analyzer_gives_the_same_answers_and_equal_analyzers_have_equal_bytes() {
    for keeps_text in [true, false] {
        let analyzer = analyzer_of(TEXTS, keeps_text);
        let bytes = bytes_of(&analyzer, None);
        let copy = loaded(&bytes);
        assert!(copy.columns.is_none());
        assert_eq!(answers(&copy.engine), answers(&analyzer));
        assert_eq!(copy.engine.statistics(), analyzer.statistics());
        assert_eq!(bytes_of(&copy.engine, None), bytes);
        let threads = NonZero::new(3);
        let other = Analyzer::with(threads, keeps_text, Tokenization::default());
        let (_, added) = other.add_texts(TEXTS.iter().map(|text| text.as_bytes()), engine::documents::Blank::Refused);
        assert_eq!(added, Ok(()));
        assert_eq!(bytes_of(&other, None), bytes);
        let copy = load(&Source::Bytes(&bytes), threads.unwrap()).ok().unwrap().engine;
        copy.add(b"more of the same").unwrap();
        analyzer.add(b"more of the same").unwrap();
        assert_eq!(answers(&copy), answers(&analyzer));
    }
}

#[test]
fn an_empty_analyzer_and_blank_documents_are_saved() {
    for keeps_text in [true, false] {
        let analyzer = analyzer_of(&[], keeps_text);
        let copy = loaded(&bytes_of(&analyzer, None)).engine;
        assert_eq!(copy.statistics(), analyzer.statistics());
        copy.add(b"a b").unwrap();
        assert_eq!(copy.statistics().unwrap().documents, 1);
        let texts = ["", " ", "a", ""].map(str::as_bytes);
        let (added, _) = copy.add_texts(texts, engine::documents::Blank::Kept);
        assert_eq!(added, 4);
        let again = loaded(&bytes_of(&copy, None)).engine;
        assert_eq!(again.statistics(), copy.statistics());
        assert_eq!(answers(&again), answers(&copy));
    }
}

#[test]
fn the_columns_of_the_caller_are_saved_and_their_dictionaries_are_merged() {
    let (analyzer, table) = (analyzer_of(TEXTS, true), table());
    let bytes = bytes_of(&analyzer, Some(&table));
    for source in [Source::Bytes(&bytes), mapped(&bytes)] {
        let (schema, batches) = load(&source, ONE).ok().unwrap().columns.unwrap();
        assert_eq!(schema, table.schema);
        let all = arrow_select::concat::concat_batches(&schema, &batches).unwrap();
        let expected = arrow_select::concat::concat_batches(&schema, &table.batches).unwrap();
        let shown =
            |batch: &RecordBatch| batch.columns().iter().map(|column| format!("{column:?}")).collect::<Vec<_>>();
        assert_eq!(all.column(0), expected.column(0));
        assert_eq!(all.column(2), expected.column(2));
        let words = |batch: &RecordBatch| {
            let kinds = batch.column(1).as_any().downcast_ref::<DictionaryArray<Int8Type>>().unwrap();
            let kinds = kinds.downcast_dict::<arrow_array::StringArray>().unwrap();
            kinds.into_iter().map(|kind| kind.map(str::to_owned)).collect::<Vec<_>>()
        };
        assert_eq!(words(&all), words(&expected), "{:?}", shown(&all));
    }
    for (analyzer, reason) in [(analyzer_of(&TEXTS[1..], true), "8 rows, but"), (analyzer_of(TEXTS, false), "counts")] {
        let failure = write(&analyzer, Some(&table), || Ok(Bytes::default())).err().unwrap();
        assert_eq!(failure.status, TP_ERROR_INVALID_ARGUMENT);
        assert!(failure.message.contains(reason), "{}", failure.message);
    }
}

#[test]
fn tokenizers_and_terms_are_saved() {
    let python = Pattern::of_python("[a-z]", r"\b[a-z]+").unwrap();
    for tokenization in [
        Tokenization::Unicode(engine::tokenizer::Segments::Words),
        Tokenization::Unicode(engine::tokenizer::Segments::All),
        Tokenization::Word(engine::tokenizer::WordRules::default()),
        Tokenization::Characters,
        Tokenization::Pattern(Pattern::new(r"[\w']+").unwrap()),
        Tokenization::Pattern(python),
    ] {
        let analyzer = Analyzer::with(Some(ONE), true, tokenization);
        let terms = TermOptions {
            normal_form: Some(engine::terms::normal_forms::NormalForm::Nfkc),
            case: engine::terms::options::Case::Folded,
            accents: Some(engine::terms::accents::Accents::Unicode),
            min_length: 2,
            max_length: 9,
            stemmer: engine::terms::stemming::Stemmer::of("english"),
            ..TermOptions::default()
        };
        analyzer.set_terms(terms.with_stop_words(["the", "É\n\\d"]).unwrap());
        let texts = ["The running dogs' éclairs", "the unbelievable dogs, don't"];
        texts.iter().for_each(|text| _ = analyzer.add(text.as_bytes()).unwrap());
        let bytes = bytes_of(&analyzer, None);
        let copy = loaded(&bytes).engine;
        assert_eq!(answers(&copy), answers(&analyzer));
        assert_eq!(bytes_of(&copy, None), bytes);
        for analyzer in [&copy, &analyzer] {
            analyzer.add("Éclair the runs unbelievably".as_bytes()).unwrap();
        }
        assert_eq!(answers(&copy), answers(&analyzer));
    }
}

#[test]
fn every_flipped_bit_and_every_truncation_is_an_error() {
    let analyzers = [(analyzer_of(TEXTS, true), Some(table())), (analyzer_of(&TEXTS[..3], false), None)];
    for (analyzer, table) in analyzers {
        let mut bytes = bytes_of(&analyzer, table.as_ref());
        let expected = answers(&analyzer);
        for length in 0..bytes.len() {
            let failure = load(&Source::Bytes(&bytes[..length]), ONE).err().expect("the file is too short");
            assert_eq!(failure.status, TP_ERROR_INVALID_FILE, "{length} bytes: {}", failure.message);
        }
        for place in 0..bytes.len() {
            for bit in 0..8 {
                bytes[place] ^= 1 << bit;
                let failure = load(&Source::Bytes(&bytes), ONE).err().expect("a bit is wrong");
                assert_eq!(failure.status, TP_ERROR_INVALID_FILE, "byte {place}: {}", failure.message);
                bytes[place] ^= 1 << bit;
            }
        }
        assert_eq!(answers(&loaded(&bytes).engine), expected);
    }
}

#[test]
fn every_flipped_bit_of_a_mapped_file_is_an_error_when_its_bytes_are_needed() {
    let analyzers = [(analyzer_of(TEXTS, true), Some(table())), (analyzer_of(&TEXTS[..3], false), None)];
    for (analyzer, table) in analyzers {
        let mut bytes = bytes_of(&analyzer, table.as_ref());
        let (frequencies, texts, pairs) = answers(&analyzer);
        let mut found_later = 0;
        for place in 0..bytes.len() {
            for bit in 0..8 {
                bytes[place] ^= 1 << bit;
                match load(&mapped(&bytes), ONE) {
                    Err(failure) => assert_eq!(failure.status, TP_ERROR_INVALID_FILE),
                    Ok(loaded) => {
                        let copy = loaded.engine;
                        let failure =
                            Failure::from(copy.documents_since(0).map(drop).expect_err("a bit of a text is wrong"));
                        assert_eq!(failure.status, TP_ERROR_INVALID_FILE);
                        assert!(write(&copy, None, || Ok(Bytes::default())).is_err());
                        let (found, _, found_pairs) = answers(&copy);
                        assert_eq!((found, found_pairs), (frequencies.clone(), pairs));
                        found_later += 1;
                    }
                }
                bytes[place] ^= 1 << bit;
            }
        }
        assert_eq!(found_later, 8 * texts.concat().len());
        assert_eq!(answers(&load(&mapped(&bytes), ONE).ok().unwrap().engine), (frequencies, texts, pairs));
    }
}

#[test]
fn the_error_for_another_format_has_both_numbers() {
    let bytes = bytes_of(&analyzer_of(TEXTS, true), None);
    let key = b"text_processor.format";
    let at = bytes.windows(key.len()).rposition(|window| window == key).unwrap();
    let value = bytes[..at].windows(8).rposition(|window| window == b"\x01\0\0\x001\0\0\0").expect("the value");
    let mut newer = bytes.clone();
    newer[value + 4] = b'2';
    let failure = load(&Source::Bytes(&newer), ONE).err().unwrap();
    assert_eq!(failure.status, TP_ERROR_INVALID_FILE);
    assert!(failure.message.contains("\"2\"") && failure.message.contains(FORMAT), "{}", failure.message);
}

#[test]
fn files_of_other_kinds_are_refused() {
    let schema = Arc::new(Schema::new(vec![Field::new("text", DataType::LargeUtf8, false)]));
    let mut arrow = arrow_ipc::writer::FileWriter::try_new(Vec::new(), &schema).unwrap();
    arrow.finish().unwrap();
    let arrow = arrow.into_inner().unwrap();
    for (bytes, reason) in
        [(&arrow[..], "without the settings"), (b"", "too short"), (b"PK\x03\x04 and more text", "Arrow")]
    {
        let failure = load(&Source::Bytes(bytes), ONE).err().unwrap();
        assert_eq!(failure.status, TP_ERROR_INVALID_FILE);
        assert!(failure.message.contains(reason), "{}", failure.message);
    }
}

#[test]
fn the_checkpoint_can_end_a_save_and_a_load() {
    let text = "some words ".repeat(200_000);
    let analyzer = analyzer_of(&[&text[..]; 5], true);
    let bytes = bytes_of(&analyzer, None);
    checkpoint::set(Some((|| false, std::time::Duration::ZERO)));
    let saved = write(&analyzer, None, || Ok(Bytes::default())).err().map(|failure| failure.status);
    let loaded = load(&Source::Bytes(&bytes), ONE).err().map(|failure| failure.status);
    checkpoint::set(None);
    assert_eq!((saved, loaded), (Some(TP_ERROR_STOPPED_BY_CALLBACK), Some(TP_ERROR_STOPPED_BY_CALLBACK)));
}
