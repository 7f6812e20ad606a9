# The tests in C, and the tests under sanitizers.

.PHONY: test-c sanitize

C_TESTS := build/c

test-c: $(VENV)/.built ## Run the tests in C on the package's core, or on LIBRARY_TO_TEST=file.so
	@tools/c-build $(C_TESTS) $(or $(LIBRARY_TO_TEST),text_processor/$(LIBRARY)) rust_core/capi/tests/c/*.c
	@for program in rust_core/capi/tests/c/*.c; do $(C_TESTS)/$$(basename $$program .c) || exit 1; done

sanitize: $(VENV)/.built $(CORES)/test-hooks/$(LIBRARY) ## Run the tests under sanitizers, valgrind and Miri: PARTS="address thread valgrind miri"
	@tools/sanitize/run $(PARTS)

# Runs one part: make sanitize-thread.
sanitize-%: $(VENV)/.built $(CORES)/test-hooks/$(LIBRARY)
	@tools/sanitize/run $*
