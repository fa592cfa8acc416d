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
# How long `make fuzz` runs each fuzz function.
FUZZTIME ?= 30s

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: postgres node build ## Run it all: real activities through the Collector into Postgres (DEMO_SECONDS=20 ends by itself)
	$(GO) run ./examples/demo -seconds=$(DEMO_SECONDS) -dir='$(DEMO_DIR)'

.PHONY: test
test: postgres build ## Test it all: units, real Postgres, race detector, the built Collector under faults
	$(GO) test -race -timeout=14m $(TESTFLAGS) ./...

.PHONY: build
build: ## Build the Collector and activityctl into dist/
	$(BUILDER) --config=builder-config.yaml
	$(GO) build -trimpath -o $(CTL) ./cmd/activityctl

.PHONY: lint
lint: ## Check style, import rules and common mistakes
	$(LINTER) run ./...

.PHONY: fmt
fmt: ## Format the Go code
	$(LINTER) fmt ./...

.PHONY: generate
generate: ## Regenerate what is generated
	$(GO) generate ./...

.PHONY: verify
verify: ## Regenerate everything generated and fail on a difference; check modules
	@tools/verify.sh

.PHONY: bench
bench: postgres build ## Measure: Go benchmarks and the alternatives in turn; prints RESULT lines
	@tools/bench.sh

.PHONY: fuzz
fuzz: ## Fuzz each decoder for FUZZTIME
	@tools/fuzz.sh $(FUZZTIME)

.PHONY: clean
clean: ## Remove what was built
	rm -rf dist

.PHONY: postgres node
postgres: # Postgres' server programs; installed from the system's packages when run as root
	@tools/need.sh postgres

node: # Node.js and npm
	@tools/need.sh node
