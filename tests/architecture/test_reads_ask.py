"""What a route reads asks for permission in its first statement, as verbs do."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = re.compile(r"\b(?:Agency|Account)?Ctx\b")
WAYS_TO_ASK = {"require", "require_names", "require_person"}
WAYS_TO_READ = {"read", "read_slow", "read_anew"}
VERBS = {"services", "platform", "web"}

OWN_ACCOUNT = "stands before any company, where nobody has permissions; finds the account of the session alone"
SIGNING_IN = "is read to find out who asks"
DEVELOPMENT = "is there on a developer's machine only"
EXCEPTIONS = {
    "app.access.organisations.asking": OWN_ACCOUNT,
    "app.access.organisations.of_account": OWN_ACCOUNT,
    "app.accounts.queries.sign_in.credentials_of_email": SIGNING_IN,
    "app.accounts.queries.sign_in.development_mail": DEVELOPMENT,
    "app.accounts.queries.sign_in.development_mails": DEVELOPMENT,
    "app.accounts.queries.sign_in.last_organisation": OWN_ACCOUNT,
    "app.accounts.queries.sign_in.own_credentials": OWN_ACCOUNT,
    "app.accounts.queries.sign_in.owner_of_link": SIGNING_IN,
    "app.accounts.queries.sign_in.passkeys": OWN_ACCOUNT,
    "app.accounts.queries.sign_in.sessions": OWN_ACCOUNT,
    "app.accounts.services.passkeys.creation_options": OWN_ACCOUNT,
    "app.accounts.services.passkeys.obstacle": OWN_ACCOUNT,
    "app.organisations.queries.client_companies.of_agency": "the agency's own list, for each of its members",
    "app.organisations.queries.client_companies.inside": "for whoever an engagement lets in; asks before counts",
    "app.policies.queries.standing.standing": "for whoever an engagement lets in; asks before counts",
    "app.training.queries.standing.standing": "for whoever an engagement lets in; asks before counts",
    "app.people.services.invitations.company_of": SIGNING_IN,
    "app.policies.queries.public.in_force": "public: external policies in force, for visitors without an account",
    "app.training.queries.certificates.page_of": "public: for visitors who know the address of an open page",
    "app.training.queries.certificates.validity_of": "public: valid or not, and nothing else, on an open page",
    "app.receipts.queries.subjects.acknowledgement": "one's own, or by name: only the row tells which of both",
}

Sources = Mapping[str, str]


def sources() -> dict[str, str]:
    """Return the source of each module of the application by its dotted name."""
    files = sorted((ROOT / "app").rglob("*.py"))
    return {".".join(file.relative_to(ROOT).with_suffix("").parts): file.read_text(encoding="utf-8") for file in files}


def rooms(name: str) -> set[str]:
    return set(name.split("."))


def is_asked_by_routes(module: str) -> bool:
    """Tell whether routes are in a module, or what stands between them and the reads."""
    return bool(rooms(module) & {"routers", "web"})


def functions_of_a_context(modules: Sources) -> dict[str, ast.FunctionDef]:
    """Return the public functions whose first argument is a context, by their dotted names."""
    return {
        f"{module}.{node.name}": node
        for module, source in modules.items()
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and takes_a_context(node)
    }


def takes_a_context(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args]
    if not arguments:
        return False
    first = arguments[0]
    return first.arg == "ctx" or bool(first.annotation and CONTEXT.search(ast.unparse(first.annotation)))


def asks(function: ast.FunctionDef) -> bool:
    """Tell whether the first statement behind the docstring asks, whatever comes of it: never under a condition."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    match body[0] if body else None:
        case ast.Expr(value=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
            return isinstance(call.func, ast.Attribute) and ast.unparse(call.func) in {f"ctx.{w}" for w in WAYS_TO_ASK}
    return False


def imported(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for."""
    return {
        name.asname or name.name: f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }


def dotted(node: ast.expr, names: Mapping[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return names.get(name, "")
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return f"{names.get(name, '')}.{attribute}"
    return ""


def mentioned(source: str) -> Iterator[tuple[str, bool]]:
    """Yield each dotted name that a module mentions, and whether it is handed to a unit of work to read."""
    tree = ast.parse(source)
    names = imported(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=way), args=[first, *_]) if way in WAYS_TO_READ:
                yield dotted(first, names), True
            case ast.Name() | ast.Attribute():
                yield dotted(node, names), False


def reads_of_routes(modules: Sources) -> dict[str, ast.FunctionDef]:
    """Return all of the queries, what else routes name beside verbs, and the verbs that they use to read."""
    functions = functions_of_a_context(modules)
    found = {name for name in functions if "queries" in rooms(name)}
    for module, source in modules.items():
        if is_asked_by_routes(module):
            found |= {name for name, to_read in mentioned(source) if to_read or not rooms(name) & VERBS}
    return {name: functions[name] for name in sorted(found & functions.keys())}


def silent(modules: Sources) -> set[str]:
    """Return the reads of routes that do not ask."""
    return {name for name, function in reads_of_routes(modules).items() if not asks(function)}


def test_what_a_route_reads_asks_first_or_has_a_reason_not_to() -> None:
    assert silent(sources()) - EXCEPTIONS.keys() == set()


def test_no_exception_outlives_its_reason() -> None:
    assert EXCEPTIONS.keys() - silent(sources()) == set()


def test_no_function_of_a_context_stands_in_a_router() -> None:
    found = [
        f"{module}:{node.lineno}"
        for module, source in sources().items()
        if "routers" in rooms(module)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and takes_a_context(node)
    ]
    assert found == []


SILENT = 'def courses(ctx: Ctx) -> list:\n    """Return them."""\n    return rows.courses(ctx)\n'
LOUD = SILENT.replace("    return", "    ctx.require(Permission.READ_COURSES)\n    return")


@pytest.mark.parametrize(
    ("module", "route"),
    [
        ("app.training.queries.courses", ""),
        ("app.roster.courses", "from app.roster import courses\nawait work.read(courses.courses)"),
        ("app.roster.courses", "from app.roster import courses as known\nread = known.courses"),
        ("app.roster.courses", "from app.roster.courses import courses\nawait work.read_slow(courses)"),
        (
            "app.training.services.courses",
            "from app.training.services.courses import courses\nawait work.read(courses)",
        ),
    ],
)
def test_a_new_read_that_does_not_ask_is_found(module: str, route: str) -> None:
    modules = {"app.routers.pages.training.courses": route}
    assert silent({**modules, module: SILENT}) == {f"{module}.courses"}
    assert silent({**modules, module: LOUD}) == set()


@pytest.mark.parametrize(
    ("first", "is_asking"),
    [
        ("ctx.require(*permissions)", True),
        ("ctx.require_names(Permission.READ_PEOPLE)", True),
        ("person_id = ctx.require_person()", True),
        ("found = rows(ctx)\n    ctx.require(Permission.READ_PEOPLE)", False),
        ("if wanted:\n        ctx.require(Permission.READ_PEOPLE)", False),
        ("person_id = ctx.actor.person_id and ctx.require_person()", False),
        ("return rows(ctx) if ctx.actor.may(Permission.READ_PEOPLE) else []", False),
    ],
)
def test_a_read_asks_in_its_first_statement_whatever_comes_of_it(first: str, *, is_asking: bool) -> None:
    [function] = functions_of_a_context({"app.people.queries.people": f"def read(ctx: Ctx):\n    {first}\n"}).values()
    assert asks(function) is is_asking
