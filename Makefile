# Thin: each target calls a script, which first sees to the system packages.
.PHONY: demo test bench bench-peers lint format

demo:
	@scripts/demo

test:
	@scripts/test

bench:
	@scripts/bench

bench-peers:
	@$(or $(PEERS),python3) Benchmarks/peers/speed

lint:
	@scripts/lint

format:
	@swift format -i -r -p Package.swift Sources Tests
