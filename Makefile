# `make check` is what a change must pass. `make help` lists the targets.

# A version that is fetched once and then kept by Go's module cache; checks go on without it where there is no network.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: help build check cross fmt vet lint test generate

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
	@if go run $(STATICCHECK) -version >/dev/null 2>&1; then go run $(STATICCHECK) ./...; \
	else echo "staticcheck cannot be fetched here: not run"; fi

test:
	go test ./...

cross: ## build for the other systems
	GOOS=windows go build -o /dev/null ./cmd/pollux
	GOOS=darwin go build -o /dev/null ./cmd/pollux

generate: ## write the lists and pages that are made from the program
	go generate ./...
