# make run   installs what is missing, builds, and serves a fictional territory
# make test  every check of the project, with its count of tests

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The version comes from git by the linker, so that a tree owned by another user
# builds too. -trimpath is for all: programs and tests then share what they compile.
# Without DWARF (-w) a test links in half the time; panics still name files and lines.
# GEOS is called through go-geos, which needs 3.12, or through simplefeatures: the tag
# gogeos chooses. It is asked at each step, since setup may have just installed GEOS.
ASKED_GOFLAGS := $(GOFLAGS)
GEOS_TAG = $(shell geos-config --version 2>/dev/null | awk -F. '$$1 > 3 || $$1 == 3 && $$2 >= 12 { print "-tags=gogeos" }')
export GOFLAGS = $(strip $(ASKED_GOFLAGS) -buildvcs=false -trimpath -ldflags=-w $(GEOS_TAG))
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LISTEN ?= 127.0.0.1:8080
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/perimetre
BENCHTIME ?= 1s
FUZZTIME ?= 10s
FAULTS ?= 200
STATICCHECK := v0.8.2

# Packages whose goroutines share memory; their tests run under the race detector
# too, save those on real files, those of other processes, walks through every page and
# route, files damaged byte by byte, bombs, and the long comparisons with an oracle, which
# have one goroutine and are ten times slower there. Packages that write pages, documents
# or parse a text have no goroutine.
RACE := ./batch ./data/... ./study ./geo ./geo/blockfile ./geo/coverage ./geo/geocode ./ingest/table \
	./server ./server/access ./server/figures ./server/httpio ./server/jobs ./server/ogc ./server/packs ./server/people \
	./server/store/... ./server/studies ./server/tiles
RACELESS := Real|Official|NoisyPeople|Directory|Kill|SignedDistances|SitingAtSize|GeoPackages|GDAL|QGIS|GeneratedClients|SlowLine|Every(Page|Route)|PagesTakeNoToken|PagesAskInFrench|HostileBytes|Bombs|AgreesWithGEOS|AgreeWithPROJ|Damaged|LiesInTheOcean|HardAddresses|ReportedAddresses|^TestRoundTrip$$
# Those of RACE that have such a test: each costs a program to link.
RACELESS_IN = for d in $$(go list -f {{.Dir}} $(RACE)); do if cat $$d/*_test.go 2>/dev/null | sed -En "s/^func ((Test|Fuzz|Example)\w+).*/\1/p" | grep -qE "$(RACELESS)"; then echo $$d; fi; done
# SQLite is C made into Go, with memory and locks of its own: the detector leaves it out, as
# it leaves out any C, and sees all that calls it. So it does the blocks that argon2 mixes,
# of which each password fills many MiB.
RACEFLAGS := -race -gcflags=modernc.org/...=-race=false -gcflags=golang.org/x/crypto/argon2=-race=false

# probe:Debian package. A probe is a command, or a file when it has a slash.
BUILD_NEEDS := gcc:gcc geos-config:libgeos-dev pkg-config:pkg-config
TEST_NEEDS := curl:curl python3:python3 cs2cs:proj-bin ogr2ogr:gdal-bin glpsol:glpk-utils pg_ctlcluster:postgresql nginx:nginx-light mmdebstrap:mmdebstrap pdftotext:poppler-utils

# Debian's headless shell spends half of what its whole browser does on the same pages.
BROWSER := chromium-headless-shell:chromium-headless-shell
OTHER_BROWSER := chromium:chromium

# install takes a list of needs, and installs the packages whose probe fails.
define install
lacks=(); \
for need in $(1); do \
	probe=$${need%%:*}; \
	PATH="$$PATH:/usr/sbin:/sbin" command -v "$$probe" >/dev/null || [ -e "$$probe" ] || lacks+=("$${need#*:}"); \
