"""How somebody is addressed."""


def given_name(name: str) -> str:
    """Return the first word of a full name; all of one in capitals, as payroll lists put the surname first."""
    return name if name.isupper() else name.partition(" ")[0]
