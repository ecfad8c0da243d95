# AgentNF. `make demo` and `make test` need Python 3.11 or newer and nothing else.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& echo $$p && break; done)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test test-real test-load load load-h2 lint doctor clean

help: ## Show what can be made
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

demo: .venv/installed ## A phone registers and three of its user's wishes are fulfilled
	@$(BIN)/agentnf demo

test: .venv/installed-dev ## The tests that need Python only
	@$(BIN)/pytest -q -n auto -m "not sctp and not uml and not interop and not load"

test-real: .venv/installed-real ## The tests of the real parts: kernel SCTP in user-mode-linux (root)
	@$(BIN)/pytest -q -m "uml"

test-load: .venv/installed-load ## The tests of the load users, and a short load
	@$(BIN)/pytest -q tests/load

load: .venv/installed-load ## A short load by Locust: tables and plots in load/results
	@$(BIN)/python load/run.py

load-h2: .venv/installed-load ## 50,000 requests of three kinds by h2load (Debian: nghttp2-client)
	@$(BIN)/python load/h2load.py

lint: .venv/installed-dev ## Formatter, linter, type checker
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

doctor: .venv/installed ## What this machine offers
	@$(BIN)/agentnf doctor

clean: ## Remove what was made here
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: none is on the PATH"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "install the venv module (Debian: apt install python3-venv)"; exit 1; }

.venv/installed: .venv/bin/python pyproject.toml
	@echo "Installing AgentNF into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/installed-dev: .venv/bin/python pyproject.toml
	@echo "Installing AgentNF and what its tests need into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ .venv/installed

.venv/installed-real: .venv/installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,sctp]'
	@touch $@

.venv/installed-load: .venv/installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,load]'
	@touch $@
