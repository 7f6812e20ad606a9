"""The check of the prose finds each phrase of its list, and gives the line on which the phrase begins."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.once

TOOL = Path(__file__).resolve().parent.parent / "tools" / "prose.py"


@pytest.fixture(scope="module")
def prose() -> ModuleType:
    if not TOOL.exists():
        pytest.skip("tools/ is part of the source tree, which is not here")
    spec = importlib.util.spec_from_file_location("prose", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PHRASES = [
    "whoever",
    "However",
    "meanwhile",
    "but for",
    "nothing but",
    "passes over",
    "lets go",
    "goes through",
    "do without",
    "so many",
    "asked for",
    "are none",
    "has none",
    "as `str.lower()` has it",
    "as Zipf's law has it",
    "be had",
    "is to be",
    "anew",
    "for ever",
    "one's own",
    "besides",
    "hardly",
    "whereas",
    "thereof",
    "the latter",
    "of it, all",
    "is no text",
    "is told",
    "says so",
    "told apart",
    "taken for",
    "nobody",
    "are whole",
    "stands in",
    "behind them",
    "the border",
    "a word a line",
    "has words become",
    "need not",
    "let alone",
    "see the header",
]


def found(prose: ModuleType, text: str, *, is_page: bool = False) -> list[tuple[int, str]]:
    return [(line, phrase) for line, phrase, _ in prose.findings(text, is_page=is_page)]


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_is_found_once(prose: ModuleType, phrase: str) -> None:
    assert found(prose, f"# one\n# two {phrase} three\n") == [(2, phrase)]
    assert found(prose, f"Two {phrase} three.\n") == [(1, phrase)]


def test_this_file_has_an_example_for_every_pattern_of_the_list(prose: ModuleType) -> None:
    examples = [f"two {phrase} three" for phrase in PHRASES]
    missing = [pattern.pattern for pattern, _ in prose.PATTERNS if not any(map(pattern.search, examples))]
    assert missing == []


@pytest.mark.parametrize("marker", ["# ", "// ", "/// ", "//! ", " * ", "> ", "    ", ""])
def test_a_phrase_is_found_across_the_lines_of_a_comment(prose: ModuleType, marker: str) -> None:
    assert found(prose, f"{marker}one\n{marker}two so\n{marker}many three\n") == [(2, "so many")]


def test_a_phrase_is_found_in_the_long_name_of_a_test(prose: ModuleType) -> None:
    assert found(prose, "def test_what_is_asked_for_comes() -> None:\n") == [(1, "asked for")]
    assert found(prose, "    fn a_text_is_passed_over_twice() {\n") == [(1, "passed over")]


@pytest.mark.parametrize(
    "comment", ["# What must hold.", "/// What must hold.", '"""What must hold."""', "One. What must"]
)
def test_a_sentence_without_a_subject_is_found(prose: ModuleType, comment: str) -> None:
    assert found(prose, f"first\n{comment} hold for all.\n") == [(2, "What")]


@pytest.mark.parametrize(
    "text",
    [
        "if value is None or other is not None: return None",
        "st.none() | st.integers() if none(cells) else anew_or_not(asked_for)",
        "const NOR: Word = 3; // the word after it",
        'text = "to be\\nor not to be"',
        "let alone: Vec<_> = text.split(',').collect();",
        "/// This takes one pass over the counts.",
        "# What does it do? It counts.",
        "# There is no longer a lock, and no more than one thread.",
        "# As long as the lock is held, and as many as there are.",
    ],
)
def test_code_and_plain_sentences_are_not_found(prose: ModuleType, text: str) -> None:
    assert found(prose, text) == []


def test_a_heading_of_a_page_may_be_a_question_without_a_question_mark(prose: ModuleType) -> None:
    assert found(prose, "## What it does\n", is_page=True) == []


@pytest.mark.parametrize(
    "path",
    [
        "LICENSE",
        "rust_core/Cargo.lock",
        "rust_core/fuzz/corpus/draft/1",
        "examples/data/genesis.txt",
        "rust_core/engine/src/terms/english-iso.txt",
        "text_processor/vectorizers/stop_words.py",
        "tools/prose.py",
    ],
)
def test_texts_of_others_and_lists_of_words_are_not_read(prose: ModuleType, path: str) -> None:
    assert prose.NOT_OURS.fullmatch(path)


@pytest.mark.parametrize("path", ["README.md", "text_processor/analyzer.py", "rust_core/engine/src/lib.rs"])
def test_texts_of_the_project_are_read(prose: ModuleType, path: str) -> None:
    assert not prose.NOT_OURS.fullmatch(path)


def test_the_program_prints_where_each_phrase_is_and_fails(
    prose: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prose, "ROOT", tmp_path)
    (tmp_path / "good.md").write_text("Returns the number of words.\n", encoding="utf-8")
    (tmp_path / "bad.md").write_text("One.\nIt is told.\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["prose.py", str(tmp_path / "good.md"), str(tmp_path / "bad.md")])
    assert prose.main() == 1
    printed = capsys.readouterr()
    assert printed.out == "bad.md:2: 'is told': name who says it, or state the fact\n"
    assert printed.err == "Phrases to reword: 1\n"
    monkeypatch.setattr("sys.argv", ["prose.py", str(tmp_path / "good.md")])
    assert prose.main() == 0
