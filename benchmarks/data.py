"""The texts of the benchmark: the repeated sample, repeated files, or text that is generated from a seed."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "examples" / "data" / "genesis.txt"

LINES_AT_ONCE = 4 << 20
"""The bytes of lines to process together."""

TOKENS_AT_ONCE = 1 << 20
"""The number of tokens to generate together: NumPy is fast, and the tokens fit in the cache."""

HEAD = 8_000
"""Up to this rank, the frequency of a word is proportional to 1/rank. Beyond it, frequencies are lower: see `ranks`."""

TAIL_EXPONENT = 1.8
"""How fast frequencies fall beyond the head. The number of distinct words grows like length ** (1 / 1.8)."""

RICH_EXPONENT = 1.5
"""The exponent for text with many distinct words: 43 MB of this text have half a million distinct words."""

MOST_LETTERS = 16


def repeated(text: bytes, length: int) -> bytes:
    """Return the text repeated so that the length is nearest to a given one; each copy begins on a new line."""
    return (text if text.endswith(b"\n") else text + b"\n") * max(1, round(length / len(text)))


def cut(text: bytes, length: int) -> bytes:
    """Return the beginning of the text up to the end of the line that reaches a length; repeat a shorter text."""
    while len(text) < length:
        text += b"\n" + text
    return text[: (text.find(b"\n", length - 1) + 1) or len(text)]


def corpus(files: Sequence[Path], length: int) -> bytes:
    """Return the files (or the sample, if there are no files), repeated to about a length, as valid UTF-8."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in files or [SAMPLE]]
    return repeated("\n".join(texts).encode(), length)


def lines_of(text: bytes) -> list[str]:
    """Return the lines that are not blank, with spaces as the only whitespace: some peers split only at spaces."""
    return [line for line in re.sub(r"[^\S\n]", " ", text.decode()).split("\n") if line.strip()]


def word_count(text: bytes) -> int:
    """Return the number of words by `str.split()`, without a list of all words."""
    file = io.BytesIO(text)
    blocks = iter(lambda: file.readlines(LINES_AT_ONCE), [])
    return sum(len(b"".join(lines).decode().split()) for lines in blocks)


def dictionary(file: Path) -> bytes:
    """Return the text of a dictionary as UTF-8; dictd and gzip compress such files in the same format."""
    data = file.read_bytes()
    return (gzip.decompress(data) if file.suffix in (".dz", ".gz") else data).decode("utf-8", "replace").encode()


def manual_pages(folder: Path, languages: Sequence[str]) -> bytes:
    """Return the manual pages of some languages in a folder, mixed, as UTF-8. Missing languages are skipped."""
    paths = (path for language in languages for path in (folder / language).glob("man*/*.gz"))
    pages = (gzip.decompress(path.read_bytes()).decode("utf-8", "replace") for path in sorted(paths, key=_name_first))
    return "\n".join(pages).encode()


def _name_first(path: Path) -> tuple[str, Path]:
    return path.name, path


# ---- Generated text ----


def ranks(random: np.random.Generator, count: int, exponent: float = TAIL_EXPONENT) -> npt.NDArray[np.int64]:
    """Return the ranks of random words, with the frequencies of real text.

    As in large corpora, the frequency of common words falls like 1/rank (Zipf's law), and the frequency of rare words
    falls faster. There is no last rank, so the number of distinct words grows as in real text (Heaps' law).
    """
    # A continuous distribution: in the head, the logarithm of the rank is uniform. The tail is a Pareto distribution.
    head, tail = np.log(HEAD), 1 / (exponent - 1)
    where = random.random(count) * (head + tail)
    rank = np.exp(np.minimum(where, head))
    is_tail = where > head
    rank[is_tail] *= (1 - (where[is_tail] - head) / tail) ** -tail
    return np.asarray(np.minimum(rank, 1e12), np.int64)


def scattered(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Return a number that looks random for each number, always the same one (SplitMix64)."""
    z = numbers.astype(np.uint64) * np.uint64(0x9E37_79B9_7F4A_7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    return z ^ (z >> np.uint64(31))


CONSONANTS = np.frombuffer(b"tnshrdlcmwfgypbvkjxq", np.uint8)
VOWELS = np.frombuffer(b"eaoiu", np.uint8)


def spelled(ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Return a distinct word for each rank, as a row padded with zeros. Rare words are longer.

    A word spells the rank in syllables (a consonant and a vowel), followed by up to two consonants.
    """
    letters = np.zeros((len(ranks), MOST_LETTERS), np.uint8)
    noise = scattered(ranks)
    rest = ranks.copy()
    length = np.zeros(len(ranks), np.int64)
    rows = np.arange(len(ranks))
    while len(rows):
        # Bijective numeration: the digits begin at 1, so no number has two spellings.
        digit = (rest[rows] - 1) % 100
        letters[rows, length[rows]] = CONSONANTS[digit // 5]
        letters[rows, length[rows] + 1] = VOWELS[digit % 5]
        length[rows] += 2
        rest[rows] = (rest[rows] - 1) // 100
        rows = rows[rest[rows] > 0]
    for more in (1, 2):
        rows = np.flatnonzero(noise % np.uint64(3) >= more)
        letters[rows, length[rows]] = CONSONANTS[(noise[rows] >> np.uint64(8 * more)) % np.uint64(20)]
        length[rows] += 1
    return letters


def zipf_blocks(seed: int, length: int, exponent: float = TAIL_EXPONENT) -> Iterator[bytes]:
    """Yield text of about a length with the statistics of real text, block by block, determined by the seed.

    Sentences begin with a capital letter, can contain commas, and fill one line each.
    """
    random = np.random.default_rng(seed)
    # The common words are spelled only once, because they are the same in all blocks.
    common = spelled(np.arange(1, HEAD + 1))
    made = 0
    while made < length:
        rank = ranks(random, TOKENS_AT_ONCE, exponent)
        block = np.zeros((TOKENS_AT_ONCE, MOST_LETTERS + 2), np.uint8)
        is_rare = rank > HEAD
        block[:, :MOST_LETTERS] = common[np.minimum(rank, HEAD) - 1]
        block[is_rare, :MOST_LETTERS] = spelled(rank[is_rare])
        separator = random.random(TOKENS_AT_ONCE)
        is_last = separator < 0.06
        is_last[-1] = True
        block[:, -2] = np.where(is_last, ord("."), np.where(separator < 0.14, ord(","), 0))
        block[:, -1] = np.where(is_last, ord("\n"), ord(" "))
        block[0, 0] ^= 32
        block[1:][is_last[:-1], 0] ^= 32
        # The text ends at the end of a line, so its length is only about the requested length.
        text = block[block != 0].tobytes()
        text = text[: text.index(b"\n", length - made - 1) + 1] if made + len(text) > length else text
        made += len(text)
        yield text


def zipf_text(seed: int, length: int, exponent: float = TAIL_EXPONENT) -> bytes:
    """Return text of about a length with the statistics of real text, determined by the seed.

    Args:
        seed: The seed of the random numbers.
        length: The length in bytes.
        exponent: How fast frequencies fall beyond the head. A lower value gives more distinct words.
    """
    return b"".join(zipf_blocks(seed, length, exponent))
