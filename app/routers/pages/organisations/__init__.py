from app.routers.pages.organisations import agency, company

routes = [route for module in (agency, company) for route in module.router.routes]
