# The cores for tests, each in build/cores/NAME/libtext_processor.so. The package has its own core.

.PHONY: core-portable core-instrumented

# The cores that the tests load instead of the package's core.
TEST_CORES := $(foreach name,portable instrumented test-hooks older-minor newer-minor other-major,$(CORES)/$(name)/$(LIBRARY))

# Builds the crate of the C ABI: $(call build-core,folder of the sources,options of cargo). The options must not contain a
# comma, which ends an argument of `call`. All cores have the same file name in cargo's folder, so rm removes the old core:
# otherwise, cargo could keep the core of another build.
# mv replaces the file in one step, because a process may still use the old file.
define build-core
@mkdir -p $(@D)
@$(LOCK) sh -c 'rm -rf $(DEV)/.fingerprint/text_processor_capi-* && \
 $(CARGO) rustc --quiet --manifest-path $(1)/Cargo.toml --package text_processor_capi --lib --crate-type cdylib $(2) && \
 cp $(DEV)/$(LIBRARY) $@.new && mv $@.new $@'
endef

# For the cores that run many tests. The engine does most of the work, and to optimize its dependencies costs more time than
# it saves.
OPTIMIZED := --config profile.dev.package.text_processor_engine.opt-level=1

# Builds only one core at a time, even with make --jobs.
LOCK := $(if $(shell command -v flock),flock $(CORES)/.lock)

.PHONY: cores
cores: $(TEST_CORES)

core-portable: $(CORES)/portable/$(LIBRARY) ## Build the portable core: no SIMD, all checks of Rust

$(CORES)/portable/$(LIBRARY): $(CORE_SOURCES) | check-tools
	@echo "Building the portable core"
	$(call build-core,rust_core,--features portable $(OPTIMIZED))

core-instrumented: $(CORES)/instrumented/$(LIBRARY) ## Build the instrumented core: portable, checks each handle, counts the calls

$(CORES)/instrumented/$(LIBRARY): $(CORE_SOURCES) | check-tools
	@echo "Building the instrumented core"
	$(call build-core,rust_core,--features portable --features instrumented $(OPTIMIZED))

# Tests can make this core fail. Only tests use it.
$(CORES)/test-hooks/$(LIBRARY): $(CORE_SOURCES) | check-tools
	@echo "Building the core with test hooks"
	$(call build-core,rust_core,--features test-hooks)

# Cores of other releases: the same sources with another version, and with functions added or removed. They have the test
# hooks, so that the engine with these hooks is compiled only once.
$(CORES)/older-minor/$(LIBRARY) $(CORES)/newer-minor/$(LIBRARY) $(CORES)/other-major/$(LIBRARY): $(CORES)/%/$(LIBRARY): $(CORE_SOURCES) tools/core-of-another-release | check-tools
	@echo "Building a core of another release ($*)"
	@$(PYTHON) tools/core-of-another-release $* $(CORES)/$*/rust_core
	@cargo update --quiet --workspace --manifest-path $(CORES)/$*/rust_core/Cargo.toml
	$(call build-core,$(CORES)/$*/rust_core,--features test-hooks)
