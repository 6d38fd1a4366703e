"""The editor: saving, previewing, two people at once, languages, sending for approval."""

import re

import pytest

from app.policies.rules.version import VersionState
from tests.policies.pages.policy_work import PARTIAL, draft, form_of, text_of, version_of
from tests.site import Site


async def test_the_editor_saves_and_says_so(site: Site) -> None:
    version = await draft(site)
    hr = await site.signed_in("hr")
    form = await form_of(hr, version.id) | {"title": "Titolo nuovo", "then": "save"}
    saved = await hr.post(f"/company/policies/versions/{version.id}/edit?language=it", data=form)
    assert saved.status_code == 303
    assert (await text_of(site, version.id)).title == "Titolo nuovo"
    assert "La bozza è salvata" in (await hr.get(saved.headers["location"])).text


async def test_a_form_with_an_empty_field_keeps_what_was_typed(site: Site) -> None:
    version = await draft(site)
    hr = await site.signed_in("hr")
    form = await form_of(hr, version.id) | {"title": "", "body": "## Mio testo", "then": "save"}
    refused = await hr.post(f"/company/policies/versions/{version.id}/edit?language=it", data=form)
    assert refused.status_code == 422
    assert "## Mio testo" in refused.text
    assert "field-title-error" in refused.text


async def test_the_draft_saves_itself_and_hands_on_the_fingerprint(site: Site) -> None:
    version = await draft(site)
    hr = await site.signed_in("hr")
    address = f"/company/policies/versions/{version.id}/autosave?language=it"
    form = await form_of(hr, version.id)
    for title in ("Uno", "Due"):
        form["title"] = title
        saved = await hr.post(address, data=form, headers=PARTIAL)
        assert saved.status_code == 200, saved.text
        form["seen"] = re.search(r'name="seen" value="(\w+)"', saved.text).group(1)
    assert (await text_of(site, version.id)).title == "Due"
    incomplete = await hr.post(address, data=form | {"body": ""}, headers=PARTIAL)
    assert incomplete.status_code == 422
    assert form["seen"] in incomplete.text
    assert (await text_of(site, version.id)).title == "Due"


async def test_after_a_conflict_both_texts_are_there_and_nothing_is_lost(site: Site) -> None:
    version = await draft(site)
    mine, theirs = await site.signed_in("hr"), await site.signed_in("marketing_lead")
    my_form = await form_of(mine, version.id) | {"body": "Il mio testo.", "then": "save"}
    their_form = await form_of(theirs, version.id) | {"body": "Il suo testo.", "then": "save"}
    where = f"/company/policies/versions/{version.id}/edit?language=it"
    assert (await theirs.post(where, data=their_form)).status_code == 303
    by_itself = await mine.post(where.replace("edit", "autosave"), data=my_form, headers=PARTIAL)
    assert by_itself.status_code == 412
    assert my_form["seen"] in by_itself.text
    conflict = await mine.post(where, data=my_form)
    assert conflict.status_code == 412
    assert "Il mio testo." in conflict.text
    assert "Il suo testo." in conflict.text
    assert (await text_of(site, version.id)).body == "Il suo testo."
    seen = re.search(r'name="seen" value="(\w+)"', conflict.text).group(1)
    assert (await mine.post(where, data=my_form | {"seen": seen})).status_code == 303
    assert (await text_of(site, version.id)).body == "Il mio testo."


@pytest.mark.parametrize("by_button", [True, False])
async def test_a_preview_stores_nothing(site: Site, *, by_button: bool) -> None:
    version = await draft(site)
    hr = await site.signed_in("hr")
    form = await form_of(hr, version.id) | {"body": "## Solo da vedere", "then": "preview"}
    path = "edit" if by_button else "preview"
    seen = await hr.post(f"/company/policies/versions/{version.id}/{path}?language=it", data=form)
    assert seen.status_code == 200
    assert '<h2 id="s-solo-da-vedere">' in seen.text
    assert "<!doctype html>" in seen.text
    assert "Solo da vedere" not in (await text_of(site, version.id)).body
    partial = await hr.post(f"/company/policies/versions/{version.id}/preview?language=it", data=form, headers=PARTIAL)
    assert "<!doctype html>" not in partial.text
    assert partial.text.count('class="no"') == 5


