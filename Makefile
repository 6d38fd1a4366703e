# Everything a developer does, from a fresh Debian machine with python3 (3.11 or newer), make and git.
#
#   make run     serve Portavoce with demo data          make check   linters and types only
#   make dev     the same, and again after each change   make lock    resolve the dependencies anew
#   make test    everything CI asks for                  make bench   measure the performance targets
#   make clean   remove what these commands made
#
#   make test T=tests/policies                  only these tests, without the coverage gate
#   make test T="tests/policies -x -k deadline" with pytest's own options

# Compiled modules make every start and every test process faster; some machines forbid them by default.
unexport PYTHONDONTWRITEBYTECODE

# Two things at a time, for two processors: what the tests need comes over the network while the code is checked.
# But what is cleaned in the same call is cleaned first.
MAKEFLAGS += --jobs=2
ifneq ($(filter clean,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

.PHONY: run dev test check test-tools browser lock bench clean

run: .venv/.run-ready
	.venv/bin/portavoce demo

dev: .venv/.run-ready
	scripts/dev

ifdef T
test: .venv/.test-ready
	.venv/bin/python -m pytest $(T)
else
test: check test-tools browser
	scripts/test
endif

check: .venv/.test-ready
	scripts/check

test-tools:
	scripts/install-test-tools

browser: .venv/.test-ready test-tools
	scripts/install-browser

lock: .venv/.run-ready
	scripts/lock

bench: .venv/.test-ready test-tools
	.venv/bin/python -m benchmarks

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage.json *.egg-info
	rm -rf tests/tools/node_modules

.venv/bin/uv: scripts/make-environment
	scripts/make-environment
	touch $@

# Who runs it wants every start to be quick; tests compile what they use when they first use it.
.venv/.run-ready: .venv/bin/uv requirements.lock pyproject.toml scripts/install
	scripts/install requirements.lock --compile-bytecode
	touch $@

.venv/.test-ready: .venv/bin/uv requirements-dev.lock pyproject.toml scripts/install
	scripts/install requirements-dev.lock
	touch $@ .venv/.run-ready
