"""Words of an adversary, who knows the source of the engine, but not the seeds of its tables.

The benchmark compares each kind with as many ordinary words of the same length, so only the choice of the words can
make a difference in time, and not the cache.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8)

Words = npt.NDArray[np.bytes_]


def colliding_without_seeds(count: int) -> Words:
    """Return words of eight letters whose hashes would be as close as possible if all seeds were zero.

    The candidates are words that differ only in their first four letters.
    """
    numbers = np.arange(26**4, dtype=np.int64)
    letters = np.full((len(numbers), 8), ord("e"), np.uint8)
    for place in range(4):
        letters[:, place] = LETTERS[numbers // 26**place % 26]
    hashes = unseeded_hash(letters)
    # Find the words whose hashes are in the shortest interval.
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order].astype(np.int64)
    first = int(np.argmin(ordered[count - 1 :] - ordered[: len(ordered) - count + 1]))
    return _words(letters[order[first : first + count]])


def unseeded_hash(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Return the hashes of words of eight letters, as in the engine's interner with all seeds zero."""
    head = np.ascontiguousarray(letters).view("<u8")[:, 0]
    # The other factor is the length in the highest byte: 8 << 56, a power of two, so the product is a shift.
    folded = (head << np.uint64(59)) ^ (head >> np.uint64(5))
    return (folded >> np.uint64(32)).astype(np.uint32)


def grid(count: int) -> Words:
    """Return words that differ only in the last letters of each half, which a product of both halves may lose."""
    side = int(np.ceil(np.sqrt(count)))
    letters = np.full((count, 15), ord("a"), np.uint8)
    numbers = np.arange(count)
    for end, value in ((7, numbers % side), (14, numbers // side)):
        letters[:, end - 1] = LETTERS[value % 26]
        letters[:, end] = LETTERS[value // 26]
    return _words(letters)


def same_beginning(count: int) -> Words:
    """Return words whose first sixteen letters are equal, because the tables compare only these letters in one step."""
    return np.array([b"incomprehensibly%06d" % number for number in range(count)])


KINDS = {
    "that collide if seeds are known": colliding_without_seeds,
    "that differ in two places only": grid,
    "equal in 16 letters": same_beginning,
}


def ordinary(count: int, length: int, random: np.random.Generator) -> Words:
    """Return distinct random words of a length."""
    letters = LETTERS[random.integers(26, size=(count + count // 8, length))]
    return random.permutation(np.unique(_words(letters)))[:count]


def text_of(words: Words, tokens: int, random: np.random.Generator) -> bytes:
    """Return a text with about the same number of occurrences of each word, in random order."""
    all_of_them = np.arange(len(words))
    order = np.concatenate([all_of_them, random.integers(len(words), size=tokens - len(words))])
    return b" ".join(words[order].tolist())


def _words(letters: npt.NDArray[np.uint8]) -> Words:
    return np.ascontiguousarray(letters).view(f"S{letters.shape[1]}")[:, 0]
