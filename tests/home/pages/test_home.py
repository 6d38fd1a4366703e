"""/: one next thing for an employee, the way on for everybody else."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session
from sqlmodel import select

from app.accounts.services import sign_in
from app.context import AccountCtx, Ctx
from app.db import NO_COMPANY
from app.models import Employment, SignInMethod
from app.policies.rows import acknowledgements, policies
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn, ReplyIn
from app.policies.schemas.policy import WithdrawIn
from app.policies.services import acknowledging
from app.policies.services import publishing as policy_publishing
from tests.site import LIFETIMES, Site
from tests.world import NOW, TODAY, World, acknowledge


@pytest.fixture(autouse=True)
def that_morning() -> Iterator[None]:
    """Let it be the day on which the cast lives."""
    with time_machine.travel(NOW):
        yield


async def home(site: Site, name: str = "employee") -> str:
    answer = await (await site.signed_in(name)).get("/")
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < 15_000
    assert answer.text.count("btn-primary") == 1
    return answer.text


def next_thing(page: str) -> str:
    """Return where the one primary button leads."""
    found = re.search(r'class="btn btn-primary" href="([^"]+)"', page)
    assert found
    return found[1]


async def path_of(world: World, shown: AcknowledgeIn) -> str:
    return f"/policies/{(await world.system().read(policies.version, shown.version_id)).policy_id}"


async def test_whoever_is_not_signed_in_is_asked_to(site: Site) -> None:
    answer = await site.visitor().get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_an_agencys_member_is_shown_the_agency(site: Site) -> None:
    answer = await (await site.signed_in("account_manager", site.world.agency_id)).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/agency")


async def test_whoever_left_chooses_another_organisation(site: Site) -> None:
    def leave(ctx: Ctx) -> None:
        theirs = select(Employment).where(Employment.person_id == site.world.person["employee"])
        ctx.session.scalars(theirs).one().ends_on = TODAY - timedelta(days=1)

    await site.world.system().write(leave)
    answer = await (await site.signed_in("employee")).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/organisations")


async def test_whoever_has_chosen_no_organisation_chooses_one(site: Site) -> None:
    def open_session(session: Session) -> str:
        ctx = AccountCtx(session, None, datetime.now(UTC), "test-request")
        return sign_in.open_for(
            ctx, site.world.account["employee"], SignInMethod.PASSWORD, sign_in.Browser("Test", LIFETIMES)
        )

    browser = site.visitor()
    browser.cookies.set("portavoce", await site.world.db.write(NO_COMPANY, open_session))
    answer = await browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/organisations")


async def test_nothing_asked_leads_to_my_space(site: Site) -> None:
    page = await home(site)
    assert next_thing(page) == "/me"
    assert "Oggi non ti si chiede nulla" in page


async def test_a_policy_due_is_the_next_thing_with_its_day_in_words(site: Site, shown: AcknowledgeIn) -> None:
    page = await home(site)
    assert next_thing(page) == await path_of(site.world, shown)
    assert "Entro il 7 dicembre 2026, tra 14 giorni" in page
    assert "Perché" in page
    assert page.count("Non ancora disponibile") == 2


async def test_a_version_that_is_not_yet_in_force_says_from_when(site: Site) -> None:
    await site.world.published(effective_on=TODAY + timedelta(days=8))
    assert "In vigore dal 1º dicembre 2026" in await home(site)


async def test_a_last_day_gone_by_is_said_as_it_is(site: Site) -> None:
    await site.world.published()
    with time_machine.travel(NOW + timedelta(days=20)):
        page = await home(site)
    assert "Il termine era il 7 dicembre 2026" in page
    assert "tag-late" in page


async def test_the_nearest_day_comes_first_and_the_rest_after(site: Site) -> None:
    later = await site.world.published(effective_on=TODAY + timedelta(days=8))
    first = await site.world.published()
    page = await home(site)
    assert "Ci sono 2 testi da leggere" in page
    assert next_thing(page) == await path_of(site.world, first)
    assert f'<a href="{await path_of(site.world, later)}">' in page


async def test_a_new_version_says_which_one_was_read(site: Site) -> None:
    first = await site.world.published()
    await site.world.act("employee").write(acknowledge, first)
    await site.world.next_version((await path_of(site.world, first)).rsplit("/", 1)[1])
    assert "da quando hai letto la versione 1.0" in await home(site)


async def test_whoever_has_read_everything_is_up_to_date(site: Site, shown: AcknowledgeIn) -> None:
    await site.world.act("employee").write(acknowledge, shown)
    page = await home(site)
    assert "Sei in pari" in page
    assert "Letta il 23 novembre 2026" in page
    assert "is-done" in page


async def test_a_small_change_leaves_whoever_has_read_in_peace(site: Site, shown: AcknowledgeIn) -> None:
    await site.world.act("employee").write(acknowledge, shown)
    await site.world.next_version((await path_of(site.world, shown)).rsplit("/", 1)[1], material=False)
    assert "Sei in pari" in await home(site)


@pytest.mark.parametrize(
    ("kind", "title"), [("question", "La tua domanda è partita"), ("declined", "Hai detto che non sei d’accordo")]
)
async def test_an_open_question_or_a_refusal_is_shown_without_pressing(
    site: Site, shown: AcknowledgeIn, kind: str, title: str
) -> None:
    answer = AnswerIn(version_id=shown.version_id, kind=kind, note="Well.")
    await site.world.act("employee").write(acknowledging.answer, answer)
    page = await home(site)
    assert title in page
    assert "tag-wait" not in page
    assert title not in await home(site, "colleague")


async def test_an_open_question_leaves_the_last_day_in_sight(site: Site) -> None:
    shown = await site.world.published(effective_on=TODAY + timedelta(days=30))
    answer = AnswerIn(version_id=shown.version_id, kind="question", note="Well.")
    await site.world.act("employee").write(acknowledging.answer, answer)
    assert "Da confermare ancora: Entro" in await home(site)


async def test_an_answer_from_the_company_comes_before_everything(site: Site) -> None:
    world = site.world
    shown = await world.published(effective_on=TODAY + timedelta(days=30))
    await world.published()
    await world.act("employee").write(
        acknowledging.answer, AnswerIn(version_id=shown.version_id, kind="question", note="May I?")
    )
    mine = (await world.system().read(acknowledgements.asked, shown.version_id, world.person["employee"])).id
    await world.act("hr").write(acknowledging.reply, mine, ReplyIn(reply="You may."))
    page = await home(site)
    assert "La tua domanda ha una risposta" in page
    assert next_thing(page) == f"{await path_of(world, shown)}#answer"


async def test_whoever_is_excused_owes_nothing(site: Site) -> None:
    world = site.world
    shown = await world.published()
    mine = (await world.system().read(acknowledgements.asked, shown.version_id, world.person["employee"])).id
    await world.act("hr").write(acknowledging.excuse, mine, "Long leave")
    assert "Sei in pari" in await home(site)


async def test_a_policy_taken_back_is_gone(site: Site, shown: AcknowledgeIn) -> None:
    await site.world.act("employee").write(acknowledge, shown)
    reason = WithdrawIn(reason="It names a channel that we closed.")
    await site.world.act("owner").write(policy_publishing.withdraw, shown.version_id, reason)
    assert "Oggi non ti si chiede nulla" in await home(site)


async def test_only_company_roles_get_the_way_to_the_company_pages(site: Site) -> None:
    words = "Vai alle pagine dell’azienda"
    assert words in await home(site, "hr")
    assert words not in await home(site)
