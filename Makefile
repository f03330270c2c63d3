# Two commands are enough: make serve, make test. A fresh machine needs Python 3.11 and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PHOTOS ?= $(or $(FRESHCLAIM_PHOTOS),../shared/photos)
RUN ?= runs/model
VENV := .venv
BIN := $(VENV)/bin
# As many processes as cores, up to four, of one thread each; the tests of a file stay in one of them.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile
PIP := $(BIN)/pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all:

.DEFAULT_GOAL := help
.PHONY: help serve test check format bench model lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(VENV)/.serve-installed ## Install what serving needs and start on http://127.0.0.1:8000
	$(BIN)/python -m serve

test: $(VENV)/.dev-installed ## Install everything and run all tests
	$(PYTEST)

check: $(VENV)/.dev-installed ## Format, lint, types, then all tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST)

format: $(VENV)/.dev-installed ## Format the code and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.serve-installed ## Measure speed and memory against the floor of this machine
	$(BIN)/python -m model bench

model: export FRESHCLAIM_PHOTOS := $(PHOTOS)
model: $(VENV)/.dev-installed ## Train by the recipe and release if better (PHOTOS=folder RUN=folder)
	$(BIN)/python -m training build
	$(BIN)/python -m training fit --run $(RUN)/first
	$(BIN)/python -m training alarms --start $(RUN)/first/checkpoint.pt --out $(RUN)/alarms.csv
	$(BIN)/python -m training fit --start $(RUN)/first/checkpoint.pt --alarms $(RUN)/alarms.csv \
		--steps 2400 --seed 4 --run $(RUN)/second
	$(BIN)/python -m training blend $(RUN)/first/checkpoint.pt $(RUN)/second/checkpoint.pt --run $(RUN)
	$(BIN)/python -m training evaluate --run $(RUN)
	$(BIN)/python -m training release --run $(RUN)

lock: ## Resolve pyproject.toml anew into requirements/
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/pip --disable-pip-version-check install --quiet uv
	PATH="$(CURDIR)/.cache/uv/bin:$$PATH" sh requirements/lock.sh

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0] + ": set PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV)

# A stamp that is newer than its lock means: installed, nothing to do.
$(VENV)/.%-installed: requirements/%.txt | $(BIN)/python
	@echo "Installing $< into $(VENV) (once; a few minutes for dev.txt)"
	@$(PIP) -r $<
	@touch $@
