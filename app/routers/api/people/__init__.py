from app.routers.api.people import bulk, people, teams

routes = [route for module in (bulk, people, teams) for route in module.router.routes]
