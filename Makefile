# Portico: `make help` lists what can be done. Everything runs in .venv, which `make setup` makes
# with the first Python of 3.11 or newer it finds, or the one that PYTHON=… names.
BIN := .venv/bin
STAMP := .venv/.portico-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench screenshots migration

help:  ## List these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile | expand -t 20

setup: $(STAMP)  ## Make the environment in .venv with every pinned package

$(STAMP): requirements.txt requirements-dev.txt
	@sh .ci/environment $(PYTHON)
	@rm -f .venv/.portico-* && touch $@

run: setup  ## Start Portico on http://127.0.0.1:8080, with the demo company when there is no database yet
	@$(BIN)/python app.py

test: setup check  ## Check, then run every test on SQLite and PostgreSQL
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m pytest -n 2 --dist loadscope -q

check: setup  ## Lint, types, architecture
	@$(BIN)/ruff check .
	@$(BIN)/mypy models services
	@$(BIN)/python -m pytest -q tests/test_architecture.py

bench: setup  ## Measure the budgets of speed
	@$(BIN)/python -m tests.bench

screenshots: setup  ## Write pictures of every module from the demo into screenshots/
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m tests.screenshots

migration: setup  ## Write the first migration anew from the models (until the first release)
	@$(BIN)/python -m models.migrations.making
