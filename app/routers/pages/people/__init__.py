from app.routers.pages.people import files, invitations, people

routes = [route for module in (files, invitations, people) for route in module.router.routes]
