"""The application for `make dev`: a changed template shows at the next request."""

from fastapi import FastAPI

from app import main
from app.web.i18n import LANGUAGES
from app.web.render import environment


def create_app() -> FastAPI:
    """Return the service, whose templates are looked at again each time."""
    for language in LANGUAGES:
        environment(language).auto_reload = True
    return main.create_app()
