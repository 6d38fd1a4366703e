"""HTML pages, one file per feature; none of them is part of the API's document."""

from app.routers.pages import (
    agency,
    api_docs,
    approvals,
    clients,
    codes,
    company,
    coverage,
    development,
    editor,
    evidence,
    health,
    home,
    invitations,
    my_space,
    passkeys,
    passwords,
    people,
    people_files,
    policies,
    posting,
    problems,
    public,
    publishing,
    questions,
    reader,
    receipts,
    sessions,
    sign_in,
    verify,
)

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
        clients,
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
        people_files,
        people,
    )
    for route in feature.router.routes
]
for _route in routes:
    _route.include_in_schema = False
