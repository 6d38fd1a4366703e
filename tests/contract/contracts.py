"""The committed descriptions of the API. Write them anew with ``python -m tests.contract.contracts``."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from app.main import create_app
from app.settings import Settings
from app.web.errors import TITLES
from app.web.problems import without_values
from tests.contract.raised_problems import ROOT, raised

ADDRESS = "https://portavoce.example"
_HEAD = """# Problems

Every refusal of the API is `application/problem+json` (RFC 9457). `type` leads to a page of this list,
`code` is its last part and never changes, `detail` says what to do next. This list is read from the source.

| Code | Status | What to do |
| --- | --- | --- |
"""


@cache
def api_document() -> dict[str, Any]:
    """Return the OpenAPI document as it is served, at an address that no machine has."""
    return create_app(Settings(demo=True, public_url=ADDRESS)).openapi()


def contracts() -> dict[Path, str]:
    """Return the text of each committed file."""
    found = raised()
    catalogue = {code: {"status": status, "details": details} for code, (status, details) in found.items()}
    rows = [
        f"| `{code}` | {status} {TITLES[status]} | {' / '.join(map(without_values, details))} |\n"
        for code, (status, details) in found.items()
    ]
    return {
        ROOT / "app" / "web" / "problems.json": _json(catalogue),
        ROOT / "docs" / "api" / "problems.md": _HEAD + "".join(rows),
        ROOT / "docs" / "api" / "openapi.json": _json(api_document()),
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for path, text in contracts().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
