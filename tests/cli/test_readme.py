"""The README's lines work as printed, against the demo."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.doorway import serve

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
PRINTED = "http://127.0.0.1:8000"
# What fails must fail the script, and each answer stands on a line of its own.
_STRICT = "set -euo pipefail\ncurl() { command curl --fail-with-body --max-time 30 -w '\\n' \"$@\"; }\n"


@pytest.fixture(scope="module")
def lines() -> str:
    """Give the block of shell lines that asks the API."""
    (found,) = [block for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "curl -sS" in block]
    assert len(re.findall(r"^# \d\.", found, re.MULTILINE)) == 6
    assert shutil.which("curl"), "Install curl: people try the API with it."
    return found


def test_the_lines_that_ask_the_api_work_as_printed(demo_url: str, lines: str) -> None:
    with serve(demo_url) as server:
        script = _STRICT + lines.replace(PRINTED, server.url)
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120, check=False)  # noqa: S603, S607
    assert (done.returncode, done.stderr) == (0, "")
    for expected in (
        '"name":"Birrificio Lupo"',
        '"created":1',
        '"next_cursor":"',
        '"label":"2.0"',
        '"standing":"passed"',
        '"status":201',
    ):
        assert expected in done.stdout.replace('": ', '":')
