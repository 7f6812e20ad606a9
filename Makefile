# Start with `make demo` or `make test`. Each sets up everything that it needs, and is quick the second time.

PYTHON ?= python3
SAMPLE := examples/data/genesis.txt
VENV := .venv
BIN := $(VENV)/bin
CORES := build/cores
CORE_SOURCES := $(shell find rust_core -name target -prune -o -path rust_core/fuzz -prune -o \( -name '*.rs' -o -name '*.toml' -o -name '*.lock' -o -name '*.h' -o -name '*.txt' \) -print)
BUILD_SOURCES := pyproject.toml setup.py build_ffi.py $(CORE_SOURCES)
CARGO := cargo --locked
BENCH := build/bench
ENGINES := build/engines
# Without --no-compile, pip compiles every module. Python compiles the few that it imports, and keeps them for the many
# processes that the tests start, unless this variable is set.
export PYTHONDONTWRITEBYTECODE :=
PIP_INSTALL := -m pip --quiet --disable-pip-version-check install --no-compile
BENCH_PIP_INSTALL := $(BENCH)/venv/bin/python $(PIP_INSTALL)
PYO3 := benchmarks/peers/pyo3_analyzer
RELEASE := rust_core/target/release
DEV := rust_core/target/debug
# The profile of the programs that measure the engine. CI takes `dev`: it compares answers, and has built the dependencies.
BENCH_PROFILE ?= release
PROGRAMS := $(if $(filter dev,$(BENCH_PROFILE)),$(DEV),$(RELEASE))
INSTRUCTIONS := $(RELEASE)/instructions
RUST_NEEDED := 1.92
# Set here, because a user's configuration of cargo may name another folder, and the rules copy the cores from this one.
export CARGO_TARGET_DIR := $(CURDIR)/rust_core/target
# Incremental builds take more time the first time, and make seldom builds a second time.
export CARGO_INCREMENTAL ?= 0
MANIFEST := --manifest-path rust_core/Cargo.toml
# How many examples of a property the Rust tests try, and which share of the requests for memory they refuse: one in 31.
# `make hunt` tries more examples, and refuses every request.
test-rust: export PROPTEST_CASES ?= 32
test-instrumented: export PROPTEST_CASES ?= 16
test-rust: export REFUSED_STEP ?= 31
# Two processes, except where make itself runs several targets at a time.
PYTEST = $(BIN)/pytest --quiet $(if $(findstring jobserver,$(MAKEFLAGS)),,--numprocesses=2)

ifeq ($(shell uname -s),Darwin)
LIBRARY := libtext_processor.dylib
else
LIBRARY := libtext_processor.so
# Elsewhere setuptools-rust calls cargo with other options, so it builds the core itself.
RELEASE_CORE := $(RELEASE)/$(LIBRARY)
endif

.DEFAULT_GOAL := help
.PHONY: help demo test test-rust lint test-python test-instrumented test-languages test-engines test-sklearn test-wheel soak hunt bench bench-instructions clean check-rust check-tools

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1@\2/p' $(MAKEFILE_LIST) | awk -F @ '{ printf "  make %-20s %s\n", $$1, $$2 }'

demo: $(VENV)/.built ## Analyze the sample, or FILES="a.txt folder/"
	@$(BIN)/python -m text_processor analyze $(or $(FILES),$(SAMPLE))

test: ## Run the tests: Rust, C, Python, scikit-learn's; CI runs more
	@$(MAKE) $(AT_A_TIME) $(VENV)/.built cores
	@$(MAKE) $(AT_A_TIME) $(TESTS)

# The longest targets come first, so that the processors are busy until the end.
TESTS := test-python test-rust lint test-sklearn test-c
# One more than two processors, because the targets wait for the network, for files and for their own processes. You can name
# another number: make --jobs=4 test.
AT_A_TIME = --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,--jobs=3 --output-sync=line)

# ---- Set-up ----

check-rust:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust (https://rustup.rs), then try again" >&2; exit 1; }
	@v=$$(rustc --version | cut -d ' ' -f 2); [ "$$(printf '%s\n' $(RUST_NEEDED) $$v | sort -V | head -n 1)" = $(RUST_NEEDED) ] || { echo "Rust $$v is installed, and $(RUST_NEEDED) or later is needed: rustup update" >&2; exit 1; }

check-tools: check-rust
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.10 or later, or name one: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "$(PYTHON) is $$($(PYTHON) --version 2>&1), and 3.10 or later is needed; name another: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv module: install it (Debian: apt install python3-venv)" >&2; exit 1; }

include tools/test-cores.mk

