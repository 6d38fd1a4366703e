"""The ways a person looks at a page, to choose from with `@pytest.mark.parametrize("look", [DESKTOP, PHONE])`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Look:
    """The size of the window in CSS pixels, colours, language, and whether scripts run."""

    width: int = 1280
    height: int = 900
    colour_scheme: Literal["light", "dark"] = "light"
    locale: str = "it-IT"
    java_script_enabled: bool = True


DESKTOP = Look()
TABLET = Look(width=820, height=1180)
PHONE = Look(width=390, height=844)
