//! The words and numbers in the rules of VADER: facts that its authors found.

/// A booster adds this to the valence of a word after it; a dampener subtracts it.
pub const BOOST: f64 = 0.293;
/// Capitals add this.
pub const CAPITALS: f64 = 0.733;
/// The factor of a negated valence.
pub const NEGATED: f64 = -0.74;
/// The factor of a valence after "never so" and "never this".
pub const NEVER_SO: f64 = 1.25;
/// The distances of the words before a word that matter, and the share of a booster at each distance.
pub const BY_DISTANCE: [(usize, f64); 3] = [(1, 1.0), (2, 0.95), (3, 0.9)];
/// The factors of the valences before and after "but".
pub const BEFORE_BUT: f64 = 0.5;
pub const AFTER_BUT: f64 = 1.5;

/// Words that raise the valence of the words after them.
pub const BOOSTERS: &str = "absolutely amazingly awfully completely considerable considerably decidedly deeply effing \
    enormous enormously entirely especially exceptional exceptionally extreme extremely fabulously flippin flipping \
    frackin fracking frickin fricking friggin frigging fuckin fucking fuggin fugging fully greatly hella highly hugely \
    incredible incredibly intensely major majorly more most particularly purely quite really remarkably so \
    substantially thoroughly total totally tremendous tremendously uber unbelievably unusually utter utterly very";

/// Words that lower it.
pub const DAMPENERS: &str = "almost barely hardly kind-of kinda kindof less little marginal marginally occasional \
    occasionally partly scarce scarcely slight slightly somewhat sort-of sorta sortof";

/// Phrases that lower it.
pub const DAMPENING_PHRASES: [&str; 3] = ["just enough", "kind of", "sort of"];

/// Words that negate the valence of the words after them. Words that contain "n't" do too.
pub const NEGATIONS: &str = "ain't aint aren't arent can't cannot cant couldn't couldnt daren't darent despite didn't \
    didnt doesn't doesnt don't dont hadn't hadnt hasn't hasnt haven't havent isn't isnt mightn't mightnt mustn't mustnt \
    needn't neednt neither never none nope nor not nothing nowhere oughtn't oughtnt rarely seldom shan't shant \
    shouldn't shouldnt uh-uh uhuh wasn't wasnt weren't werent without won't wont wouldn't wouldnt";

/// Phrases with a word of the lexicon, and the valence of that word in the phrase.
pub const IDIOMS: [(&str, f64); 8] = [
    ("the shit", 3.0),
    ("the bomb", 3.0),
    ("bad ass", 1.5),
    ("bus stop", 0.0),
    ("yeah right", -2.0),
    ("kiss of death", -1.5),
    ("to die for", 3.0),
    ("beating heart", 3.5),
];

/// Declares the words that the rules use by name: a constant for each id, and a list of all words in this order.
macro_rules! named {
    ($($id:ident = $word:literal),+ $(,)?) => {
        named!(@ids 0; $($id)+);
        /// The words that the rules use by name, in the order of their ids.
        pub const NAMED: &[&str] = &[$($word),+];
    };
    (@ids $number:expr; $id:ident $($rest:ident)*) => {
        pub const $id: u32 = $number;
        named!(@ids $number + 1; $($rest)*);
    };
    (@ids $number:expr;) => {};
}

named! {
    // The words of a text are never empty.
    UNKNOWN = "",
    NO = "no",
    OR = "or",
    NOR = "nor",
    SO = "so",
    THIS = "this",
    NEVER = "never",
    WITHOUT = "without",
    DOUBT = "doubt",
    LEAST = "least",
    AT = "at",
    VERY = "very",
    KIND = "kind",
    OF = "of",
    BUT = "but",
}
