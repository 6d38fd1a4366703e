from app.routers.api.organisations import companies

routes = [route for module in (companies,) for route in module.router.routes]
