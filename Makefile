# The whole working habit. Each target is enough on a fresh machine with Python 3.11 or newer and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test check check-fresh bench fuzz kill mutants docs lock dist format clean

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

fuzz: $(VENV)/test.stamp  ## feed sixteen readers and commands with what they were not made for, for ten minutes
	$(BIN)/python -m tests.fuzz

kill: $(VENV)/test.stamp  ## kill, starve and crowd every writer of a workspace, 500 kills and 100 rounds
	$(BIN)/python -m tests.kill

mutants: $(VENV)/mutants.stamp  ## break 300 guards one at a time; tell which no test sees (ten minutes on two cores)
	$(BIN)/python -m benchmarks.mutants

docs: $(VENV)/docs.stamp  ## write the reference pages and JSON Schemas from the code, build the site, check its links
	$(BIN)/python docs/site.py

lock: $(VENV)/release.stamp  ## pin the newest versions that pyproject.toml allows, with the hashes of all their files
	cd constraints && rm -f *.txt && for extra in bench check test mutants release docs documents desk; do \
	  $(CURDIR)/$(BIN)/uv pip compile ../pyproject.toml build-backend.in --extra $$extra --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --no-emit-package yattag \
	    $$(for pinned in *.txt; do [ -e $$pinned ] && echo --constraints $$pinned; done) --output-file $$extra.txt; done

dist: $(VENV)/release.stamp  ## a wheel, an sdist, and a list of all that they bring (CycloneDX)
	rm -rf dist
	$(BIN)/python -m build --no-isolation --quiet --outdir dist
	$(BIN)/cyclonedx-py requirements constraints/documents.txt --pyproject pyproject.toml --output-reproducible \
	  --output-file dist/beachhead.cdx.json

check-fresh:  ## both README commands and CI in a clean Debian with Python and make alone (needs root and debootstrap)
	.ci/check-fresh

format: $(VENV)/check.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .cache build report site dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Beachhead needs Python 3.11 or newer; this is Python %d.%d. Name another with: make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# Every package by exact version and by what its file must hash to; then the project itself, which needs no index.
$(VENV)/run.stamp: EXTRA = documents
$(VENV)/test.stamp: EXTRA = test
$(VENV)/check.stamp: EXTRA = check
$(VENV)/bench.stamp: EXTRA = bench
$(VENV)/mutants.stamp: EXTRA = mutants
$(VENV)/mutants.stamp: PIP += --no-deps# yattag, for reports that nobody asks for, is published as source only
$(VENV)/docs.stamp: EXTRA = docs
$(VENV)/release.stamp: EXTRA = release
$(VENV)/desk.stamp: EXTRA = desk
$(VENV)/%.stamp: $(VENV)/bin/python pyproject.toml $(wildcard constraints/*.txt)
	@echo "Installing beachhead[$(EXTRA)] into $(VENV) …"
	@$(PIP) --require-hashes --only-binary :all: --requirement constraints/$(EXTRA).txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
