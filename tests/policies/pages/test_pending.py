"""The page of those who still have to answer, and what HR does about several of them at once."""

import html
import re

import httpx
import pytest
from sqlmodel import col, select

from app.models import Job
from app.models.types import new_id
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.schemas.policy import WithdrawIn
from app.policies.services import publishing
from tests.crowd import Crew, assignment_of, crew, read_by, set_assignment
from tests.site import Site

PATH = "/company/policies/pending"


@pytest.fixture
async def site(site: Site) -> Site:
    """Give the application to people who read English."""
    await site.speak("en")
    return site


@pytest.fixture
async def office(site: Site) -> Crew:
    return await crew(site.world, "Uffici", 3)


@pytest.fixture
async def asked(site: Site, office: Crew) -> AcknowledgeIn:
    """Ask a version of the cast and the three of the office."""
    return await site.world.published()


async def ids_of(site: Site, asked: AcknowledgeIn, *people: str) -> list[str]:
    return [(await assignment_of(site.world, asked.version_id, one)).id for one in people]


def rows(answer: httpx.Response) -> list[str]:
    """Return the names in the list, in its order."""
    return [html.unescape(name) for name in re.findall(r'data-key="e">([^<]+)</a>', answer.text)]


async def reminders(site: Site) -> int:
    wanted = select(Job).where(col(Job.kind) == "mail:reminder")
    return len(await site.world.system().read(lambda ctx: list(ctx.session.scalars(wanted))))


async def test_the_list_is_counted_searched_and_sorted(site: Site, asked: AcknowledgeIn) -> None:
    hr = await site.signed_in("hr")
    shown = await hr.get(PATH)
    assert '<span class="total" id="list-count">8</span>' in shown.text
    assert "Remind everybody" in shown.text
    found = await hr.get(f"{PATH}?q=uffici&sort=-surname")
    assert rows(found) == ["Uffici 03", "Uffici 02", "Uffici 01"]
    assert "Remind everybody" not in found.text
    assert "to read by 7 Dec" in found.text
    assert f'<input type="hidden" name="version" value="{asked.version_id}">' in found.text
    assert rows(await hr.get(f"{PATH}?standing=no_email")) == []
    assert "Nobody who still has to read it has this name" in (await hr.get(f"{PATH}?q=nobody")).text
    assert (await hr.get(f"{PATH}?standing=odd")).status_code == 200
    assert (await hr.get(f"{PATH}?version={new_id()}")).status_code == 404


async def test_one_of_several_policies_is_chosen_in_the_list(site: Site, asked: AcknowledgeIn) -> None:
    other = await site.world.published()
    shown = await (await site.signed_in("hr")).get(f"{PATH}?version={asked.version_id}")
    assert f'<option value="{asked.version_id}" selected>' in shown.text
    assert f'<option value="{other.version_id}"' in shown.text


async def test_the_bar_begins_with_the_act_that_asks(site: Site, asked: AcknowledgeIn) -> None:
    shown = await (await site.signed_in("hr")).get(PATH)
    assert re.findall(r'formaction="([^"]+)"', shown.text) == [
        f"{PATH}/chosen/excuse",
        f"{PATH}/chosen/remind",
        f"{PATH}/chosen/invitations",
    ]


async def test_people_who_were_ticked_are_excused_for_one_reason(
    site: Site, office: Crew, asked: AcknowledgeIn
) -> None:
    hr, ids = await site.signed_in("hr"), await ids_of(site, asked, *office.people[:2])
    choice = {"ids": ids, "q": "uffici", "version": asked.version_id}
    first = await hr.post(f"{PATH}/chosen/excuse", data=choice)
    assert first.status_code == 200
    assert "Uffici 01, Uffici 02." in first.text
    assert "Stop asking 2 people" in first.text
    empty = await hr.post(f"{PATH}/chosen/excuse", data=choice | {"reason": " "})
    assert empty.status_code == 422
    assert 'id="field-reason-error"' in empty.text
    done = await hr.post(f"{PATH}/chosen/excuse", data=choice | {"reason": "Long leave"})
    assert (done.status_code, done.headers["location"]) == (303, f"{PATH}?q=uffici&version={asked.version_id}")
    assert "2 people are no longer asked." in (await hr.get(PATH)).text
    excused = await assignment_of(site.world, asked.version_id, office.people[0])
    assert (excused.state, excused.excused_because) == (AssignmentState.EXCUSED, "Long leave")


