"""Units of the figures in a business case: money per server per year, hours, per cent.

Units are plain words that multiply and cancel, so that a formula which adds hours to money, or forgets to
multiply by the number of servers, is refused before anybody shows it to a finance director.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MONEY = "money"
"""The word for any currency; which one it is stands once per business case."""

_ALIASES = {"h": "hour", "hr": "hour", "hrs": "hour", "kw": "kW"}
_HISSING = ("ches", "shes", "xes", "sses", "zzes")
_PRODUCTS = {"kwh": ("kW", "hour")}


@dataclass(frozen=True)
class Unit:
    """``powers``: word → exponent, sorted; ``scale``: what a figure is multiplied by (0.01 for per cent)."""

    powers: tuple[tuple[str, int], ...] = ()
    scale: float = 1.0

    @classmethod
    def parse(cls, text: str) -> Unit:
        """``money per server per year``, ``kWh``, ``hour*person``, ``%``, or nothing for a plain number.

        Words may be in singular or plural. Raises ValueError for what is no unit.
        """
        # "per cent" is one word, and a text may begin with "per year".
        plain = re.sub(r"\bper\s*cent\b", "%", f" {text} ")
        over, *under = re.split(r"\s*/\s*|\s+per\s+", plain)
        unit = _product(over)
        for part in under:
            if not part.strip():
                raise ValueError(f"{text!r} ends with a stroke; write what it is per")
            unit = unit / _product(part)
        return unit

    def __mul__(self, other: Unit) -> Unit:
        powers = dict(self.powers)
        for word, power in other.powers:
            powers[word] = powers.get(word, 0) + power
        return Unit(tuple(sorted((w, p) for w, p in powers.items() if p)), self.scale * other.scale)

    def __truediv__(self, other: Unit) -> Unit:
        return self * Unit(tuple((w, -p) for w, p in other.powers), 1 / other.scale)

    @property
    def plain(self) -> Unit:
        """The same without its scale: the unit of what comes out of arithmetic."""
        return Unit(self.powers)

    def said(self, money: str = MONEY, *, many: bool = False) -> str:
        """``money per year``; ``a plain number`` without any word.

        ``money``: the currency's name; ``many``: hosts instead of host.
        """
        words = {word: money if word == MONEY else word for word, _ in self.powers}
        counted = [word for word, power in self.powers if power > 0 and word != MONEY]
        if many and len(counted) == 1 and counted[0].islower():
            words[counted[0]] = _plural(counted[0])
        over = "*".join(w for word, p in self.powers for w in [words[word]] * p if p > 0)
        under = [words[word] for word, p in self.powers for _ in range(-p) if p < 0]
        percent = "%" if self.scale == 0.01 else ""
        return " per ".join([" ".join(filter(None, (percent, over))), *under]).strip() or "a plain number"


def _product(text: str) -> Unit:
    unit = Unit()
    for word in text.split("*"):
        unit = unit * _word(" ".join(word.split()))
    return unit


def _word(word: str) -> Unit:
    if word in ("", "1"):
        return Unit()
    if word == "%":
        return Unit(scale=0.01)
    if not re.fullmatch(r"[^\W\d_]+(?:[ -][^\W\d_]+)*", word):
        raise ValueError(
            f"{word!r} is no unit; write words such as 'hours', 'money per server per year' or '%'"
        )
    word = word if word.isupper() else word.casefold()
    if word in _PRODUCTS:
        return Unit(tuple((part, 1) for part in sorted(_PRODUCTS[word])))
    word = _singular(word)
    return Unit(((_ALIASES.get(word, word), 1),))


def _singular(word: str) -> str:
    """``searches`` → ``search``, ``deliveries`` → ``delivery``, ``hosts`` → ``host``; ``GB`` stays."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word.removesuffix('ies')}y"
    return word.removesuffix("es" if word.endswith(_HISSING) else "s")


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word.removesuffix('y')}ies"
    return f"{word}{'es' if word.endswith(('ch', 'sh', 'x', 's', 'z')) else 's'}"
