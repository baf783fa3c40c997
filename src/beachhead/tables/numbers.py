"""Numbers as people write them, decided on whole columns: separators, decimal commas, money, percents."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

MISSING = (
    *(
        "",
        "-",
        "--",
        "–",
        "—",
        ".",
        "..",
        "...",
        ":",
        "?",
        "#n/a",
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "nan",
        "null",
        "(null)",
    ),
    *(
        "none",
        "nil",
        "nul",
        "missing",
        "missing amount",
        "not available",
        "unknown",
        "k.a.",
        "k. a.",
        "tbd",
        "tba",
    ),
)
"""Words, in lower case, that stand for nothing."""

_SYMBOLS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "zł": "PLN",
    "kr": "kr",
    "Kč": "CZK",
    "Ft": "HUF",
    "lei": "RON",
    "лв": "BGN",
    "₺": "TRY",
    "₪": "ILS",
    "Fr": "CHF",
    "SFr": "CHF",
    "R$": "BRL",
    "C$": "CAD",
    "A$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
}
_CODES = (
    "USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|CNY|INR|BRL|MXN|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|ILS|ZAR|KRW|SGD|HKD|"
    "AED|SAR|RUB"
)
_MONEY = rf"(?:US|CA|AU|C|A|NZ|HK|S|R)?[$€£¥₹₩₽₺₪]|zł|kr\.?|Kč|Ft|lei|лв\.?|S?Fr\.?|{_CODES}"
_SPACE = "[ \u00a0\u2007\u2009\u202f]"
_SURELY_DECIMAL = r"^[-+]?(0?\.|[0-9]*\.([0-9]{0,2}|[0-9]{4,})([eE].*)?$|[0-9]{4,}\.)"
_WRITTEN = (
    rf"^(\(?){_SPACE}*([-−+]?){_SPACE}*({_MONEY}|%)?{_SPACE}*([-−+]?){_SPACE}*"
    rf"([0-9.,][0-9.,'’ \u00a0\u2007\u2009\u202f]*(?:[eE][-+]?[0-9]+)?){_SPACE}*({_MONEY}|%)?{_SPACE}*(-?){_SPACE}*(\)?)$"
)
_OPEN, _SIGN, _BEFORE, _SIGN_WITHIN, _BODY, _AFTER, _SIGN_BEHIND, _CLOSED = range(8)


@dataclass(frozen=True)
class Numbers:
    """A column as numbers.

    ``values`` Float64, null where nothing stands; ``bad`` the indexes of cells that are no number (null in
    values); ``percent`` whether a % sign was seen (values are as written: '12 %' is 12); ``currency`` the one
    that was seen, and where there are several ``currencies`` that of each cell; ``notes`` what was decided, as clauses.
    """

    values: pl.Series
    bad: list[int] = field(default_factory=list)
    percent: bool = False
    currency: str | None = None
    currencies: pl.Series | None = None
    notes: list[str] = field(default_factory=list)


def parse_numbers(column: pl.Series, *, money: bool = False) -> Numbers:
    """Read a column of numbers; what a point or a comma means is decided on the whole column.

    ``money``: amounts have no three decimals, so where every point or comma stands before three digits it
    separates thousands: ``EUR 1.200``.

    Where both readings fit every cell, a point is a decimal point and a comma before three digits separates
    thousands (the notes say so). Infinite values are bad.
    """
    dtype = column.dtype
    if dtype.is_numeric() or dtype == pl.Null or dtype == pl.Boolean:
        values = column.cast(pl.Float64, strict=False).fill_nan(None)
        bad = values.is_infinite().fill_null(False).arg_true().to_list()
        return Numbers(_nulled(values, bad), bad)
    text = column.cast(pl.String, strict=False).str.strip_chars()
    values = text.cast(pl.Float64, strict=False)
    if values.null_count() == text.null_count() and values.is_finite().all() and not _may_be_thousands(text):
        return Numbers(values)
    missing = text.str.to_lowercase().is_in(MISSING)
    return _as_written(pl.select(pl.when(~missing).then(text)).to_series().rename(column.name), money)


def _may_be_thousands(text: pl.Series) -> bool:
    """Whether the points of plain numbers may separate thousands: all stand before three digits."""
    for part in (text.head(1000), text):
        if part.str.contains(_SURELY_DECIMAL).any():
            return False
    return bool(text.str.contains(".", literal=True).any())


def _nulled(values: pl.Series, rows: list[int]) -> pl.Series:
    return values.scatter(rows, None) if rows else values


def _as_written(text: pl.Series, money: bool) -> Numbers:
    # 1.200,- and 1'200.-- are whole amounts, no negative ones
    parts = (
        text.str.replace(r"([0-9])[.,](?:-{1,2}|–|—)(\s*\D*)$", "$1$2")
        .str.extract_groups(_WRITTEN)
        .struct.unnest()
    )
    part = [parts.get_column(name) for name in parts.columns]
    body = part[_BODY].str.strip_chars(" \u00a0\u2007\u2009\u202f")
    for space in (_SPACE, "['’]"):  # twice, for every other separator of a long number
        body = body.str.replace_all(rf"([0-9]){space}([0-9]{{3}})\b", "$1$2")
        body = body.str.replace_all(rf"([0-9]){space}([0-9]{{3}})\b", "$1$2")
    signs = part[_SIGN] + part[_SIGN_WITHIN] + part[_SIGN_BEHIND]
    odd = (signs.str.len_chars() > 1) | ((part[_OPEN] == "(") != (part[_CLOSED] == ")"))
    decimal, note = _decimal_mark(body, money)
    comma, point = _value(body, ","), _value(body, ".")
    if decimal == "mixed":
        both = comma.is_not_null() & point.is_not_null() & (comma != point)
        values = pl.select(pl.when(~both).then(pl.coalesce(point, comma))).to_series()
    else:
        values = comma if decimal == "," else point
    negative = signs.is_in(["-", "−"]) | (part[_OPEN] == "(")
    values = pl.select(pl.when(negative).then(-values).otherwise(values)).to_series()
    values = pl.select(pl.when(values.is_finite() & ~odd).then(values)).to_series().rename(text.name)
    bad = (values.is_null() & text.is_not_null()).arg_true().to_list()
    around = pl.concat([part[_BEFORE], part[_AFTER]]).drop_nulls().unique().to_list()
    currencies = sorted({_currency(mark) for mark in around if mark not in ("", "%")})
    each = None
    if len(currencies) > 1:
        marks = pl.Series([m for m in around if m not in ("", "%")], dtype=pl.String)
        codes = pl.Series([_currency(m) for m in marks], dtype=pl.String)
        each = pl.select(
            pl.coalesce(p.replace_strict(marks, codes, default=None) for p in (part[_BEFORE], part[_AFTER]))
        ).to_series()
    notes = [note] if note else []
    if len(currencies) > 1:
        notes.append(
            f"several currencies stand in one column ({', '.join(currencies)}) and are not converted"
        )
    return Numbers(values, bad, "%" in around, currencies[0] if len(currencies) == 1 else None, each, notes)


def _currency(mark: str) -> str:
    """A code for a sign: USD for $ and US$; other dollars and codes stay as they are."""
    plain = mark.rstrip(".")
    return _SYMBOLS.get(plain) or {"US$": "USD", "CA$": "CAD", "AU$": "AUD"}.get(plain, plain)


def _value(body: pl.Series, mark: str) -> pl.Series:
    """Read with ``mark`` as decimal mark and the other between thousands (India's groups of two too)."""
    other = "." if mark == "," else ","
    m, o = f"\\{mark}", f"\\{other}"
    d = "[0-9]"
    shape = rf"^({d}+|{d}{{1,3}}({o}{d}{{2,3}})*{o}{d}{{3}})?({m}{d}*)?([eE][-+]?{d}+)?$"
    fits = body.str.contains(shape) & body.str.contains(d)
    plain = body.str.replace_all(other, "", literal=True).str.replace_all(mark, ".", literal=True)
    return pl.select(pl.when(fits).then(plain).cast(pl.Float64, strict=False)).to_series()


def _decimal_mark(body: pl.Series, money: bool) -> tuple[str, str | None]:
    """``.``, ``,`` or ``mixed``, and what to say about it."""

    def some(pattern: str) -> bool:
        return bool(body.str.contains(pattern).any())

    grouped_by_points, grouped_by_commas = r"\..*,|\..*\.", r",.*\.|,.*,"
    comma = some(
        rf",\d*\..*,|{grouped_by_points}|^\d*,(\d{{0,2}}|\d{{4,}})([eE].*)?$|^0?,\d+$|^\d{{4,}},\d*$"
    )
    point = some(rf"{grouped_by_commas}|^\d*\.(\d{{0,2}}|\d{{4,}})([eE].*)?$|^0?\.\d+$|^\d{{4,}}\.\d*$")
    both_ways = "; cells that could be read both ways are refused"
    if comma and point:
        return "mixed", f"points and commas are both used as decimal marks{both_ways}"
    if comma:
        return ",", "read with a decimal comma"
    if point:
        return ".", None
    commas, points = some(","), some(r"\.")
    if commas and points:  # 1,234 beside 1.234 and nothing that tells them apart
        return "mixed", f"points and commas are mixed{both_ways}"
    if commas:
        return ".", "a comma before three digits is read as a separator of thousands"
    if points:
        # 998, 1.012, 1.100: decimals would not lack the point below a thousand and always have three digits
        whole = body.drop_nulls()
        dotted = whole.str.contains(r"\.")
        small = whole.filter(~dotted).str.len_chars()
        grouped = "a point before three digits is read as a separator of thousands"
        if money or (dotted.sum() >= 3 and small.len() and (small <= 3).all()):
            return ",", grouped
        # 950, 1.234: beside hundreds, one and a quarter would be a fall by three orders
        if small.len() and (small == 3).any() and (small <= 3).all():
            return ",", grouped
        return (
            ".",
            "a point before three digits is read as a decimal point, for nothing in the column tells otherwise",
        )
    return ".", None


def percent(probability: float) -> str:
    """``0.344`` → ``34 %``. A probability is never said to be none or certainty."""
    if probability < 0.005:
        return "under 1 %"
    if probability > 0.995:
        return "above 99 %"
    return f"{probability * 100:.0f} %"


def percents(probability: pl.Expr) -> pl.Expr:
    """``percent`` for a column; missing where the probability is."""
    whole = pl.format("{} %", (100 * probability).round(0).cast(pl.Int64, strict=False))
    return (
        pl.when(probability < 0.005)
        .then(pl.lit("under 1 %"))
        .when(probability > 0.995)
        .then(pl.lit("above 99 %"))
        .otherwise(whole)
    )
