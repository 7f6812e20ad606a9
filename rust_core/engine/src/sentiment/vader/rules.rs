//! What the rules of VADER say of single words: facts, found by its authors.

/// What a booster adds to the valence of a word behind it, and a dampener takes away.
pub const BOOST: f64 = 0.293;
/// What capitals add.
pub const CAPITALS: f64 = 0.733;
/// What negation makes of a valence.
pub const NEGATED: f64 = -0.74;
/// What "never so" and "never this" make of it.
pub const NEVER_SO: f64 = 1.25;
/// The words before a word that count, and how much of a booster is left, the farther it stands before it.
pub const BY_DISTANCE: [(usize, f64); 3] = [(1, 1.0), (2, 0.95), (3, 0.9)];
/// What becomes of the valences before "but" and behind it.
pub const BEFORE_BUT: f64 = 0.5;
pub const BEHIND_BUT: f64 = 1.5;

/// Words that raise the valence of those behind them.
pub const BOOSTERS: &str = "absolutely amazingly awfully completely considerable considerably decidedly deeply effing \
    enormous enormously entirely especially exceptional exceptionally extreme extremely fabulously flippin flipping \
    frackin fracking frickin fricking friggin frigging fuckin fucking fuggin fugging fully greatly hella highly hugely \
    incredible incredibly intensely major majorly more most particularly purely quite really remarkably so \
    substantially thoroughly total totally tremendous tremendously uber unbelievably unusually utter utterly very";

/// Words that lower it.
pub const DAMPENERS: &str = "almost barely hardly kind-of kinda kindof less little marginal marginally occasional \
    occasionally partly scarce scarcely slight slightly somewhat sort-of sorta sortof";

/// Words that lower it together.
pub const DAMPENING_PHRASES: [&str; 3] = ["just enough", "kind of", "sort of"];

/// Words that turn the valence of those behind them; as does every word with "n't" in it.
pub const NEGATIONS: &str = "ain't aint aren't arent can't cannot cant couldn't couldnt daren't darent despite didn't \
    didnt doesn't doesnt don't dont hadn't hadnt hasn't hasnt haven't havent isn't isnt mightn't mightnt mustn't mustnt \
    needn't neednt neither never none nope nor not nothing nowhere oughtn't oughtnt rarely seldom shan't shant \
    shouldn't shouldnt uh-uh uhuh wasn't wasnt weren't werent without won't wont wouldn't wouldnt";

/// Phrases that a word of the lexicon belongs to, and what it is worth there.
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
