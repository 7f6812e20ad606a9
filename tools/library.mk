# The library for C and other languages: make builds it in build/library, and installs it below PREFIX.
#
#   make library && sudo make install                   # to /usr/local
#   make install PREFIX=$HOME/.local                    # without root
#   make install PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu DESTDIR=stage   # for a package

PREFIX ?= /usr/local
INCLUDEDIR ?= $(PREFIX)/include
LIBDIR ?= $(PREFIX)/lib
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
DESTDIR ?=

CAPI := rust_core/capi
BUILT := build/library
ABI_MAJOR := $(shell sed -n 's/.*MAJOR: u32 = \([0-9]*\);/\1/p' $(CAPI)/src/abi.rs)
ABI_MINOR := $(shell sed -n 's/.*MINOR: u32 = \([0-9]*\);/\1/p' $(CAPI)/src/abi.rs)
LIBRARY_VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' rust_core/Cargo.toml)
# The name by which programs find the library when they start.
SONAME := libtext_processor.so.$(ABI_MAJOR)
SYMBOLS := $(CAPI)/abi/symbols.txt

.PHONY: library install uninstall check-abi release-abi test-library docs-c check-elf check-places

library: $(BUILT)/libtext_processor.so $(BUILT)/libtext_processor.a ## Build the shared and the static library for C, in build/library

# Cargo makes both in one build, which is also that of the Python package. A program that links the static library must
# also link the system libraries of Rust's standard library, which rustc lists.
$(BUILT)/libtext_processor.so: $(CORE_SOURCES)
	@$(MAKE) --no-print-directory check-elf check-rust
	@$(MAKE) --no-print-directory $(RELEASE)/$(LIBRARY)
	@echo "Building the library for C"
	@mkdir -p $(@D)
	@: | rustc --crate-type staticlib --print native-static-libs=$(BUILT)/native-static-libs -o $(BUILT)/empty.a - 2>$(BUILT)/messages || \
	 { cat $(BUILT)/messages >&2; exit 1; }
	@rm $(BUILT)/empty.a && cp $(RELEASE)/libtext_processor.so $@.new && mv $@.new $@

# Makes one object in which only the symbols of the header are global. A program may link other static libraries from Rust,
# each of which contains Rust's standard library, with the same names. --gc-sections drops the unused part of that library.
# --force-group-allocation dissolves section groups, because the linker must not choose between two groups by a local name.
# The sections with bitcode are removed, because they are invalid after the objects are joined, and tools that read them fail.
$(BUILT)/libtext_processor.a: $(BUILT)/libtext_processor.so $(SYMBOLS)
	@$(CC) -r -nostdlib -o $(BUILT)/text_processor.o -Wl,--gc-sections -Wl,--force-group-allocation \
	 $$(sed 's/^/-Wl,--undefined=/' $(SYMBOLS)) $(RELEASE)/libtext_processor.a
	@objcopy --strip-unneeded --keep-global-symbols=$(SYMBOLS) --remove-section=.llvmbc --remove-section=.llvmcmd \
	 $(BUILT)/text_processor.o
	@rm -f $@ && ar -rcs $@ $(BUILT)/text_processor.o && rm $(BUILT)/text_processor.o

check-elf:
	@[ "$$(uname -s)" != Darwin ] || { echo "make install works only on ELF systems, such as Linux" >&2; exit 1; }
	@for program in $(CC) objcopy ar; do command -v $$program >/dev/null || \
	 { echo "$$program is missing: install a C compiler and binutils (Debian: apt install gcc)" >&2; exit 1; }; done

# Refuses paths that text_processor.pc cannot contain, before any file is written.
check-places:
	@for place in "$(PREFIX)" "$(INCLUDEDIR)" "$(LIBDIR)" "$(PKGCONFIGDIR)"; do case "$$place" in \
	 [!/]*|''|*[[:space:]\&\|\\]*) echo "'$$place' must begin with / and have no space, &, | or backslash" >&2; exit 1;; esac; done

