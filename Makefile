# Needs only Python 3.11+ and make; everything else is installed into .venv.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] <= (3,13))' 2>/dev/null && { echo $$p; break; }; done)
PIP = .venv/bin/python -m pip --disable-pip-version-check -q

.PHONY: demo test quick soak lab lint clean
demo: .venv/.installed
	.venv/bin/examdesk demo

test: .venv/.dev
	bash tests/install-browser.sh
	bash tests/install-postgres.sh
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not soak" --durations=30

quick: .venv/.dev
	.venv/bin/python -m pytest -q -n 2

soak: .venv/.dev
	bash tests/install-browser.sh
	bash tests/install-postgres.sh
	bash tests/install-hub.sh
	.venv/bin/python -m pytest -m soak

lab: .venv/.installed
	.venv/bin/examdesk lab

lint: .venv/.dev
	.venv/bin/ruff check .
	.venv/bin/mypy

clean:
	rm -rf build .venv

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed and was not found."; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install "pip>=25.1"

.venv/.installed: pyproject.toml .venv/bin/python
	@echo "Installing Examdesk into .venv (about two minutes the first time) …"
	$(PIP) install -e .
	@touch $@

.venv/.dev: pyproject.toml .venv/.installed
	$(PIP) install --group dev
	@touch $@
