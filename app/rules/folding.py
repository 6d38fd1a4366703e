"""How a name is written when somebody searches for it: without accents, in small letters, apostrophes all alike."""

import unicodedata

_APOSTROPHES = "’‘ʼ´′"
# What stands above, below or through a letter in the languages of Europe, once NFD has taken it off.
MARKS = "".join(map(chr, (*range(0x300, 0x305), *range(0x306, 0x30D), 0x31B, 0x323, *range(0x326, 0x329))))
# Letters that NFD leaves whole.
_WHOLE = {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i"}
REPLACED = _APOSTROPHES + "".join(_WHOLE)
REPLACING = "'" * len(_APOSTROPHES) + "".join(_WHOLE.values())
_TABLE = str.maketrans(REPLACED, REPLACING, MARKS)


def folded(text: str) -> str:
    """Return the text as a search compares it; ``dialects.folded`` is the same in SQL."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFD", text).translate(_TABLE).lower()
