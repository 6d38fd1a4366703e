"""How a name is written where it is searched for and sorted: without accents, in small letters, apostrophes alike."""

from app.rules.normal_form import normalised

_APOSTROPHES = "’‘ʼ´′"
# What stands above, below or through a letter in the languages of Europe, once NFD has taken it off.
_MARKS = "".join(map(chr, (*range(0x300, 0x305), *range(0x306, 0x30D), 0x31B, 0x323, *range(0x326, 0x329))))
# Letters that NFD leaves whole.
_WHOLE = {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i"}
_TABLE = str.maketrans(_WHOLE | dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_MARKS))
# Words that belong to the surname that follows, in the languages most names here come from.
_PARTICLES = {"al", "bin", "d'", "da", "dal", "dalla", "das", "de", "degli", "dei", "del", "della", "delle", "dello"}
_PARTICLES |= {"den", "der", "di", "dos", "du", "el", "la", "le", "li", "lo", "van", "von"}
_LONGEST = 200


def folded(text: str) -> str:
    """Return the text as a search compares it."""
    if text.isascii():
        return text.lower()
    return normalised("NFD", text, _LONGEST).translate(_TABLE).lower()


def is_named_like(name: str, search: str) -> bool:
    """Tell whether a name has each word of a search, in any order."""
    return all(word in folded(name) for word in folded(search).split())


def sort_name(name: str) -> str:
    """Return a full name as lists sort it, surname first: "de luca giulia" for "Giulia De Luca".

    Only the whole name is kept, so the surname is a guess: the last word, with the particles before it.
    """
    words = folded(name).split()
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return " ".join(words[start:] + words[:start])[:_LONGEST]
