# Needs Python 3.11 or newer with pip; everything else is set up by run.py. Arguments: make test ARGS="-k consent"
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test lint check format fuzz fuzz-webhooks chaos bench bench-load lock test-tools clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: ## the bot on this machine, with its own database and queue; Ctrl-C ends it
	@$(PYTHON) run.py demo $(ARGS)

test: ## the whole test suite
	@$(PYTHON) run.py test $(ARGS)

lint: ## format, style, import rules and types
	@$(PYTHON) run.py lint

check: ## lint, then test: all that must hold before a change goes in
	@$(PYTHON) run.py check $(ARGS)

format: ## put the code in the house's format and mend what can be mended by machine
	@$(PYTHON) run.py venv
	@.venv/bin/ruff check --fix-only .
	@.venv/bin/ruff format .

fuzz: ## the promises of every conversation, on many more random talks than the suite takes
	@$(PYTHON) run.py venv
	@VERTELBOT_FUZZ=40 .venv/bin/python -m pytest -q --timeout 3600 tests/flows/test_promises.py $(ARGS)

fuzz-webhooks: ## a million mutated updates and forms, at the door and behind it; ARGS="--updates 50000"
	@$(PYTHON) run.py venv
	@PYTHONPATH=tests .venv/bin/python -m fuzz $(ARGS)

chaos: ## a thousand conversations while everything breaks; ARGS="--conversations 100 --seed 7"
	@$(PYTHON) run.py venv
	@PYTHONPATH=tests .venv/bin/python -m chaos $(ARGS)

bench: ## the measurements behind the figures in the docs
	@$(PYTHON) run.py venv
	@.venv/bin/python -m benchmarks $(ARGS)

bench-load: ## memory of one server over a hundred thousand conversations; takes long
	@$(PYTHON) run.py venv
	@.venv/bin/python -m benchmarks.load_memory $(ARGS)

lock: ## constraints.txt to fit pyproject.toml (needs uv); ARGS=--upgrade takes the newest of everything
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --quiet $(ARGS) \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links -o constraints.txt
	@! grep -n '://' constraints.txt

test-tools: ## Chromium, ffmpeg and espeak-ng (apt-get; needs root), and Prism (npm), which some tests drive
	@.ci/install-test-tools
	@$(PYTHON) run.py venv
	@.ci/install-prism

clean: ## away with everything that can be made again; demo data in .vertelbot stays
	@rm -rf .venv .tools dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
