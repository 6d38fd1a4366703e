from app.routers.pages.people import files, invitations, people, people_list, teams

routes = [route for module in (files, teams, invitations, people_list, people) for route in module.router.routes]
