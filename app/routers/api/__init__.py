"""JSON under /api/v1, one file per feature."""

from fastapi import APIRouter

from app.routers.api import (
    acknowledgements,
    assignments,
    companies,
    coverage,
    people,
    people_bulk,
    policies,
    policy_versions,
    posting_records,
    receipts,
    teams,
)

router = APIRouter(prefix="/api/v1")
router.include_router(policies.router)
router.include_router(policy_versions.router)
router.include_router(posting_records.router)
router.include_router(acknowledgements.router)
router.include_router(receipts.router)
router.include_router(assignments.router)
router.include_router(coverage.router)
router.include_router(companies.router)
router.include_router(teams.router)
router.include_router(people_bulk.router)
router.include_router(people.router)
