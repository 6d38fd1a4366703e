"""HTML pages by part; none of them is in the API's document."""

from app.routers.pages import (
    accounts,
    api_clients,
    home,
    merkle_log,
    organisations,
    people,
    policies,
    receipts,
    service,
    training,
)

_PARTS = (service, home, accounts, api_clients, policies, training, receipts, merkle_log, people, organisations)

# The routes themselves, not routers to include: including a router makes the framework build each of its routes
# again, which is a tenth of the start-up time.
routes = [route for part in _PARTS for route in part.routes]
for _route in routes:
    _route.include_in_schema = False
