# Two commands are all that a newcomer needs: `make demo` and `make test`.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Where it is set, each of the processes that tests start would compile again all that it imports.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test thorough check e2e docs bench bench-aggregate bench-cache bench-claims bench-routing bench-traps errors-gallery pictures rehearse-release readme lock clean

demo: $(READY) ## run the five tasks on five simulated models, with the real Claude Code CLI
	@$(BIN)/gha-router demo --out out/demo

test: $(READY) ## unit and integration tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

thorough: $(READY) ## the unit tests again, with four times the examples of every grammar
	@HYPOTHESIS=thorough $(BIN)/python -m pytest -n 2 --dist loadgroup tests/unit

check: $(READY) ## lint, format, types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

e2e: $(READY) ## end to end: the demo, the image, the action as the runner starts it, a workflow engine
	@sh scripts/e2e-setup.sh
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -rs tests/e2e

bench: $(READY) ## the gateway beside its peers: TARGETS="ours bare-aiohttp" ROWS="start latency" QUICK=1 choose
	@sh bench/traps/install.sh
	@$(BIN)/python -m bench.speed $(if $(QUICK),--quick)

bench-routing: $(READY) ## misrouted prompts by group; learnt routers and chains on public outcomes (ROUTING_DATA: their folder)
	@$(BIN)/python -m bench.routing

bench-aggregate: $(READY) ## 1,000 to 100,000 synthetic trials in 256 shards, put together: time and memory
	@$(BIN)/python -m bench aggregate

bench-cache: $(READY) ## kept replies: wrong hits and paraphrases found, what a lookup among 10,000 takes, and what a start takes longer
	@sh bench/cache/install.sh
	@$(BIN)/python -m bench.cache

bench-claims: $(READY) ## precision and recall of the claims that are read in messages (V=1: the misses)
	@$(BIN)/python -m bench.claims $(if $(V),-v)

bench-traps: $(READY) ## what gateways break, ours and its peers: TRAPS="1 10" TARGETS="ours litellm-proxy" choose
	@sh bench/traps/install.sh
	@$(BIN)/python -m bench.traps

errors-gallery: $(READY) ## make a newcomer's mistakes, one after the other, and print what is said (NAMES="tab no-git" choose)
	@$(BIN)/python -m tests.gallery $(NAMES)

pictures: $(READY) ## draw reports as GitHub shows them into docs/pictures (Chromium, npm)
	@$(BIN)/python scripts/pictures.py

rehearse-release: $(READY) ## a release as far as one machine can go: image, contract tests, digest, SBOM
	@sh scripts/e2e-setup.sh
	@sh scripts/rehearse-release.sh

docs: $(READY) ## the manual as a site, in out/site; a link that leads nowhere is an error
	@test -x $(VENV)-docs/bin/mkdocs || { $(BIN)/python -m venv $(VENV)-docs && \
	  $(VENV)-docs/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock; }
	@NO_MKDOCS_2_WARNING=true $(VENV)-docs/bin/mkdocs build --quiet
	@echo "out/site/index.html"

readme: $(READY) ## write the demo's output into the README
	@$(BIN)/python scripts/readme.py

lock: $(READY) ## pin everything again, with hashes and without host names
	@sh scripts/lock.sh

clean:
	rm -rf $(VENV) $(VENV)-docs out

$(READY): requirements.lock pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh $(VENV)
	@touch $@