$(VENV)/.installed: pyproject.toml | check-tools
	@echo "Setting up the environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(PIP_INSTALL) --upgrade "pip>=25.1"
	@$(BIN)/python $(PIP_INSTALL) --group dev
	@touch $@

# Does not need Python, so make builds it while pip installs the packages: the linker needs a minute on one processor.
# setuptools-rust calls cargo with the same options, and so does not build it again. See pyproject.toml.
$(RELEASE)/$(LIBRARY): $(CORE_SOURCES) | check-rust
	@echo "Building the native core"
	@$(CARGO) rustc --quiet --manifest-path rust_core/capi/Cargo.toml --lib --crate-type cdylib,staticlib --release
	@touch $@

$(VENV)/.built: $(VENV)/.installed $(RELEASE_CORE) $(BUILD_SOURCES)
	@echo "Installing the package in $(VENV)"
	@if [ -e $@ ]; then $(BIN)/python setup.py --quiet build_rust --qbuild --inplace build_ext --inplace; \
	 else $(BIN)/python $(PIP_INSTALL) --no-build-isolation --editable .; fi
	@touch $@

# ---- Tests ----

test-rust: | check-tools ## Run the Rust tests, clippy and rustfmt
	@cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1 || { echo "clippy or rustfmt is missing: rustup component add clippy rustfmt" >&2; exit 1; }
	$(CARGO) fmt $(MANIFEST) --all --check
	$(CARGO) clippy --quiet $(MANIFEST) --workspace --all-targets --features $(ALL_CHECKS) -- --deny warnings
	$(CARGO) clippy --quiet $(MANIFEST) --features text_processor_capi/portable -- --deny warnings
	$(CARGO) test --quiet $(MANIFEST) --features text_processor_capi/test-hooks

# With these features, clippy reads everything except the code that they replace. That code is in the libraries, which clippy
# reads again with `portable`.
ALL_CHECKS := text_processor_capi/test-hooks,text_processor_capi/instrumented

lint: $(VENV)/.built ## Check the prose, and the Python code: ruff, mypy, stubtest, pyright
	$(BIN)/python tools/prose.py
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest text_processor --ignore-missing-stub --mypy-config-file pyproject.toml
	PYTHONPATH=. $(BIN)/pyright --pythonpath $(BIN)/python --verifytypes text_processor --ignoreexternal

test-python: $(VENV)/.built $(TEST_CORES) ## Run the Python tests, and the examples in docstrings; LONG=1 also runs those that take long
	$(PYTEST) $(if $(LONG),,-m "not long")

# The tests that may give another result on another core, with fewer examples of each property.
AGAIN := --hypothesis-profile=again tests -m

test-instrumented: $(VENV)/.built $(TEST_CORES) ## Run the Python tests and those of the C ABI on the instrumented core
	$(CARGO) test --quiet $(MANIFEST) --package text_processor_capi --features test-hooks,instrumented \
	 --lib --test abi --test fork --test instrumented -- --skip header:: --skip every_flipped_bit
	$(MAKE) --no-print-directory test-c C_TESTS=build/c-instrumented LIBRARY_TO_TEST=$(CORES)/instrumented/$(LIBRARY)
	TEXT_PROCESSOR_LIBRARY=$(CURDIR)/$(CORES)/instrumented/$(LIBRARY) $(PYTEST) --instrumented $(AGAIN) "not once"

# Without our settings of pytest: these tests are part of scikit-learn.
test-sklearn: $(VENV)/.built ## Run scikit-learn's tests of its vectorizers on ours
	PYTHONPATH=tests/sklearn $(BIN)/pytest --quiet -c /dev/null -p no:cacheprovider -p against_ours --disable-warnings \
	 --import-mode=importlib --pyargs sklearn.feature_extraction.tests.test_text

# Installs the library into an empty folder, as a user without root does.
test-languages: $(VENV)/.built ## Check that the examples print the same in every language: LANGUAGES="c cpp go java node"
	@$(MAKE) --no-print-directory install PREFIX=$(CURDIR)/build/install DESTDIR=
	TEXT_PROCESSOR_PREFIX=$(CURDIR)/build/install $(BIN)/pytest --quiet tests/languages/programs.py

$(ENGINES)/.installed: pyproject.toml | check-tools
	@echo "Setting up the environment $(ENGINES)/venv"
	@$(PYTHON) -m venv $(ENGINES)/venv
	@$(ENGINES)/venv/bin/python $(PIP_INSTALL) --upgrade "pip>=25.1"
	@$(ENGINES)/venv/bin/python $(PIP_INSTALL) --group engines
	@touch $@

test-engines: $(VENV)/.built $(ENGINES)/.installed ## Run the code for Spark in docs/engines.md, with Java 17
	PYTHONPATH=.:tests/packaging $(ENGINES)/venv/bin/python tests/engines/spark.py

