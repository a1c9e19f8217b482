# What one does with this project; `make help` lists it. Everything is installed into .venv, on first use and again
# whenever a requirements file has changed.

SHELL := /bin/sh
.DEFAULT_GOAL := help

BIN := .venv/bin
RUN_INSTALLED := .venv/.installed-run
DEV_INSTALLED := .venv/.installed-dev
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$name; break; }; done)
# Two `make` at once in one clone take turns; where flock is missing, do not run two.
TAKE_TURNS := $(if $(shell command -v flock),flock .venv/.lock)
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input

# Checks have a data folder of their own, so that they neither need nor touch the one of `make run`.
CHECK_ENVIRONMENT := DATA_DIR=.data/check LOG_LEVEL=WARNING
# docs/reference/settings.md, "In production". Nothing connects to this database, and the keys open nothing.
PRODUCTION_ENVIRONMENT := DATA_DIR=.data/check DATABASE_URL=postgresql://identity:password@database.example/identity \
	SECRET_KEY=a-key-for-checks-only-0123456789-abcdefghijklmnopqrstuvwxyz \
	RECEIPT_KEY=another-key-for-checks-only-0123456789-abcdefghijklmnopqrst \
	ALLOWED_HOSTS=identity.example HTTPS=true CSRF_TRUSTED_ORIGINS=https://identity.example
CHECKS := check-style check-format check-types check-imports check-templates check-migrations check-api check-deployment

# Each worker has a PostgreSQL of its own; on one that is given, tests run one by one.
AT_ONCE := $(if $(DATABASE_URL),,-n auto --maxprocesses 4 --dist worksteal)

.PHONY: help run test soak check lock translations $(CHECKS)

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '  make %-12s %s\n' "$$name" "$$text"; done

run: $(RUN_INSTALLED) ## Install and start everything; options: make run ARGS="--port 8001 --data DIR --no-demo"
	@$(BIN)/python manage.py up $(ARGS)

test: $(DEV_INSTALLED) ## Every test, on a real PostgreSQL; options of pytest: make test ARGS="-k guardian"
ifeq ($(ARGS),)
	@# What starts and kills programs of its own gets a process of its own: browsers and event loops do not stand in its way.
	@$(BIN)/python -m pytest -m slow
	@$(BIN)/python -m pytest -m "not slow" $(AT_ONCE)
else
	@$(BIN)/python -m pytest $(ARGS)
endif

soak: $(DEV_INSTALLED) ## The property, chaos and fuzz tests at full size, seeded
	@SOAK=1 $(BIN)/python -m pytest -m soak --hypothesis-seed=20261124 --durations=0 $(ARGS)

check: $(DEV_INSTALLED) ## Style, types, import directions, templates, migrations, OpenAPI, deployment settings
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going $(CHECKS)

lock: $(DEV_INSTALLED) ## Write requirements.txt and requirements-dev.txt anew from requirements.in and requirements-dev.in
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
			$(ARGS) $$name.in -o $$name.txt || exit 1; done

translations: $(DEV_INSTALLED) ## Compile what locale/ says; the compiled files are kept, so that nobody needs gettext
	@$(BIN)/pybabel --quiet compile --directory locale --domain django

check-style:
	@$(BIN)/ruff check --quiet
check-format:
	@$(BIN)/ruff format --check --quiet
check-types:
	@$(CHECK_ENVIRONMENT) $(BIN)/mypy --no-error-summary
check-imports:
	@$(BIN)/lint-imports --no-logo
check-templates:
	@$(BIN)/djlint templates --check --quiet
	@$(BIN)/djlint templates --lint --quiet
check-migrations:
	@$(CHECK_ENVIRONMENT) $(BIN)/python manage.py makemigrations --check --dry-run
check-api:
	@$(CHECK_ENVIRONMENT) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
check-deployment:
	@$(PRODUCTION_ENVIRONMENT) $(BIN)/python manage.py check --deploy --fail-level WARNING

# $(1) = the requirements file, $(2) = the stamp that says it is installed
define install
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed, and none was found on the PATH.' >&2; exit 1; }
	@mkdir -p .venv
	@$(TAKE_TURNS) $(SHELL) -ec '\
		if [ -n "$$(find $(2) -newer $(1) 2>/dev/null)" ]; then exit 0; fi; \
		echo "Installing $(1) into .venv …"; \
		$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv || { \
			echo "$(PYTHON) -m venv does not work here; on Debian: apt-get install python3-venv" >&2; exit 1; }; \
		$(PIP) install --requirement $(1); \
		touch $(2)'
endef

$(RUN_INSTALLED): requirements.txt
	$(call install,requirements.txt,$@)

$(DEV_INSTALLED): requirements-dev.txt
	$(call install,requirements-dev.txt,$@)
