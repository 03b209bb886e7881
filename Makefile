# Thin: each target calls a script, which first sees to the system packages.
.PHONY: demo test bench lint format

demo:
	@scripts/demo

test:
	@scripts/test

bench:
	@scripts/bench

lint:
	@scripts/lint

format:
	@swift format -i -r -p Package.swift Sources Tests
