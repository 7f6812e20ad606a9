"""Words as an adversary would choose them who has read the engine's source, but cannot know the seeds of a table.

Each kind is compared with as many ordinary words of the same length: what they take longer is the adversary's doing,
and not the cache's.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8)

Words = npt.NDArray[np.bytes_]


def colliding_without_seeds(count: int) -> Words:
    """Words of eight letters whose hashes would be the most alike if all seeds were zero.

    Searched among words that differ in their first four letters only.
    """
    numbers = np.arange(26**4, dtype=np.int64)
    letters = np.full((len(numbers), 8), ord("e"), np.uint8)
    for place in range(4):
        letters[:, place] = LETTERS[numbers // 26**place % 26]
    hashes = unseeded_hash(letters)
    # Those around the place where they are most crowded.
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order].astype(np.int64)
    first = int(np.argmin(ordered[count - 1 :] - ordered[: len(ordered) - count + 1]))
    return _words(letters[order[first : first + count]])


def unseeded_hash(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """The hash of words of eight letters in the engine's tables (`interner.rs`), were its seeds zero."""
    head = np.ascontiguousarray(letters).view("<u8")[:, 0]
    # The other factor is the length in the uppermost byte: 8 << 56, a power of two, so the product is a shift.
    folded = (head << np.uint64(59)) ^ (head >> np.uint64(5))
    return (folded >> np.uint64(32)).astype(np.uint32)


def grid(count: int) -> Words:
    """Words that differ in the last letters of each half only: what a product of both halves might lose."""
    side = int(np.ceil(np.sqrt(count)))
    letters = np.full((count, 15), ord("a"), np.uint8)
    numbers = np.arange(count)
    for end, value in ((7, numbers % side), (14, numbers // side)):
        letters[:, end - 1] = LETTERS[value % 26]
        letters[:, end] = LETTERS[value // 26]
    return _words(letters)


def same_beginning(count: int) -> Words:
    """Words of one length that are equal in the first sixteen letters, which are all that tables compare at once."""
    return np.array([b"incomprehensibly%06d" % number for number in range(count)])


KINDS = {
    "that collide where seeds are known": colliding_without_seeds,
    "that differ in two places only": grid,
    "equal in 16 letters": same_beginning,
}


def ordinary(count: int, length: int, random: np.random.Generator) -> Words:
    """Random words of a length, no two alike."""
    letters = LETTERS[random.integers(26, size=(count + count // 8, length))]
    return random.permutation(np.unique(_words(letters)))[:count]


def text_of(words: Words, tokens: int, random: np.random.Generator) -> bytes:
    """A text in which each of the words stands about as often, in no order."""
    all_of_them = np.arange(len(words))
    order = np.concatenate([all_of_them, random.integers(len(words), size=tokens - len(words))])
    return b" ".join(words[order].tolist())


def _words(letters: npt.NDArray[np.uint8]) -> Words:
    return np.ascontiguousarray(letters).view(f"S{letters.shape[1]}")[:, 0]
