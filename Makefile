# Everything a contributor runs. Needs Go, Node 20 and npm; `make` alone lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

TOOL := go tool -modfile=internal/tools/go.mod
LINT := go tool -modfile=internal/tools/lint/go.mod golangci-lint
NPM_CI := npm ci --no-audit --no-fund --loglevel=error

DISTRO := dist/otelcol-rum
CLIENT := jsclient/dist/rum.iife.js
DEMO := dist/demo
NEXTJS := examples/nextjs/.next/BUILD_ID
DUCKDB := internal/tools/duckdb
VICTORIALOGS := dist/victoria-logs

GO_PACKAGES := ./internal/... ./receiver/... ./processor/... ./examples/... ./deploy/...
# What the distribution is made of: our Go code, embedded files included, but no tests.
GO_SOURCES := $(shell find receiver processor internal/semconv -type f -not -name '*_test.go' -not -name '*.md' -not -path '*/testdata/*')
DEMO_SOURCES := $(shell find examples/demo -type f -not -path '*/data/*')
NEXTJS_SOURCES := $(shell find examples/nextjs \( -name node_modules -o -name .next \) -prune -o -type f -not -name next-env.d.ts -not -name '*.tsbuildinfo' -not -name '*.md' -print | sed 's/[][]/?/g')
CLIENT_SOURCES := $(shell find jsclient -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/test*' -not -path '*/bench/*')

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: $(DISTRO) $(CLIENT) ## dist/otelcol-rum and jsclient/dist

run: $(DISTRO) $(CLIENT) $(DEMO) ## build what is missing, start the collector and the demo shop
	@exec $(DEMO)

test: test-go test-js test-e2e ## everything: Go with -race, client, distribution, browsers

# Statistical proofs over thousands of simulated populations: seconds as they are, minutes with the
# race detector. What is concurrent in that package is raced by the tests that say so.
PROOFS := ./processor/rumbudgetprocessor/internal/sampling

test-go: ## Go: vet, then tests with the race detector
	go vet $(GO_PACKAGES)
	go test -race -shuffle on -timeout 10m $$(go list $(GO_PACKAGES) | grep -v '$(PROOFS:.%=%)$$')
	go test -race -run Concurrently $(PROOFS)
	go test -shuffle on $(PROOFS)
	cd processor/rumbudgetprocessor/interop && go test ./...
	go -C internal/tools test ./gates

test-js: $(CLIENT) ## client: unit tests, goldens, types, size
	cd jsclient && npm test && npm run size

test-e2e: build $(DEMO) $(NEXTJS) e2e/node_modules $(DUCKDB)/node_modules $(VICTORIALOGS) ## the built binary, every example configuration, real browsers
	e2e/install-tools
	cd jsclient && npm run test:browser
	cd e2e && npm test
	RUM_DISTRO=$(CURDIR)/$(DISTRO) RUM_DUCKDB=$(CURDIR)/$(DUCKDB)/query.js RUM_VICTORIALOGS=$(CURDIR)/$(VICTORIALOGS) \
	  go test -count=1 -run 'TestDistribution|TestReading' ./processor/rumbudgetprocessor
	RUM_DISTRO=$(CURDIR)/$(DISTRO) RUM_REQUIRE_PROMTOOL=1 go test -count=1 ./deploy/...

lint: jsclient/node_modules ## golangci-lint, client linter, shell syntax
	$(LINT) run $(GO_PACKAGES)
	cd jsclient && npm run lint
	for script in .ci/run e2e/install-tools internal/tools/fuzz; do bash -n $$script; done

generate: $(CLIENT) ## metadata of the components, the client that the receiver serves
	go generate $(GO_PACKAGES)

golden: jsclient/node_modules ## rewrite the expected files of the golden tests
	cd jsclient && npm run golden
	UPDATE_GOLDEN=1 go test -count=1 -run Golden ./receiver/... ./processor/...

bench: $(DISTRO) ## benchmarks of Go packages and distribution, and the figures that must hold
	RUM_DISTRO=$(CURDIR)/$(DISTRO) go test -run '^$$' -bench . -benchmem $(GO_PACKAGES) | go -C internal/tools run ./gates

bench-client: $(CLIENT) jsclient/bench/node_modules ## the client beside its peers in Chromium: size, CPU, wire, exit
	e2e/install-tools
	cd jsclient/bench && npm start --silent

# The population says who visits, the configuration of a Collector how its rum_budget samples.
POPULATION := processor/rumbudgetprocessor/testdata/simulation/population.yaml
CONFIG :=
PROCESSOR := rum_budget

sim: ## try keep rates on a population: make sim POPULATION=mine.yaml CONFIG=collector.yaml PROCESSOR=rum_budget
	@cd processor/rumbudgetprocessor && SIMULATION=$(abspath $(POPULATION)) SIMULATION_CONFIG=$(abspath $(CONFIG)) \
	  SIMULATION_PROCESSOR=$(PROCESSOR) go test -count=1 -timeout 0 -run '^TestSimulation$$'

fuzz: ## each fuzz target for FUZZTIME (default 1m)
	internal/tools/fuzz $${FUZZTIME:-1m}

clean: ## remove what was built; packages of npm and Go stay
	rm -rf dist jsclient/dist examples/demo/data examples/nextjs/.next

.PHONY: help build run test test-go test-js test-e2e lint generate golden bench bench-client sim fuzz clean

$(DISTRO): builder-config.yaml go.mod go.sum internal/tools/go.mod $(GO_SOURCES)
	$(TOOL) builder --config builder-config.yaml

$(CLIENT): jsclient/node_modules $(CLIENT_SOURCES)
	cd jsclient && npm run build

$(DEMO): go.mod $(DEMO_SOURCES) $(wildcard internal/semconv/*.go)
	go build -o $@ ./examples/demo

# The example has a copy of the client, so it is installed anew with each. next build checks its types.
$(NEXTJS): $(CLIENT) $(NEXTJS_SOURCES)
	cd examples/nextjs && $(NPM_CI) && time NEXT_TELEMETRY_DISABLED=1 npm run build
	@touch $@

# The store that the queries in LogsQL are tried on.
$(VICTORIALOGS): internal/tools/victorialogs/go.mod internal/tools/victorialogs/go.sum
	go -C internal/tools/victorialogs build -trimpath -ldflags '-s -w' -o $(CURDIR)/$@ github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-logs

# npm ci replaces the folder; its time stamp says which lock file it was made from.
%/node_modules: %/package.json %/package-lock.json
	cd $* && $(NPM_CI)
	@touch $@
