# The whole of Vigie from a clone. Each target first sees to what it needs on this machine, or says
# what is missing (deploy/prerequisites). CARGO_TARGET_DIR is honoured throughout.
.PHONY: help demo test check soak fuzz bench fmt clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

demo: ## a simulated country in a console, in one process; prints the address to open
	@deploy/prerequisites/install demo
	@frontend/build
	cargo run --release --package vigie-server --bin vigie -- demo

test: ## every test, with a real Kafka, a real browser and a real Prometheus
	@deploy/prerequisites/install test
	@tests/build
	@tests/run

check: ## what takes under two minutes: formatting, lints, the tests of the crates on fewer days
	@deploy/prerequisites/install check
	cargo fmt --all --check
	cargo clippy --all-targets -- --deny warnings
	cargo clippy --package vigie-console --package vigie-bundle -- --deny warnings
	VIGIE_DAYS=1000 cargo test --quiet

soak: ## a hundred thousand generated days, ten thousand judged, long attacks, an hour of traffic (VIGIE_SOAK_MINUTES)
	@deploy/prerequisites/install test
	@frontend/build
	VIGIE_DAYS=100000 cargo test --package vigie-model --test days -- --skip judged
	VIGIE_DAYS=1000000 cargo test --package vigie-model --test days judged
	VIGIE_ATTACK_SECONDS=60 tests/run attack
	@tests/run soak

fuzz: ## looks for inputs that break something, ten minutes a kind (a nightly Rust and cargo-fuzz)
	@tests/fuzz/run -- 600

bench: ## the measurements that the documentation quotes
	@deploy/prerequisites/install test
	@frontend/build
	@tests/bench/run

fmt: ## formats the Rust code
	cargo fmt --all

clean: ## removes all that was built or fetched in this clone
	cargo clean
	rm -rf target-console frontend/dist tests/node_modules tests/kafka/lib
