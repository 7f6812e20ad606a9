"""Finds phrases that make a reader stop, and suggests a plain one for each: python tools/prose.py [FILE...].

Without files it reads every text file that git tracks. CONTRIBUTING.md says how this project writes.
"""

import re
import subprocess
import sys
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Texts of other people, data, generated files, and this list.
NOT_OURS = re.compile(
    r"""
    .*(\.lock|package-lock\.json|\.json|\.svg|\.abi|\.license) | LICENSE.* | .*/LICENSE.* | .*/(corpus|data)/.*
    | rust_core/engine/src/terms/english.*\.txt | rust_core/engine/src/sentiment/vader/rules\.rs | tools/prose\.py
    """,
    re.VERBOSE,
)

PHRASES = {
    r"\b(who|whom|what|which|where|how|when)ever\b": "name the thing: 'the caller', 'any', 'if'",
    r"\bmeanwhile\b": "'in the background', 'at the same time'",
    r"\b(but|save) for\b": "'except'",
    r"\bpass(es|ed|ing)? over\b": "'skips'",
    r"\blet(s|ting)? go\b": "'frees', 'releases'",
    r"\b(go|goes|gone|going|went) through\b": "'reads', 'visits'",
    r"\bso (many|much|few)\b": "give the number, or 'that many'",
    r"\basked for\b": "'requested', 'needed'",
    r"\b(is|are|was|were|be) none\b": "'there is no ...', 'is not a ...'",
    r"\bas [\w.()`']+ (has|have|had) (it|them)\b": "'as in ...'",
    r"\bbe had\b|\b(is|are) to be\b": "'is available', 'must be'",
    r"\b(anew|afresh|once more)\b": "'again'",
    r"\b(hardly|in vain|lest|thus|hence|nor|whence|aught|ought|besides|for good)\b": "a plain word",
    r"\b(there|here)(of|in|by|upon|with)\b": "name the thing",
    r"(?<!here )\b(is|was|are|were) no (?!(longer|more|less|fewer|such)\b)[a-z]": "'is not a ...'",
    r"\b(is|was|are|were) (said|told|meant)\b": "name who says it, or state the fact",
    r"\b(is|are|was|were|stays?) whole\b|\bwhole in\b": "'complete', 'unchanged'",
    r"\bhas (words|a word|text) become\b": "'changes how words are normalized'",
    r"\bfor want of\b|\bof its own accord\b|\bslip of the pen\b|\blet alone\b": "plain words",
    r"\bsee the header\b": "once, in the documentation of the folder",
}

# A sentence of a comment that begins so has no subject.
NO_SUBJECT = re.compile(r"""(?:(?:"{3}|//[/!]?|/\*\*?|\#|^\s*\*)\s|"{3}|[.:;]\s)(What) (?![^.\n]*\?)[a-z]""", re.MULTILINE)

PATTERNS = [(re.compile(phrase), advice) for phrase, advice in PHRASES.items()]
COMMENT = re.compile(r"^\s*(?://[/!]?|\#|\*|>)?\s*|\s*$")


def tracked() -> Iterator[Path]:
    """Yields the text files of git that this project wrote."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if not NOT_OURS.fullmatch(name) and (ROOT / name).is_file():
            yield ROOT / name


def findings(text: str) -> Iterator[tuple[int, str, str]]:
    """Yields the line, the phrase and the advice for each phrase in a text."""
    for match in NO_SUBJECT.finditer(text):
        yield text.count("\n", 0, match.start(1)) + 1, match[1], "begin with the thing: a noun, or a verb"
    # A phrase may go on in the next line of a comment.
    lines = [COMMENT.sub("", line) + " " for line in text.split("\n")]
    starts = list(accumulate(map(len, lines), initial=0))
    joined = "".join(lines)
    for pattern, advice in PATTERNS:
        for match in pattern.finditer(joined):
            yield bisect(starts, match.start()), match[0], advice


def main() -> int:
    """Prints what it finds; the exit status is 1 if it finds anything."""
    found = 0
    for path in [Path(name).resolve() for name in sys.argv[1:]] or tracked():
        for line, phrase, advice in sorted(findings(path.read_text(encoding="utf-8", errors="replace"))):
            found += 1
            print(f"{path.relative_to(ROOT)}:{line}: {phrase!r}: {advice}")
    print(f"Phrases to reword: {found}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
