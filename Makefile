# Three commands matter: make run, make test, make lint. Each installs what it needs first.
# Debian with python3-venv, git and make needs nothing else for make run.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PURE := .venv-pure
BENCH := .venv-bench
# Words for pytest: all cores; for one place, e.g. make test PYTEST_ARGS="-k clock".
PYTEST_ARGS ?= -n auto
POSTGRES_URL ?= postgresql://root@127.0.0.1/test
# The rooms that touch a database; their tests run a second time on PostgreSQL.
DATABASE_ROOMS := journal people products customers desk mail portal workspace
DATABASE_TESTS := $(sort $(dir $(wildcard $(DATABASE_ROOMS:%=tests/%/test_*.py))))

# These do ten times as much under TROTH_TEST_LONG.
LONGER_WHEN_LONG := $(wildcard tests/durability/test_killed_*.py)

PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
PIN := --require-hashes --no-deps
LOCK := $(BIN)/uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-header --no-config --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install install-dev run demo test test-sqlite test-postgres test-long lint format docs lock bench bench-desk clean

help: ## Say what each target does
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

install: $(VENV)/installed ## Make .venv with the desk in it; leaves .venv/bin/troth
install-dev: $(VENV)/installed-dev ## The same, with what tests and lint need

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# The project itself is installed without isolation, so its build backend is pinned like all else.
$(VENV)/installed: requirements/build.txt requirements/desk.txt pyproject.toml | $(BIN)/python
	$(BIN)/python $(PIP_INSTALL) $(PIN) -r requirements/build.txt -r requirements/desk.txt
	$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: requirements/dev.txt $(VENV)/installed
	$(BIN)/python $(PIP_INSTALL) $(PIN) -r requirements/dev.txt
	@touch $@

# What a reader of policies gets without the extra "desk": a test looks into it.
$(PURE)/installed: requirements/base.txt requirements/build.txt pyproject.toml
	$(PYTHON) -m venv $(PURE)
	$(PURE)/bin/python $(PIP_INSTALL) $(PIN) -r requirements/build.txt -r requirements/base.txt
	$(PURE)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

run: install ## Start the desk here and print where it is; keeps its data
	$(BIN)/troth run

demo: install ## Throw away the demo's data and begin anew
	$(BIN)/troth demo

test: install-dev $(PURE)/installed test-sqlite test-postgres ## All tests, on both databases

test-sqlite: install-dev $(PURE)/installed
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# Runs where PostgreSQL answers. Under CI its absence is a failure, elsewhere a remark.
test-postgres: install-dev | test-sqlite
	@if [ -z "$(strip $(DATABASE_TESTS))" ]; then \
		echo "No test needs a database yet."; \
	elif $(BIN)/python -c 'import sys, psycopg; psycopg.connect(sys.argv[1], connect_timeout=3).close()' \
			"$(POSTGRES_URL)" 2>/dev/null; then \
		DATABASE_URL="$(POSTGRES_URL)" $(BIN)/python -m pytest $(DATABASE_TESTS) $(PYTEST_ARGS); \
	elif [ "$${CI:-}" = true ]; then \
		echo "PostgreSQL does not answer at $(POSTGRES_URL); CI must have it." >&2; exit 1; \
	else \
		echo "PostgreSQL does not answer at $(POSTGRES_URL): the second run was left out."; \
	fi

test-long: install-dev ## The engine's laws over two thousand histories a policy, a hundred kills a database
	$(BIN)/python -m pytest tests/engine/test_laws.py --hypothesis-profile=long $(PYTEST_ARGS)
	TROTH_TEST_LONG=1 $(BIN)/python -m pytest $(LONGER_WHEN_LONG) $(PYTEST_ARGS)

# Types and migrations are read with the settings in force; those look for a data folder.
lint: export TROTH_VAR = $(VENV)/var
lint: install-dev ## Style, types, layers, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	DJANGO_SETTINGS_MODULE=troth.site.settings $(BIN)/python -m django makemigrations --check --dry-run

format: install-dev ## Put the code into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: install ## Write the parts of docs/ that are made from the code
	$(BIN)/troth policy reference --write docs

# All four come from pyproject.toml; the smaller ones are held to the versions of the largest.
lock: install-dev ## Pin all dependencies anew (LOCK_ARGS=--upgrade for newer ones)
	$(LOCK) $(LOCK_ARGS) --extra desk --group build --group dev -o requirements/dev.txt
	$(LOCK) --extra desk -c requirements/dev.txt -o requirements/desk.txt
	$(LOCK) -c requirements/dev.txt -o requirements/base.txt
	$(LOCK) --group bench -c requirements/dev.txt -o requirements/bench.txt
	$(BIN)/uv pip compile --group build -c requirements/dev.txt --generate-hashes --universal \
		--python-version 3.11 --no-emit-index-url --no-header --no-config --quiet -o requirements/build.txt

# The packages benchmarks compare with stay out of .venv.
$(BENCH)/installed: requirements/bench.txt requirements/build.txt pyproject.toml
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python $(PIP_INSTALL) $(PIN) -r requirements/build.txt -r requirements/bench.txt
	$(BENCH)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

bench: $(BENCH)/installed ## Measure business time, the checker and the engine (prints; judges nothing)
	$(BENCH)/bin/python -m benchmarks.hours
	$(BENCH)/bin/python -m benchmarks.policy
	$(BENCH)/bin/python -m benchmarks.engine

bench-desk: install-dev ## Measure the desk that `troth load` filled (TROTH_VAR or DATABASE_URL names it; a trial's only)
	$(BIN)/python -m benchmarks.desk $(BENCH_ARGS)

clean: ## Remove the environments (not the data in var/)
	rm -rf $(VENV) $(PURE) $(BENCH)
