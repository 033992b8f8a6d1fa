# One command each; `make help` lists them. Python, git and make are all that must be there, and Chromium for the tests.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help env book test mutants refresh bench serve proposal

PYTHON := .venv/bin/python
STAMP := .venv/installed
# What the environment and a build take on the disk, with room to spare.
MEGABYTES := 2000
REPORTS := $(wildcard proposals/*/report.ipynb)

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

env: $(STAMP)  ## create the environment .venv from requirements.lock

book: env  ## check the chapters' outputs and build the book into _build/html
	@$(PYTHON) -m agt.pages.build

test: env  ## run everything that must hold: rules, model, notebooks, pages in a browser
	@command -v chromium >/dev/null || { echo "error: the tests need Chromium (Debian: apt-get install chromium)" >&2; exit 1; }
	@echo "Running the tests"
	@NPY_DISABLE_CPU_FEATURES="$$($(PYTHON) -m agt.processor)" PYTHONHASHSEED=0 \
		$(PYTHON) -m pytest -n 2 --dist loadscope --nbval --doctest-modules \
		--ignore models/agt/governance/template.ipynb tests models book $(REPORTS)

mutants: env  ## plant small faults in the mechanisms, see which the tests miss: make mutants [MODULE=vesting]
	@NPY_DISABLE_CPU_FEATURES="$$($(PYTHON) -m agt.processor)" \
		$(PYTHON) -m tests.mutants --date "$$(date -u +%F)" $(if $(MODULE),--module $(MODULE))

refresh: env  ## execute the chapters whose outputs are stale
	@NPY_DISABLE_CPU_FEATURES="$$($(PYTHON) -m agt.processor)" $(PYTHON) -m agt.pages.refresh

bench: env  ## measure speed and memory
	@$(PYTHON) -m benchmarks

serve: book  ## open the book at http://127.0.0.1:8000
	@(sleep 1; $(PYTHON) -m webbrowser -t http://127.0.0.1:8000 >/dev/null 2>&1 || true) & \
		$(PYTHON) -m http.server 8000 --bind 127.0.0.1 --directory _build/html

proposal: env  ## run a proposal: make proposal FILE=proposals/agt-0001.yml
	@test -n "$(FILE)" || { echo "error: name the proposal: make proposal FILE=proposals/agt-0001.yml" >&2; exit 1; }
	@.venv/bin/agt propose run "$(FILE)"

$(STAMP): requirements.lock pyproject.toml
	@command -v git >/dev/null || { echo "error: git is missing (Debian: apt-get install git)" >&2; exit 1; }
	@free=$$(df -Pm . | awk 'NR == 2 {print $$4}'); test "$$free" -ge $(MEGABYTES) \
		|| { echo "error: $$free MB of disk are free here, $(MEGABYTES) MB are needed" >&2; exit 1; }
	@fits='import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 13))'; \
	for python in python3.11 python3.12 python3 none; do \
		if [ $$python = none ]; then \
			echo "error: Python 3.11 or 3.12 with venv is needed (Debian: apt-get install python3-venv)" >&2; exit 1; \
		fi; \
		if $$python -c "$$fits" 2>/dev/null; then break; fi; \
	done; \
	test -x $(PYTHON) || $$python -m venv .venv
	@echo "Installing the packages of requirements.lock into .venv (a minute or two)"
	@$(PYTHON) -m pip install --disable-pip-version-check --require-hashes -r requirements.lock \
		| awk '/^Collecting/ && ++n % 25 == 0 {print "  " n " packages"; fflush()}'
	@$(PYTHON) -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@
