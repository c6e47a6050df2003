# One command each; every one makes its own virtual environment first. docs/ explains the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROCESSES ?= 3
# A second run need not compile everything again, whatever the machine says.
unexport PYTHONDONTWRITEBYTECODE
PYTEST = $(BIN)/pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

.PHONY: help run test test-all check format lock catalogue reference bench chaos hostile image clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: $(VENV)/.run ## the whole service on this machine, with demo data
	@$(BIN)/python -m gateway.demo

test: $(VENV)/.dev ## the tests for every change; ARGS='-k name' for some
	$(PYTEST) -m 'not (sqlite or chromium or kannel or chaos or hostile or long)' $(ARGS)

test-all: $(VENV)/.dev ## every test: also on SQLite, in Chromium, through Kannel, and those that take long
	$(PYTEST) $(ARGS)

check: $(VENV)/.dev ## lint, types, layers, catalogues, and that every screen fits its page
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/flask catalogue check
	$(BIN)/flask api check
	$(BIN)/flask menus check
	$(BIN)/flask menus check --ucs2 72 --septets 160

format: $(VENV)/.dev ## lint's own corrections, and the format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.bench ## the benchmarks, beside their floors
	$(BIN)/python -m bench

chaos: $(VENV)/.dev ## 10,000 SMS, and writes of the API, while workers, web, Redis and database are killed
	CHAOS_MESSAGES=10000 CHAOS_WRITES=10000 $(BIN)/pytest -m chaos -s

hostile: $(VENV)/.dev ## 100,000 odd callbacks and 10,000 odd requests to the console, on PostgreSQL
	HOSTILE_API_REQUESTS=100 HOSTILE_CALLBACKS=$(or $(CALLBACKS),100000) HOSTILE_REQUESTS=$(or $(REQUESTS),10000) \
		$(BIN)/pytest -m hostile -k postgresql -s

image: $(VENV)/.dev ## the image as an archive in var/image, tried; needs podman, mmdebstrap, root
	deploy/image/build
	$(BIN)/python -m tests.image var/image/gateway-*.tar.gz $(if $(PREVIOUS),--previous $(PREVIOUS))

# Hashed, and free of any machine's own package sources.
COMPILE := $(BIN)/uv pip compile -q --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links --universal --python-version 3.11
lock: $(VENV)/.dev ## requirements.txt and its siblings from the .in files
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) requirements-bench.in -o requirements-bench.txt
	$(COMPILE) requirements-build.in -o requirements-build.txt

# The template from the sources, then every language's file brought up to it.
catalogue: $(VENV)/.dev ## messages.pot and every language brought up to the sources
	$(BIN)/flask catalogue update

# The pages of docs/reference/ that are made from the code.
reference: $(VENV)/.dev ## docs/reference/commands.md and words.md from the code
	$(BIN)/flask reference write

clean: ## forget the virtual environment and the demo's data
	rm -rf $(VENV) var

# What an older Python, or a try that was broken off, has left is made anew.
NEW_ENOUGH := -c "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))"
$(VENV)/.python:
	@$(PYTHON) $(NEW_ENOUGH) || { \
		echo "Python 3.11 or newer is needed, with venv; $(PYTHON) is: $$($(PYTHON) -V 2>&1)."; \
		echo "Where there is another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(VENV)/bin/python -c "import sys, pip; sys.exit(sys.version_info < (3, 11))" 2>/dev/null \
		|| rm -rf $(VENV)
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/.run: requirements.txt | $(VENV)/.python
	@echo "Installing what the service needs (once)..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@
