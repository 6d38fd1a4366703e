"""The story of the demo, from the first contract to this morning."""

from datetime import timedelta

from app.cli.demo import answers, calendar, courses, firm, hours, organisations, policies, ways_in
from app.cli.demo.policies import Days
from app.cli.demo.story import Staff, Story
from app.models import PolicyKind
from app.policies.schemas.acknowledgement import AnswerIn

_COURSE_DAYS = 50
_TO_THINK = timedelta(hours=25)
_READS_NOW = "PA-0121"  # Marco Lorusso knows 1.0 and finds 2.0 waiting
_NEVER_CAME = "PA-0118"  # Giulia Ferrara has a printed invitation
_ASKS, _REFUSES = "PA-0069", "PA-0074"
_QUESTION = "Vale anche per il gruppo WhatsApp del magazzino, dove ci sono solo colleghi?"
_REFUSAL = "Sul punto delle foto in reparto non sono d’accordo. Vorrei parlarne prima con la mia delegata."


async def load(story: Story) -> None:
    """Make the agency, its three clients and all that happened in them."""
    founder = await organisations.found_agency(story)
    for company in firm.firm().companies:
        staff = await organisations.found_company(story, founder, company)
        await _STORIES[company.key](story, staff, company.roles)
    await ways_in.open_doors(story)


async def _aurora(story: Story, staff: Staff, roles: firm.Roles) -> None:
    first = await policies.first_version(story, staff, roles, Days(161, 158, 155, 154))
    await answers.acknowledge(story, staff, first, share=0.93, days=5, never={_NEVER_CAME})
    external = Days(121, 120, 117, 116)
    netiquette = await policies.first_version(story, staff, roles, external, PolicyKind.EXTERNAL)
    course_id = await courses.publish(story, staff, roles, _COURSE_DAYS)
    await courses.take(story, staff, course_id, _COURSE_DAYS, share=0.66, never={_READS_NOW, _NEVER_CAME})
    await courses.begin(story, staff, roles, 14)
    second = await policies.second_version(story, staff, roles, Days(13, 10, 8, 6), first)
    await policies.post(
        story, staff, roles.hr, second, "Stabilimento di Ferrandina", "Bacheca all’ingresso dello stabilimento"
    )
    for number, kind, note in ((_ASKS, "question", _QUESTION), (_REFUSES, "declined", _REFUSAL)):
        at = story.at_work(second.at + _TO_THINK, staff.people[number].window)
        said = AnswerIn.model_validate({"version_id": second.version_id, "kind": kind, "note": note})
        await answers.answer(story, staff, number, at, said)
    never = {_READS_NOW, _NEVER_CAME, _ASKS, _REFUSES}
    await answers.acknowledge(story, staff, second, share=0.72, days=4, never=never)
    await calendar.close_over_christmas(story, staff, roles.owner)
    await calendar.take_leave(story, staff, roles.hr, second.version_id)
    await hours.close_last_month(story, staff, roles.hr)
    await courses.begin_taking(story, staff, _READS_NOW, course_id, lessons=5)
    await policies.begin_version(story, staff, roles, Days(2, 1, 0, 0), netiquette.policy_id, material=False)


async def _santelmo(story: Story, staff: Staff, roles: firm.Roles) -> None:
    version = await policies.first_version(story, staff, roles, Days(17, 15, 14, 13))
    await answers.acknowledge(story, staff, version, share=0.7, days=5)


async def _brenta(story: Story, staff: Staff, roles: firm.Roles) -> None:
    await policies.begin_policy(story, staff, roles, Days(7, 3, 0, 0))


_STORIES = {"aurora": _aurora, "santelmo": _santelmo, "brenta": _brenta}
