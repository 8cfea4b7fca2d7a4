# Everything a contributor runs. Needs Go, Node 20 and npm; `make` alone lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

TOOL := go tool -modfile=internal/tools/go.mod
LINT := go tool -modfile=internal/tools/lint/go.mod golangci-lint
NPM_CI := npm ci --no-audit --no-fund --loglevel=error

DISTRO := dist/otelcol-rum
SCALE := dist/scale/otelcol-rum
KAFKA := dist/kafka
CLIENT := jsclient/dist/rum.iife.js
DEMO := dist/demo
NEXTJS := examples/nextjs/.next/BUILD_ID
DUCKDB := internal/tools/duckdb
PAGE := exporter/rumviewexporter/internal/page
CLICKHOUSE := internal/tools/clickhouse
VICTORIALOGS := dist/victoria-logs
PROMETHEUS := dist/prometheus

GO_PACKAGES := ./internal/... ./receiver/... ./processor/... ./exporter/... ./examples/... ./deploy/... ./docs/...
# What the distribution is made of: our Go code, embedded files included, but no tests.
GO_SOURCES := $(shell find receiver processor exporter internal \( -name node_modules -o -path internal/tools -o -path internal/distrotest -o -path internal/growth \) -prune -o -type f -not -name '*_test.go' -not -name '*.md' -not -path '*/testdata/*' -print)
DEMO_SOURCES := $(shell find examples/demo -type f -not -path '*/data/*')
NEXTJS_SOURCES := $(shell find examples/nextjs \( -name node_modules -o -name .next \) -prune -o -type f -not -name next-env.d.ts -not -name '*.tsbuildinfo' -not -name '*.md' -print | sed 's/[][]/?/g')
CLIENT_SOURCES := $(shell find jsclient -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/test*' -not -path '*/bench/*')

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: $(DISTRO) $(CLIENT) ## dist/otelcol-rum and jsclient/dist

build-scale: $(SCALE) ## dist/scale/otelcol-rum: with what carries records between processes, for examples/topologies

run: $(DISTRO) $(CLIENT) $(DEMO) ## build what is missing, start the collector and the demo shop; TRAFFIC=1 plays visitors
	@exec $(DEMO) $(if $(TRAFFIC),-traffic)

test: test-go test-js test-e2e test-scale ## everything: Go with -race, client, distribution, browsers, topologies

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
	go -C internal/tools/manifests test -count=1 ./... # what it reads is outside of its module, so a cached result may be old
	go -C internal/tools/schema test ./...

test-js: $(CLIENT) deploy/grafana/types/node_modules ## client: unit tests, goldens, types, size, the package as its users get it; dashboards: Grafana's types
	cd jsclient && npm test && npm run size && npm run test:package
	cd deploy/grafana/types && npm test

test-e2e: build $(DEMO) $(NEXTJS) e2e/node_modules $(DUCKDB)/node_modules $(VICTORIALOGS) ## the built binary, every example configuration, real browsers
	e2e/install-tools
	cd jsclient && npm run test:browser
	cd e2e && npm test
	RUM_DISTRO=$(CURDIR)/$(DISTRO) RUM_DUCKDB=$(CURDIR)/$(DUCKDB)/query.js RUM_VICTORIALOGS=$(CURDIR)/$(VICTORIALOGS) \
	  go test -count=1 -run 'TestDistribution|TestReading' ./processor/rumbudgetprocessor
	RUM_DISTRO=$(CURDIR)/$(DISTRO) go test -count=1 -run TestDistribution ./receiver/rumreceiver
	RUM_DISTRO=$(CURDIR)/$(DISTRO) RUM_DUCKDB=$(CURDIR)/$(DUCKDB)/query.js RUM_VICTORIALOGS=$(CURDIR)/$(VICTORIALOGS) RUM_REQUIRE_PROMTOOL=1 go test -count=1 ./deploy/... ./docs/...

test-scale: build-scale e2e/node_modules ## gateways and workers of examples/topologies as real processes, some of them killed
	e2e/install-tools
	cd e2e && npm run test:scale
	CHAOS_SESSIONS=150 CHAOS_SECONDS=1 CHAOS_UNTOLD=60 CHAOS_FAULTS='gateway killed,worker killed,workers cut off,all restarted,replicas added' node e2e/scale/chaos.js sessions

test-kafka: build-scale $(KAFKA) ## the same with a broker between them, which is killed too
	cd e2e && npm run test:kafka

test-clickhouse: build-scale $(KAFKA) $(CLICKHOUSE)/node_modules ## the same with ClickHouse behind them
	cd e2e && npm run test:clickhouse
	RUM_CLICKHOUSE=$(CURDIR)/$(CLICKHOUSE)/clickhouse.js go test -count=1 -run TestReading/clickhouse ./processor/rumbudgetprocessor

chaos: build-scale $(KAFKA) $(CLICKHOUSE)/node_modules ## topologies under faults, with the books after each: CHAOS_SESSIONS (4000 a fault), CHAOS_PROCESSES (3), CHAOS_SECONDS (5)
	e2e/install-tools
	node e2e/scale/chaos.js

figures: build-scale $(KAFKA) $(CLICKHOUSE)/node_modules ## what an event costs each tier of the topologies, beside the otlp receiver and exporter; docs/performance.md
	@node e2e/scale/figures.js

topology: build-scale $(KAFKA) $(CLICKHOUSE)/node_modules ## one of examples/topologies on this machine: TOPOLOGY=stateless, sessions, kafka or clickhouse
	@exec node e2e/scale/up.js $(TOPOLOGY)

sdks: build $(NEXTJS) e2e/node_modules ## every SDK from npm in Chromium and Firefox, against the built binary
	e2e/install-tools
	cd e2e && npm run test:sdks

screenshots: build $(DEMO) e2e/node_modules ## pictures of the live page for docs/, with the demo's visitors
	node e2e/screenshots.js

lint: jsclient/node_modules ## golangci-lint, client linter, shell syntax
	$(LINT) run $(GO_PACKAGES)
	cd jsclient && npm run lint
	for script in .ci/run e2e/install-tools internal/tools/fuzz internal/tools/audit/audit; do bash -n $$script; done

audit: ## known vulnerabilities of Go modules and npm packages; needs the network
	internal/tools/audit/audit

generate: $(CLIENT) $(PAGE)/node_modules ## metadata and configuration schemas of the components, the client that the receiver serves, the charts of the live page
	go generate $(GO_PACKAGES)
	go -C internal/tools/schema run . ../../..

golden: jsclient/node_modules ## rewrite the expected files of the golden tests
	cd jsclient && npm run golden
	UPDATE_GOLDEN=1 go test -count=1 -run Golden ./receiver/... ./processor/...

bench: $(DISTRO) ## benchmarks of Go packages and distribution, and the figures that must hold
	RUM_DISTRO=$(CURDIR)/$(DISTRO) go test -run '^$$' -bench . -benchmem $(GO_PACKAGES) | go -C internal/tools run ./gates
	RUM_TIMES=1 go test -count=1 -run DearBodies ./receiver/rumreceiver

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

truth: $(DISTRO) $(DUCKDB)/node_modules $(VICTORIALOGS) $(PROMETHEUS) ## a described site of VIEWS page views (default 20000) through the binary into Prometheus, VictoriaLogs and DuckDB: what the documented queries say, and what is true
	RUM_DISTRO=$(CURDIR)/$(DISTRO) RUM_DUCKDB=$(CURDIR)/$(DUCKDB)/query.js RUM_VICTORIALOGS=$(CURDIR)/$(VICTORIALOGS) RUM_PROMETHEUS3=$(CURDIR)/$(PROMETHEUS) \
	  RUM_REQUIRE_PROMTOOL=1 TRUTH_VIEWS=$${VIEWS:-20000} go test -count=1 -v -timeout 0 -run '^TestDistributionTellsTheTruth' ./deploy/prometheus

sim-alarms: ## false changes and detection of the alert rules, on simulated traffic of DAYS (default 400)
	@cd deploy/prometheus && SIMULATION_DAYS=$${DAYS:-400} go test -count=1 -timeout 0 -run '^TestAlarms$$'

fuzz: ## each fuzz target for FUZZTIME (default 1m), or those below the folders of FUZZIN
	internal/tools/fuzz $${FUZZTIME:-1m} $${FUZZIN:-}

clean: ## remove what was built; packages of npm and Go stay
	rm -rf dist jsclient/dist examples/demo/data examples/nextjs/.next

.PHONY: help build build-scale run test test-go test-js test-e2e test-scale test-kafka test-clickhouse chaos figures topology sdks screenshots lint audit generate golden bench bench-client sim sim-alarms truth fuzz clean

$(DISTRO): builder-config.yaml go.mod go.sum internal/tools/go.mod $(GO_SOURCES)
	$(TOOL) builder --config builder-config.yaml

$(SCALE): builder-config-scale.yaml go.mod go.sum internal/tools/go.mod $(GO_SOURCES)
	mkdir -p $(@D)
	$(TOOL) builder --config builder-config-scale.yaml

$(CLIENT): jsclient/node_modules $(CLIENT_SOURCES)
	cd jsclient && npm run build

$(DEMO): go.mod $(DEMO_SOURCES)
	go build -o $@ ./examples/demo

# The example has a copy of the client, so it is installed anew with each. next build checks its types.
$(NEXTJS): $(CLIENT) $(NEXTJS_SOURCES)
	cd examples/nextjs && $(NPM_CI) && time NEXT_TELEMETRY_DISABLED=1 npm run build
	@touch $@

# The store that the queries in LogsQL are tried on.
$(VICTORIALOGS): internal/tools/victorialogs/go.mod internal/tools/victorialogs/go.sum
	go -C internal/tools/victorialogs build -trimpath -ldflags '-s -w' -o $(CURDIR)/$@ github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-logs

# A Prometheus that takes OTLP, without service discovery: a third of the code, some of which the module proxy does not have.
$(PROMETHEUS): internal/tools/prometheus/go.mod internal/tools/prometheus/go.sum
	go -C internal/tools/prometheus build -trimpath -tags remove_all_sd -ldflags '-s -w' -o $(CURDIR)/$@ github.com/prometheus/prometheus/cmd/prometheus

# A broker for tests.
$(KAFKA): internal/tools/kafka/go.mod internal/tools/kafka/go.sum internal/tools/kafka/main.go
	go -C internal/tools/kafka build -o $(CURDIR)/$@ .

# npm ci replaces the folder; its time stamp says which lock file it was made from.
%/node_modules: %/package.json %/package-lock.json
	cd $* && $(NPM_CI)
	@touch $@
