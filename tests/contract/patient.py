"""The application without a limit on calls: for checks that make thousands."""

from fastapi import FastAPI

from app import main
from app.web.rate_limits import RateLimits


def create_app() -> FastAPI:
    app = main.create_app()
    app.state.rate_limits = RateLimits(client=1_000_000, address=1_000_000)
    return app
