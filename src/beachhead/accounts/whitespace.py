"""Whitespace: every product by every account: owned, fits now, later or never, and why.

From what each product needs first: it fits *now* if all of that is owned, *later* if some of it is still
missing, *never* if the account meets the same need with another vendor's product, or if something that is
needed first is itself never to come (met otherwise, unknown, or needing itself). Own and third-party
products alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import polars as pl

from beachhead.errors import BadInput

MOST_PRODUCTS = 200
"""A catalogue of more is one of order codes, in which account × product says nothing."""

_OWNS = "owns "
FITS = ("owned", "now", "later", "never")


@dataclass(frozen=True)
class Fit:
    """One product: expressions over a table as ``with_owned`` makes it, true or false for every account."""

    product: str
    owned: pl.Expr
    now: pl.Expr
    later: pl.Expr
    never: pl.Expr
    reason: pl.Expr


def fits(products: pl.DataFrame) -> list[Fit]:
    """How each product of the products table fits, in its order; raises BadInput for more than 200."""
    catalogue = products.filter(pl.col("vanished").is_null()).unique("product", maintain_order=True)
    if catalogue.height > MOST_PRODUCTS:
        raise BadInput(
            f"the table products lists {catalogue.height} products",
            expected=f"at most {MOST_PRODUCTS}, each a family of order codes that meets one need",
        )
    rows = {row["product"]: row for row in catalogue.iter_rows(named=True)}
    names = {product: row["name"] or product for product, row in rows.items()}
    built: dict[str, Fit] = {}
    in_circles = _in_circles({product: row["needs_first"] or [] for product, row in rows.items()})
    return [_fit(product, rows, names, built, in_circles) for product in rows]


def whitespace(owned: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """One row per account and product: account, product, fit (owned, now, later, never), reason, ours.

    ``owned``: columns account and products_owned, as in the facts; a missing list counts as nothing owned.
    """
    ours = dict(products.select("product", "ours").iter_rows())
    table = with_owned(owned, products)
    parts = [
        table.select(
            "account",
            product=pl.lit(fit.product),
            fit=pl.when(fit.owned)
            .then(pl.lit("owned"))
            .when(fit.now)
            .then(pl.lit("now"))
            .when(fit.later)
            .then(pl.lit("later"))
            .otherwise(pl.lit("never")),
            reason=fit.reason,
            ours=pl.lit(ours[fit.product], dtype=pl.Boolean),
        )
        for fit in fits(products)
    ]
    schema = {
        "account": pl.String,
        "product": pl.String,
        "fit": pl.String,
        "reason": pl.String,
        "ours": pl.Boolean,
    }
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def fit_facts(owned: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """account, fits_now, fits_now_count, fits_later; all missing where no products are known."""
    known = fits(products) if products.height <= MOST_PRODUCTS else []
    if not known:
        return owned.select(
            "account",
            fits_now=pl.lit(None, dtype=pl.List(pl.String)),
            fits_now_count=pl.lit(None, dtype=pl.Int64),
            fits_later=pl.lit(None, dtype=pl.List(pl.String)),
        )

    def those(which: str) -> pl.Expr:
        named = [pl.when(getattr(fit, which)).then(pl.lit(fit.product)) for fit in known]
        return pl.concat_list(named).list.drop_nulls()

    return (
        with_owned(owned, products)
        .select("account", fits_now=those("now"), fits_later=those("later"))
        .select(
            "account",
            "fits_now",
            pl.col("fits_now").list.len().cast(pl.Int64).alias("fits_now_count"),
            "fits_later",
        )
    )


def with_owned(owned: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """``owned`` with one column more per product, and for what products need: whether it is in ``products_owned``."""
    names = {*products["product"], *products["needs_first"].explode().drop_nulls()}
    has = pl.col("products_owned").list
    return owned.with_columns(has.contains(p).fill_null(False).alias(_OWNS + p) for p in sorted(names))


def _owns(product: str) -> pl.Expr:
    return pl.col(_OWNS + product)


def _fit(
    product: str,
    rows: dict[str, dict[str, Any]],
    names: dict[str, str],
    built: dict[str, Fit],
    in_circles: set[str],
) -> Fit:
    """The fit of one product, built after that of all it needs first."""
    if product in built:
        return built[product]
    row, owned, always = rows[product], _owns(product), pl.lit(True)
    needs: list[str] = row["needs_first"] or []
    never = [
        (_owns(other), f"{names[other]} meets the need for {row['need']}")
        for other, its in rows.items()
        if _rivals(row, its)
    ]
    missing: list[tuple[pl.Expr, str]] = []
    if product in in_circles:
        never.append(
            (always, f"what it needs first ({', '.join(names.get(n, n) for n in needs)}) needs it in turn")
        )
    for first in needs if product not in in_circles else ():
        name = names.get(first, first)
        if first not in rows:
            never.append((~_owns(first), f"needs {name} first, which is in no list of products"))
        else:
            its = _fit(first, rows, names, built, in_circles)
            never.append((its.never, f"needs {name} first, which does not fit"))
            missing.append((~its.owned & ~its.never, name))
    is_never, is_missing = ~owned & _any([t for t, _ in never]), _any([t for t, _ in missing])
    built[product] = Fit(
        product=product,
        owned=owned,
        now=~owned & ~is_never & ~is_missing,
        later=~owned & ~is_never & is_missing,
        never=is_never,
        reason=_reason(owned, never, missing, [names.get(n, n) for n in needs]),
    )
    return built[product]


def _rivals(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two products meet the same need and come from different vendors."""
    same_need = one["need"] is not None and one["need"] == other["need"]
    return same_need and None not in (one["vendor"], other["vendor"]) and one["vendor"] != other["vendor"]


def _in_circles(needs: dict[str, list[str]]) -> set[str]:
    """The products that need themselves first, over others."""
    circular = set()
    for product in needs:
        reached, front = set[str](), list(needs[product])
        while front:
            step = front.pop()
            if step not in reached:
                reached.add(step)
                front += needs.get(step, [])
        if product in reached:
            circular.add(product)
    return circular


def _any(tests: list[pl.Expr]) -> pl.Expr:
    return reduce(lambda a, b: a | b, tests) if tests else pl.lit(False)


def _reason(
    owned: pl.Expr, never: list[tuple[pl.Expr, str]], missing: list[tuple[pl.Expr, str]], needs: list[str]
) -> pl.Expr:
    fits_now = f"owns {' and '.join(needs)}, which it needs first" if needs else "needs nothing first"
    what = pl.concat_list([pl.when(test).then(pl.lit(name)) for test, name in missing]) if missing else None
    why: Any = pl.when(owned).then(pl.lit("owned"))
    for test, text in never:
        why = why.when(test).then(pl.lit(text))
    if what is None:
        return why.otherwise(pl.lit(fits_now))
    lacking = what.list.drop_nulls()
    return (
        why.when(lacking.list.len() > 0)
        .then(pl.concat_str([pl.lit("needs "), lacking.list.join(" and "), pl.lit(" first")]))
        .otherwise(pl.lit(fits_now))
    )
