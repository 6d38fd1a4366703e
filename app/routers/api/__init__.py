"""JSON under /api/v1, one file per feature."""

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

# Their own routes, as in pages: a router that is included puts each of its routes together again.
routes = [
    route
    for feature in (
        policies,
        policy_versions,
        posting_records,
        acknowledgements,
        receipts,
        assignments,
        coverage,
        companies,
        teams,
        people_bulk,
        people,
    )
    for route in feature.router.routes
]
