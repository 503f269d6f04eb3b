# comity: how it is set up, checked, shown and measured. `make help` lists the targets.
#
# A stamp file in the virtual environment says which requirement file it holds, so nothing is
# installed twice. VENV may name another folder (continuous integration uses its own).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# More than 8 workers compile the same kernels more often than they save time.
PYTEST := $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=8 --dist=worksteal

EXAMPLE := examples/kyrgyzstan-russia
ALTERNATIVES := build/bench-venv
BENCH ?=
DEMO := build/demo
DEMO_SEED ?= 1
DEMO_DAYS ?= 1
DEMO_SCALE ?= 1
GENERATED := $(DEMO)/generated-seed-$(DEMO_SEED)-days-$(DEMO_DAYS)-scale-$(DEMO_SCALE)
GENERATOR := $(shell find $(EXAMPLE) src/comity/generation -type f -not -name '*.pyc' 2>/dev/null)

.PHONY: help demo test check lint types arrows fast-tests bench bench-full soak setup clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/:.*  ## /\t/' | expand -t 14

demo: $(VENV)/.runtime $(GENERATED)  ## settle the example day and say where the results lie
	rm -rf $(DEMO)/result
	mkdir -p $(DEMO)/result
	$(BIN)/comity settle $(DEMO)/arrangement --database $(DEMO)/result/comity.db --out $(DEMO)/result

test: $(VENV)/.test  ## run the whole suite
	$(PYTEST)

check: $(VENV)/.test  ## lint, types, import arrows, tidy and fast tests: before every commit
	@$(MAKE) --no-print-directory lint types arrows fast-tests

lint: $(VENV)/.test
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .

types: $(VENV)/.test
	$(BIN)/mypy

arrows: $(VENV)/.test
	$(BIN)/lint-imports

fast-tests: $(VENV)/.test
	$(PYTEST) -q -m "not slow and not soak"

# Without the alternatives the bench measures all the rest and says what is left out.
bench: $(VENV)/.runtime  ## measure speed and memory; prints a table
	-@$(MAKE) --no-print-directory $(ALTERNATIVES)/.pinned
	NUMBA_CACHE_DIR="$$($(BIN)/python -m comity.kernel_cache)" $(BIN)/python benchmarks/run.py $(BENCH)

bench-full:  ## the same with the largest inputs; about half an hour
	@$(MAKE) --no-print-directory bench BENCH=--full

soak: $(VENV)/.test  ## the long simulations
	HYPOTHESIS_PROFILE=soak $(PYTEST) -m soak

setup: $(VENV)/.test  ## make the virtual environment with everything in it

clean:  ## remove what the targets made, the virtual environment included
	rm -rf build $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(GENERATED): $(GENERATOR) | $(VENV)/.runtime
	rm -rf $(DEMO)
	mkdir -p $(DEMO)
	$(BIN)/comity generate $(EXAMPLE) --seed $(DEMO_SEED) --days $(DEMO_DAYS) --scale $(DEMO_SCALE) --out $(DEMO)/arrangement
	touch $@

$(ALTERNATIVES)/.pinned: requirements/bench.txt
	$(PYTHON) -m venv $(ALTERNATIVES)
	$(ALTERNATIVES)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/bench.txt
	touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "comity needs Python 3.11 or newer, found $$($(PYTHON) --version); set PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python has no ensurepip: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.pinned: requirements/build.txt requirements/runtime.txt | $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/build.txt -r requirements/runtime.txt
	touch $@

$(VENV)/.runtime: pyproject.toml requirements/runtime.in $(VENV)/.pinned
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/test.txt
	touch $@
