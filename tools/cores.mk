# Cores beside the one in the package, each build/cores/NAME/libtext_processor.so.

.PHONY: core-portable core-instrumented

# What the tests swap in.
TEST_CORES := $(foreach name,portable instrumented test-hooks older-minor newer-minor other-major,$(CORES)/$(name)/$(LIBRARY))

# Builds the crate of the C ABI: $(call build-core,folder of the sources,folder of the profile,options of cargo). All cores of
# a profile have one name in cargo's folder, where it would take one for the other, so it forgets what is there. The file is
# moved to its place: a process that uses the old one keeps it.
define build-core
@mkdir -p $(@D)
@$(LOCK) sh -c 'rm -rf rust_core/target/$(2)/.fingerprint/text_processor_capi-* && \
 $(CARGO) rustc --quiet --manifest-path $(1)/Cargo.toml --package text_processor_capi --lib --crate-type cdylib $(3) && \
 cp rust_core/target/$(2)/$(LIBRARY) $@.new && mv $@.new $@'
endef

# One at a time, also where make does several things at once.
LOCK := $(if $(shell command -v flock),flock $(CORES)/.lock)

.PHONY: cores
cores: $(TEST_CORES)

core-portable: $(CORES)/portable/$(LIBRARY) ## A second core: no SIMD, every check on

$(CORES)/portable/$(LIBRARY): $(CORE_SOURCES) | check-tools
	@echo "Building the portable core"
	$(call build-core,rust_core,checked,--profile checked --features portable)

core-instrumented: $(CORES)/instrumented/$(LIBRARY) ## A third core: looks every handle up, and counts

$(CORES)/instrumented/$(LIBRARY): $(CORE_SOURCES) | check-tools
	@echo "Building the instrumented core"
	$(call build-core,rust_core,checked,--profile checked --features instrumented)

# Fails on purpose when asked to. Only the tests use it.
$(CORES)/test-hooks/$(LIBRARY): $(CORE_SOURCES) | check-tools
	@echo "Building the core with test hooks"
	$(call build-core,rust_core,debug,--features test-hooks)

# What another release would be: the same sources with another version, and functions that it has, or lacks.
$(CORES)/older-minor/$(LIBRARY) $(CORES)/newer-minor/$(LIBRARY) $(CORES)/other-major/$(LIBRARY): $(CORES)/%/$(LIBRARY): $(CORE_SOURCES) tools/core-of-another-release | check-tools
	@echo "Building a core of another release ($*)"
	@$(PYTHON) tools/core-of-another-release $* $(CORES)/$*/rust_core
	@cargo update --quiet --workspace --manifest-path $(CORES)/$*/rust_core/Cargo.toml
	$(call build-core,$(CORES)/$*/rust_core,debug,)
