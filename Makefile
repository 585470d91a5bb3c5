# make test is all that a change has to pass; make help lists the rest.
# Needs Go and make. What else is used where it is there: a C compiler (race
# detector), python3, node and chromium (tests that need them say so and skip).

GO       ?= go
FUZZTIME ?= 5m
RUNS     ?= 1000

# A clone that git refuses to look into, such as another owner's in a container, is built without its commit.
ifneq ($(shell git rev-parse HEAD >/dev/null 2>&1 && echo ok),ok)
export GOFLAGS := $(GOFLAGS) -buildvcs=false
endif

STATICCHECK = $(GO) tool -modfile=.ci/tools/go.mod staticcheck
# Catalogues of servers and mistakes skip themselves under the race detector. The
# matrix over every fault and reading takes minutes: make matrix.
CATALOGUES  = Faults|Hostile|Causes|ThroughCorrect|Dialects
SUITE       = run --level robust --gate robust

.DEFAULT_GOAL := help
.PHONY: help test build vet lint unit race suite brief fuzz matrix properties soak bench cover clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

test: build vet lint unit suite brief ## all that a change has to pass: build, vet, lint, race, the full suite, fuzz targets

build: ## compile everything; leaves ./chatspec
	$(GO) build ./...
	$(GO) build -o chatspec ./cmd/chatspec

vet: ## go vet
	$(GO) vet ./...

lint: ## staticcheck, at the version pinned in .ci/tools
	$(STATICCHECK) ./...

# The race detector needs cgo and a C compiler: linking once tells whether they are there.
unit: build
	@if $(GO) build -race -o /dev/null ./cmd/chatspec >/dev/null 2>&1; then \
	  echo "$(GO) test -race -short ./..."; $(GO) test -race -short ./... && \
	  echo "$(GO) test -parallel 8 -run '$(CATALOGUES)' ./harness ./harness/diagnose" && \
	  $(GO) test -parallel 8 -run '$(CATALOGUES)' ./harness ./harness/diagnose; \
	else \
	  echo "make: no race detector here (it needs a C compiler, such as gcc): the tests run without it"; \
	  echo "$(GO) test -short ./..."; $(GO) test -short ./...; \
	fi

race: ## the tests with the race detector, or an error where it is missing
	$(GO) test -race ./...

suite: build ## the full suite against the reference server
	./chatspec $(SUITE)

brief: ## every fuzz target for 2 seconds
	@$(MAKE) --no-print-directory fuzz FUZZTIME=2s

# Go spends a minute on making each new input shorter, unless it is told otherwise.
fuzz: ## every fuzz target for FUZZTIME (5m) each
	@grep -rE --include='*_test.go' '^func Fuzz[A-Z]' . | \
	  sed -E 's|/[^/]*_test\.go:func (Fuzz[A-Za-z0-9_]*).*| \1|' | sort | \
	  while read -r folder name; do \
	    echo "$$folder $$name"; \
	    $(GO) test "$$folder" -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x || exit 1; \
	  done

matrix: ## every planted fault against the suite, and every legal reading; leaves docs/matrix.md
	$(GO) test ./reference/variant -run '^TestMatrix$$' -count=1 -timeout 20m -args -matrix=$(CURDIR)/docs/matrix.md

properties: ## every planted fault against drawn sessions alone; leaves docs/properties.md
	$(GO) test ./fuzz -run '^TestMatrix$$' -count=1 -timeout 60m -args -properties=$(CURDIR)/docs/properties.md

soak: ## the full suite RUNS (1000) times against six servers, both cores busy; says how many verdicts differed
	$(GO) test ./reference/variant -run '^TestSoak$$' -count=1 -timeout 12h -v -args -soak=$(RUNS)

bench: ## all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

cover: ## test coverage; leaves cover.out and cover.html
	$(GO) test -coverpkg=./... -coverprofile=cover.out ./...
	$(GO) tool cover -html=cover.out -o cover.html
	@$(GO) tool cover -func=cover.out | tail -n 1

clean: ## take away what was built and measured
	rm -f chatspec chatspec.exe cover.out cover.html soak.txt
