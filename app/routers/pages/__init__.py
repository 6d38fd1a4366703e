"""HTML pages, one file per feature; none of them is part of the API's document."""

from app.routers.pages.accounts import codes, passkeys, passwords, sessions, sign_in
from app.routers.pages.api_clients import api_clients
from app.routers.pages.home import home, my_space
from app.routers.pages.merkle_log import evidence
from app.routers.pages.organisations import agency, company
from app.routers.pages.people import files, invitations, people
from app.routers.pages.policies import (
    approvals,
    coverage,
    editor,
    policies,
    posting,
    public,
    publishing,
    questions,
    reader,
)
from app.routers.pages.receipts import receipts, verify
from app.routers.pages.service import api_docs, development, health, problems

# Their own routes, not routers to include: including one makes the framework put each of its routes together again,
# which is a tenth of a start.
routes = [
    route
    for feature in (
        health,
        home,
        reader,
        my_space,
        receipts,
        evidence,
        coverage,
        questions,
        sign_in,
        passwords,
        codes,
        sessions,
        passkeys,
        invitations,
        development,
        api_clients,
        approvals,
        editor,
        policies,
        posting,
        public,
        verify,
        publishing,
        api_docs,
        problems,
        agency,
        company,
        files,
        people,
    )
    for route in feature.router.routes
]
for _route in routes:
    _route.include_in_schema = False
