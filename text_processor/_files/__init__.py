"""Reads text from files of all formats: plain, compressed, in archives, and in tables.

`leaves` finds what to read: the file itself, or the members of an archive. `content` reads a leaf as text, as lines or
as rows, and `adding` adds them to an analyzer.
"""

from __future__ import annotations

from text_processor._files.adding import add
from text_processor._files.content import blocks, numbered_blocks, rows, text, text_of
from text_processor._files.leaves import leaves
from text_processor._files.opening import name, size
from text_processor._files.reading import Reading

__all__ = ["Reading", "add", "blocks", "leaves", "name", "numbered_blocks", "rows", "size", "text", "text_of"]
