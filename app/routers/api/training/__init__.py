from app.routers.api.training import course_versions, courses, enrolments, hours, progress

_MODULES = (courses, course_versions, enrolments, hours, progress)
routes = [route for module in _MODULES for route in module.router.routes]
