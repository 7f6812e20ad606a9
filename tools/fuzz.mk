# Fuzzing, by libFuzzer: all targets side by side, for SECONDS of the clock.

.PHONY: fuzz fuzz-merge

SECONDS ?= 60

fuzz: | check-rust ## Fuzz the scanner and the C ABI: SECONDS=60 TARGETS="scanner arrow"
	@tools/need-debian g++
	@$(PYTHON) tools/fuzz.py --seconds $(SECONDS) $(TARGETS)

fuzz-merge: | check-rust ## Keep the fewest inputs that reach all that fuzzing has reached
	@$(PYTHON) tools/fuzz.py --merge $(TARGETS)
