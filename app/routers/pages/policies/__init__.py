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

_MODULES = (approvals, coverage, editor, policies, posting, public, publishing, questions, reader)
routes = [route for module in _MODULES for route in module.router.routes]
