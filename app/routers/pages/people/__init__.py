from app.routers.pages.people import files, invitations, people, teams

routes = [route for module in (files, teams, invitations, people) for route in module.router.routes]
