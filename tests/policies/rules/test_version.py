import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policies.rules.version import LIFECYCLE, VersionEvent, VersionState
from app.rules.lifecycle import NotPossible
from app.rules.versions import Label, may_approve, next_label

FROZEN = set(VersionState) - {VersionState.DRAFT, VersionState.IN_APPROVAL}


def after(*events: VersionEvent) -> VersionState:
    state = VersionState.DRAFT
    for event in events:
        state = LIFECYCLE.after(state, event)
    return state


def test_a_version_goes_from_draft_to_superseded_or_withdrawn() -> None:
    in_force = (VersionEvent.SUBMIT, VersionEvent.APPROVE, VersionEvent.PUBLISH, VersionEvent.TAKE_EFFECT)
    assert after(*in_force[:2]) == VersionState.APPROVED
    assert after(*in_force[:3]) == VersionState.PUBLISHED
    assert after(*in_force) == VersionState.IN_FORCE
    assert after(*in_force, VersionEvent.SUPERSEDE) == VersionState.SUPERSEDED
    assert after(*in_force, VersionEvent.WITHDRAW) == VersionState.WITHDRAWN


@pytest.mark.parametrize("event", [VersionEvent.SUPERSEDE, VersionEvent.WITHDRAW])
def test_what_is_approved_can_end_before_it_was_in_force(event: VersionEvent) -> None:
    assert after(VersionEvent.SUBMIT, VersionEvent.APPROVE, event) in {VersionState.SUPERSEDED, VersionState.WITHDRAWN}


def test_requested_changes_bring_a_version_back_to_draft() -> None:
    assert after(VersionEvent.SUBMIT, VersionEvent.REQUEST_CHANGES) == VersionState.DRAFT


def test_a_draft_cannot_be_published_past_its_approval() -> None:
    for event in (VersionEvent.APPROVE, VersionEvent.PUBLISH, VersionEvent.TAKE_EFFECT):
        with pytest.raises(NotPossible):
            after(event)


@given(st.lists(st.sampled_from(VersionEvent), max_size=12))
def test_no_sequence_of_events_thaws_an_approved_version(events: list[VersionEvent]) -> None:
    state, was_frozen = VersionState.DRAFT, False
    for event in events:
        if event in LIFECYCLE.events(state):
            state = LIFECYCLE.after(state, event)
        assert state in VersionState
        assert not was_frozen or state in FROZEN
        was_frozen = state in FROZEN


def test_superseded_and_withdrawn_are_final() -> None:
    assert LIFECYCLE.events(VersionState.SUPERSEDED) == LIFECYCLE.events(VersionState.WITHDRAWN) == ()


@pytest.mark.parametrize(
    ("approver", "authors", "owners", "may"),
    [
        ("ada", ["ada"], ["ada", "ugo"], False),
        ("ada", ["ada"], ["ugo"], False),
        ("ada", ["ada", "ada"], ["ugo"], False),
        ("ada", ["ada"], [], False),
        ("ada", ["ada"], ["ada"], True),
        ("ada", ["ada", "ugo"], ["eva", "leo"], True),
        ("ada", ["ugo"], ["eva"], True),
        ("ada", [], ["eva"], True),
    ],
)
def test_nobody_approves_alone_what_they_alone_wrote_but_the_only_owner(
    approver: str, authors: list[str], owners: list[str], *, may: bool
) -> None:
    assert may_approve(approver, authors, owners) is may


@pytest.mark.parametrize(("authors", "may"), [([], False), (["ada"], False), (["ada", "ugo"], True)])
def test_a_program_approves_only_what_two_people_have_worked_on(authors: list[str], *, may: bool) -> None:
    assert may_approve("a program", authors, ["a program"], by_api_client=True) is may


def test_the_first_version_is_1_0_whether_material_or_not() -> None:
    assert str(next_label(None, material=True)) == str(next_label(None, material=False)) == "1.0"


def test_a_material_change_counts_up_the_major_and_a_minor_one_the_minor() -> None:
    assert str(next_label(Label(1, 9), material=False)) == "1.10"
    assert str(next_label(Label(1, 9), material=True)) == "2.0"


@given(st.lists(st.booleans(), min_size=2))
def test_labels_only_grow(changes: list[bool]) -> None:
    labels: list[Label] = []
    for material in changes:
        labels.append(next_label(labels[-1] if labels else None, material=material))
    assert labels == sorted(set(labels))
