"""The pages are right: their code runs, their commands and names exist, and their links have targets."""

from __future__ import annotations

import ast
import contextlib
import inspect
import os
import pydoc
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pages
import pytest

import text_processor

ROOT = pages.ROOT
PAGES = pages.pages()
PACKAGE = Path(text_processor.__file__).parent
SOURCE_TREE = (ROOT / "README.md").exists()

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not SOURCE_TREE, reason="there are no pages outside the source tree"),
]


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def sections(page: str) -> list[str]:
    """Return the headings of a page, as GitHub names them in links."""
    headings = (line for line in pages.prose(page) if re.match(r"#{1,6} ", line))
    return [re.sub(r"[^\w\- ]", "", heading.lstrip("#").strip().lower()).replace(" ", "-") for heading in headings]


# ---- The code of the pages ----


def test_every_block_is_marked_as_python_or_commands_or_text() -> None:
    found = [block for page in PAGES for block in pages.blocks(page)]
    assert found
    assert [str(block) for block in found if block.language not in {"python", "sh", "text"}] == []


def test_no_code_is_only_indented() -> None:
    """Markdown also treats text that is indented by four spaces as code, but the tests run only fenced blocks."""
    hidden = [
        f"{page}:{number}"
        for page in PAGES
        for number, line in enumerate(pages.prose(page), 1)
        if re.match(r" {4}|\t", line) or "<pre" in line or "<code" in line
    ]
    assert hidden == []


def test_text_that_looks_like_code_is_marked_as_code() -> None:
    code = re.compile(r"^(>>> |import |from \w+ import |\$ |pip |make |text-processor |cc )", re.MULTILINE)
    marked = [block for page in PAGES for block in pages.blocks(page) if block.language == "text"]
    assert [str(block) for block in marked if code.search(block.code)] == []


@pytest.fixture
def sandbox(tmp_path: Path) -> Path:
    """A folder with the files that the pages name, and links to the examples and the cores of the project."""
    for name in ("book.txt", "novel.txt", "reviews.txt", "folder/chapter.txt", "server.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("It was a good day.\nThe food was not great, it was awful!\n", encoding="utf-8")
    reviews = 'id,stars,text\n1,5,A good day.\n2,3,\n3,1,"The food was not great, it was awful!"\n'
    (tmp_path / "reviews.csv").write_text(reviews, encoding="utf-8")
    with contextlib.suppress(ImportError):
        from pyarrow import csv, parquet

        parquet.write_table(csv.read_csv(tmp_path / "reviews.csv"), tmp_path / "reviews.parquet")
    for name in ("build", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def needed_cores(code: str, built_core: Callable[[str], Path]) -> None:
    """Skip the test if the code needs a core that is not built."""
    for name in re.findall(r"build/cores/([\w-]+)/", code):
        built_core(name)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(block.language == "python" for block in pages.blocks(page))]
)
def test_the_python_of_a_page_runs_and_prints_the_output_on_the_page(
    page: str, sandbox: Path, built_core: Callable[[str], Path]
) -> None:
    needed_cores("".join(block.code for block in pages.blocks(page) if block.language == "python"), built_core)
    command = [sys.executable, "-W", "error", pages.__file__, page]
    result = subprocess.run(command, cwd=sandbox, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def shell(script: str, folder: Path) -> str:
    """Run commands in a folder and return their output. They use the package, and must not fail or print warnings.

    In these commands, `make` can build only cores, and builds them in the folder of the project.
    """
    project = shlex.quote(str(ROOT))
    make = f'make() {{ case "$1" in core-*) command make --silent -C {project} "$@";; *) return 1;; esac; }}\n'
    environment = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    }
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    command = ["sh", "-euc", make + script]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    # A message about the rows that were written to a file is not a warning.
    messages = re.sub(r"^.+: [\d,]+ (rows?|x \d+, \d+ entries)\n", "", result.stderr, flags=re.MULTILINE)
    assert (result.returncode, messages) == (0, ""), f"{script}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.mark.parametrize("block", pages.shell_blocks(pages.SANDBOX), ids=str)
def test_the_commands_of_a_block_work(block: pages.Block, sandbox: Path, built_core: Callable[[str], Path]) -> None:
    needed_cores(block.code, built_core)
    assert shell(block.code, sandbox).strip()


