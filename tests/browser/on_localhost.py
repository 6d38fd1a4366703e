"""The application under a name: passkeys are bound to one, and an address made of numbers is none."""

import os

from fastapi import FastAPI

from app import main
from app.settings import Settings


def create_app() -> FastAPI:
    return main.create_app(Settings(public_url=os.environ["PUBLIC_URL"].replace("127.0.0.1", "localhost")))
