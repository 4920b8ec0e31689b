# The only entry point. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

DATA ?= data
LISTEN ?= 127.0.0.1:8080
# nextest isolates and parallelises better; plain `cargo test` runs the same tests without it.
TEST_RUNNER := $(shell cargo nextest --version >/dev/null 2>&1 && echo "nextest run" || echo test)

.PHONY: help run test campaign check bench schema graphiql tools test-tools

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: graphiql ## Build and start the server on 127.0.0.1:8080 (an invented sample history if the data folder is empty)
	cargo build --release --locked -p querschnitt
	exec target/release/querschnitt serve --data $(DATA) --listen $(LISTEN) --development --sample

test: test-tools graphiql ## Install what the tests need, then run everything
	cargo build --locked -p querschnitt
	ulimit -n "$$(ulimit -Hn)" && cargo $(TEST_RUNNER) --locked --workspace
	cargo test --locked --workspace --doc
	cd tests/js && QUERSCHNITT_BIN=$(CURDIR)/target/debug/querschnitt node --test --test-concurrency=1 judges.test.mjs schema.test.mjs browser.test.mjs

campaign: test-tools ## The long runs: faults (simulated disk, SIGKILL, power loss on a loop device) and many generated worlds
	cargo build --release --locked -p querschnitt
	ulimit -n "$$(ulimit -Hn)" && QUERSCHNITT_REQUIRE_DISKS="$$(tests/disks.sh)" QUERSCHNITT_CAMPAIGN=1 NEXTEST_PROFILE=campaign QUERSCHNITT_BIN=$(CURDIR)/target/release/querschnitt cargo $(TEST_RUNNER) --release --locked -p querschnitt-store -p querschnitt-tests
	QUERSCHNITT_CAMPAIGN=1 NEXTEST_PROFILE=campaign cargo $(TEST_RUNNER) --release --locked -p querschnitt-graphql --lib rights::tests

check: tools ## Format, lints, docs, licences and advisories, unused dependencies, generated files, architecture rules, the policy
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked -p querschnitt-bench --features peers --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items
	cargo deny --locked check bans licenses sources 2>&1 | tail -5
	@if cargo deny fetch db >/dev/null 2>&1; then cargo deny --locked check --disable-fetch advisories; \
	else echo "the advisory database can't be reached from here: advisories were not checked"; fi
	cargo machete
	cargo test --locked -q -p querschnitt-tests --test architecture
	cargo test --locked -q -p querschnitt-policy
	cargo test --locked -q -p querschnitt-bench --features peers
	cargo test --locked -q -p querschnitt-domain -p querschnitt-graphql -p querschnitt-projections generated

bench: ## Measure against peers and write docs/benchmarks.md (2 million events, about 15 minutes)
	cargo build --release --locked -p querschnitt
	cargo run --release --locked -p querschnitt-bench --features peers

schema: ## Write the generated files again (GraphQL schema, docs/figures.md, samples and logs for new kinds of events)
	UPDATE_GENERATED=1 cargo test --locked -q -p querschnitt-domain generated
	UPDATE_GENERATED=1 cargo test --locked -q -p querschnitt-graphql -p querschnitt-projections generated

graphiql: ## Bundle GraphiQL from the npm registry (development only; the server also runs without)
	@if command -v npm >/dev/null && [ -f graphql/graphiql/package.json ]; then \
	  $(MAKE) --no-print-directory graphql/graphiql/dist/graphiql.js; \
	else echo "npm is missing: GraphiQL is not bundled, everything else works"; fi

graphql/graphiql/dist/graphiql.js: graphql/graphiql/package-lock.json $(wildcard graphql/graphiql/src/*)
	cd graphql/graphiql && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

tools:
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny --version 0.20.2
	@command -v cargo-machete >/dev/null || cargo install --locked cargo-machete --version 0.9.2

test-tools:
	@command -v npm >/dev/null || { echo "Node 20 with npm is missing: the judges of the API need it (apt package: nodejs, npm)"; exit 1; }
	cd tests/js && npm ci --no-audit --no-fund --loglevel=error
	@missing=""; for tool in pdfinfo=poppler-utils qpdf=qpdf chromium=chromium; do \
	  command -v "$${tool%%=*}" >/dev/null || missing="$$missing $${tool##*=}"; done; \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq $$missing >/dev/null; \
	else echo "some tests look at PDF files and pages with other programs; please install:$$missing"; fi
	@cmp -s tests/judges.txt target/judges/judges.txt || { python3 -m venv --clear target/judges && \
	  target/judges/bin/pip install --quiet --disable-pip-version-check --no-deps -r tests/judges.txt && \
	  cp tests/judges.txt target/judges/judges.txt; } || \
	  echo "outloud, which checks PDF/UA, can't be installed from PyPI: the tests of letters will say that they were skipped"
