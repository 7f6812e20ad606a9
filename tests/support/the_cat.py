"""The pair "the cat" in a small corpus, and what other tools compute for it."""

CELLS = (3, 4, 0, 14)
"""The cells of its table, in the order O11, O12, O21, O22."""

SCORES = {
    "pmi": 1.584962500721,
    "npmi": 0.564575034054,
    "pmi2": 3.169925001442,
    "mi3": 4.754887502163,
    "mi_log_f": 2.197224577336,
    "t": 1.154700538379,
    "z": 2,
    "g2": 7.664171902307,
    "simple_ll": 2.591673732009,
    "chi2": 7,
    "chi2_yates": 3.9375,
    "dice": 0.6,
    "log_dice": 13.263034405834,
    "jaccard": 0.428571428571,
    "delta_p21": 0.428571428571,
    "delta_p12": 0.777777777778,
    "liddell": 0.777777777778,
    "odds_ratio_disc": 22.555555555556,
    "log_ratio_walter": 3.758445321577,
    "fisher": 0.026315789474,
    "lambda": 3.115981401706,
    "lambda_z": 1.941091033402,
    "poisson_stirling": 1.754887502163,
}
"""Numbers of NLTK, association-measures, quanteda and SciPy, with 12 digits after the point."""
