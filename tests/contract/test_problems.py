"""The catalogue of problems says what the code does, in both languages, at the address that problems name."""

import ast

import pytest

from app.web.problems import CATALOGUE, without_values
from tests.contract import raised_problems
from tests.contract.raised_problems import raised
from tests.site import Site


def test_every_problem_that_the_code_raises_is_in_the_catalogue() -> None:
    assert {code: (kind.status, kind.details) for code, kind in CATALOGUE.items()} == raised()


def test_every_problem_is_a_client_error_or_says_that_it_is_ours() -> None:
    assert {kind.status for kind in CATALOGUE.values()} <= {
        400,
        401,
        403,
        404,
        405,
        409,
        410,
        412,
        413,
        415,
        422,
        428,
        429,
        500,
        503,
    }
    assert all(detail.endswith(".") for kind in CATALOGUE.values() for detail in kind.details)


async def test_the_address_in_a_problem_leads_to_its_page(site: Site) -> None:
    problem = (await site.visitor().get(f"{site.company}/policies")).json()
    page = await site.visitor().get(problem["type"])
    assert page.status_code == 200
    assert problem["code"] in page.text
    assert problem["detail"] in page.text


async def test_the_list_leads_to_every_problem(site: Site) -> None:
    page = await site.visitor().get("/problems")
    assert all(f'href="/problems/{code}"' in page.text for code in CATALOGUE)


async def test_pages_speak_italian_too(site: Site) -> None:
    page = await site.visitor(**{"accept-language": "it"}).get("/problems/bad_cursor")
    assert "Ricomincia senza cursore." in page.text


async def test_a_code_that_nobody_raises_has_no_page(site: Site) -> None:
    assert (await site.visitor().get("/problems/nothing")).status_code == 404


def test_values_become_dots() -> None:
    assert without_values("At most %(max_length)s characters.") == "At most … characters."


def test_a_value_in_brackets_leaves_no_hole() -> None:
    assert without_values("Ask for what it needs (%(permission)s).") == "Ask for what it needs."


SOURCE = """
DETAIL = N_("outside")
def one():
    detail = N_("first")
    raise Conflict("a", detail)
    detail = N_("second")
    raise Conflict("b", detail)
    raise Conflict("c", DETAIL)
    raise Conflict(code_of(), "d")
    raise Conflict("e", unknown)
    raise Conflict(error.code, "f")
"""


def test_a_message_is_found_by_the_name_it_was_given_last() -> None:
    tree = ast.parse(SOURCE)
    found = [(call.args, scopes) for call, scopes in raised_problems._calls(tree, [tree]) if len(call.args) == 2]
    assert [raised_problems._text(args[1], scopes) for args, scopes in found[:3]] == ["first", "second", "outside"]
    for args, scopes, position in ((*found[3], 0), (*found[4], 1), (*found[5], 0)):
        with pytest.raises(ValueError, match=r"found|text"):
            raised_problems._text(args[position], scopes)
