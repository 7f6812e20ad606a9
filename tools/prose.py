"""Find phrases that are hard to read, and suggest a plain one for each: python tools/prose.py [FILE...].

Without file names, this program reads every text file that git tracks. CONTRIBUTING.md says how this project writes.
"""

from __future__ import annotations

import re
import subprocess
import sys
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Texts of other people, data, generated files, lists of English words, and the phrases themselves.
NOT_OURS = re.compile(
    r"""
    .*(\.lock|package-lock\.json|\.json|\.svg|\.abi|\.license) | LICENSE.* | .*/LICENSE.* | .*/(corpus|data)/.*
    | rust_core/engine/src/.*/english.*\.txt | rust_core/engine/src/sentiment/vader/rules\.rs
    | text_processor/vectorizers/_?stop_words\.py | tools/prose\.py | tests/test_prose\.py
    """,
    re.VERBOSE,
)

# The search ignores case; (?-i:...) keeps case, because None and NOR are names in code.
PHRASES = {
    r"\b(who|whom|what|which|where|how|when)ever\b": "name the thing: 'the caller', 'any', 'if'",
    r"\bmeanwhile\b": "'in the background', 'at the same time'",
    r"\b(but|save) for\b": "'except'",
    r"\b(nothing|none|no one|nobody|all|anything|everything) but\b": "'only', 'all except'",
    r"\bpass(es|ed|ing) over\b|\b(to|not|must|may|can) pass over\b": "'skips'",
    r"\blet(s|ting)? go\b": "'frees', 'releases'",
    r"\b(go|goes|gone|going|went) through\b": "'reads', 'visits'",
    r"\b(do|does|go|goes|on) without\b": "'does not need', 'works without'",
    r"\bso (many|much|few)\b": "give the number, or 'that many'",
    r"\basked for\b": "'requested', 'needed'",
    r"\b(is|are|was|were|be) (?-i:none)\b": "'there is no ...', 'is not a ...'",
    r"\b(if|where|when|but|that|than|has|have|had|for|to|with|in) (?-i:none)\b(?!\()": "'no ...', with the noun",
    r"\bas (?!(long|soon|well|far|many|much) )([\w.()`'-]+ ){1,4}(has|have|had) (it|them)\b": "'as in ...'",
    r"\bbe had\b|\b(is|are) to be\b": "'is available', 'must be'",
    r"\b(anew|afresh|once more)\b": "'again'",
    r"\bfor ever\b|\bone's own\b": "'without end'; 'your own'",
    r"(?<!\\)\b(in vain|lest|thus|hence|(?-i:nor)|whence|aught|ought|besides|for good)\b": "a plain word",
    r"(?<!barely )\bhardly\b(?!-)": "'almost no', 'scarcely'",
    r"\b(albeit|whilst|amongst|forthwith|henceforth|insofar|inasmuch|notwithstanding|whereas)\b": "a plain word",
    r"\b(there|here|where)(of|in|by|upon|with|to|after|from)\b": "name the thing",
    r"\bthe (latter|former)\b|\bof (it|them), (all|every|each|some|only|none|nothing)\b": "repeat the noun",
    r"(?<!here )\b(is|was|are|were) no (?!(longer|more|less|fewer|such)\b)[a-z]+": "'is not a ...'",
    r"\b(is|was|are|were) (said|told|meant|wanted)\b": "name who says it, or state the fact",
    r"\b(say|says|said|saying) so\b|\bhear(s|d)? of\b": "state what is said, and who says it",
    r"\btell(s|ing)? apart\b|\btold apart\b": "'distinguishes'",
    r"\b(take|takes|taken|taking|took) for\b": "'is treated as'",
    r"\b(some|any|no|every)body\b": "name who it is: 'the caller', 'another thread'",
    r"\b(is|are|was|were|stays?) whole\b|\bwhole in\b": "'complete', 'unchanged'",
    r"\bstands? (there|here|in|on|behind|before|beside)\b": "'is in', 'comes after'",
    r"\ba (document|line|word|text|row|thread|module|value|term|column|part|feature) an? [a-z]+\b": "'one per ...'",
    r"\bbehind (it|them|those)\b": "'after'",
    r"\b(the|a|each|every) border\b": "'boundary'",
    r"\bhas (words|a word|text) become\b": "'changes how words are normalized'",
    r"\bneed not\b|\bneeds not\b|\band its kin\b": "plain words",
    r"\bfor want of\b|\bof its own accord\b|\bslip of the pen\b|\blet alone\b(?! ?[:=])": "plain words",
    r"\bsee the header\b": "once, in the documentation of the folder",
}

# The start of a sentence without a subject, in a comment.
NO_SUBJECT = re.compile(
    r"""(?:(?:"{3}|//[/!]?|/\*\*?|\#|^\s*\*)\s|"{3}|[.:;]\s)(What) (?![^.\n]*\?)[a-z]""", re.MULTILINE
)

PATTERNS = [(re.compile(phrase, re.IGNORECASE), advice) for phrase, advice in PHRASES.items()]
MARKERS = re.compile(r"^\s*(?://[/!]?|/\*\*?|\#|\*|>)?\s*|\s*$")
LONG_NAME = re.compile(r"\b[a-z]\w*(?:_[a-z0-9]+){3,}\b")
HEADING = re.compile(r"^#+ .*", re.MULTILINE)


def tracked() -> Iterator[Path]:
    """Yield the text files in git that this project wrote."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if not NOT_OURS.fullmatch(name) and (ROOT / name).is_file():
            yield ROOT / name


def findings(text: str, *, is_page: bool = False) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the phrase and the advice for each hard phrase in a text.

    Args:
        text: A file of source code, or a page.
        is_page: Whether the text is Markdown, in which ``#`` begins a heading.
    """
    sentences = HEADING.sub("", text) if is_page else text
    for match in NO_SUBJECT.finditer(sentences):
        yield sentences.count("\n", 0, match.start(1)) + 1, match[1], "begin with the thing: a noun, or a verb"
    # A phrase may continue on the next line of a comment. A long name, such as the name of a test, is a sentence.
    lines = [MARKERS.sub("", line) + " " for line in text.split("\n")]
    starts = list(accumulate(map(len, lines), initial=0))
    joined = LONG_NAME.sub(lambda name: name[0].replace("_", " "), "".join(lines))
    for pattern, advice in PATTERNS:
        for match in pattern.finditer(joined):
            yield bisect(starts, match.start()), match[0], advice


def main() -> int:
    """Print all findings, and return 1 if there are any, else 0."""
    found = 0
    for path in [Path(name).resolve() for name in sys.argv[1:]] or tracked():
        text = path.read_text(encoding="utf-8", errors="replace")
        for line, phrase, advice in sorted(findings(text, is_page=path.suffix == ".md")):
            found += 1
            print(f"{path.relative_to(ROOT)}:{line}: {phrase!r}: {advice}")
    print(f"Phrases to reword: {found}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
