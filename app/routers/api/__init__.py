"""JSON under /api/v1 by part."""

from app.routers.api import organisations, people, policies, receipts, training

# The routes themselves, as in pages: a router that is included builds each of its routes again.
routes = [route for part in (policies, training, receipts, organisations, people) for route in part.routes]
