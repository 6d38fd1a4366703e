from app.routers.pages.receipts import receipts, verify

routes = [route for module in (receipts, verify) for route in module.router.routes]
