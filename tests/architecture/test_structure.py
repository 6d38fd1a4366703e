"""Rules about the text of the project that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LINES = 500
TEMPLATE_LINES = 150
FUNCTION_LINES = 60
CODE = {".py", ".html", ".css", ".js", ".sh", ".toml", ".mako", ".typ"}
SQL_ROOMS = ("app/db/", "migrations/")
UNFINISHED = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b")
MACHINE_PATH = re.compile(r"(?<![\w/.:~-])/(?:work|root|home|Users)/\w")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|crates\.io|proxy\.golang\.org")
CONTEXT = re.compile(r"\b(?:Agency)?Ctx\(")
FORBIDDEN_IN_TEMPLATES = {
    "inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "event attribute": re.compile(r"\s(?:hx-on|on[a-z]+\s*=)", re.IGNORECASE),
    "script in an attribute": re.compile(r"""["'](?:java)?(?:script|js):""", re.IGNORECASE),
}


def project_files() -> list[str]:
    """Return the files that git tracks or would track, as paths from the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


FILES = project_files()
PYTHON = [name for name in FILES if name.endswith(".py")]
READ_AND_CHANGED = [name for name in PYTHON if not name.startswith("migrations/versions/")]
OUTSIDE_THE_DOOR = [name for name in PYTHON if name.startswith("app/") and name != "app/access/work.py"]
TEMPLATES = [name for name in FILES if name.startswith("app/templates/") and name.endswith(".html")]
OWN_CODE = [name for name in FILES if Path(name).suffix in CODE and "/vendor/" not in name]


def text_of(name: str) -> str:
    """Return a file's text, empty for what is no text."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def found(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    """Return `path:line: match` for each place where the pattern stands."""
    return [
        f"{name}:{number}: {match.group().strip()}"
        for name in names
        for number, line in enumerate(text_of(name).splitlines(), start=1)
        if (match := pattern.search(line))
    ]


def raw_sql(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that name SQLAlchemy's `text` or a model's bare table: both pass the tenancy guard by."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.split(".")[0] == "sqlalchemy":
                yield from (node.lineno for name in names if name.name == "text")
            case ast.Attribute(attr="text", value=ast.Name(id="sa" | "sqlalchemy" | "sql")):
                yield node.lineno
            case ast.Attribute(attr="__table__"):
                yield node.lineno


def test_the_project_is_looked_at() -> None:
    assert "pyproject.toml" in FILES
    assert PYTHON
    assert TEMPLATES


def test_raw_sql_and_bare_tables_stay_in_the_database_room() -> None:
    outside = [name for name in PYTHON if name.startswith("app/") and not name.startswith(SQL_ROOMS)]
    places = [f"{name}:{line}" for name in outside for line in raw_sql(ast.parse(text_of(name)))]
    assert places == []


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import select, text",
        "from sqlalchemy.sql.expression import text",
        "import sqlalchemy as sa\nsa.text('SELECT 1')",
        "rows = select(Person.__table__)",
    ],
)
def test_the_search_for_raw_sql_finds_it(source: str) -> None:
    assert list(raw_sql(ast.parse(source)))


def test_one_module_makes_the_context_in_which_somebody_acts() -> None:
    assert found(CONTEXT, ["app/access/work.py"])
    assert found(CONTEXT, OUTSIDE_THE_DOOR) == []


# C functions and classes whose work grows with the square of a text, each with the one module that bounds it.
BOUNDED = {
    "unicodedata.normalize": "app/rules/normal_form.py",
    "SequenceMatcher": "app/policies/rules/matching.py",
}


@pytest.mark.parametrize("name", BOUNDED)
def test_what_strangers_texts_can_make_endless_is_used_in_one_place_that_bounds_it(name: str) -> None:
    code = [file for file in PYTHON if file.startswith("app/")]
    places = {place.split(":")[0] for place in found(re.compile(rf"\b{re.escape(name)}[\[(]"), code)}
    assert places == {BOUNDED[name]}


def test_nothing_is_left_unfinished() -> None:
    assert found(UNFINISHED, OWN_CODE) == []


def test_no_python_file_outgrows_its_ceiling() -> None:
    assert [name for name in READ_AND_CHANGED if len(text_of(name).splitlines()) > PYTHON_LINES] == []


def test_no_template_outgrows_its_ceiling() -> None:
    assert [name for name in TEMPLATES if len(text_of(name).splitlines()) > TEMPLATE_LINES] == []


def test_no_function_outgrows_its_ceiling() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name in READ_AND_CHANGED
        for node in ast.walk(ast.parse(text_of(name)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert found(MACHINE_PATH, FILES) == []


def test_no_file_names_a_package_registry() -> None:
    assert found(REGISTRY, FILES) == []


def test_lock_files_hold_no_addresses() -> None:
    address = re.compile(r'"resolved"|(?:--(?:extra-)?index-url|--find-links|@ (?:https?|file):)')
    locks = [name for name in FILES if name.endswith((".lock", "package-lock.json"))]
    assert {"requirements.lock", "requirements-dev.lock", "tests/tools/package-lock.json"} <= set(locks)
    assert found(address, locks) == []


@pytest.mark.parametrize("rule", FORBIDDEN_IN_TEMPLATES)
def test_templates_keep_to_the_content_security_policy(rule: str) -> None:
    # Mail programs read no stylesheet; a page shows a mail under a policy of the mail's own.
    mails = [name for name in TEMPLATES if rule == "inline style" and name.startswith("app/templates/mail/")]
    assert found(FORBIDDEN_IN_TEMPLATES[rule], sorted({*TEMPLATES} - {*mails})) == []


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("inline style", '<p style="color: red">'),
        ("inline script", "<script>go()</script>"),
        ("inline script", '<script type="module">'),
        ("event attribute", '<a onclick="go()">'),
        ("event attribute", '<a hx-on:click="go()">'),
        ("script in an attribute", '<a href="javascript:go()">'),
        ("script in an attribute", "<a hx-vals='js:{x: 1}'>"),
    ],
)
def test_the_search_in_templates_finds_what_it_forbids(rule: str, line: str) -> None:
    assert FORBIDDEN_IN_TEMPLATES[rule].search(line)


def test_a_script_file_is_no_inline_script() -> None:
    assert not FORBIDDEN_IN_TEMPLATES["inline script"].search('<script src="/static/app.js" defer></script>')
