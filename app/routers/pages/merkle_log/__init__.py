from app.routers.pages.merkle_log import evidence

routes = [route for module in (evidence,) for route in module.router.routes]
