"""The system's Chromium, or the one Playwright has installed; quiet, and calling nobody."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch_args(playwright: Playwright) -> dict[str, Any]:
    """What `chromium.launch` needs here. Without any Chromium a CI run fails, and every other run skips."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return {"executable_path": path, "args": ARGS}
    if Path(playwright.chromium.executable_path).exists():
        return {"args": ARGS}
    missing = "no Chromium found: install the package chromium, or run  python -m playwright install chromium"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(missing)
    pytest.skip(missing)
