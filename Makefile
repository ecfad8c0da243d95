# AgentNF. `make demo` and `make test` need Python 3.11 or newer and nothing else.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& echo $$p && break; done)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo image up down tls test test-real test-interop test-containers test-load load load-h2 lint doctor sctp-shim clean

help: ## Show what can be made
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

demo: .venv/installed ## A phone registers and three of its user's wishes are fulfilled
	@$(BIN)/agentnf demo

test: .venv/installed-dev ## The tests that need Python only
	@$(BIN)/pytest -q -n auto -m "not sctp and not uml and not interop and not containers and not load and not schemathesis and not slow"

test-real: .venv/installed-real ## Kernel SCTP in user-mode-linux (root), generated requests, processes that are killed
	@$(BIN)/pytest -q -m "uml or schemathesis or (slow and not sctp)"

test-interop: .venv/installed-real ## With UERANSIM and Open5GS (root): see tests/interop/README.md
	@$(BIN)/pytest -q -m interop

test-load: .venv/installed-load ## The tests of the load users, and a short load
	@$(BIN)/pytest -q tests/load

load: .venv/installed-load ## A short load by Locust: tables and plots in load/results
	@$(BIN)/python load/run.py

load-h2: .venv/installed-load ## 50,000 requests of three kinds by h2load (Debian: nghttp2-client)
	@$(BIN)/python load/h2load.py

lint: .venv/installed-dev ## Formatter, linter, type checker
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

BASE_IMAGE ?= python:3.12-slim
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)

image: ## The container image of all NFs (BASE_IMAGE=..., DOCKER_BUILD_ARGS=...)
	@docker build -q $(DOCKER_BUILD_ARGS) --build-arg BASE_IMAGE=$(BASE_IMAGE) -f deploy/Dockerfile -t agentnf:latest .

up: image ## The testbed as containers, ready when this returns
	@$(COMPOSE) -f deploy/compose/compose.yaml up -d
	@until [ -z "$$(docker ps -q --filter label=com.docker.compose.project=compose --filter health=starting)" ]; \
		do sleep 1; done

tls: .venv/installed ## Certificates for the containers, in deploy/compose/tls
	@$(BIN)/agentnf pki init deploy/compose/tls
	@for name in nrf-2 amf-2 smf-2 agw-2 agw-1b iaf-2; do $(BIN)/agentnf pki renew deploy/compose/tls $$name; done

down: ## End the containers and forget their state
	@$(COMPOSE) -f deploy/compose/compose.yaml --profile scale --profile ue down -v

test-containers: .venv/installed-dev ## The testbed as containers, with NFs killed (a Docker daemon)
	@$(BIN)/pytest -q -m containers

sctp-shim: ## The preload library that makes SCTP sockets of other programs framed TCP (gcc)
	@$(MAKE) -s -C deploy/sctp-over-tcp
	@echo "LD_PRELOAD=$(CURDIR)/deploy/sctp-over-tcp/sctp_over_tcp.so"

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
	@echo "Installing AgentNF, its agents and what its tests need into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,agents]'
	@touch $@ .venv/installed

.venv/installed-real: .venv/installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,agents,sctp]'
	@touch $@

.venv/installed-load: .venv/installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,agents,load]'
	@touch $@
