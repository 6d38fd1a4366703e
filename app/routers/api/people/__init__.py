from app.routers.api.people import absences, bulk, people, teams

routes = [route for module in (absences, bulk, people, teams) for route in module.router.routes]
