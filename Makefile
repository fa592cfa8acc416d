# otel-activity. `make` lists what there is.

GO        ?= go
BUILDER   := $(GO) tool -modfile=tools/go.mod builder
LINTER    := $(GO) tool -modfile=tools/go.mod golangci-lint
COLLECTOR := dist/otelcol-activity
CTL       := dist/activityctl

# Seconds that `make demo` runs; 0 is until Ctrl-C.
DEMO_SECONDS ?= 0
# Where `make demo` puts everything it makes; empty is a new folder for temporary files.
DEMO_DIR ?=
# More flags for `go test`, such as -run or -v.
TESTFLAGS ?=
# The packages that `make test-pg-matrix` tests; PG_MAJORS='14 18' takes fewer versions.
PG_PACKAGES ?= ./receiver/... ./internal/replication/... ./internal/schema/... ./internal/store/...
# How long `make fuzz` runs each fuzz function.
FUZZTIME ?= 30s
# How many activities the trail of `make bench-read` has, over how many days, and more
# flags, such as -keep or -only.
BENCH_ROWS ?= 50000000
BENCH_DAYS ?= 90
BENCH_READ ?=
# More flags for `make chaos`.
CHAOS ?=
# More flags for `make exactness` and `make bench-wal`.
EXACTNESS ?=
BENCH_WAL ?=
# More flags for `make chaos-migration`.
CHAOS_MIGRATION ?=
# How many minutes `make bench-sdk` records while the Collector is away, twice.
BENCH_GONE ?= 10

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: postgres build shop-ts ## Run it all: real activities through the Collector into Postgres (DEMO_SECONDS=20 ends by itself)
	$(GO) run ./examples/demo -seconds=$(DEMO_SECONDS) -dir='$(DEMO_DIR)'

.PHONY: test
test: postgres tablelog pgcron pgbouncer promtool chromium build shop-ts js-test ## Test it all: units, real Postgres, race detector, the built Collector under faults, the page in Chromium
	$(GO) test -race -timeout=14m $(TESTFLAGS) ./...

.PHONY: test-pg-matrix
test-pg-matrix: node ## Test PG_PACKAGES against Postgres 14, 15, 16, 17 and 18
	@tools/pg-matrix/run.sh $(TESTFLAGS) $(PG_PACKAGES)

.PHONY: screenshots
screenshots: postgres chromium build js/node_modules ## Renew the documentation's pictures of the page
	SCREENSHOTS=$(CURDIR)/docs/images $(GO) test -count=1 ./tests/ui

.PHONY: js-test
js-test: js/node_modules ## Test the page's components
	npm --prefix js run --silent test

.PHONY: shop-ts
shop-ts: js/node_modules # the example in TypeScript, over the SDK of this checkout
	npm --prefix js run --silent build -w sdk
	npm --prefix examples/shop-ts ci --silent
	npm --prefix examples/shop-ts run --silent build

.PHONY: build
build: ## Build the Collector and activityctl into dist/
	$(BUILDER) --config=builder-config.yaml
	$(GO) build -trimpath -o $(CTL) ./cmd/activityctl

.PHONY: lint
lint: js/node_modules ## Check style, import rules and common mistakes
	$(LINTER) run ./...
	npm --prefix js run --silent lint

.PHONY: fmt
fmt: js/node_modules ## Format the code
	$(LINTER) fmt ./...
	npm --prefix js run --silent fmt

.PHONY: generate
generate: ui ## Regenerate what is generated
	$(GO) generate ./...

.PHONY: ui
ui: js/node_modules ## Build the page that the Collector serves
	npm --prefix js run --silent types
	npm --prefix js run --silent build

.PHONY: verify
verify: js/node_modules ## Regenerate everything generated and fail on a difference; check modules
	@tools/verify.sh

.PHONY: bench
bench: postgres build ## Measure: Go benchmarks and the alternatives in turn; prints RESULT lines
	@tools/bench.sh

.PHONY: bench-read
bench-read: postgres ## Measure a large trail: reading, writing, retention, bytes, at fifty million activities (BENCH_ROWS, BENCH_DAYS, BENCH_READ='-keep folder'); takes half an hour and 60 GB
	$(GO) run ./bench/read -rows=$(BENCH_ROWS) -days=$(BENCH_DAYS) $(BENCH_READ)

.PHONY: chaos
chaos: postgres build ## Break things on purpose and count what is lost or doubled (CHAOS='-short', '-run cut')
	$(GO) run ./tests/chaos $(CHAOS)

.PHONY: exactness
exactness: postgres build ## Hold row changes against the truth while Collector and Postgres are killed (EXACTNESS='-transactions 5000')
	$(GO) run ./tests/wal $(EXACTNESS)

.PHONY: chaos-migration
chaos-migration: postgres tablelog build ## Move millions of audit rows off their triggers under load and faults (CHAOS_MIGRATION='-run main -rows 100000')
	$(GO) run ./tests/migration $(CHAOS_MIGRATION)

.PHONY: bench-wal
bench-wal: postgres build ## Measure what reading row changes costs, beside a trigger (BENCH_WAL='-rounds 3')
	$(GO) run ./bench/wal $(BENCH_WAL)

.PHONY: bench-sdk
bench-sdk: js/node_modules ## Measure the SDKs against OpenTelemetry's own; the Collector is away for ten minutes in it (BENCH_GONE)
	$(GO) run ./bench/sdk -gone=$(BENCH_GONE)m
	npm --prefix js run --silent build -w sdk
	node --expose-gc js/sdk/bench/sdk.mjs $(BENCH_GONE)

.PHONY: bench-ui
bench-ui: postgres chromium build js/node_modules ## Measure the page in Chromium
	$(GO) run ./bench/ui

.PHONY: fuzz
fuzz: ## Fuzz each decoder for FUZZTIME
	@tools/fuzz.sh $(FUZZTIME)

.PHONY: clean
clean: ## Remove what was built
	rm -rf dist

.PHONY: postgres tablelog pgcron pgbouncer promtool node chromium
postgres: # Postgres' server programs; installed from the system's packages when run as root
	@tools/need.sh postgres

tablelog: | postgres # an extension with audit triggers, for the tests of moving away from them
	@tools/need.sh tablelog

pgcron: | postgres # an extension that does the upkeep by a schedule
	@tools/need.sh pgcron

js/node_modules: js/package-lock.json | node
	npm --prefix js ci --silent
	@touch $@

pgbouncer: # for the tests of what tells Postgres who is writing
	@tools/need.sh pgbouncer

promtool: # for the tests of dashboards and alert rules
	@tools/need.sh promtool

chromium: # for the tests of the page
	@tools/need.sh chromium

node: # Node.js and npm
	@tools/need.sh node