async def test_what_is_missing_for_approval_is_listed_with_the_way_to_it(site: Site) -> None:
    version = await draft(site)
    hr = await site.signed_in("hr")
    form = await form_of(hr, version.id) | {"body": "Solo parole.", "then": "submit"}
    refused = await hr.post(f"/company/policies/versions/{version.id}/edit?language=it", data=form)
    assert refused.status_code == 422
    assert refused.text.count(f"/company/policies/versions/{version.id}/edit?language=it#field-body") == 5
    assert refused.text.count("Correggi nel testo in italiano") == 5
    assert (await text_of(site, version.id)).body == "Solo parole."


async def test_a_complete_draft_is_sent_for_approval(site: Site) -> None:
    version = await draft(site)
    hr = await site.signed_in("hr")
    form = await form_of(hr, version.id) | {"then": "submit"}
    sent = await hr.post(f"/company/policies/versions/{version.id}/edit?language=it", data=form)
    assert sent.headers["location"] == f"/company/policies/{version.policy_id}"
    assert (await version_of(site, version.id)).state is VersionState.IN_APPROVAL
    assert (await hr.get(f"/company/policies/versions/{version.id}/edit")).status_code == 409


async def test_languages_come_and_go(site: Site) -> None:
    version = await draft(site)
    hr = await site.signed_in("hr")
    base = f"/company/policies/versions/{version.id}"
    assert (await hr.post(f"{base}/languages/remove?language=en&row_version=1")).status_code == 303
    assert "Aggiungi: inglese" in (await hr.get(f"{base}/edit?language=en")).text
    assert (await hr.post(f"{base}/languages?language=en")).status_code == 303
    assert 'aria-current="page">English' in (await hr.get(f"{base}/edit?language=en")).text


async def test_a_draft_is_thrown_away(site: Site) -> None:
    version = await draft(site)
    hr = await site.signed_in("hr")
    base = f"/company/policies/versions/{version.id}"
    before, asked = (await hr.get(f"{base}/edit")).text.split("<span>Butta la bozza</span></summary>")
    assert f"{base}/discard" not in before
    assert asked.index("cancellato per sempre, in tutte le lingue") < asked.index(f'action="{base}/discard"')
    assert (await hr.post(f"{base}/discard")).status_code == 303
    assert (await hr.get(f"/company/policies/versions/{version.id}/edit")).status_code == 404


async def test_what_changed_is_not_called_optional_and_marks_the_languages_that_lack_it(site: Site) -> None:
    first = await site.world.published()
    hr = await site.signed_in("hr")
    policy_id = (await version_of(site, first.version_id)).policy_id
    started = await hr.post(f"/company/policies/{policy_id}/versions")
    where = started.headers["location"].split("?")[0]
    editor = (await hr.get(f"{where}?language=it")).text
    assert "serve in tutte le lingue per mandarla in approvazione" in editor
    assert "facoltativo" not in editor
    assert editor.count("da completare") == 2
    form = await form_of(hr, where.split("/")[4]) | {"summary": "Più chiara.", "then": "save"}
    assert (await hr.post(f"{where}?language=it", data=form)).status_code == 303
    assert (await hr.get(f"{where}?language=it")).text.count("da completare") == 1


async def test_a_guarantee_that_says_the_opposite_is_shown_to_editor_and_approver(site: Site) -> None:
    version = await draft(site)
    hr = await site.signed_in("hr")
    form = await form_of(hr, version.id)
    warning = "non ha le parole del modello"
    preview = f"/company/policies/versions/{version.id}/preview?language=it"
    assert warning not in (await hr.post(preview, data=form, headers=PARTIAL)).text
    form["body"] = form["body"].replace("Non leggiamo, non seguiamo e non valutiamo", "Leggiamo, seguiamo e valutiamo")
    assert warning in (await hr.post(preview, data=form, headers=PARTIAL)).text
    await hr.post(f"/company/policies/versions/{version.id}/edit?language=it", data=form | {"then": "save"})
    owner = await site.signed_in("owner")
    assert warning in (await owner.get(f"/company/policies/versions/{version.id}/review?language=it")).text
