# Everything a newcomer needs: Python 3.11 or newer and make. `make help` lists the targets.

PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
SOURCES := moderation policies training tests benchmarks examples
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV_COMPILE := --quiet --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
  --custom-compile-command "make lock"

.PHONY: help run test lint types browser postgresql npm unit coverage bench bench-queue bench-shift bench-fit evasion fuzz fuzz-api train lock audit clean
.DEFAULT_GOAL := help

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run-installed ## start the service on http://127.0.0.1:8000/ (PORT=9000 for another port)
	@exec $(BIN)/moderation serve --host $(HOST) --port $(PORT)

test: lint browser postgresql npm ## everything that CI runs
	@$(MAKE) --no-print-directory --jobs=2 types unit

lint: $(VENV)/.dev-installed
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: $(VENV)/.dev-installed
	$(BIN)/mypy

browser: $(VENV)/.dev-installed
	@sh tests/install_chromium.sh $(BIN)/python

postgresql: $(VENV)/.dev-installed
	@sh tests/install_postgresql.sh $(BIN)/python

npm: $(VENV)/.dev-installed
	@sh tests/install_npm.sh $(BIN)/python

# Compiled once, not by each of the processes that the tests start: images often forbid Python to keep that.
unit: export PYTHONDONTWRITEBYTECODE :=
unit: $(VENV)/.dev-installed
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(PYTEST_OPTIONS)

coverage: PYTEST_OPTIONS := --cov --cov-report=term:skip-covered
coverage: browser postgresql npm unit ## the same tests, and which lines and branches they ran; slower

bench: $(VENV)/.dev-installed ## measure the check, the middleware and the dialects beside their plain counterparts
	@$(BIN)/python -m benchmarks.check
	@$(BIN)/python -m benchmarks.middleware
	@$(BIN)/python -m benchmarks.served
	@$(BIN)/python -m benchmarks.dialects

bench-queue: $(VENV)/.dev-installed ## measure the desk with 100,000 held comments on both databases
	@$(BIN)/python -m benchmarks.desk

bench-shift: $(VENV)/.dev-installed ## measure how long a moderator at the keyboard waits for the next comment, in a real browser
	@$(BIN)/python -m benchmarks.shift

bench-fit: $(VENV)/.dev-installed ## fit on 130,000 comments, or on DATA=folder: at most 10 minutes and 4 GiB on two processors
	@$(BIN)/python -m benchmarks.fit $(if $(DATA),--data $(DATA))

evasion: $(VENV)/.dev-installed .venv-peers/.installed ## score disguised abuse beside other libraries into docs/evasion.md (ROWS=file adds rows)
	@$(BIN)/python -m benchmarks.evasion --peers .venv-peers/bin/python --write docs/evasion.md $(ROWS)

fuzz: $(VENV)/.dev-installed .fuzz/.installed ## look for text and bodies that break a promise (MINUTES=10 a target, TARGETS="folding decoding")
	@PYTHONPATH=.fuzz/packages $(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),10) $(TARGETS)

fuzz-api: $(VENV)/.dev-installed ## put made-up requests to a running service and hold the answers to its document (CASES=10000)
	@$(BIN)/python -m tests.fuzz.api --cases $(or $(CASES),10000)

train: $(VENV)/.run-installed ## fit a model into var/model, on the seed corpus or DATA=folder
	$(BIN)/training fit --out var/model $(if $(DATA),--data $(DATA))

lock: ## renew the two lock files (needs uv: https://docs.astral.sh/uv/)
	@command -v uv >/dev/null || { echo "make lock: uv is needed; see https://docs.astral.sh/uv/" >&2; exit 1; }
	uv pip compile $(UV_COMPILE) --group build --output-file requirements.lock pyproject.toml
	uv pip compile $(UV_COMPILE) --group build --group dev --constraint requirements.lock \
	  --output-file requirements-dev.lock pyproject.toml

audit: $(VENV)/.dev-installed ## look both lock files up among the known vulnerabilities (needs the network)
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.lock -r requirements-dev.lock

clean: ## remove the virtual environment and all caches
	rm -rf $(VENV) .venv-peers .fuzz tests/npm/node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

# Stamps: a target is done again only when what it was made from has changed.
# The lock files are whole, so `--no-deps`: pip would otherwise look for newer releases of what an extra names
# (coverage[toml]) and refuse them for want of a hash.

$(VENV)/.made:
	@sh .ci/make_venv $(VENV)
	@touch $@

$(VENV)/.run-installed: $(VENV)/.made requirements.lock pyproject.toml
	@echo "installing from requirements.lock; this is done once"
	@$(PIP_INSTALL) --no-deps --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-installed: $(VENV)/.run-installed requirements-dev.lock
	@echo "installing from requirements-dev.lock; this is done once"
	@$(PIP_INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# Other people's libraries, to measure beside ours; their pins stay in an environment of their own.
.venv-peers/.installed: pyproject.toml
	@echo "installing the libraries to compare with; this is done once"
	@sh .ci/install_group .venv-peers peers
	@touch $@

# Beside the virtual environment, not in it: the lock file knows nothing of it.
.fuzz/.installed: pyproject.toml
	@echo "installing atheris; this is done once"
	@$(PIP_INSTALL) --upgrade --target .fuzz/packages \
	  $$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["fuzz"])')
	@touch $@
