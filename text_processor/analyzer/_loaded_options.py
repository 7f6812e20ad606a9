"""The options of an analyzer that was loaded from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from text_processor.terms import TermOptions

_CASES = {"fold": "casefold", "keep": None}


def store_text(settings: Mapping[str, str]) -> bool:
    """Whether the analyzer stores its documents."""
    return settings["kind"] == "documents"


def tokenizer(settings: Mapping[str, str]) -> str:
    """The name of the tokenizer, or its regular expression in the language of the core."""
    return settings.get("pattern", settings["tokenizer"])


def terms(settings: Mapping[str, str]) -> TermOptions | None:
    """How words become terms. The function is not in the file."""
    options: dict[str, Any] = {}
    if "normal_form" in settings:
        options["normal_form"] = settings["normal_form"].upper()
    if "case" in settings:
        options["case"] = _CASES[settings["case"]]
    for name in ("strip_accents", "stemmer"):
        if name in settings:
            options[name] = settings[name]
    for name in ("min_length", "max_length"):
        if name in settings:
            options[name] = int(settings[name])
    if "stop_words" in settings:
        options["stop_words"] = [_unescaped(word) for word in settings["stop_words"].split("\n")]
    return TermOptions(**options) if options else None


def _unescaped(word: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], word)