async def test_who_answered_meanwhile_is_not_excused_and_it_is_said(
    site: Site, office: Crew, asked: AcknowledgeIn
) -> None:
    hr, ids = await site.signed_in("hr"), await ids_of(site, asked, *office.people[:2])
    await read_by(site.world, asked, office.people[0])
    answer = await hr.post(f"{PATH}/chosen/excuse", data={"ids": ids, "reason": "Long leave"})
    assert "One could not be done" in answer.text
    assert "One person is no longer asked." in answer.text
    assert '<th scope="row">Uffici 01</th>' in answer.text
    read = await assignment_of(site.world, asked.version_id, office.people[0])
    assert read.state is AssignmentState.ACKNOWLEDGED


async def test_people_who_were_ticked_are_reminded(site: Site, office: Crew, asked: AcknowledgeIn) -> None:
    hr, ids = await site.signed_in("hr"), await ids_of(site, asked, *office.people[:2])
    done = await hr.post(f"{PATH}/chosen/remind", data={"ids": ids, "version": asked.version_id})
    assert (done.status_code, done.headers["location"]) == (303, f"{PATH}?version={asked.version_id}")
    assert "A reminder goes to 2 people, in their working hours." in (await hr.get(PATH)).text
    assert await reminders(site) == 2


async def test_each_who_gets_no_reminder_is_named_with_the_reason(site: Site, office: Crew) -> None:
    store = await crew(site.world, "Magazzino", 1, email=False)
    asked = await site.world.published()
    hr, people = await site.signed_in("hr"), (*office.people, *store.people)
    await set_assignment(site.world, asked.version_id, office.people[1], reminders_sent=3)
    await read_by(site.world, asked, office.people[2])
    ids = await ids_of(site, asked, *people)
    first = await hr.post(f"{PATH}/chosen/remind", data={"ids": ids})
    assert "A reminder goes to one person" in first.text
    assert "3 could not be done" in first.text
    for name, why in (
        ("Uffici 02", "Reminded as often as your company allows. Speak to them."),
        ("Uffici 03", "Nothing is asked of this person any more"),
        ("Magazzino 01", "No mail reaches this person now."),
    ):
        assert re.search(f'<th scope="row">{name}</th><td>{why}', first.text)
    again = await hr.post(f"{PATH}/chosen/remind", data={"ids": ids[:1]})
    assert "No reminder was sent." in again.text
    assert "Already written to on the same day." in again.text
    assert await reminders(site) == 1


async def test_about_a_version_of_the_past_nobody_is_reminded(site: Site, asked: AcknowledgeIn, office: Crew) -> None:
    hr, ids = await site.signed_in("hr"), await ids_of(site, asked, office.people[0])
    await site.world.act("owner").write(publishing.withdraw, asked.version_id, WithdrawIn(reason="A mistake."))
    refused = await hr.post(f"{PATH}/chosen/remind", data={"ids": ids, "version": asked.version_id})
    assert refused.status_code == 409
    assert await reminders(site) == 0


async def test_invitations_are_printed_for_those_ticked(site: Site, office: Crew, asked: AcknowledgeIn) -> None:
    hr, ids = await site.signed_in("hr"), await ids_of(site, asked, *office.people)
    form = await hr.post(f"{PATH}/chosen/invitations", data={"ids": ids})
    assert "For the 3 people you chose." in form.text
    printed = await hr.post("/company/invitations", data=dict(re.findall(r'name="(\w+)" value="([^"]+)"', form.text)))
    assert printed.content.startswith(b"%PDF-")


async def test_without_a_tick_the_list_of_the_pending_says_what_to_do(site: Site, asked: AcknowledgeIn) -> None:
    hr = await site.signed_in("hr")
    for act in ("excuse", "remind", "invitations"):
        answer = await hr.post(f"{PATH}/chosen/{act}", data={"team": site.world.team_id})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?team={site.world.team_id}")
        assert "Tick the people in the list first" in (await hr.get(PATH)).text


@pytest.mark.parametrize("who", ["employee", "marketing_lead", "account_manager"])
async def test_whoever_sees_no_names_neither_reads_nor_acts(site: Site, office: Crew, who: str) -> None:
    asked = await site.world.published()
    browser, ids = await site.signed_in(who), await ids_of(site, asked, *office.people)
    for answer in (
        await browser.get(f"{PATH}?sort=team"),
        await browser.post(f"{PATH}/chosen/excuse", data={"ids": ids, "reason": "No"}),
        await browser.post(f"{PATH}/chosen/remind", data={"everything": "yes"}),
        await browser.post(f"{PATH}/chosen/invitations", data={"ids": ids}),
    ):
        assert answer.status_code == 403
        assert "Uffici" not in answer.text
