from app.routers.pages.api_clients import api_clients

routes = [route for module in (api_clients,) for route in module.router.routes]
