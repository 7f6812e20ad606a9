# Fuzzing with libFuzzer: all targets run at the same time, for SECONDS.

.PHONY: fuzz fuzz-merge

fuzz: | check-rust ## Fuzz the scanner and the C ABI: SECONDS=60 TARGETS="scanner arrow"
	@tools/need-debian g++
	@$(PYTHON) tools/fuzz.py --seconds $(or $(SECONDS),60) $(TARGETS)

fuzz-merge: | check-rust ## Keep the smallest set of inputs that reaches all code reached so far
	@$(PYTHON) tools/fuzz.py --merge $(TARGETS)
