"""MurmurHash3 of 32 bits in Python. It chooses the column of a feature that was made in Python."""

from __future__ import annotations

_MASK = 0xFFFF_FFFF


def murmurhash3(data: bytes) -> int:
    """The signed hash of bytes, with the seed 0.

    >>> murmurhash3(b"text")
    -970674652
    """
    state = 0
    whole = len(data) & ~3
    for start in range(0, whole, 4):
        state ^= _scrambled(int.from_bytes(data[start : start + 4], "little"))
        state = (_rotated(state, 13) * 5 + 0xE654_6B64) & _MASK
    state ^= _scrambled(int.from_bytes(data[whole:], "little"))
    state ^= len(data)
    state = ((state ^ state >> 16) * 0x85EB_CA6B) & _MASK
    state = ((state ^ state >> 13) * 0xC2B2_AE35) & _MASK
    state ^= state >> 16
    return state - (1 << 32) if state >> 31 else state


def _scrambled(word: int) -> int:
    return (_rotated((word * 0xCC9E_2D51) & _MASK, 15) * 0x1B87_3593) & _MASK


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> (32 - bits)) & _MASK
