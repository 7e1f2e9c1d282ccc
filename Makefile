# Usra at the command line. `make help` lists what there is; every target installs what it needs first.

SHELL := /bin/bash
FAMILIES ?= 500
PHONES ?= 20
SEED ?= 1
CARGO ?= cargo
export FAMILIES PHONES SEED EXIT EXPORT MAPPING DATA

export RECORDS REPEATS PICTURE

RUNS ?= 5
STEPS ?= 2000
EXAMPLES ?= 200
export RUNS STEPS EXAMPLES FIGURES

SEEDS ?= 1000
export SEEDS SEED_START

# SEED is of several targets; what is not given is decided by the program.
export MINUTES KILLS RESTORES SCENE

.PHONY: help deps build test browser screenshots demo code canary sim chaos fuzz mutated mutants mutiny api-fuzz bench bench-phone bench-micro bench-pages bench-history load lint doc data-model reliability check

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-11s %s\n", $$1, $$2 }'
	@echo
	@echo "make demo takes: FAMILIES=$(FAMILIES) PHONES=$(PHONES) SEED=$(SEED) EXIT=1 EXPORT=path MAPPING=path DATA=dir"

deps: ## install what is missing on this machine, or say the command
	@scripts/install-deps

build: deps ## the server (usra), the phone (usra-phone) and the demo
	$(CARGO) build --workspace --all-targets

test: deps ## every test: units, end to end on a real PostgreSQL, doc tests, the console in a browser
	$(CARGO) build --workspace --bins
	$(CARGO) nextest run --workspace --no-tests=fail
	$(CARGO) test --workspace --doc --quiet
	@scripts/browser-tests

browser: deps ## the console in a real browser alone: FILES=tests/browser/review.test.mjs plays one of its files
	$(CARGO) build --workspace --bins
	@scripts/browser-tests $(FILES)

screenshots: deps ## draw the pictures of the console in docs/images anew, with made-up families
	$(CARGO) build --workspace --bins
	@scripts/browser-tests tests/browser/screenshots.mjs

demo: deps ## the main job: phones register families over a bad network, and the centre's tables agree
	$(CARGO) build --bins -p usra-server -p usra-client-sdk -p usra-tests
	@target/debug/usra-demo

code: ## the one-time code of now for the console of a demo that runs: DATA=the folder that it printed
	@target/debug/usra-demo code

canary: deps ## nothing out of scope reaches a phone: RUNS=5 seeds from SEED=1 on, STEPS=2000 each
	$(CARGO) build -p usra-tests --bin usra-canary
	@target/debug/usra-canary

fuzz: deps ## foreign bytes to every decoder: SECONDS=60 or RUNS=10000000 each, TARGET=all or names, JOBS=2 at a time, KEEP=1 keeps the corpus, COMPARES=no is faster
	@FUZZ_SECONDS=$(or $(SECONDS),60) RUNS=$(if $(filter command line,$(origin RUNS)),$(RUNS)) TARGET="$(or $(TARGET),all)" JOBS=$(or $(JOBS),1) scripts/fuzz

mutated: deps ## COUNT=1000000 mutants of real changes, automerge agreeing on each that is accepted
	@COUNT=$(or $(COUNT),1000000) SEED=$(if $(filter command line,$(origin SEED)),$(SEED)) scripts/mutated

mutants: deps ## small changes of the code that a test must notice: FILES=glob, SHARD=0/8
	@FILES='$(FILES)' SHARD=$(SHARD) scripts/mutants

chaos: deps ## kills, restores, full disks, bad networks and overload for MINUTES=5; KILLS=300, RESTORES=50, SEED=n, SCENE=kills
	$(CARGO) build --workspace --bins
	@target/debug/usra-chaos

sim: deps ## phones, a bad network and the centre from SEEDS=1000 seeds; SEED_START=n begins there, SEED=n plays one
	$(CARGO) build --release -p usra-tests --bin usra-sim
	@SEED=$(if $(filter command line environment,$(origin SEED)),$(SEED)) target/release/usra-sim

mutiny: deps ## one promise broken on purpose at a time: does a harness notice? FAULT=name plays one
	@FAULT=$(FAULT) scripts/mutiny

bench: deps ## what syncing costs against the least that it could: RECORDS=2500,10000,25000 SEED=1 REPEATS=3 (docs/performance.md)
	$(CARGO) build --release --bins -p usra-server -p usra-client-sdk -p usra-tests
	@target/release/usra-bench

bench-phone: deps ## what a phone with many records needs: RECORDS=5000,35000 SEED=1
	$(CARGO) build --release --bins -p usra-server -p usra-client-sdk -p usra-tests
	@target/release/usra-bench-phone

load: deps ## PHONES=2000 with the habits of people for MINUTES=10, then ever faster; PICTURE=docs/load.svg draws it
	$(CARGO) build --release --bins -p usra-server -p usra-client-sdk -p usra-tests
	@PHONES=$(if $(filter command line,$(origin PHONES)),$(PHONES)) target/release/usra-load

bench-micro: deps ## reader, codec, merge and engine, each beside a reference of the same run
	$(CARGO) bench -p usra-tests --bench micro

bench-pages: deps ## how long the console's pages take: RECORDS=25000 SEED=1
	$(CARGO) build --release --bins -p usra-server -p usra-client-sdk -p usra-tests
	@target/release/usra-bench-pages

bench-history: deps ## what the history of a record takes on the wire as it grows, against automerge's own save
	$(CARGO) build --release --bins -p usra-server -p usra-client-sdk -p usra-tests
	@target/release/usra-bench-history

api-fuzz: deps ## requests made from /openapi.json against a server of its own: EXAMPLES=200 for each address, SEED=1
	$(CARGO) build --workspace --bins
	scripts/api-fuzz

lint: ## formatting and lints, as CI runs them
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

doc: ## the code's documentation, warnings refused
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps

reliability: ## write docs/reliability.md anew from the promises and the figures of the long runs
	$(CARGO) build --workspace --bins
	target/debug/usra-reliability > docs/reliability.md

data-model: ## write docs/data-model.md anew from the schema table
	$(CARGO) build -p usra-server --bin usra
	target/debug/usra schema --format markdown > docs/data-model.md

check: ## everything that CI runs
	.ci/run
