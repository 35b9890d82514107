# `make check` is what a change must pass. `make help` lists the targets.

.PHONY: help build check cross fmt vet lint audit test generate

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST)

build: ## build ./pollux
	go build -o pollux ./cmd/pollux

check: fmt vet lint test ## everything a change must pass

fmt: ## fail when a file is not formatted
	@files=$$(gofmt -l cmd internal tools); test -z "$$files" || { echo "not formatted: $$files"; exit 1; }

vet:
	go vet ./...

lint: ## staticcheck, where it can be fetched
	go run ./tools/audit staticcheck

audit: ## vet, staticcheck, licences, vulnerabilities and the race detector; what cannot be had is told as not run
	go run ./tools/audit

test:
	go test ./...

cross: ## build for the other systems
	GOOS=windows go build -o /dev/null ./cmd/pollux
	GOOS=darwin go build -o /dev/null ./cmd/pollux

generate: ## write the lists and pages that are made from the program
	go generate ./...
