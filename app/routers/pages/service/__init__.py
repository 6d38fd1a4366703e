from app.routers.pages.service import api_docs, development, health, problems

routes = [route for module in (api_docs, development, health, problems) for route in module.router.routes]
