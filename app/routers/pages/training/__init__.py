from app.routers.pages.training import courses, quiz

_MODULES = (courses, quiz)
routes = [route for module in _MODULES for route in module.router.routes]
