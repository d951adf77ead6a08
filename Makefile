# The commands of this repository. `make help` lists them.

SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Every recipe runs with the tools that set-up found or installed.
ENV := set -euo pipefail; . .build/env.sh;
PORT ?= 8080
# All browser tests, or those named: make test-e2e E2E=tests/end_to_end/sale.test.mjs
E2E ?= $(sort $(wildcard tests/end_to_end/*.test.mjs))
WASM := --target wasm32-unknown-unknown

.PHONY: help
help: ## Lists these commands.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Installs what is missing here to build and test, and says what and why.
	@.build/setup.sh test

.PHONY: setup-build
setup-build:
	@.build/setup.sh build

.PHONY: build
build: setup-build ## Builds the app in release mode into dist/.
	@$(ENV) node .build/build.mjs

.PHONY: serve
serve: build ## Builds and serves the app on 127.0.0.1 (PORT=8080) until stopped.
	@$(ENV) PORT=$(PORT) exec node .build/serve.mjs

# One after the other, for each of them wants all processors.
.PHONY: test
test: ## Runs all tests: native, in a worker on OPFS, and end to end on the release build.
	@$(MAKE) --no-print-directory test-native
	@$(MAKE) --no-print-directory test-opfs
	@$(MAKE) --no-print-directory test-e2e

.PHONY: test-native
test-native: setup ## Runs the core's tests natively.
	@$(ENV) cargo test

.PHONY: test-opfs
test-opfs: setup ## Runs the integration tests in a dedicated worker of headless Chromium.
	@$(ENV) cargo test $(WASM) $(patsubst tests/%.rs,--test %,$(shell grep -l in_both_worlds tests/*.rs))

.PHONY: test-e2e
test-e2e: setup build ## Builds, then uses the app as a person would, in headless Chromium.
	@$(ENV) node --test $(E2E)

.PHONY: bench
bench: setup build ## Measures the built app; prints one JSON object, also to target/bench.json.
	@$(ENV) node benches/browser.mjs

.PHONY: lint
lint: setup ## Checks formatting and runs clippy, natively and for WebAssembly.
	@$(ENV) cargo fmt --check
	@$(ENV) cargo clippy --all-targets -- -D warnings
	@$(ENV) cargo clippy $(WASM) --lib --bins --tests -- -D warnings

.PHONY: screenshots
screenshots: setup build ## Writes pictures of every screen to target/screenshots.
	@$(ENV) node tests/end_to_end/screenshots.mjs

.PHONY: icons
icons: setup ## Renders public/icons/*.png from their SVG sources again.
	@$(ENV) node .build/render_icons.mjs

.PHONY: clean
clean: ## Removes what was built of this crate; tools and dependencies stay in the cache.
	@rm -rf dist .build/generated target/screenshots target/bench.json
	@$(ENV) cargo clean -p daybook
