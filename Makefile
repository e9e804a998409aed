# Every target does its own set-up; `make` alone lists them.

SHELL := bash
VENV := .venv
BIN := $(VENV)/bin
CHECKLIST ?= checklists/quickstart.yaml
# Address of the package index that holds the torch build of your choice; pytorch.org names it.
TORCH_INDEX ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

NATIVE := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
LOADS_PDF := $(BIN)/python -W error::DeprecationWarning -c 'import weasyprint'
# The names that tests/report/in_browser.py looks for.
FINDS_BROWSER := command -v chromium chromium-browser google-chrome > /dev/null

.DEFAULT_GOAL := help
.PHONY: help setup browser demo test bench lint format schema wheel clean
.DELETE_ON_ERROR:

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.packages $(VENV)/.native ## Prepare .venv and the native libraries (the others do it too)

browser: ## Install Chromium, which tests of the HTML report drive (test does it too)
	@$(FINDS_BROWSER) \
	|| { tools/install-debian-packages.sh "Tests of the HTML report need a browser" chromium && $(FINDS_BROWSER); } \
	|| echo "Going on without it: the tests that need it are skipped until it is installed." >&2

demo: setup ## Run the quick-start checklist: trains, decides, writes a report
	@$(BIN)/stablecheck run $(CHECKLIST) && code=0 || code=$$?; \
	case $$code in \
	0)  echo "stablecheck ended with 0: GO, or GO with conditions." ;; \
	97) echo "stablecheck ended with 97: INCONCLUSIVE. The run is complete; the report says what is missing." ;; \
	98) echo "stablecheck ended with 98: CONDITIONAL GO under --strict. The run is complete." ;; \
	99) echo "stablecheck ended with 99: NO-GO. The run is complete; the report gives the reasons." ;; \
	*)  echo "stablecheck ended with $$code: no verdict was reached; the lines above say why." >&2; exit $$code ;; \
	esac

test: setup browser ## Run the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist worksteal

bench: setup ## Measure all timings of benchmarks/ again; an hour of a quiet machine
	@for name in start_up overhead checklist growth scale_model ray_workers cuda; do \
	    echo "== $$name" && $(BIN)/python -m benchmarks.$$name || exit 1; \
	done

lint: $(VENV)/.packages ## Check format, style, types and the import rows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.packages ## Format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(VENV)/.packages ## Write the published JSON Schema of the checklist again
	$(BIN)/python -m stablecheck schema > .schema.unfinished
	mv .schema.unfinished checklists/stablecheck-1.schema.json

wheel: $(VENV)/.packages ## Build wheel and source archive into dist/
	$(BIN)/python -m build --no-isolation

clean: ## Remove caches and build outputs; keeps .venv and the runs
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find stablecheck tests examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.packages: pyproject.toml constraints.txt
	@tools/make-environment.sh $(VENV)
	@echo "Installing the packages of constraints.txt into $(VENV); the first time takes some minutes"
	@if [ -n "$(TORCH_INDEX)" ]; then \
	    $(BIN)/python -m pip install -qq --extra-index-url "$(TORCH_INDEX)" -c constraints.txt torch; \
	fi
	@$(BIN)/python -m pip install -qq -c constraints.txt -e '.[dev]'
	@touch $@

# The mark is set only when WeasyPrint loads without a warning of a missing library, so a machine
# that lacks one is asked again.
$(VENV)/.native: $(VENV)/.packages
	@if $(LOADS_PDF) > /dev/null 2>&1; then touch $@; \
	elif tools/install-debian-packages.sh "The PDF report needs native libraries" $(NATIVE) \
	    && $(LOADS_PDF) > /dev/null 2>&1; then touch $@; \
	else echo "Going on without them: reports are written as HTML until they are installed." >&2; fi
