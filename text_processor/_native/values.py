"""The values of columns of rarer types as Python objects: true and false, dates, times, decimals, and null."""

from __future__ import annotations

from text_processor._native.core import ffi
from text_processor.exceptions import TextProcessorError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo
    from typing import Any

UNITS = {"s": 1_000_000, "m": 1_000, "u": 1, "n": 1}
"""The microseconds of a unit of time; a nanosecond is a thousandth of one."""


def values_of(kind: str, pointer: Any, start: int, length: int, is_valid: list[bool] | None) -> list[Any]:
    """The values of a column; those of nulls have no meaning.

    Args:
        kind: The format of the column in its schema.
        pointer: The values in memory.
        start: The number of the first value.
        length: The number of values.
        is_valid: Whether each value is not null; None if no value is null.

    Raises:
        TextProcessorError: Python has no type for these values.
    """
    if kind == "b":
        return bits_of(pointer, start, length)

    def integers(of: str) -> list[int]:
        found = ffi.unpack(ffi.cast(f"{of} *", pointer) + start, length) if length else []
        # The integer of a null may be too large for a date.
        return found if is_valid is None else [one if valid else 0 for one, valid in zip(found, is_valid, strict=True)]

    from datetime import date, datetime, timedelta, timezone

    if kind == "tdD":
        first = date(1970, 1, 1)
        return [first + timedelta(days) for days in integers("int32_t")]
    unit = kind[2:3]
    if kind[:2] in ("ts", "tD", "tt") and unit in UNITS:
        numbers = integers("int32_t" if kind in ("tts", "ttm") else "int64_t")
        factor, divisor = UNITS[unit], 1000 if unit == "n" else 1
        spans = [timedelta(microseconds=number * factor // divisor) for number in numbers]
        if kind[:2] == "tD":
            return spans
        epoch = datetime(1970, 1, 1)
        if kind[:2] == "tt":
            return [(epoch + span).time() for span in spans]
        zone = kind[4:]
        if not zone:
            return [epoch + span for span in spans]
        begin, there = epoch.replace(tzinfo=timezone.utc), _zone(zone)
        return [(begin + span).astimezone(there) for span in spans]
    if kind.startswith("d:"):
        from decimal import Context, Decimal

        digits, scale, *width = map(int, kind[2:].split(","))
        size = (width[0] if width else 128) // 8
        exact = Context(prec=digits + 1)
        data = ffi.buffer(ffi.cast("char *", pointer) + start * size, length * size)[:] if length else b""
        integer = int.from_bytes
        return [
            Decimal(integer(data[place : place + size], "little", signed=True)).scaleb(-scale, exact)
            for place in range(0, length * size, size)
        ]
    raise TextProcessorError(
        f"Python has no type for the values of this column, whose Arrow format is {kind!r}: read it with to_arrow() or "
        "to_polars()"
    )


def bits_of(pointer: Any, start: int, length: int) -> list[bool]:
    """Some bits of a bitmap."""
    if not length:
        return []
    bits = ffi.buffer(ffi.cast("char *", pointer), (start + length + 7) // 8)[:]
    return [bool(bits[place >> 3] >> (place & 7) & 1) for place in range(start, start + length)]


def _zone(name: str) -> tzinfo:
    """A time zone of Arrow: a name such as "Europe/Paris", or a difference such as "+02:00"."""
    from datetime import timedelta, timezone

    if name in ("UTC", "Etc/UTC"):
        return timezone.utc
    if name[:1] in ("+", "-"):
        hours, minutes = name[1:].split(":") if ":" in name else (name[1:3], name[3:])
        distance = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-distance if name[0] == "-" else distance)
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)
