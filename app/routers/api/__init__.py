"""JSON under /api/v1, one file per feature."""

from app.routers.api.organisations import companies
from app.routers.api.people import bulk, people, teams
from app.routers.api.policies import acknowledgements, assignments, coverage, policies, posting_records, versions
from app.routers.api.receipts import receipts

# Their own routes, as in pages: a router that is included puts each of its routes together again.
routes = [
    route
    for feature in (
        policies,
        versions,
        posting_records,
        acknowledgements,
        receipts,
        assignments,
        coverage,
        companies,
        teams,
        bulk,
        people,
    )
    for route in feature.router.routes
]
