use std::num::NonZero;

use proptest::prelude::*;

use super::*;
use crate::checkpoint::UNITS_PER_LOOK;
use crate::checkpoint::tests::calls;
use crate::error::{BatchError, Error};

const LEXICON: &str = "good\t1.9\nbad\t-2.5\nno\t-1.2\nkind\t2.4\nass\t-2.5\nleast\t0.5\n:)\t2.0\nshit\t-2.6\n";

fn vader() -> Vader {
    Vader::new(&Settings { lexicon: LEXICON, emoji: "😁\tgood face\n", ..Default::default() }).unwrap()
}

fn compound(vader: &Vader, text: &str) -> f64 {
    vader.score(text.as_bytes()).unwrap().compound
}

#[test]
fn a_text_without_words_has_no_sentiment() {
    assert_eq!(vader().score(b" \n").unwrap(), Scores::default());
    assert_eq!(vader().score(b"word").unwrap(), Scores { neutral: 1.0, ..Default::default() });
    assert_eq!(vader().score(b"\xFF").unwrap_err(), Error::InvalidUtf8 { offset: 0 });
}

#[test]
fn neighbours_change_the_value_of_a_word() {
    let vader = vader();
    let good = compound(&vader, "a good day");
    assert!(compound(&vader, "a very good day") > good);
    assert!(compound(&vader, "a slightly good day") < good);
    assert!(compound(&vader, "a GOOD day") > good);
    assert!(compound(&vader, "it isn't good") < 0.0);
    assert!(compound(&vader, "a good day!!") > good);
    assert_eq!(compound(&vader, "only kind of day"), 0.0);
    assert_eq!(compound(&vader, "a 😁 day"), good);
    assert!(compound(&vader, "but this is the shit") > 0.0);
}

#[test]
fn words_of_the_settings_have_an_effect() {
    let settings = Settings { lexicon: LEXICON, ..Default::default() };
    let own = Settings {
        boosters: "Mega\t0.5\nby far\t0.5",
        negations: "rarely-ever\nNIX",
        idioms: "on the ball\t2\non the\t1\nno good\t-3",
        ..settings
    };
    let (vader, own) = (Vader::new(&settings).unwrap(), Vader::new(&own).unwrap());
    assert!(compound(&own, "mega good") > compound(&vader, "very good"));
    assert!(compound(&own, "It is MEGA good") > compound(&own, "It is mega good"));
    assert!(compound(&own, "it is by far good") > compound(&vader, "it is by far good"));
    assert_eq!(compound(&own, "nix good"), compound(&vader, "not good"));
    assert_eq!(compound(&vader, "on the ball"), 0.0);
    assert_eq!(compound(&own, "On The Ball"), own.score(b"on the ball").unwrap().compound);
    assert!(compound(&own, "on the ball") > compound(&own, "on the table"));
    assert!(compound(&own, "not on the ball") < 0.0);
    assert!(compound(&own, "no good") < compound(&vader, "no good"));
}

#[test]
fn errors_name_the_line_and_the_reason() {
    let error = |settings: Settings| Vader::new(&settings).unwrap_err().to_string();
    let boosters = error(Settings { boosters: "very\t1\none two three four\t1", ..Default::default() });
    assert_eq!(boosters, "the boosters, line 2: a booster has at most three words");
    let negations = error(Settings { negations: "\nno way", ..Default::default() });
    assert_eq!(negations, "the negations, line 2: a negation is one word, without whitespace in it");
    let idioms = error(Settings { idioms: "single\t1", ..Default::default() });
    assert!(idioms.starts_with("the idioms, line 1: an idiom has more than one word"), "{idioms}");
}

#[test]
fn an_error_names_the_first_text_that_cannot_be_scored() {
    let mut texts = vec![&b"good"[..]; 1000];
    (texts[700], texts[701]) = (b"a\xFF", b"\xFF");
    let error = vader().score_all(&texts, NonZero::new(3).unwrap()).unwrap_err();
    let expected = BatchError { text: 700, error: Error::InvalidUtf8 { offset: 1 } };
    assert_eq!(error, expected);
    let error = vader().score_separated(&texts.join(&b'\n'), b'\n', NonZero::new(3).unwrap()).unwrap_err();
    assert_eq!(error, expected);
}

#[test]
fn the_checkpoint_can_stop_one_long_text_and_many_texts() {
    let (vader, text, threads) = (vader(), "good but bad 😁 ".repeat(1000), NonZero::new(3).unwrap());
    let score = || vader.score(text.as_bytes()).map(drop);
    let (steps, result) = calls(usize::MAX, score);
    assert_eq!(result, Ok(()));
    assert!(steps > text.len() / UNITS_PER_LOOK / 4, "{steps}");
    let stopped = Err(Error::Stopped);
    assert_eq!(calls(5, score), (5, stopped.clone()));
    let (called, result) = calls(5, || vader.score_all(&[text.as_bytes()], threads));
    assert_eq!((called, result.map(drop).map_err(|error| error.error)), (5, stopped.clone()));
    let (called, result) = calls(5, || vader.score_separated(text.as_bytes(), b' ', threads));
    assert_eq!((called, result.map(drop).map_err(|error| error.error)), (5, stopped));
    let (_, columns) = calls(usize::MAX, || vader.score_separated(text.as_bytes(), b' ', threads));
    assert_eq!(columns, vader.score_separated(text.as_bytes(), b' ', threads));
}

proptest! {
    #[test]
    fn a_batch_has_the_scores_of_single_texts(texts in prop::collection::vec("(good|bad|not|BUT|n't|!| |é😁){0,9}", 0..40), threads in 1..4_usize) {
        let vader = vader();
        let bytes: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        let threads = NonZero::new(threads).unwrap();
        let columns = vader.score_all(&bytes, threads).unwrap();
        for (place, text) in bytes.iter().enumerate() {
            let Scores { negative, neutral, positive, compound } = vader.score(text).unwrap();
            let found = [columns.negative[place], columns.neutral[place], columns.positive[place], columns.compound[place]];
            prop_assert_eq!(found, [negative, neutral, positive, compound]);
        }
        if !texts.is_empty() {
            for separator in [b'\n', b'\0', b'x'] {
                prop_assert_eq!(&vader.score_separated(&bytes.join(&separator), separator, threads).unwrap(), &columns);
            }
        }
    }
}
