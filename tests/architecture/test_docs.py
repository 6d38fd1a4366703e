"""What the documents list is what there is: settings, dependencies, decisions, files that are linked to."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (DOCS / "settings.md").read_text(encoding="utf-8")
FROM_FILES = re.findall(r"`([A-Z0-9_]+)_FILE` \|$", SETTINGS, re.MULTILINE)
DECISIONS = sorted((DOCS / "adr").glob("*.md"))
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]


def row(name: str, field: FieldInfo) -> str:
    """Return how the row of a setting begins."""
    default = field.default
    if isinstance(default, SecretStr) or not str(default):
        shown = "–"
    else:
        shown = f"`{str(default).lower() if isinstance(default, bool) else default}`"
    return f"| `{name.upper()}` | {shown} | {field.description} |"


def listed_dependencies(heading: str) -> list[str]:
    section = (DOCS / "dependencies.md").read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def declared_dependencies() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "At run time": project["project"]["dependencies"],
        "For development": project["dependency-groups"]["dev"],
    }
    return {heading: [re.split(r"[\[<>=~! ]", one)[0] for one in names] for heading, names in asked.items()}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    assert row(name, Settings.model_fields[name]) in SETTINGS


def test_no_setting_is_explained_that_there_is_not() -> None:
    table = SETTINGS.split("\nBeside these")[0]
    assert re.findall(r"^\| `([A-Z0-9_]+)` \|", table, re.MULTILINE) == [name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("name", FROM_FILES)
def test_a_setting_that_may_come_from_a_file_does(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    value = getattr(Settings(), name.lower())
    assert (value.get_secret_value() if isinstance(value, SecretStr) else value) == "from a file"


def test_settings_that_may_come_from_a_file_are_marked() -> None:
    assert {"SECRET_KEY", "SIGNING_KEY"} <= set(FROM_FILES)


@pytest.mark.parametrize("heading", declared_dependencies())
def test_every_dependency_has_its_reason(heading: str) -> None:
    assert sorted(listed_dependencies(heading)) == sorted(declared_dependencies()[heading])


def test_decisions_are_numbered_and_say_why() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert [part for part in ("## Context", "## Decision", "## Consequences") if part not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    known = {str((page.parent / target).resolve().relative_to(ROOT)): page.parent / target for target in targets}
    assert [name for name, path in known.items() if not path.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_document_names_are_there(page: Path) -> None:
    named = re.findall(r"`((?:app|tests|docs|scripts|migrations)/[\w./-]*\w)`", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_readme_names_every_system_package_that_the_scripts_ask_for() -> None:
    (line,) = re.findall(r"^sudo apt-get install --no-install-recommends (.+)$", README, re.MULTILINE)
    tools = (ROOT / "scripts" / "install-test-tools").read_text(encoding="utf-8")
    environment = (ROOT / "scripts" / "make-environment").read_text(encoding="utf-8")
    asked = re.findall(r"\|\| echo (\S+)$", tools, re.MULTILINE)
    asked += re.findall(r"scripts/install-debian-packages (\S+)", environment)
    assert len(asked) > 5
    assert sorted(line.split()) == sorted(asked)
