"""What the log of a company is called: its origin in checkpoints and leaves, and the name of its verifier key."""

# The instance's own key goes by this name; it signs for each log under the name of the log.
INSTANCE = "portavoce/log"


def origin(company_id: str) -> str:
    return f"{INSTANCE}/{company_id}"
