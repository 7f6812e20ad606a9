# The tests in C, and all tests under sanitizers.

.PHONY: test-c sanitize

C_TESTS := build/c

test-c: $(VENV)/.built ## The tests of the C ABI in C, with the core of the package, or LIBRARY_TO_TEST=file.so
	@tools/c-build $(C_TESTS) $(or $(LIBRARY_TO_TEST),text_processor/$(LIBRARY)) rust_core/capi/tests/c/*.c
	@for program in rust_core/capi/tests/c/*.c; do $(C_TESTS)/$$(basename $$program .c) || exit 1; done

sanitize: $(VENV)/.built $(CORES)/test-hooks/$(LIBRARY) ## Sanitizers, valgrind and Miri: PARTS="address thread valgrind miri"
	@tools/sanitize/run $(PARTS)

# One part alone: sanitize-thread.
sanitize-%: $(VENV)/.built $(CORES)/test-hooks/$(LIBRARY)
	@tools/sanitize/run $*
