from app.routers.api.organisations import closing_days, companies

routes = [route for module in (companies, closing_days) for route in module.router.routes]
