# The whole working habit. Each target is enough on a fresh machine with Python 3.11 or newer and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test check bench docs format clean

run: $(VENV)/run.stamp  ## install, run the worked example, say where the report lies
	$(BIN)/beachhead demo -o report

test: $(VENV)/test.stamp  ## install what the tests need and run them all
	$(BIN)/python -m pytest -n auto

check: $(VENV)/check.stamp  ## formatting, linting, types, the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/bench.stamp  ## speed and skill, each beside its peers, in one run
	$(BIN)/python -m benchmarks

docs: $(VENV)/test.stamp  ## write the reference pages and JSON Schemas from the code
	$(BIN)/python docs/build.py

format: $(VENV)/check.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) report site dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Beachhead needs Python 3.11 or newer; this is Python %d.%d. Name another with: make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: EXTRAS = [documents]
$(VENV)/test.stamp: EXTRAS = [test]
$(VENV)/check.stamp: EXTRAS = [check]
$(VENV)/bench.stamp: EXTRAS = [bench]
$(VENV)/%.stamp: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing beachhead$(EXTRAS) into $(VENV) …"
	@$(PIP) --editable '.$(EXTRAS)'
	@touch $@
