# The daily commands. Each target says what it needs; stamps in .venv make the second call instant.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do $$p -c "" 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := tui screens widgets services connector models
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo install dev test test-servers torture check lint types imports bench pictures lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install ## open a desk filled with a sample company (ARGS="--tickets 5000")
	@$(BIN)/deskwire demo $(ARGS)

# Without compiled files the first start takes four times as long, so they are part of the installation.
install: $(VENV)/.installed ## install the program into .venv
	@$(BIN)/python -m compileall -q $(PACKAGES)

dev: $(VENV)/.dev ## install the program and every tool into .venv

test: dev ## run every test (ARGS="-k journal" for some)
	@$(BIN)/python -m pytest -n logical $(ARGS)

# What is missing is installed but not left running: nobody who runs tests wants a mail server for the whole machine.
test-servers: dev ## run the tests of other people's servers, and install those that are missing (Dovecot)
	@sh tests/support/install_dovecot.sh
	@$(BIN)/python -m pytest --servers tests/test_mail_dovecot.py $(ARGS)

torture: dev ## many writers, deaths, random keys and damaged mails for minutes instead of seconds
	@$(BIN)/python -m pytest --full -s tests/torture $(ARGS)

check: lint types imports ## ruff, mypy (strict) and the import contracts

lint: dev
	$(BIN)/ruff check .

types: dev
	$(BIN)/mypy

imports: dev
	$(BIN)/lint-imports

bench: dev ## measure the real program beside its yardsticks (ARGS="--tickets 100000")
	@$(BIN)/python -m bench $(ARGS)

pictures: dev ## draw README's pictures from the running program
	@$(BIN)/python -m docs.pictures $(ARGS)

# pip-tools lives in a venv of its own, so that its needs never reach a lock file.
LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/lock/bin/pip-compile --quiet --strip-extras --allow-unsafe \
	--no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--build-deps-for editable --annotation-style line
lock: ## pin the newest versions that pyproject.toml allows
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet "pip-tools>=7.5,<8"
	$(LOCK) --upgrade --output-file requirements.txt pyproject.toml
	$(LOCK) --upgrade --extra test --extra dev --constraint requirements.txt \
		--output-file requirements-dev.txt pyproject.toml

clean: ## remove the environment and everything made by a tool
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Deskwire needs Python 3.11 or newer; say which with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing Deskwire into $(VENV); this takes a minute once."
	@$(BIN)/python -m pip install --quiet -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.installed
	@echo "Adding the tools and what the tests need."
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@