def test_other_programs_run_the_commands_that_install_or_build() -> None:
    """This file skips a block only if another file runs it."""
    for name in ("WHEEL", "INSTALL", "LANGUAGES"):
        runner = getattr(pages, name)
        assert pages.shell_blocks(runner)
        assert f"pages.shell_blocks(pages.{name})" in text_of(runner)
    found = pages.shell_blocks(pages.LANGUAGES)
    assert len({block.page for block in found}) == len(found), "programs.py runs one block of each page"
    languages = {folder.name for folder in (ROOT / "examples").iterdir() if (folder / "README.md").exists()} - {"data"}
    assert {Path(block.page).parent.name for block in found} == languages


def test_continuous_integration_runs_the_make_commands_of_the_pages() -> None:
    script = text_of(pages.CI)
    made = {
        word for line in script.splitlines() if re.search(r"\bmake ", line) for word in line.split("make ")[-1].split()
    }
    commands = [command for block in pages.shell_blocks(pages.CI) for command in block.commands]
    assert {"make demo", "make test"} <= set(commands)
    assert [command for command in commands if command.split()[1] not in made] == []


@pytest.mark.parametrize(
    "code", ["print(1)  # 1", "print(1)", "print(1)  # 2", "1 + 1  # 2", ">>> 1 + 1\n3\n", "undefined"]
)
def test_code_with_another_output_than_on_the_page_is_an_error(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "text", lambda _: f"# A page\n\n```python\n{code}\n```\n")
    if "undefined" in code:
        with pytest.raises(NameError):
            pages.run_python("page.md")
    else:
        assert bool(pages.run_python("page.md")) is (code != "print(1)  # 1")


# ---- Commands within sentences ----


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_the_command_line_within_sentences_work(page: str, sandbox: Path) -> None:
    for span in pages.spans(page):
        if span.startswith("text-processor ") and page != "CHANGELOG.md":
            assert shell(span, sandbox).strip(), span


@pytest.mark.parametrize("page", PAGES)
def test_options_within_sentences_are_those_of_the_command_before_them(page: str, sandbox: Path) -> None:
    known = ""
    for span in pages.spans(page):
        if span.startswith("text-processor ") and page != "CHANGELOG.md":
            known = shell(f"text-processor {span.split()[1]} --help", sandbox)
        elif known and span.startswith("-"):
            assert re.search(rf"(?<![\w-]){re.escape(span.split('=')[0].split()[0])}(?![\w-])", known), span


def makefiles() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "Makefile", *(ROOT / "tools").glob("*.mk")))


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_on_the_pages_are_in_the_makefiles(page: str) -> None:
    rules = makefiles()
    read_by_tests = set(re.findall(r'os\.environ\.get\("(\w+)"', text_of(pages.LANGUAGES)))
    targets = {name for rule in re.findall(r"^([\w.$()/ -]+):(?!=)", rules, re.MULTILINE) for name in rule.split()}
    targets |= {".venv/.built"}
    commands = [command for block in pages.blocks(page) if block.language == "sh" for command in block.commands]
    for command in (*pages.spans(page), *commands):
        if command.startswith("make ") and "…" not in command:
            for word in shlex.split(command)[1:]:
                name, given, _ = word.partition("=")
                known = name in read_by_tests or re.search(rf"\$\({name}[):]", rules) if given else name in targets
                assert known, command


# ---- Installing ----


def requirements() -> dict[str, list[str]]:
    """Return the packages of each extra in pyproject.toml."""
    project = text_of("pyproject.toml")
    extras = project.partition("[project.optional-dependencies]\n")[2].partition("\n[")[0]
    return {name: ast.literal_eval(names) for name, names in re.findall(r"^(\w+) = (\[.*\])$", extras, re.MULTILINE)}


def installed_by(text: str) -> list[str]:
    """Return the arguments of each `pip install` in a text."""
    words = []
    for command in re.findall(r"pip install ([^`\n#]*)", " ".join(text.split("\n"))):
        for word in command.split():
            bare = word.strip("\"'").rstrip(",;:)'\"")
            words.append(bare if bare == "." else bare.rstrip("."))
            if word[-1] in ",;:)'\"" or (word != "." and word.endswith(".")):
                break
    return words


def test_messages_and_docstrings_name_packages_instead_of_extras() -> None:
    """The package is not on PyPI, so an extra cannot be installed by its name, but the packages of the extra can."""
    needed = {requirement for extra in requirements().values() for requirement in extra}
    names = {requirement if "==" in requirement else requirement.split(">=")[0] for requirement in needed}
    named: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.update(installed_by(node.value))
                assert "text_processor[" not in node.value, path
    assert named - {"-e", "."} <= names
    assert {"click", "rich", "numpy", "scipy", "vaderSentiment==3.3.2"} <= named


