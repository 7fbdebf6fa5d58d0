# Every target is a script that can be run by itself; this is the list of them.
.DEFAULT_GOAL := help
.PHONY: help run demo check build test test-unit test-e2e media-figures media-soak fuzz asan tsan lint format ci fresh bench-idle bench-sfu bench-sfu-quick bench-recording bench-srtp screenshots hooks clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build and serve; ready links are printed
	script/run

demo: ## the same with a simulated headset, and a link to watch it
	script/run --demo

check: ## build, serve, fetch every printed link, stop
	script/run --check

build: ## debug build of the program and its tests
	script/lib/packages.sh run
	swift build --build-tests

test: ## everything that CI runs
	script/test

test-unit: ## lint, types of the pages, unit tests
	script/test --unit

test-e2e: ## real browsers, mail server, TURN server
	script/test --e2e

media-figures: ## rates, delays and shares of the media plane with real browsers; wants a quiet machine
	PORTHOLE_FIGURES=1 PORTHOLE_BINARY=$(CURDIR)/.build/debug/porthole PORTHOLE_ARTIFACTS=$(CURDIR)/artifacts \
		.venv/bin/python -m pytest -p no:cacheprovider -c Tests/EndToEnd/pytest.ini --rootdir Tests/EndToEnd -m "figures or not figures" \
		$(addprefix Tests/EndToEnd/test_media_,$(addsuffix .py,codecs join loss unity peers paths return firefox))

media-soak: ## the media plane for ten minutes, a thousand joins, memory flat; against a release build
	script/soak-media

fuzz: ## a minute of each fuzzer, with AddressSanitizer
	script/fuzz

asan: ## tests of what carries media under AddressSanitizer
	script/sanitize address

tsan: ## the same under ThreadSanitizer
	script/sanitize thread

lint: ## formatting, arrows, engine rules, sizes, words; a few seconds
	script/lint

format: ## rewrite Swift files in the project's format
	swift format --in-place --parallel --recursive Sources Tests Package.swift

ci: ## what a change has to pass, as CI runs it
	CI=true bash .ci/run </dev/null

fresh: ## check and test in a bare Debian 12 (debootstrap; needs root and half an hour)
	script/fresh

bench-idle: ## 2,000 idle sockets and 200 requests/s against a release build
	script/bench-idle

bench-sfu: ## the media plane against Janus, Pion and a bare loop; fails below the promised ratios; an hour
	script/bench sfu --check

bench-sfu-quick: ## the same in about two minutes, and less sure
	script/bench sfu --quick

bench-recording: ## what recording costs; fails above the promised share of a core; seven minutes
	script/bench recording --check

bench-srtp: ## what SRTP costs by library
	script/bench srtp

screenshots: ## pictures of every page; fails on console errors, CSP and accessibility violations
	script/screenshots

hooks: ## lint before every commit
	git config core.hooksPath script/hooks

clean: ## remove what builds and tests have made
	rm -rf .build .build-* .venv artifacts
