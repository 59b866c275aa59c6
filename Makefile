# What people run. Plain make and sh; Python 3.11 or newer with venv and pip is all a machine needs.
# `make plan` and `make test` bring .venv up to date by themselves (requirements/install.sh) and skip what is done.

.SUFFIXES:
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help plan scenarios demo screenshots test lint style slow long fuzz browser bench lock clean .venv

PYTHON = python3
# Where the demonstration is served.
PORT = 8000
# Passed on: to `tongchou plan`, and to every pytest run.
ARGS =
PYTEST_ARGS =
# Test processes at once; JOBS=0 runs everything in one.
JOBS = 2

export PYTHON
BIN = .venv/bin
ROOMS = $(filter-out tests,$(patsubst %/__init__.py,%,$(wildcard */__init__.py)))
PYTEST = $(BIN)/python -m pytest $(PYTEST_ARGS)
TYPES = $(BIN)/mypy --no-error-summary $(ROOMS)
# pytest answers 5 where nothing bears the mark yet: nothing ran, nothing failed.
OR_NONE = || { code=$$?; [ $$code -eq 5 ] || exit $$code; }

help:
	@echo "make plan    split the money of the shipped register (other arguments: make plan ARGS='--help')"
	@echo "make scenarios run the shipped what-if questions: what each found, the money it moves, its gates"
	@echo "make demo    a finished year of the shipped county, served here (another port: make demo PORT=8080)"
	@echo "make screenshots  look at every page: pictures into docs/screenshots/ (needs Chromium)"
	@echo "make test    lint, types and the quick tests"
	@echo "make lint    lint and types only"
	@echo "make slow    the tests that take minutes"
	@echo "make long    more of the same, for a quiet hour"
	@echo "make fuzz    send the HTTP API tens of thousands of calls its contract allows, and others it does not"
	@echo "make browser the tests that open pages in Chromium"
	@echo "make bench   measure, and write benchmarks/results/"
	@echo "make lock    renew requirements/*.lock from pyproject.toml (needs uv; newest versions: make lock UPGRADE=1)"
	@echo "make clean   remove .venv and caches; records and results stay"
	@echo "Another Python: make PYTHON=/path/to/python3.12 plan"

plan:
	@sh requirements/install.sh runtime
	@echo "==> tongchou plan $(ARGS)" >&2
	@$(BIN)/tongchou plan $(ARGS)

scenarios:
	@sh requirements/install.sh runtime
	@echo "==> tongchou scenario list --run $(ARGS)" >&2
	@$(BIN)/tongchou scenario list --run $(ARGS)

demo:
	@sh requirements/install.sh runtime
	@$(BIN)/tongchou demo --port $(PORT) $(ARGS)

screenshots: .venv
	@echo "==> Screenshots" >&2
	@$(BIN)/python -m tests.web.screenshots $(ARGS)

.venv:
	@sh requirements/install.sh dev

# Types are checked beside the quick tests: alone they would keep one core for most of a minute.
test: style
	@echo "==> Quick tests; beside them types of: $(ROOMS)" >&2
	@types=$$(mktemp); $(TYPES) >$$types 2>&1 & checking=$$!; \
	$(PYTEST) -n $(JOBS) --dist worksteal -m "not slow and not long and not browser"; tested=$$?; \
	wait $$checking; typed=$$?; cat $$types >&2; rm -f $$types; [ $$tested -eq 0 ] && [ $$typed -eq 0 ]

lint: style
	@echo "==> Types of: $(ROOMS)" >&2
	@$(TYPES)

style: .venv
	@echo "==> Lint" >&2
	@$(BIN)/ruff check --quiet .
	@echo "==> Format" >&2
	@$(BIN)/ruff format --check --quiet . || { echo "Cure: $(BIN)/ruff format ." >&2; exit 1; }

slow: .venv
	@echo "==> Slow tests" >&2
	@$(PYTEST) -n $(JOBS) --dist worksteal -m "slow and not long" $(OR_NONE)

long: .venv
	@echo "==> Long tests" >&2
	@$(PYTEST) -n $(JOBS) --dist worksteal -m long $(OR_NONE)

fuzz: .venv
	@echo "==> Calls of every kind against the contract" >&2
	@$(PYTEST) -q -s -m long tests/api/test_fuzzing.py

browser: .venv
	@echo "==> Browser tests" >&2
	@$(PYTEST) -n $(JOBS) -m "browser and not long" $(OR_NONE)

bench: .venv
	@[ -d benchmarks ] || { echo "tongchou: there is no folder benchmarks/ to measure." >&2; exit 1; }
	@echo "==> Benchmarks" >&2
	@mkdir -p benchmarks/results
	@$(PYTEST) benchmarks --benchmark-only --benchmark-json=benchmarks/results/latest.json

# Universal locks: one version of each package for every Python and system, all hashes, no address of any index.
COMPILE = pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)

lock:
	@uv=$(BIN)/uv; [ -x $$uv ] || uv=$$(command -v uv) || { \
		echo "tongchou: make lock needs uv. Install it, for example: $(BIN)/python -m pip install uv" >&2; exit 1; }; \
	echo "==> Locking requirements/dev.lock, then its subset requirements/runtime.lock" >&2; \
	$$uv $(COMPILE) pyproject.toml --group build --group dev -o requirements/dev.lock && \
	$$uv $(COMPILE) pyproject.toml --group build -c requirements/dev.lock -o requirements/runtime.lock

clean:
	@echo "==> Removing .venv and caches" >&2
	@rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