@pytest.mark.parametrize("page", PAGES)
def test_the_install_commands_of_a_page_work_in_a_clone(page: str) -> None:
    code = "\n".join(block.code for block in pages.blocks(page) if block.language == "sh")
    allowed = {".", *(f".[{extra}]" for extra in requirements())}
    commands = [span for span in pages.spans(page) if re.match("pip install [^-]", span)]
    for command in (*commands, *re.findall(r"^pip install [^#\n]*", code, re.MULTILINE)):
        assert set(shlex.split(command)[2:]) <= allowed, command


MISSING = {
    "click": "from text_processor.__main__ import main; main()",
    "rich": "from text_processor.__main__ import main; main()",
    "numpy": "from text_processor.__main__ import main; main()",
    "scipy": "from text_processor.__main__ import main; main()",
    "vaderSentiment": "import text_processor; text_processor.SentimentIntensityAnalyzer()",
}
ARGUMENTS = {"numpy": ["sentiment", "book.txt"], "scipy": ["matrix", "book.txt", "--output", "words.npz"]}


@pytest.mark.parametrize("package", MISSING)
def test_the_error_for_a_missing_package_says_how_to_install_it(package: str, sandbox: Path) -> None:
    code = f"import sys; sys.modules[{package!r}] = None; {MISSING[package]}"
    command = [sys.executable, "-c", code, *ARGUMENTS.get(package, [])]
    result = subprocess.run(command, cwd=sandbox, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    packages = installed_by(" ".join(result.stderr.split()))
    assert package in {word.split("==")[0] for word in packages}, result.stderr


@pytest.mark.parametrize("package", ["numpy", "scipy"])
def test_the_error_for_a_missing_package_of_the_vectorizers_says_how_to_install_both(package: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None; import text_processor.vectorizers"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert installed_by(result.stderr.splitlines()[-1]) == ["numpy", "scipy"]


# ---- Versions, names and links ----


def test_versions_on_the_pages_are_right() -> None:
    project, makefile, cargo = (text_of(path) for path in ("pyproject.toml", "Makefile", "rust_core/Cargo.toml"))
    python = re.findall(r'requires-python = ">=(.*)"', project)
    rust = re.findall(r"^RUST_NEEDED := (.*)$", makefile, re.MULTILINE)
    assert re.findall(r'rust-version = "(.*)"', cargo) == rust
    for page in ("README.md", "CONTRIBUTING.md"):
        assert re.findall(r"Python (3\.\d+) or later", pages.text(page)) == python, page
        assert re.findall(r"Rust (1\.\d+) or later", pages.text(page)) == rust, page
    core = text_processor.core_info()
    versions = re.findall(r"^\| of the (library|ABI): .*? \| ([\d.]+) \|", pages.text("docs/abi.md"), re.MULTILINE)
    assert dict(versions) == {"library": core["version"], "ABI": core["abi_version"]}
    sentiment, vectorizers = pages.text("docs/sentiment.md"), pages.text("docs/vectorizers.md")
    assert [*re.findall(r"vaderSentiment\) ([\d.]+\d)", sentiment)] == re.findall(
        r'vader = \["vaderSentiment==(.*?)"', project
    )
    assert set(re.findall(r"scikit-learn (\d+\.\d+\.\d+)", vectorizers)) == set(
        re.findall(r"scikit-learn==([\d.]+)", project)
    )


@pytest.mark.parametrize("page", PAGES)
def test_links_have_targets(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", "\n".join(pages.prose(page))):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (ROOT / page).parent.joinpath(path) if path else ROOT / page
        assert linked.exists(), target
        if anchor:
            assert anchor in sections(linked.resolve().relative_to(ROOT).as_posix()), target


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_files_that_pages_name_exist(page: str) -> None:
    path = re.compile(r"(tests|rust_core|tools|docs|benchmarks|examples|text_processor|engine|capi)/[\w./-]*")
    for span in pages.spans(page):
        if path.fullmatch(span) and not span.startswith("build/"):
            name = span.replace("MAJOR.MINOR", "*").rstrip("/")
            assert any([*folder.glob(name)] for folder in (ROOT, ROOT / "rust_core", ROOT / "benchmarks")), span


NAMED_AS_IN_THE_ENGINE = {"collocations", "counts", "documents", "matrix", "sentiment"}
"""The folders of features in the C ABI, which have one line in the map."""


def test_the_map_of_the_folders_names_each_folder_and_each_public_module() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    folder_map = re.search(r"^```text\n(rust_core/engine/src/.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert folder_map
    parts = {part.split()[0]: part for part in folder_map[1].split("\n\n")}
    for root in ("rust_core/engine/src/", "rust_core/capi/", "text_processor/"):
        # The names are in the first column, which is 26 characters wide.
        named = {name for line in parts[root].splitlines()[1:] for name in line[:26].split()}
        for child in (ROOT / root).glob("src/*" if root == "rust_core/capi/" else "*"):
            if child.is_dir() and child.name not in {"__pycache__", *NAMED_AS_IN_THE_ENGINE}:
                assert f"{child.relative_to(ROOT / root)}/" in named
            elif root != "rust_core/capi/" and child.suffix in {".rs", ".py"} and child.stem not in {"lib"}:
                assert child.name.startswith("_") or child.stem in named, child
        for name in named - {"src/"}:
            assert [*(ROOT / root).glob(f"{name.rstrip('/')}*")], name


def usual_names(sandbox: Path) -> dict[str, Any]:
    """Return the names that the table of the README uses: methods of an analyzer, public names, and some values."""
    numpy, polars = pytest.importorskip("numpy"), pytest.importorskip("polars")
    pytest.importorskip("scipy")
    pytest.importorskip("pandas")
    import text_processor.vectorizers

    analyzer = text_processor.TextAnalyzer()
    analyzer.add_documents(["a good day", "a bad day"], variables={"party": ["Labour", "Green"]})
    methods = {name: getattr(analyzer, name) for name in dir(analyzer) if not name.startswith("_")}
    public = {name: getattr(text_processor, name) for name in text_processor.__all__}
    path = str(sandbox / "book.txt")
    values = {"text": "a good day", "n": 2, "factor": 2.0, "lexicon": {"good": 1}, "path": path, "paths": [path]}
    tables = {"pl": polars, "data": {"review": ["a good day"]}, "csv": str(sandbox / "reviews.csv")}
    texts = {"texts": ["a good day"], "iterable": ["a good day"], "a": numpy.arange(3.0), "f": lambda *_: None}
    return {
        "vectorizers": text_processor.vectorizers,
        **methods,
        **public,
        **values,
        **texts,
        **tables,
        "analyzer": analyzer,
    }


def test_all_code_in_the_table_of_the_readme_works(sandbox: Path) -> None:
    table = re.findall(
        r"^\| (.+?) \| (.+) \|$", pages.text("README.md").partition("## All methods by task")[2], re.MULTILINE
    )
    run = 0
    for _, cell in table:
        for code in re.findall(r"`([^`]+)`", cell):
            if re.fullmatch(r"[A-Z_]+=\w+|Ctrl-C", code):
                continue
            program = code.replace("(...)", "()")
            program = f"word_counts(){program}" if program.startswith(".") else program
            program += ": pass" if program.startswith("for ") else ""
            exec(program, usual_names(sandbox))  # noqa: S102
            run += 1
    assert run > 30


def test_the_report_of_the_readme_is_what_the_command_prints(sandbox: Path) -> None:
    (block,) = (block for block in pages.blocks("README.md") if block.language == "text")
    printed = shell("text-processor analyze examples/data/genesis.txt", sandbox).splitlines()
    # The time is in the next line, and the width of the columns depends on it.
    assert [line.split() for line in block.code.splitlines()] == [line.split() for line in printed[:4]]


def test_help_describes_every_public_name_and_every_method() -> None:
    told = pydoc.plain(pydoc.render_doc(text_processor))
    of_analyzer = pydoc.plain(pydoc.render_doc(text_processor.TextAnalyzer))
    for name in (name for name in text_processor.__all__ if name != "__version__"):
        thing = getattr(text_processor, name)
        assert inspect.getdoc(thing) or (not inspect.isroutine(thing) and not inspect.isclass(thing)), name
        assert re.search(rf"\b{name}\b", told), name
    for name, thing in inspect.getmembers(text_processor.TextAnalyzer):
        if not name.startswith("_"):
            assert inspect.getdoc(thing), name
            assert re.search(rf"\| +{name}\b", of_analyzer), name
