"""Words meet their language at the edge: each in its context, and a refusal with its values."""

from datetime import date

import pytest

from app.authz import Permission
from app.errors import Conflict, FieldError, Forbidden
from app.policies.rules.version import VersionState
from app.web.errors import worded
from app.web.i18n import translations
from app.web.render import environment
from app.wording import NC_

DETAIL = "This is not possible any more: the state is now “%(state)s”. Load it again and look."


@pytest.mark.parametrize(("language", "words"), [("it", "Ritirata"), ("en", "Withdrawn")])
def test_a_text_is_translated_in_the_context_it_was_marked_in(language: str, words: str) -> None:
    assert translations(language).gettext(VersionState.WITHDRAWN.words) == words


def test_the_same_text_in_another_context_is_another_text() -> None:
    say = translations("it").gettext
    assert say(NC_("policy version", "Withdrawn")) != say(NC_("a context that no catalogue has", "Withdrawn"))


def test_templates_translate_in_a_context_by_pgettext_and_by_the_words_of_a_member() -> None:
    page = environment("it").from_string('{{ pgettext("policy version", "Published") }}, {{ _(state.words) }}')
    assert page.render(state=VersionState.WITHDRAWN) == "Pubblicata, Ritirata"


def test_a_refusal_says_its_state_and_its_permission_in_words() -> None:
    conflict = Conflict("not_possible_in_state", DETAIL, state=VersionState.WITHDRAWN)
    assert "«Ritirata»" in worded("it", conflict)
    assert "Publish and withdraw policies" in worded("en", Forbidden(permission=Permission.PUBLISH_POLICIES))


def test_a_refusal_says_its_days_as_a_sentence_has_them() -> None:
    error = FieldError("/day", "wrong", "It was published on %(day)s.", {"day": date(2026, 11, 20)})
    assert "on 20 November 2026" in worded("en", error)


def test_a_refusal_says_a_value_that_has_no_words_as_it_is() -> None:
    assert "“running”" in worded("en", Conflict(state="running", detail=DETAIL))


def test_a_refusal_that_lacks_a_value_still_says_what_to_do() -> None:
    refused = worded("en", Conflict(detail=DETAIL, event="publish"))
    assert refused.endswith("the state is now “…”. Load it again and look.")
