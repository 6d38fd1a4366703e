from app.routers.api.receipts import receipts

routes = [route for module in (receipts,) for route in module.router.routes]
