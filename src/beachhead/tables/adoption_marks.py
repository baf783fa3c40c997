"""Signs and flags that analysts' tables carry behind figures and periods: 95*, 3.1 b, 210 (e), 2006*, 2009E, <1.

They are set aside and told; a figure or period that is called a forecast is no observation and is left out.
"""

from __future__ import annotations

import re

import polars as pl

from beachhead.tables.counted import counted
from beachhead.tables.numbers import parse_numbers

_SIGNS = r"[*†‡§¶^]+|[¹²³⁰⁴-⁹ᵃ-ᶿ]+|\[\w{1,3}\]"
_WORDS = (
    r"est\.?|estimated?|estimates?|prov\.?|provisional|prel\.?|prelim\.?|preliminary|rev\.?|revised|geschätzt|"
    r"vorläufig|forecast|fcst|projected|projection|prognose"
)
_FLAGS = r"(?!bn\b)[bcdefinprsuz]{1,3}"  # those of Eurostat, OECD and national offices, alone or together
_MARK = re.compile(
    rf"(?P<body>.*\d[%\s]*?)\s*(?P<mark>(?:{_SIGNS})|\s\((?:{_FLAGS}|\d|{_WORDS})\)|\((?:{_FLAGS}|{_WORDS})\)|"
    rf"\s(?:{_FLAGS}|{_WORDS})|\s[\da-z]\)|[eprEPR])",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:[~≈>]|(?:ca|c|approx)\.|ca|circa|about|over|rund)\s*(?P<a>\d.*)|(?P<b>\d.*\d)\s*\+", re.IGNORECASE
)
_NOTHING = re.compile(
    rf"[:.…–-]+\s*\(?(?:{_FLAGS})?\)?|n\.?d\.?|n/d|[/*•]|\([xsdcz]\)|confidential|suppressed", re.IGNORECASE
)
_BELOW = re.compile(r"<\s*(\d[\d.,]*)\s*(%?)")
_PERIOD_MARK = re.compile(
    rf"(?P<body>.*\d)\s*(?P<mark>(?:{_SIGNS})|\((?:[a-z]|\d|{_WORDS})\)|\s(?:[efpr]|{_WORDS})|[efprEFPR])",
    re.IGNORECASE,
)
_FORECAST = re.compile(r"\(?\s*(?:f|forecast|fcst|projected|projection|prognose)\s*\)?", re.IGNORECASE)
_BILLIONS = 0.5  # share of figures with a b behind them from which it is no flag


def without_marks(figures: pl.Series) -> tuple[pl.Series, list[str]]:
    """Figures without signs and flags behind them, and what was done. Only cells that are no figure are touched.

    ``<1`` becomes half of the bound; what is flagged as a forecast becomes missing.
    """
    if figures.dtype != pl.String:
        return figures, []
    bad = parse_numbers(figures).bad
    if not bad:
        return figures, []
    cells = figures.gather(bad).str.strip_chars().to_list()
    marked = [_MARK.fullmatch(cell) for cell in cells]
    flags = [found["mark"].strip().strip("()").casefold() if found else "" for found in marked]
    if flags.count("b") > _BILLIONS * figures.count():
        return figures, []
    fixed: list[str | None] = []
    told: dict[str, list[str]] = {"marked": [], "below": [], "about": [], "forecast": [], "nothing": []}
    for cell, found in zip(cells, marked, strict=True):
        below, about = _BELOW.fullmatch(cell), _ABOUT.fullmatch(cell)
        what, value = "", cell
        if _NOTHING.fullmatch(cell):
            what, value = "nothing", None
        elif below is not None and (half := parse_numbers(pl.Series([below[1]])).values[0]) is not None:
            what, value = "below", f"{half / 2!r}{below[2]}"
        elif about is not None and not parse_numbers(pl.Series([about["a"] or about["b"]])).bad:
            what, value = "about", about["a"] or about["b"]
        elif found is not None:
            forecast = _FORECAST.fullmatch(found["mark"].strip())
            what, value = ("forecast", None) if forecast else ("marked", found["body"].strip())
        if what:
            told[what].append(cell)
        fixed.append(value)
    return figures.scatter(bad, pl.Series(fixed, dtype=pl.String)), _notes(told)


def _notes(told: dict[str, list[str]]) -> list[str]:
    said = {
        "marked": "{} with signs or flags, which are set aside: {}",
        "below": "{} said to be below a bound, taken for half of it: {}",
        "about": "{} said to be about or above what stands there, taken as it stands: {}",
        "forecast": "{} flagged as a forecast, left out: {}",
        "nothing": "{} flagged as missing: {}",
    }
    out = []
    for what, cells in told.items():
        if cells:
            distinct = list(dict.fromkeys(cells))
            shown = ", ".join(repr(c) for c in distinct[:5]) + (" …" if len(distinct) > 5 else "")
            out.append(said[what].format(counted(len(cells), "figure"), shown))
    return out


def period_mark(text: str) -> tuple[str, bool] | None:
    """A period without the sign or flag behind it and whether that calls it a forecast; None where it has none."""
    found = _PERIOD_MARK.fullmatch(text)
    if found is None:
        return None
    return found["body"].strip(), _FORECAST.fullmatch(found["mark"].strip()) is not None