test-wheel: $(VENV)/.built $(TEST_CORES) ## Check the files of the wheel, and run the tests in empty environments without Rust
	$(BIN)/python tests/packaging/wheel.py

soak: $(VENV)/.built $(CORES)/portable/$(LIBRARY) ## Use the library from many threads for a minute, then fork for a minute: SECONDS=60 SEED=1
	$(BIN)/python tests/soak/soak.py --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))
	GLIBC_TUNABLES=glibc.malloc.tcache_count=0 $(BIN)/python tests/soak/forks.py --seconds $(or $(SECONDS),60)

hunt: $(VENV)/.built $(TEST_CORES) ## Look for defects for a long time, at least an hour: SECONDS=900
	PROPTEST_CASES=4096 REFUSED_STEP=1 $(CARGO) test --quiet $(MANIFEST) --features text_processor_capi/test-hooks
	$(BIN)/pytest --quiet --numprocesses=2 --hypothesis-profile=many -o faulthandler_timeout=0 tests
	$(MAKE) --no-print-directory sanitize PROPTEST_CASES=64 REFUSED_STEP=7
	$(MAKE) --no-print-directory fuzz SECONDS=$(or $(SECONDS),900)
	$(MAKE) --no-print-directory soak SECONDS=$(or $(SECONDS),900)

# ---- The benchmark, in an environment with the peers and the package as users install it ----

bench: $(BENCH)/.package $(BENCH)/.pyo3 $(BENCH)/.programs-$(BENCH_PROFILE) ## Compare the speed with other tools: FILES="a.txt b.txt" QUICK=1 ROUNDS=9 SEED=1 MANPAGES=folder DICTIONARY=file
	@$(BENCH)/venv/bin/python benchmarks/run.py --programs $(PROGRAMS) $(if $(QUICK),--quick) $(if $(ROUNDS),--rounds $(ROUNDS)) \
	 $(if $(SEED),--seed $(SEED)) $(if $(MANPAGES),--manual-pages $(MANPAGES)) $(if $(DICTIONARY),--dictionary $(DICTIONARY)) $(FILES)

bench-instructions: $(VENV)/.installed $(INSTRUCTIONS) ## Count the instructions of two inner loops with callgrind; WRITE=1 records them
	@$(BIN)/python benchmarks/instructions.py $(if $(WRITE),--write) $(INSTRUCTIONS)

$(BENCH)/.installed: pyproject.toml | check-tools
	@echo "Setting up the environment $(BENCH)/venv"
	@$(PYTHON) -m venv $(BENCH)/venv
	@$(BENCH_PIP_INSTALL) --upgrade "pip>=25.1"
	@$(BENCH_PIP_INSTALL) --group bench
	@touch $@

$(BENCH)/.package: $(BENCH)/.installed $(BUILD_SOURCES) $(wildcard text_processor/*.py text_processor/*.pyi text_processor/*/*.py)
	@echo "Installing the package in $(BENCH)/venv"
	@rm -rf build/lib[.]* build/bdist*
	@$(BENCH_PIP_INSTALL) --no-build-isolation --force-reinstall .
	@touch $@

$(BENCH)/.pyo3: $(BENCH)/.installed $(PYO3)/Cargo.toml $(PYO3)/Cargo.lock $(PYO3)/src/lib.rs
	@echo "Building a peer, a simple analyzer in PyO3"
	@CARGO_TARGET_DIR=$(BENCH)/target $(CARGO) build --quiet --release --manifest-path $(PYO3)/Cargo.toml
	@cp $(BENCH)/target/release/libpyo3_analyzer.so \
	 "$$($(BENCH)/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))')/pyo3_analyzer.abi3.so"
	@touch $@

$(BENCH)/.programs-$(BENCH_PROFILE): $(CORE_SOURCES) | check-tools
	@echo "Building the programs that measure the engine"
	@mkdir -p $(@D)
	@$(CARGO) build --quiet $(MANIFEST) --profile $(BENCH_PROFILE) --package text_processor_measure --bin stages --bin tokenizers
	@touch $@

$(INSTRUCTIONS): $(CORE_SOURCES) | check-tools
	@echo "Building the program whose instructions are counted"
	@$(CARGO) build --quiet $(MANIFEST) --release --package text_processor_measure --bin instructions
	@touch $@

# ---- Further targets ----

include tools/library.mk tools/sanitize.mk tools/fuzz.mk

clean: ## Remove all files that make created
	rm -rf $(VENV) build dist *.egg-info rust_core/target text_processor/_native/_ffi.py text_processor/*.so text_processor/*.dylib
