from app.routers.pages.training import catalogue, courses, lessons, quiz, workshop

# One course comes last: its address, /company/courses/{id}, would take those of its versions.
_MODULES = (courses, quiz, workshop, lessons, catalogue)
routes = [route for module in _MODULES for route in module.router.routes]
