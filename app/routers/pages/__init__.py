"""HTML pages, one file per feature; none of them is part of the API's document."""

from fastapi import APIRouter

from app.routers.pages import health

router = APIRouter()
router.include_router(health.router)
