import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPECIFICATION = (ROOT / "docs" / "evidence" / "specification.md").read_text()
SOURCES = "".join(path.read_text() for path in sorted((ROOT / "app" / "evidence").glob("*.py")))
PLACES = (
    "EvidenceError\\(",
    "Broken\\(",
    "_demand\\(.*, ",
    'return "pass", ',
    'return "absent", ',
    "_CODE = ",
    "code = ",
)
CODES = {code for place in PLACES for code in re.findall(place + r'\s*"([a-z0-9_]+)"', SOURCES)} | set(
    re.findall(r'"([a-z]+_(?:malformed|differs|missing|unknown))"', SOURCES)
)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained_in_the_specification(code: str) -> None:
    assert f"`{code}`" in SPECIFICATION


def test_the_codes_were_found() -> None:
    assert len(CODES) > 40
