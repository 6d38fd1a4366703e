"""JSON under /api/v1, one file per feature."""

from fastapi import APIRouter

from app.routers.api import policies

router = APIRouter(prefix="/api/v1")
router.include_router(policies.router)
