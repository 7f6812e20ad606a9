//! Runs the inputs that the fuzzer has kept. In this ordinary build, blocks have the same sizes as in the released
//! library.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

#[path = "../../../fuzz/src/lib.rs"]
mod checks;

fn replay(target: &str, check: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let inputs: Vec<_> = fs::read_dir(&corpus).unwrap().map(|input| input.unwrap().path()).collect();
    assert!(!inputs.is_empty(), "{} is empty", corpus.display());
    for input in inputs {
        println!("{}", input.display());
        check(&fs::read(input).unwrap());
    }
}

#[test]
fn the_scanner_agrees_with_the_reference_on_the_kept_inputs() {
    replay("scanner", checks::scanner::check);
}

#[test]
fn the_library_agrees_with_the_model_on_the_kept_sequences() {
    replay("sequence", checks::sequence::check);
}

#[test]
fn the_kept_structures_and_lengths_get_the_expected_status() {
    replay("options", checks::options::check);
}

#[test]
fn the_kept_arrays_give_the_rows_of_the_model_or_an_error() {
    replay("column", checks::column::check);
}

proptest! {
    #[test]
    fn any_array_gives_the_rows_of_the_model_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        checks::column::check(&bytes);
    }
}

#[test]
fn the_analyses_of_the_kept_corpora_have_the_counts_of_the_model() {
    replay("analyses", checks::analyses::check);
}

proptest! {
    #[test]
    fn the_analyses_of_any_corpus_have_the_counts_of_the_model(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        checks::analyses::check(&bytes);
    }
}

#[test]
fn the_kept_files_are_refused_or_give_an_analyzer() {
    replay("saved", checks::saved::check);
}

#[test]
fn the_kept_ways_to_read_a_stream_give_the_rows_of_the_model() {
    replay("arrow", checks::arrow::check);
}
