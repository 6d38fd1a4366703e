from app.routers.pages.policies import (
    acknowledged,
    approvals,
    coverage,
    editor,
    moved,
    pending,
    policies,
    posting,
    public,
    publishing,
    questions,
    reader,
)

# One policy comes last: its address, /company/policies/{id}, would take those of the others.
_MODULES = (
    acknowledged,
    approvals,
    coverage,
    editor,
    pending,
    posting,
    public,
    publishing,
    questions,
    reader,
    moved,
    policies,
)
routes = [route for module in _MODULES for route in module.router.routes]
