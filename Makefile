SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

# The linter is built from source by the Go in use, once per version of either.
LINT_VERSION := v2.15.0
LINT := bin/golangci-lint-$(LINT_VERSION)-$(shell go env GOVERSION)

# Under the race detector: what is pure and quick. The rest is watched by make long: compiling
# the generated code a second time, for the detector, took a fifth of the time that a change has.
MODULE := github.com/atranka/atranka
PURE := calendar cite clock collation ident money rules history
OTHERS = go list ./... | grep -Ev "^$(MODULE)/($$(tr ' ' '|' <<<'$(PURE) store cmd'))(/|$$)"
# Generated packages would only dilute the figure.
COVERED = go list ./... | grep -Ev '^$(MODULE)/(ent|graph/generated|graph/model)(/|$$)' | paste -sd,

FUZZTIME ?= 5s
TIMEOUT ?= 20m

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | column -t -s $$'\t'

.PHONY: generate
generate: ## write all generated code anew
	go generate ./...

.PHONY: verify
verify: ## fail if generated code, go.mod or go.sum is not what it should be
	scripts/unchanged go generate ./...
	go mod tidy -diff
	go mod verify

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: lint
lint: $(LINT) ## all linters and formatters of .golangci.yml
	$(LINT) run --allow-parallel-runners ./...

.PHONY: format
format: $(LINT) ## rewrite the sources as the formatters want them
	$(LINT) fmt

$(LINT):
	GOBIN=$(CURDIR)/bin/new go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv bin/new/golangci-lint $@ && rmdir bin/new

.PHONY: test
test: ## all tests, on SQLite and on a PostgreSQL of their own, and each guard turned round
	go test -race -timeout $(TIMEOUT) $(PURE:%=./%/...)
	scripts/postgres go test -timeout $(TIMEOUT) ./store/...
	go run ./mutants --guards
	others=$$($(OTHERS)) && scripts/postgres go test -timeout $(TIMEOUT) $$others
	scripts/postgres go test -timeout $(TIMEOUT) ./cmd/... # by itself: it measures how soon a server is ready

.PHONY: mutants
mutants: ## turn each guard round and shift each condition inside it: a test has to fail each time
	go run ./mutants

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (5s)
	scripts/fuzz $(FUZZTIME)

.PHONY: cover
cover: ## how much of the hand-written code all tests together reach
	covered=$$($(COVERED)) && scripts/postgres go test -timeout $(TIMEOUT) -coverprofile=coverage.out -coverpkg=$$covered ./...
	go tool cover -func=coverage.out | tail -n 1

.PHONY: long
long: ## everything under the race detector, a minute per fuzz target, mutants, a cold build; writes docs/reports
	scripts/long

.PHONY: run
run: ## the demo: SQLite, made-up data, nothing to install
	go run ./cmd/atranka demo
