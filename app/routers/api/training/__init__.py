from app.routers.api.training import course_versions, courses, enrolments, progress

_MODULES = (courses, course_versions, enrolments, progress)
routes = [route for module in _MODULES for route in module.router.routes]
