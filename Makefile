# make demo: see it work.  make test: everything.  Both need Python 3.11 or later and nothing else.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
TESTED := $(VENV)/.ready-dev
PEERS  := .venv-peers
PYWB   := .venv-pywb

.DEFAULT_GOAL := help
.PHONY: help demo test lint crawl site bench deploy lock clean

help:  ## What can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

$(READY): requirements.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kznews needs Python 3.11 or later, $(PYTHON) is %d.%d: make PYTHON=python3.12 …" % sys.version_info[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing packages into $(VENV) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

$(TESTED): $(READY) requirements-scrapyd.txt requirements-dev.txt
	@echo "Installing what tests, servers, report and browse need into $(VENV) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

demo: $(READY)  ## Crawl the look-alike site that ships with the project
	@$(BIN)/python -m replica.demo

test: $(TESTED) $(PYWB)/.ready  ## Run every test
	@$(BIN)/python -m pytest

lint: $(TESTED)  ## Style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

crawl: $(READY)  ## Crawl the live site politely: make crawl ARGS='-a since=2026-11-01'
	@$(BIN)/scrapy crawl 365info $(ARGS)

site: $(READY)  ## Serve the look-alike site: make site PORT=8365
	@$(BIN)/python -m replica --port $(or $(PORT),8365)

bench: $(TESTED) $(PEERS)/.ready  ## Measure it beside bare Scrapy and other readers: 15 minutes
	@$(BIN)/python -m benchmarks.speed --write

$(PEERS)/.ready: benchmarks/peers.txt
	@$(PYTHON) -m venv $(PEERS)
	@echo "Installing other readers into $(PEERS) …"
	@$(PEERS)/bin/python -m pip install -qq --disable-pip-version-check -U pip
	@$(PEERS)/bin/python -m pip install -qq --disable-pip-version-check -r $<
	@touch $@

$(PYWB)/.ready: tests/warc/pywb.txt
	@$(PYTHON) -m venv $(PYWB)
	@echo "Installing a web archive into $(PYWB) …"
	@$(PYWB)/bin/python -m pip install -qq --disable-pip-version-check -r $<
	@touch $@

deploy: $(TESTED)  ## Bring the project to a Scrapyd, try it there, or say what is wrong
	@$(BIN)/python -m deploy --smoke "$(SMOKE)"

lock: $(TESTED)  ## Write the versions that are installed to constraints.txt
	@$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

clean:  ## Remove what was made, results included
	rm -rf $(VENV) $(PEERS) $(PYWB) data build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
