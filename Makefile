# `make run`: the embedded study. `make test`: all quick checks. Both first make .venv, once.
BIN := $(CURDIR)/.venv/bin
export PATH := $(BIN):$(PATH)
CORES ?= all
TESTS ?= 3
STUDY ?= .
PYTHON ?= $(if $(shell command -v python),python,python3)

.PHONY: venv run report figures test test-slow torture endurance bench gpu lint format schema requirements docs clean

venv: .venv/ready

# pip fetches uv alone (hashed); uv installs the rest in seconds.
.venv/ready: requirements.txt requirements-uv.txt pyproject.toml
	python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# The first table, of one seed, is there after a few minutes; the other core decodes other videos. Then everything, three seeds. The jobs
# share one import of PyTorch.
FIRST := results/cvpr2019/table1.html
SHARED := python -m vcop.shared_start
run: venv
	@echo "The embedded study: 30 to 50 minutes on two cores. Snakemake counts the steps done. Ctrl-C stops it; 'make run' goes on."
	test -e $(FIRST) || $(SHARED) snakemake --cores $(CORES) --quiet reason --config 'seeds=[0]' -- $(FIRST) results/frames/hmdb51.h5
	@echo "The first table, of one seed: $(FIRST)"
	$(SHARED) snakemake --cores $(CORES) --quiet reason

report: venv
	snakemake --cores $(CORES)
	snakemake --report report.zip

# Tables and figures from the metrics on disk, those alone that these or their code have changed, and no stage. FORCE=1: all of
# them. STUDY=folder: of another study, one that was packed and unpacked elsewhere, too.
figures: venv
	snakemake --cores $(CORES) --directory "$(STUDY)" $(if $(FORCE),--forceall) \
		--allowed-rules figures $$(python -c "from vcop.commands import render; print(*render.items())") -- figures

# TESTS: how many files at a time: one more than cores, since some tests wait. After that the whole study, with the cluster beside it,
# which mostly waits, and dry runs.
# A test that ends its process is a failure; pytest-xdist would start another process, and may then wait for ever.
test: lint
	pytest -m "not slow" -n $(TESTS) --dist loadfile --max-worker-restart 0 --timeout 300 --ignore tests/workflow --ignore tests/cluster
	log=$$(mktemp); { pytest -m "not slow" tests/cluster && pytest -m "not slow and not whole" tests/workflow; } > $$log 2>&1 & others=$$!; \
	pytest -m "not slow and whole" tests/workflow; study=$$?; wait $$others; others=$$?; cat $$log; rm $$log; exit $$((study + others))

test-slow: venv
	pytest -m slow

# A small study killed KILLS times, at moments drawn from SEED, and rerun; writes torture.log (docs/robustness-proof.md). It takes about half an
# hour of two idle cores; MINUTES=20: no kill after that.
torture: venv
	PYTHONPATH=tests nice python -m support.torture --kills $(or $(KILLS),300) $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

# A training of the embedded study watched for MINUTES: memory, files, threads, speed; benchmarks/results/endurance.md (docs/robustness-proof.md).
endurance: venv
	python -m benchmarks.endurance --minutes $(or $(MINUTES),60)
	python -m benchmarks.page --page docs/robustness-proof.md

# How fast each stage is here, beside what else could do its work: benchmarks/results/*.md (docs/performance.md).
bench: venv
	set -e; for name in decode load train retrieve embed search study; do python -m benchmarks.$$name; done

# This project checked and measured on a GPU, at most 9 minutes (docs/gpus.md). It needs no .venv: PYTHON=python3 is any Python with PyTorch.
gpu:
	PYTHONPATH=src$${PYTHONPATH:+:$$PYTHONPATH} $(PYTHON) -m benchmarks.gpu $(GPU_FLAGS)

lint: venv
	ruff format --check .
	ruff check .
	snakefmt --check Snakefile workflow
	mypy
	lint-imports
	codespell
	snakemake --lint

format: venv
	ruff format .
	ruff check --fix .
	snakefmt Snakefile workflow

# The documentation as a site: site/index.html. A broken link or a public name without a docstring is an error.
docs: venv
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict

schema: venv
	python -m vcop schema > workflow/schemas/config.schema.yaml

# The pinned, hashed requirements out of pyproject.toml's ranges, and of these the pins of the conda environments. The extra `hub` is left out:
# it brings a dozen packages for one test, which is skipped without them.
EXTRAS := embed tensorboard workflow dev
requirements: venv
	uv pip compile pyproject.toml $(EXTRAS:%=--extra %) --generate-hashes --python-version 3.11 --no-header --quiet -o requirements.txt
	python envs/pin.py

clean:
	rm -rf results .snakemake report.zip
