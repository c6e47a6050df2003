# One command each; every one makes its own virtual environment first. docs/ explains the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROCESSES ?= 4

.PHONY: run test check format lock catalogue bench chaos hostile clean

run: $(VENV)/.run
	@$(BIN)/python -m gateway.demo

test: $(VENV)/.dev
	$(BIN)/pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/flask catalogue check
	$(BIN)/flask menus check
	$(BIN)/flask menus check --ucs2 72 --septets 160

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.bench
	$(BIN)/python -m bench

chaos: $(VENV)/.dev
	CHAOS_MESSAGES=10000 $(BIN)/pytest -m chaos -s

hostile: $(VENV)/.dev
	HOSTILE_CALLBACKS=$(or $(CALLBACKS),100000) HOSTILE_REQUESTS=$(or $(REQUESTS),10000) \
		$(BIN)/pytest -m hostile -k postgresql -s

# Hashed, and free of any machine's own package sources.
COMPILE := $(BIN)/uv pip compile -q --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links --universal --python-version 3.11
lock: $(VENV)/.dev
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) requirements-bench.in -o requirements-bench.txt

# The template from the sources, then every language's file brought up to it.
catalogue: $(VENV)/.dev
	$(BIN)/flask catalogue update

clean:
	rm -rf $(VENV) var

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the service needs (once)..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@
