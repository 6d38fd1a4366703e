"""/docs: the API for people, from the document that programs read."""

from app.web import api_document
from app.web.api_reference import sections
from tests.site import Site


async def test_the_page_shows_every_operation_without_anything_from_elsewhere(site: Site) -> None:
    page = await site.visitor().get("/docs")
    assert page.status_code == 200
    for _, operation in api_document.operations(site.app.openapi()):
        assert f'id="{operation["operationId"]}"' in page.text
    assert "https://" not in page.text
    assert "grant_type=client_credentials" in page.text


async def test_what_is_ours_to_say_is_said_in_italian_too(site: Site) -> None:
    page = await site.visitor(**{"accept-language": "it"}).get("/docs")
    assert "Regole per tutti" in page.text
    assert "Leggere le policy, bozze comprese" in page.text


async def test_every_operation_comes_with_a_command_to_try(site: Site) -> None:
    shown = [operation for section in sections(site.app.openapi()) for operation in section.operations]
    commands = {operation.id: operation.command for operation in shown}
    assert commands["create_policy"].startswith('curl -X POST -H "Authorization: Bearer $TOKEN" -H "Content-Type')
    assert commands["list_policies"].startswith("curl -X GET")
    assert "-F file=@file" in commands["create_paper_acknowledgement"]
