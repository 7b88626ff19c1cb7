# Yarmarka: `make help` lists what can be done. Everything runs in .venv/, made on first use.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
ROOMS := ops pipeline analytics bot
DIR ?= .stack
HOURS ?= 2
N ?= 20000
export PYTHONUNBUFFERED := 1

.PHONY: help demo down test check format bench scale faults soak deploy-test fuzz lock screenshots clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.services ## Run the whole marketplace here and print the chat page's address (DETACH=1: return when ready)
	@$(BIN)/python -m ops demo --dir $(DIR) $(if $(DETACH),--detach)

down: .venv/.services ## Stop a demo that was started with DETACH=1
	@$(BIN)/python -m ops down --dir $(DIR)

test: .venv/.dev ## Run every test, against real servers of their own
	$(BIN)/python -m pytest tests -m "not system and not faults" -n 2 -q
	$(BIN)/python -m pytest tests -m "system and not faults" -q -rs

check: .venv/.dev ## Format, lint, types, import rules, configuration files
	$(BIN)/ruff format --check $(ROOMS) tests
	$(BIN)/ruff check $(ROOMS) tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m ops check-config
	$(BIN)/python -m tests.deploy.check

format: .venv/.dev ## Put the code into the project's format
	$(BIN)/ruff format $(ROOMS) tests
	$(BIN)/ruff check --fix $(ROOMS) tests

bench: .venv/.dev ## Measure against baselines in the same run; writes .stack/bench.json
	$(BIN)/python -m tests.benchmarks --dir $(DIR)

scale: .venv/.dev ## Measure each stage with N=20000 offers; writes .stack/scale.json (PART="bans huge": only these)
	$(BIN)/python -m tests.scale --dir $(DIR) --offers $(N) $(PART)

faults: .venv/.dev ## Break everything on purpose and count afterwards; a table (PART=kills, network, disk, clock, tests)
	$(BIN)/python -m tests.faults --dir $(DIR) $(PART) $(if $(ONLY),--only $(ONLY))

soak: .venv/.dev ## Use the demo for HOURS=2 and prove that nothing grows; writes .stack/soak.json
	$(BIN)/python -m tests.soak --dir $(DIR) --hours $(HOURS)

deploy-test: .venv/.dev ## Really start the compose file, use it and attack it (root and a Docker engine needed)
	$(BIN)/python -m tests.deploy $(if $(WORK),--work $(WORK))

fuzz: .venv/.dev ## Try the pure code with many more random inputs than `make test` does
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest tests -m "not system and not faults" -n 2 -q

screenshots: .venv/.dev ## Open the running demo's chat page in a headless browser and take the README's pictures
	$(BIN)/python -m tests.browser.screenshots --dir $(DIR)

lock: .venv/.bootstrap ## Resolve requirements/*.in anew into hashed pins
	for name in bootstrap runtime analytics dev peers; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header requirements/$$name.in -o requirements/$$name.txt || exit 1; done

clean: ## Remove the environment and the local stack's state
	rm -rf .venv .stack

.venv/.bootstrap: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Yarmarka needs Python 3.11 or newer; this is %d.%d. Name another: make PYTHON=python3.12 …" % sys.version_info[:2])'
	@test -x $(BIN)/python || { echo "Making the environment .venv …"; $(PYTHON) -m venv .venv; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.services: .venv/.bootstrap requirements/runtime.txt requirements/analytics.txt
	@echo "Installing the services' libraries …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/runtime.txt -r requirements/analytics.txt
	@touch $@

.venv/.dev: .venv/.services requirements/dev.txt
	@echo "Installing the libraries of tests and checks …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/runtime.txt -r requirements/analytics.txt -r requirements/dev.txt
	@touch $@
