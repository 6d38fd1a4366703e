from app.routers.api.training import enrolments, progress

routes = [route for module in (enrolments, progress) for route in module.router.routes]
