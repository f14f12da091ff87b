# `make help` lists the targets. demo and test need nothing before them but Python 3.11+, make and a package registry.
# GNU Make 3.81 (macOS) is enough.

# Which Python makes .venv: `make test PYTHON=/opt/python3.12/bin/python3`. Empty: the first below that runs and is 3.11+.
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST_ARGS ?=
SOAK_ARGS ?=
MUTATE_ARGS ?=

.DEFAULT_GOAL := help

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(READY)  ## Scrub the demo claims into out/demo and show what was found, corrected and held
	@$(BIN)/scrubber scrub fixtures/demo/claims.837 -r fixtures/demo/records.csv -o out/demo --force; \
	code=$$?; test $$code -le 1

.PHONY: test
test: $(READY)  ## Run the whole test suite (PYTEST_ARGS="-k name" narrows it)
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

.PHONY: exhaustive
exhaustive: $(READY)  ## Check visit arithmetic and compiled guide against their second opinions in full (minutes)
	SCRUBBER_EXHAUSTIVE=1 $(BIN)/python -m pytest -n auto tests/arithmetic tests/conform $(PYTEST_ARGS)

.PHONY: check
check: $(READY)  ## Formatting, lint, types, import order of the rooms, and that docs/rules is current
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

.PHONY: format
format: $(READY)  ## Format the code and apply the linter's own fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: docs
docs: $(READY)  ## Write docs/rules from the rules themselves
	$(BIN)/python -m docs.generate

.PHONY: mutate
mutate: $(READY)  ## Show which small changes of rules and visits no test notices (long; MUTATE_ARGS="scrubber/rules/ncci")
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group mutate
	$(BIN)/python -m tests.mutation.run $(MUTATE_ARGS)

.PHONY: bench
bench: $(READY)  ## Measure claims per second and peak memory on generated claims
	$(BIN)/python -m benchmarks.run

.PHONY: soak
soak: $(READY)  ## Kill, fail and flood the watched-folder daemon for an hour, and print what held (SOAK_ARGS="--files 5000")
	$(BIN)/python -m benchmarks.soak $(SOAK_ARGS)

.PHONY: wheel
wheel: $(READY)  ## Build the wheel into dist/ and check that maps and tables are in it
	rm -rf dist
	$(BIN)/python -m build --wheel
	$(BIN)/python -m pytest tests/promises/test_wheel.py

.PHONY: setup
setup: $(READY)  ## Create .venv with everything in it (the other targets do this by themselves)

.PHONY: clean
clean:  ## Remove .venv, caches and everything built
	rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find scrubber tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# A name on PATH is not yet a Python: a version manager's shim can be there and refuse to run, and a system Python can
# lack the part that makes virtual environments. So each candidate is run, and the first that answers is taken.
# dependency groups need pip 25.1, and a new virtual environment carries the pip of its Python: hence the upgrade first.
$(READY): pyproject.toml
	@if $(BIN)/python -c 'import sys, pip; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1; then exit 0; fi; \
	for candidate in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11); do \
	  if "$$candidate" -c 'import sys, venv, ensurepip; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "Setting up $(VENV) with $$("$$candidate" --version) ($$candidate)"; \
	    exec "$$candidate" -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "No Python 3.11 or newer that can make virtual environments was found$(if $(PYTHON), at PYTHON=$(PYTHON))." >&2; \
	echo "Install Python 3.11+ (on Debian and Ubuntu also python3-venv), or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	exit 1
	@echo "Installing the scrubber and its tools into $(VENV) (once, and again when pyproject.toml changes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@
