from app.routers.api.policies import acknowledgements, assignments, coverage, policies, posting_records, versions

_MODULES = (acknowledgements, assignments, coverage, policies, posting_records, versions)
routes = [route for module in _MODULES for route in module.router.routes]
