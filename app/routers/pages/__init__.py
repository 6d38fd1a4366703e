"""HTML pages, one file per feature; none of them is part of the API's document."""

from fastapi import APIRouter

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

router = APIRouter()
router.include_router(health.router)
router.include_router(home.router)
router.include_router(reader.router)
router.include_router(my_space.router)
router.include_router(receipts.router)
router.include_router(evidence.router)
router.include_router(coverage.router)
router.include_router(questions.router)
router.include_router(sign_in.router)
router.include_router(passwords.router)
router.include_router(codes.router)
router.include_router(sessions.router)
router.include_router(passkeys.router)
router.include_router(invitations.router)
router.include_router(development.router)
router.include_router(clients.router)
router.include_router(approvals.router)
router.include_router(editor.router)
router.include_router(policies.router)
router.include_router(posting.router)
router.include_router(public.router)
router.include_router(verify.router)
router.include_router(publishing.router)
router.include_router(api_docs.router)
router.include_router(problems.router)
router.include_router(agency.router)
router.include_router(company.router)
router.include_router(people_files.router)
router.include_router(people.router)