done; \
[ $${#lacks[@]} -gt 0 ] || exit 0; \
echo "setup: installing $${lacks[*]}"; \
as=(); [ "$$(id -u)" = 0 ] || as=(sudo); \
if ! command -v apt-get >/dev/null || ! command -v "$${as[0]:-apt-get}" >/dev/null; then \
	echo "setup: install by hand the equivalents of these Debian packages: $${lacks[*]}" >&2; exit 1; \
fi; \
log=$$(mktemp); export DEBIAN_FRONTEND=noninteractive; \
{ "$${as[@]}" apt-get update -qq </dev/null || true; \
  "$${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${lacks[@]}" </dev/null; \
} >"$$log" 2>&1 || { cat "$$log" >&2; rm -f "$$log"; exit 1; }; \
rm -f "$$log"
endef

.PHONY: help setup setup-tests build run test ci race lint bench microbench bench-check fuzz faults notice e2e try-debian13 try-without-c dist try-dist geos-tag tidy clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install what building and running need
	@command -v go >/dev/null || { echo 'setup: Go 1.26 or later is needed: https://go.dev/dl/' >&2; exit 1; }
	@$(call install,$(BUILD_NEEDS))

setup-tests: setup ## install what the tests need too; a test skips without its tool
	@( $(call install,$(TEST_NEEDS)) ) || echo 'setup: going on without them' >&2
	@( $(call install,$(BROWSER)) ) || ( $(call install,$(OTHER_BROWSER)) ) || echo 'setup: going on without a browser' >&2

build: setup $(if $(wildcard web/package.json),web/dist/manifest.json) ## build bin/perimetre
	@mkdir -p bin
	go build -ldflags '-X main.version=$(VERSION)' -o bin/perimetre ./cmd/perimetre

# npm ci leaves .package-lock.json; the pages are built again when a source changed.
web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@command -v npm >/dev/null || { echo 'setup: Node 20 or later is needed for the pages: https://nodejs.org' >&2; exit 1; }
	cd web && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

web/dist/manifest.json: web/node_modules/.package-lock.json $(shell find web/src -type f 2>/dev/null) $(wildcard web/build.mjs)
	cd web && npm run --silent build
	@touch $@

run: build ## build, flag the fictional territory's people, print their quota, and serve it
	@mkdir -p '$(CACHE)'
	@bin/perimetre demo --to '$(CACHE)/essai'
	@bin/perimetre data build --quiet --from '$(CACHE)/essai' --to '$(CACHE)/essai-referentiel'
	@bin/perimetre flag '$(CACHE)/essai/jeunes.csv' --quiet --pack '$(CACHE)/essai-referentiel' -o '$(CACHE)/essai-jeunes.csv'
	@bin/perimetre quota '$(CACHE)/essai-jeunes.csv' --pack '$(CACHE)/essai-referentiel' --population '$(CACHE)/essai/population/population-fictif.csv'
	@exec bin/perimetre serve --demo --listen '$(LISTEN)'

# Each step is 'name: command'; testsum runs them all and ends with their count.
LINT = \
	'gofmt: test -z "$$(find . -name "*.go" -not -path "*/node_modules/*" -print0 | xargs -0 gofmt -l | tee /dev/stderr)"' \
	'vet: go vet ./... && cd bench && go vet ./...' \
	'staticcheck: if [ -x bin/staticcheck ]; then bin/staticcheck ./... && cd bench && ../bin/staticcheck ./...; else echo "SKIP: the Go proxy has no staticcheck $(STATICCHECK)"; fi'
# bench/openapi has packages of its own, so that building the pages needs none of them.
OPENAPI = 'openapi: if [ -d bench/openapi/node_modules/@stoplight ]; then node bench/openapi/lint.mjs server/api/openapi.json; else echo "SKIP: npm does not serve spectral"; fi'
# A package of RACE runs under the race detector alone, but for what RACELESS names. vet
# has a step of its own.
UNIT = 'unit: go test -vet=off -timeout 20m -json $$(go list ./... | grep -vxF "$$(go list $(RACE))")' \
	'raceless: go test -vet=off -timeout 20m -json -run "$(RACELESS)" $$($(RACELESS_IN))' \
	'bench: cd bench && go test -vet=off -json ./...'
RACES = 'race: echo "NOTE: run without the race detector: $(RACELESS), and the code of modernc.org/sqlite and of argon2"; go test -vet=off $(RACEFLAGS) -timeout 20m -json -skip "$(RACELESS)" $(RACE)'
ifneq ($(wildcard web/package.json),)
WEBLINT = 'types: cd web && npm run --silent check'
endif
ifneq ($(shell find web/src web/test -name '*.test.ts' 2>/dev/null),)
WEB = 'web: cd web && npx --no-install vitest run --reporter=json'
endif
ifneq ($(wildcard web/e2e/*.test.mjs),)
E2E = 'e2e: cd web && PERIMETRE=$(CURDIR)/bin/perimetre node --test --test-concurrency=2 --test-reporter=tap e2e/*.test.mjs'
endif

bin/testsum: $(wildcard bench/cmd/testsum/*.go) | setup
	@mkdir -p bin
	@cd bench && go build -o ../bin/testsum ./cmd/testsum

bin/staticcheck: Makefile | setup
	@GOBIN='$(CURDIR)/bin' go install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK) || rm -f $@

bench/openapi/node_modules/.package-lock.json: bench/openapi/package.json bench/openapi/package-lock.json
	@cd bench/openapi && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error && touch node_modules/.package-lock.json || rm -rf node_modules

# What reads our workbooks in a test; it skips without it.
bench/workbooks/node_modules/.package-lock.json: bench/workbooks/package.json bench/workbooks/package-lock.json
	@cd bench/workbooks && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json || rm -rf node_modules

# What the checks need comes side by side: packages from the network, programs from the compiler.
.PHONY: tools
tools: build setup-tests bin/testsum bin/staticcheck bench/openapi/node_modules/.package-lock.json bench/workbooks/node_modules/.package-lock.json

# Pages wait for a browser, Go for the processor: pages begin, beside all the rest.
test: ## every check: lint, unit, race, web, e2e
	@$(MAKE) --no-print-directory -j 4 tools
	@bin/testsum -j 2 $(E2E) $(LINT) $(OPENAPI) $(WEBLINT) $(RACES) $(UNIT) $(WEB)

ci: test ## the same, for a machine

lint: build bin/testsum bin/staticcheck bench/openapi/node_modules/.package-lock.json ## formatting, go vet, staticcheck, openapi.json, types of the pages
	@bin/testsum $(LINT) $(OPENAPI) $(WEBLINT)

race: build setup-tests bin/testsum ## tests under the race detector
	@bin/testsum $(RACES)

e2e: build setup-tests bin/testsum ## the commands and the pages, as a person uses them
	@bin/testsum 'commands: go test -json ./cmd/...' $(E2E)

try-without-c: build ## build without C for three systems, and compare the answers byte for byte
	@.ci/without-c

DIST_NEEDS := zip:zip dpkg-deb:dpkg xz:xz-utils

dist: setup web/dist/manifest.json ## all that is given to those who install, in dist/: archives, package, images, sums
	@$(call install,$(DIST_NEEDS))
	@.ci/dist

DIST_TRIALS := mmdebstrap:mmdebstrap wine:wine x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64-win32 qemu-aarch64-static:qemu-user-static curl:curl systemd-nspawn:systemd-container

try-dist: ## install, start, upgrade, remove and purge what make dist wrote; run it under Wine and QEMU
	@( $(call install,$(DIST_TRIALS)) ) || echo 'setup: going on without them' >&2
	@.ci/try-dist

notice: web/node_modules/.package-lock.json ## write NOTICE, the licences of what the program contains
	@cd bench && go run ./cmd/notice -root .. -o ../NOTICE

geos-tag:
	@echo '$(GEOS_TAG)'

try-debian13: setup-tests ## build and test with go-geos and the GEOS of Debian 13, in a root made for it
	@.ci/debian13 full

BENCH_NEEDS := python3:python3 pg_ctlcluster:postgresql /usr/share/postgresql/15/extension/postgis.control:postgresql-15-postgis-3

bench: build ## the same work by the product and its peers; writes docs/benchmarks.md
	@( $(call install,$(BENCH_NEEDS)) ) || echo 'bench: going on without them' >&2
	cd bench && go run ./cmd/versus --perimetre ../bin/perimetre --shared ../../shared --dir '$(CACHE)/versus' -o ../docs/benchmarks.md

bench-check: setup ## compare the hot paths with those committed, by ratios to a fixed piece of work
	cd bench && go run ./cmd/check

microbench: setup ## benchmarks of every package (BENCHTIME=1s)
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

fuzz: setup ## each fuzz target for a while (FUZZTIME=10s, FUZZPAGE=docs/faults.md to write it)
	@cd bench && go run ./cmd/fuzz -root .. -time $(FUZZTIME) -at-once 2 $(if $(FUZZPAGE),-o '$(CURDIR)/$(FUZZPAGE)')

# Kills and other faults made on purpose, on real processes; FAULTS is the number of
# kills of each kind. As root it also fills a small file system.
faults: setup-tests ## kill, fill, cut and stop on purpose; writes docs/faults.md (FAULTS=200, ONLY=backup)
	PERIMETRE_FAULTS=$(FAULTS) PERIMETRE_FAULTS_REPORT='$(CURDIR)/docs/faults.md' go test -tags faults -count 1 -timeout 40m -run '^TestFaults$$$(addprefix /,$(ONLY))' ./cmd/perimetre

# Some libraries' own tests need modules that a closed proxy refuses: -e goes on
# without them, and keeps what our code needs.
tidy: ## keep in go.mod what the code imports, for both modules
	go mod tidy -e 2>&1 | grep -v -e '^go: downloading' || true
	cd bench && go mod tidy -e 2>&1 | grep -v -e '^go: downloading' || true

clean: ## remove what was built
	rm -rf bin dist web/node_modules bench/openapi/node_modules bench/workbooks/node_modules
