# 사장픽: `make` alone says what there is.
SHELL := /bin/bash
PKG ?= ./...
BENCH ?= .
COMMIT := $(shell git rev-parse HEAD 2>/dev/null)

# Without this tag the decoder of HEIC looks for a libheif of the machine: strangers' files would reach
# it, and the program would be linked to the machine's libc.
TAGS := -tags nodynamic

# The program speaks no gRPC: only the messages of OpenTelemetry's protocol bring it along, and with it a page of
# traces that nothing shows.
PROGRAM_TAGS := $(TAGS),grpcnotrace

# What needn't be built with the race detector is built as the program is: so its packages are compiled once for both.
STATIC := CGO_ENABLED=0 GOFLAGS=-trimpath

# The S3 server that the tests speak to.
S3_VERSION := v1.8.0
S3_SERVER := .bin/versitygw
S3_STAMP := .bin/.versitygw-$(S3_VERSION)

# What the user wrote goes to the program through the environment, as it is: a caption may hold
# spaces, quotes and dollar signs.
ifneq ($(origin PHOTO),undefined)
export DEMO_PHOTO := $(value PHOTO)
endif
ifneq ($(origin CAPTION),undefined)
export DEMO_CAPTION := $(value CAPTION)
endif
ifneq ($(origin LOOK),undefined)
export DEMO_LOOK := $(value LOOK)
endif
ifneq ($(origin PHOTOS),undefined)
export SHEET_PHOTOS := $(value PHOTOS)
export JUDGE_PHOTOS := $(value PHOTOS)
export BENCH_PHOTOS := $(value PHOTOS)
endif
ifneq ($(origin FILMS),undefined)
export JUDGE_FILMS := $(value FILMS)
endif
ifneq ($(origin OUT),undefined)
export DEMO_OUT := $(value OUT)
endif

.PHONY: help
help: ## what there is to make
	@echo 'make demo                        the sample photo becomes a short'
	@echo "make demo PHOTO=my.jpg CAPTION='된장찌개 8,000원' LOOK=market OUT=my.mp4"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: build ## a photo and a line in, a finished short out; installs ffmpeg when it is missing
	@script/need ffmpeg
	@script/demo

.PHONY: build
build: ## the program, one static file: ./sajangpick
	@script/need go
	@CGO_ENABLED=0 go build $(PROGRAM_TAGS) -trimpath -buildvcs=false \
		-ldflags '-s -w -X main.commit=$(COMMIT)' -o sajangpick .

.PHONY: test
test: tools ## every test, beside a PostgreSQL of its own; PKG=./pipeline/... for some, SHORT=1 for a minute
	@SHORT=$(SHORT) script/with-postgres script/test $(TESTFLAGS) $(PKG)

# The page in a real browser, apart from the other tests: the browser, and what drives it, take minutes to install and to
# compile.
BROWSER := internal/app/e2e/browser
BROWSER_TEST := $(STATIC) script/with-postgres go test $(TAGS),browser -count=1 -timeout 20m ./$(BROWSER)

.PHONY: browser
browser: tools browser-needs ## the page in Chromium, which it installs
	@$(BROWSER_TEST)

.PHONY: browser-needs
browser-needs:
	@script/need chromium node npm
	@npm ci --prefix $(BROWSER) --ignore-scripts --no-audit --no-fund --silent --fetch-retries 1

.PHONY: screens
screens: tools browser-needs ## docs/page-*.png: every screen of the page, with PHOTO=my.jpg in it
	@$(BROWSER_TEST) -run '^TestScreens' -v -args -screens='$(CURDIR)/docs' -photo='$(and $(PHOTO),$(abspath $(PHOTO)))'

.PHONY: bench
bench: tools ## every benchmark; PKG= and BENCH= choose, PHOTOS=folder has real photos for them
	@script/with-postgres go test $(TAGS) -run '^$$' -bench '$(BENCH)' -benchmem -timeout 30m $(PKG)

.PHONY: walk
walk: ## one photo's way through the packages, call by call
	@script/need go
	@script/walk

ORDERS ?= 20000
SHOPS ?= 200
PURGED ?= 250

.PHONY: growth
growth: tools ## a year of a service in both databases, and what is slow then: ORDERS=1000000 SHOPS=2000; PURGED=n leaves it n orders to compact
	@script/with-postgres go test $(TAGS) -run '^TestGrowth' -count=1 -v -timeout 3h ./internal/app/e2e/service \
		-args -growth.orders='$(ORDERS)' -growth.shops='$(SHOPS)' -growth.purged='$(PURGED)'

SEEDS ?= 10000
FROM ?= 1

.PHONY: sim
sim: ## worlds in which all sorts of things go wrong at once: SEEDS=100000, FROM=12 SEEDS=1 for one of them
	@script/need go
	GOGC=800 go test $(TAGS) -run '^TestWorld_HoldsWhateverHappens$$' -count=1 -v -timeout 12h ./internal/simtest -args -sim.seeds='$(SEEDS)' -sim.first='$(FROM)'

.PHONY: lint
lint: ## gofmt, vet and staticcheck
	@script/need go
	@unformatted=$$(gofmt -l $$(go list $(TAGS),browser -f '{{.Dir}}' ./...)) || exit 1; \
		if [ -n "$$unformatted" ]; then echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(STATIC) go vet $(TAGS) ./...
	$(STATIC) go vet $(TAGS),browser,freeze ./$(BROWSER) ./internal/app/e2e/upgrade
	$(STATIC) go tool staticcheck $(TAGS) ./...

.PHONY: looks
looks: ## docs/looks*.jpg: every look and size, over the orders that are hardest to set
	@script/looks

.PHONY: release
release: ## dist/: archives with checksums for Linux, macOS and Windows
	@script/need go
	@script/release $(PROGRAM_TAGS) -trimpath -buildvcs=false -ldflags '-s -w -X main.commit=$(COMMIT)'

.PHONY: third-party
third-party: ## THIRD_PARTY.md: what others wrote of the program, with their licences
	@script/need go
	@go run script/third_party.go

.PHONY: sheet
sheet: ## every photo of a folder in every look, as out/photos-LOOK.jpg: make sheet PHOTOS=folder
	@script/sheet

.PHONY: judge
judge: ## how well clips that show another dish are told from good ones: make judge PHOTOS=folder FILMS=folder
	@script/judge

.PHONY: image
image: ## a container image without ffmpeg; `docker build --target sandbox` makes one with it
	docker build --build-arg COMMIT='$(COMMIT)' -t sajangpick .

.PHONY: clean
clean: ## takes away what was built
	rm -rf sajangpick out dist .bin

.PHONY: tools
tools: needs $(S3_STAMP)

.PHONY: needs
needs:
	@script/need go certificates cc ffmpeg postgresql pgbouncer

$(S3_STAMP):
	@echo 'building the S3 server that the tests speak to (once, about two minutes)'
	@GOBIN='$(CURDIR)/.bin' GOFLAGS= CGO_ENABLED=0 go install github.com/versity/versitygw/cmd/versitygw@$(S3_VERSION)
	@test -x $(S3_SERVER)
	@touch $@
