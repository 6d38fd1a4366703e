from app.routers.pages.training import (
    catalogue,
    certificates,
    copying,
    courses,
    coverage,
    enrolling,
    helping,
    hours,
    lessons,
    pending,
    quiz,
    workshop,
)

# One course comes last: its address, /company/courses/{id}, would take those of its versions.
_MODULES = (
    certificates,
    copying,
    courses,
    coverage,
    enrolling,
    helping,
    pending,
    quiz,
    workshop,
    lessons,
    hours,
    catalogue,
)
routes = [route for module in _MODULES for route in module.router.routes]