# mv replaces the library in one step, because running processes may still use the old file.
install: check-places library ## Install the header, the libraries and text_processor.pc: PREFIX=/usr/local LIBDIR= INCLUDEDIR= PKGCONFIGDIR= DESTDIR=
	@install -d "$(DESTDIR)$(INCLUDEDIR)" "$(DESTDIR)$(LIBDIR)" "$(DESTDIR)$(PKGCONFIGDIR)"
	@install -m 644 $(CAPI)/include/text_processor.h "$(DESTDIR)$(INCLUDEDIR)"
	@install -m 755 $(BUILT)/libtext_processor.so "$(DESTDIR)$(LIBDIR)/$(SONAME).new"
	@mv -f "$(DESTDIR)$(LIBDIR)/$(SONAME).new" "$(DESTDIR)$(LIBDIR)/$(SONAME)"
	@ln -sf $(SONAME) "$(DESTDIR)$(LIBDIR)/libtext_processor.so"
	@install -m 644 $(BUILT)/libtext_processor.a "$(DESTDIR)$(LIBDIR)"
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(LIBRARY_VERSION)|' \
	 -e 's|@LIBDIR@|$(LIBDIR:$(PREFIX)/%=$${prefix}/%)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR:$(PREFIX)/%=$${prefix}/%)|' \
	 -e "s|@LIBS_PRIVATE@|$(LIBS_PRIVATE)|" $(CAPI)/text_processor.pc.in > "$(DESTDIR)$(PKGCONFIGDIR)/text_processor.pc"
	@chmod 644 "$(DESTDIR)$(PKGCONFIGDIR)/text_processor.pc"
	@echo "Installed in $(DESTDIR)$(PREFIX)"
	@[ -n "$(DESTDIR)" ] || echo "If programs do not find $(SONAME) at run time, run ldconfig as root, or set LD_LIBRARY_PATH=$(LIBDIR)"

# Without libc and the unwinder, because the compiler adds a shared or a static version of these.
LIBS_PRIVATE = $(filter-out -lc -lgcc_s,$(shell cat $(BUILT)/native-static-libs))

uninstall: ## Remove the installed files; the same variables
	@rm -f "$(DESTDIR)$(INCLUDEDIR)/text_processor.h" "$(DESTDIR)$(LIBDIR)/$(SONAME)" "$(DESTDIR)$(LIBDIR)/libtext_processor.so" \
	 "$(DESTDIR)$(LIBDIR)/libtext_processor.a" "$(DESTDIR)$(PKGCONFIGDIR)/text_processor.pc"

check-abi: $(BUILT)/libtext_processor.so ## Check that the ABI keeps everything that the last release had (abidiff)
	@tools/need-debian abigail-tools
	@tools/check-abi $(CAPI)/include/text_processor.h $<

release-abi: $(BUILT)/libtext_processor.so ## Write the ABI of a release into a file; commit the file with the release
	@tools/need-debian abigail-tools
	@tools/abi-dump $(CAPI)/include/text_processor.h $< $(CAPI)/abi/$(ABI_MAJOR).$(ABI_MINOR).abi

test-library: check-abi docs-c ## Check the library for C: installation, header, symbols and ABI; installs the programs it needs
	@tools/need-debian gcc g++ clang-19 pkg-config
	@$(MAKE) --no-print-directory $(VENV)/.built
	$(BIN)/pytest --quiet tests/test_abi.py tests/test_header.py tests/test_header_in_c.py tests/test_install.py

docs-c: ## Write the reference of the C ABI as HTML into build/docs-c; fails if a description is missing
	@tools/need-debian doxygen
	@rm -rf build/docs-c && mkdir -p build/docs-c
	@HEADER=$(CAPI)/include OUTPUT=build/docs-c doxygen $(CAPI)/Doxyfile
	@echo "Look at build/docs-c/html/text__processor_8h.html"
