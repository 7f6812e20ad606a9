# Two commands: `make demo` and `make test`. Each does all of its own set-up, and is quick the second time.

PYTHON ?= python3
SAMPLE := examples/data/genesis.txt
VENV := .venv
BIN := $(VENV)/bin
CORES := build/cores
CORE_SOURCES := $(shell find rust_core -name target -prune -o -path rust_core/fuzz -prune -o \( -name '*.rs' -o -name '*.toml' -o -name '*.lock' -o -name '*.h' -o -name '*.txt' \) -print)
BUILD_SOURCES := pyproject.toml setup.py build_ffi.py $(CORE_SOURCES)
CARGO := cargo --locked
BENCH := build/bench
BENCH_PIP := $(BENCH)/venv/bin/python -m pip --quiet --disable-pip-version-check
PYO3 := benchmarks/peers/pyo3_analyzer
PROGRAMS := rust_core/target/release
RUST_NEEDED := 1.92
# Wherever the user's own configuration puts it: the cores are taken from there.
export CARGO_TARGET_DIR := $(CURDIR)/rust_core/target
MANIFEST := --manifest-path rust_core/Cargo.toml

ifeq ($(shell uname -s),Darwin)
LIBRARY := libtext_processor.dylib
else
LIBRARY := libtext_processor.so
endif

.DEFAULT_GOAL := help
.PHONY: help demo test test-rust lint test-python test-portable test-instrumented test-languages test-sklearn test-wheel soak bench bench-instructions clean check-rust check-tools

help: ## What there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1@\2/p' $(MAKEFILE_LIST) | awk -F @ '{ printf "  make %-20s %s\n", $$1, $$2 }'

demo: $(VENV)/.built ## Analyse the sample, or FILES="a.txt folder/"
	@$(BIN)/python -m text_processor analyze $(or $(FILES),$(SAMPLE))

test: test-rust test-c lint test-python test-sklearn test-portable test-instrumented test-wheel ## The tests: Rust, C, Python on three cores, scikit-learn's, the wheel

# ---- Set-up ----

check-rust:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust (https://rustup.rs), then try again" >&2; exit 1; }
	@v=$$(rustc --version | cut -d ' ' -f 2); [ "$$(printf '%s\n' $(RUST_NEEDED) $$v | sort -V | head -n 1)" = $(RUST_NEEDED) ] || { echo "Rust $$v is installed, and $(RUST_NEEDED) or later is needed: rustup update" >&2; exit 1; }

check-tools: check-rust
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.10 or later, or name one: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "$(PYTHON) is $$($(PYTHON) --version 2>&1), and 3.10 or later is needed; name another: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv module: install it (Debian: apt install python3-venv)" >&2; exit 1; }

include tools/cores.mk

$(VENV)/.installed: pyproject.toml | check-tools
	@echo "Setting up the environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@

$(VENV)/.built: $(VENV)/.installed $(BUILD_SOURCES)
	@echo "Building the native core"
	@if [ -e $@ ]; then $(BIN)/python setup.py --quiet build_rust --qbuild --inplace build_ext --inplace; \
	 else $(BIN)/python -m pip install --quiet --no-build-isolation --editable .; fi
	@touch $@

# ---- Tests ----

test-rust: | check-tools ## Rust: tests, clippy, formatting
	@cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1 || { echo "clippy or rustfmt is missing: rustup component add clippy rustfmt" >&2; exit 1; }
	$(CARGO) fmt $(MANIFEST) --all --check
	$(CARGO) clippy --quiet $(MANIFEST) --workspace --all-targets -- --deny warnings
	$(CARGO) clippy --quiet $(MANIFEST) --all-targets --features portable,test-hooks,instrumented -- --deny warnings
	$(CARGO) test --quiet $(MANIFEST) --features text_processor_capi/test-hooks

lint: $(VENV)/.built ## Python: ruff, mypy, stubtest, pyright
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest text_processor --ignore-missing-stub --mypy-config-file pyproject.toml
	PYTHONPATH=. $(BIN)/pyright --pythonpath $(BIN)/python --verifytypes text_processor --ignoreexternal

test-python: $(VENV)/.built $(TEST_CORES) ## Python tests
	$(BIN)/pytest --quiet

test-portable: $(VENV)/.built $(TEST_CORES) ## The same tests on the portable core
	TEXT_PROCESSOR_LIBRARY=$(CURDIR)/$(CORES)/portable/$(LIBRARY) $(BIN)/pytest --quiet

