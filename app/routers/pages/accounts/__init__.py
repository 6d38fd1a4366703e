from app.routers.pages.accounts import codes, passkeys, passwords, sessions, sign_in

routes = [route for module in (codes, passkeys, passwords, sessions, sign_in) for route in module.router.routes]
