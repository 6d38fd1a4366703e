from app.routers.pages.home import home, my_space

routes = [route for module in (home, my_space) for route in module.router.routes]