test-instrumented: $(VENV)/.built $(TEST_CORES) ## The same tests on the instrumented core, and those of the C ABI
	$(CARGO) test --quiet $(MANIFEST) --package text_processor_capi --features instrumented
	$(MAKE) --no-print-directory test-c C_TESTS=build/c-instrumented LIBRARY_TO_TEST=$(CORES)/instrumented/$(LIBRARY)
	TEXT_PROCESSOR_LIBRARY=$(CURDIR)/$(CORES)/instrumented/$(LIBRARY) $(BIN)/pytest --quiet

# Its own settings: the tests are those of another project.
test-sklearn: $(VENV)/.built ## scikit-learn's own tests of its vectorizers, on ours
	PYTHONPATH=tests/sklearn $(BIN)/pytest --quiet -c /dev/null -p no:cacheprovider -p against_ours --disable-warnings \
	 --import-mode=importlib --pyargs sklearn.feature_extraction.tests.test_text

# Installed where nothing else is, as by a user without root.
test-languages: $(VENV)/.built ## The examples print the same in every language: LANGUAGES="c cpp go java node"
	@$(MAKE) --no-print-directory install PREFIX=$(CURDIR)/build/install DESTDIR=
	TEXT_PROCESSOR_PREFIX=$(CURDIR)/build/install $(BIN)/pytest --quiet tests/languages/programs.py

test-wheel: $(VENV)/.built $(CORES)/newer-minor/$(LIBRARY) ## The wheel: what is in it, and the tests in empty environments without Rust
	$(BIN)/python tests/packaging/wheel.py

soak: $(VENV)/.built $(CORES)/portable/$(LIBRARY) ## Many threads do everything at once for a minute, and fork for another: SECONDS=60 SEED=1
	$(BIN)/python tests/soak/soak.py --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))
	GLIBC_TUNABLES=glibc.malloc.tcache_count=0 $(BIN)/python tests/soak/forks.py --seconds $(or $(SECONDS),60)

# ---- The benchmark: the peers in an environment of their own, and there the package as users have it ----

bench: $(BENCH)/.package $(BENCH)/.pyo3 $(BENCH)/.programs ## Ratios to other ways to do it: FILES="a.txt b.txt" QUICK=1 SEED=1 MANPAGES=folder
	@$(BENCH)/venv/bin/python benchmarks/run.py --programs $(PROGRAMS) $(if $(QUICK),--quick) \
	 $(if $(SEED),--seed $(SEED)) $(if $(MANPAGES),--manual-pages $(MANPAGES)) $(FILES)

bench-instructions: $(VENV)/.installed $(PROGRAMS)/instructions ## Instructions of two inner loops, by callgrind; WRITE=1 keeps them
	@$(BIN)/python benchmarks/instructions.py $(if $(WRITE),--write) $(PROGRAMS)/instructions

$(BENCH)/.installed: pyproject.toml | check-tools
	@echo "Setting up the environment $(BENCH)/venv"
	@$(PYTHON) -m venv $(BENCH)/venv
	@$(BENCH_PIP) install --upgrade "pip>=25.1"
	@$(BENCH_PIP) install --group bench
	@touch $@

$(BENCH)/.package: $(BENCH)/.installed $(BUILD_SOURCES) $(wildcard text_processor/*.py text_processor/*.pyi text_processor/*/*.py)
	@echo "Installing the package there"
	@rm -rf build/lib[.]* build/bdist*
	@$(BENCH_PIP) install --no-build-isolation --force-reinstall .
	@touch $@

$(BENCH)/.pyo3: $(BENCH)/.installed $(PYO3)/Cargo.toml $(PYO3)/Cargo.lock $(PYO3)/src/lib.rs
	@echo "Building a peer, a simple analyzer in PyO3"
	@CARGO_TARGET_DIR=$(BENCH)/target $(CARGO) build --quiet --release --manifest-path $(PYO3)/Cargo.toml
	@cp $(BENCH)/target/release/libpyo3_analyzer.so \
	 "$$($(BENCH)/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))')/pyo3_analyzer.abi3.so"
	@touch $@

$(BENCH)/.programs: $(CORE_SOURCES) | check-tools
	@echo "Building the programs that measure the engine"
	@mkdir -p $(@D)
	@$(CARGO) build --quiet $(MANIFEST) --release --package text_processor_measure --bin stages --bin tokenizers
	@touch $@

$(PROGRAMS)/instructions: $(CORE_SOURCES) | check-tools
	@echo "Building the program whose instructions are counted"
	@$(CARGO) build --quiet $(MANIFEST) --release --package text_processor_measure --bin instructions
	@touch $@

# ---- Further targets ----

include tools/library.mk tools/sanitize.mk tools/fuzz.mk

clean: ## Remove everything that was made
	rm -rf $(VENV) build dist *.egg-info rust_core/target text_processor/_native/_ffi.py text_processor/*.so text_processor/*.dylib
