"""What counts as a purchase: assets, orders and their lines, and files with a row per purchase."""

from __future__ import annotations

import polars as pl

from beachhead.tables.crm.accounts import accounts_beside
from beachhead.tables.crm.context import ELSEWHERE, WHY, Context, Taken
from beachhead.tables.crm.products import products_beside
from beachhead.tables.crm.reading import ROW
from beachhead.tables.crm.rows import replaced
from beachhead.tables.crm.terms import term_end
from beachhead.tables.crm.values import is_bought
from beachhead.tables.workspace import definition

PURCHASE_COLUMNS = tuple(c for c in definition("purchases").names if c != "vanished")
WHO_SELLS = 'who sold is left blank: say who you are with us = "…" in beachhead.toml and import again'


def read_purchases(context: Context, files: list[Taken]) -> None:
    """Files with a row per purchase: licence portals, flat sales data."""
    for taken in files:
        frame = context.product_of(taken, context.placed(taken, taken.frame))
        accounts_beside(context, taken, frame)
        products_beside(context, taken, frame)
        ours = taken.has("order", "owner") and not taken.has("seller")
        put_purchases(
            context, taken, frame, key=own_key(taken, "purchase"), seller=_seller(context, taken, ours)
        )


def read_orders(context: Context, orders: list[Taken], lines: list[Taken]) -> None:
    """Orders, joined to their lines where there are any. An order book without a seller's column is our own."""
    heads = [_order_head(context, taken) for taken in orders]
    known = pl.concat(heads, how="diagonal") if heads else None
    for taken in lines:
        frame = context.product_of(taken, taken.frame)
        products_beside(context, taken, frame)
        if known is None:
            missing = pl.lit("there is no file of orders that tells the account and date of this line")
            frame = frame.with_columns(
                account=pl.lit(None, pl.String), date=pl.lit(None, pl.Date), **{WHY: missing}
            )
        else:
            head = known.select(
                "order", "account", "date", "_head", "_term_end", _seller="seller", _currency="currency"
            )
            frame = frame.join(head.lazy(), on="order", how="left", maintain_order="left")
            lost = pl.when(pl.col("_known").is_null()).then(pl.lit("its order is not among the orders"))
            frame = frame.with_columns(_known=pl.col("_head")).with_columns(
                pl.coalesce(lost, _no_head()).alias(WHY)
            )
        own = taken.expr("seller")
        seller = own if known is None else pl.coalesce(own, pl.col("_seller"))
        put_purchases(
            context,
            taken,
            frame,
            key=own_key(taken, "line"),
            seller=seller,
        )
    if not lines:
        for taken, head in zip(orders, heads, strict=True):
            reason = pl.coalesce(
                _no_head(), pl.lit("the order names no product and there is no file of its lines")
            )
            frame = head.with_columns(product=pl.lit(None, pl.String), **{WHY: reason}).lazy()
            context.put("purchases", taken, frame, ["account", "product", "date", "seller"])


def _no_head() -> pl.Expr:
    return pl.when(pl.col("_head") != "").then(pl.col("_head"))


def _order_head(context: Context, taken: Taken) -> pl.DataFrame:
    """Order → account, date, seller; ``_head`` says why an order is none, and is empty for those that are."""
    frame = context.placed(taken, taken.frame)
    accounts_beside(context, taken, frame)
    seller = _seller(context, taken, True)
    bought = _not_bought(taken, frame)
    made = frame.select(
        ROW,
        "order",
        "account",
        date=taken.expr("date", pl.Date),
        currency=taken.currency,
        _term_end=term_end(taken, pl.col("date")),
        seller=pl.lit(None, pl.String) if seller is None else seller,
        _head=pl.coalesce(pl.col(WHY), bought, pl.lit("")),
    )
    return (
        context.seller(pl.col("seller"), made, "seller")
        .unique("order", keep="first", maintain_order=True)
        .collect()
    )


def _not_bought(taken: Taken, frame: pl.LazyFrame) -> pl.Expr:
    return replaced(taken.expr("outcome"), frame, lambda s: None if is_bought(s) else f"its status is {s!r}")


def _seller(context: Context, taken: Taken, ours: bool) -> pl.Expr | None:
    if taken.has("seller"):
        return pl.col("seller")
    if "seller" in taken.defaults:
        return pl.lit(taken.defaults["seller"]) if taken.defaults["seller"] else None
    if not ours:
        return None
    if not context.us:
        context.advice.append(WHO_SELLS)
        return None
    return pl.lit(context.us)


def read_assets(context: Context, files: list[Taken]) -> None:
    """Salesforce's assets. A competitor's product is another firm's sale; what names no provider is ours."""
    for taken in files:
        frame = context.product_of(taken, context.placed(taken, taken.frame))
        accounts_beside(context, taken, frame)
        products_beside(context, taken, frame)
        competitor = taken.expr("competitor", pl.Boolean).fill_null(False)
        other = pl.when(competitor).then(pl.lit(ELSEWHERE)).otherwise(pl.lit(context.us or None, pl.String))
        if not context.us:
            context.advice.append(WHO_SELLS)
        if taken.has("competitor"):
            sold = frame.filter(pl.col("product").is_not_null()).group_by("product", maintain_order=True)
            theirs = sold.agg(pl.col(ROW).first(), theirs=competitor.all()).filter("theirs")
            context.put(
                "products", taken, theirs.with_columns(ours=pl.lit(False)), ["product", "ours"], weak=True
            )
        day = pl.coalesce(taken.expr("date", pl.Date), taken.expr("installed", pl.Date))
        frame = frame.with_columns(date=day)
        put_purchases(
            context,
            taken,
            frame,
            key=pl.col("asset") if taken.has("asset") else None,
            seller=pl.coalesce(taken.expr("seller"), other),
        )


def own_key(taken: Taken, key: str) -> pl.Expr | None:
    """An expression for the row's own id, whatever makes it unique: the id, or order with line or product."""
    order = "order" if taken.has("order") else "opportunity" if taken.has("opportunity") else ""
    candidates: list[list[str]] = [[key]] if taken.has(key) else []
    if taken.has("line") and order:
        candidates.append([order, "line"])
    product = next((f for f in ("product", "product_code", "product_name") if taken.has(f)), None)
    if order and product:
        candidates.append([order, product])
    if order and not taken.big:
        candidates.append([order])
    for fields in candidates:
        seen = (
            taken.frame.select(
                pl.struct(fields).hash(0).n_unique().alias("different"),
                n=pl.len(),
                filled=pl.all_horizontal(pl.col(fields).is_not_null()).sum(),
            )
            .collect(engine="streaming")
            .row(0, named=True)
        )
        if seen["different"] == seen["n"] == seen["filled"]:
            return pl.col(fields[0]) if len(fields) == 1 else pl.concat_str(fields, separator="/")
    return None


def put_purchases(
    context: Context,
    taken: Taken,
    frame: pl.LazyFrame,
    *,
    key: pl.Expr | None,
    seller: pl.Expr | None,
    source: str = "",
) -> None:
    """The columns of the table purchases, from whatever fields there are; amounts are price × quantity if need be."""
    raw = taken.fields.names
    currency = [taken.currency]
    if "_currency" in frame.collect_schema().names():
        currency.append(pl.col("_currency"))
    made: dict[str, pl.Expr] = {}
    if key is not None:
        made["purchase"] = key
    if {"unit_price", "amount"} & set(raw):
        made["amount"] = _amount(taken)
    made["currency"] = pl.coalesce(currency)
    status = _not_bought(taken, frame) if taken.kind == "purchase" else pl.lit(None, pl.String)
    frame = frame.with_columns(status.alias("_status"), **made)
    if seller is not None:
        frame = context.seller(seller, frame, "seller")
    if "_term_end" in frame.collect_schema().names():
        told = pl.coalesce(taken.expr("term_end", pl.Date), pl.col("_term_end"))
        made["term_end"] = told
        frame = frame.with_columns(told.alias("term_end"))
    if taken.has("serviced_by"):
        frame = context.seller(pl.col("serviced_by"), frame, "serviced_by")
    if taken.has("vendor"):
        frame = context.seller(pl.col("vendor"), frame, "vendor")
    if taken.has("term"):
        made["term_end"] = term_end(taken, pl.col("date"))
        frame = frame.with_columns(made["term_end"].alias("term_end"))
    frame = frame.with_columns(pl.coalesce(pl.col(WHY), pl.col("_status")).alias(WHY))
    there = {*raw, *made, "account", "product", "date", *(["seller"] if seller is not None else [])}
    given = [c for c in PURCHASE_COLUMNS if c in there]
    context.put("purchases", taken, with_reasons(frame), given, source=source)


def with_reasons(frame: pl.LazyFrame) -> pl.LazyFrame:
    """``_why`` also for rows without product or date."""
    missing = (
        pl.when(pl.col("account").is_null())
        .then(pl.lit("it names no account"))
        .when(pl.col("product").is_null())
        .then(pl.lit("it names no product"))
        .when(pl.col("date").is_null())
        .then(pl.lit("it has no date that can be read"))
    )
    if "quantity" in frame.collect_schema().names():
        missing = missing.when(pl.col("quantity") < 0).then(
            pl.lit("its quantity is negative: something was sent back")
        )
    return frame.with_columns(pl.coalesce(pl.col(WHY), missing).alias(WHY))


def _amount(taken: Taken) -> pl.Expr:
    """The amount, else price × quantity less the discount (a share, or in percent)."""
    price, quantity = taken.expr("unit_price", pl.Float64), taken.expr("quantity", pl.Float64).fill_null(1.0)
    total = price * quantity
    if taken.has("discount") and not taken.has("amount"):
        discount = pl.col("discount").fill_null(0.0)
        top = taken.frame.select(pl.col("discount").max()).collect(engine="streaming").item()
        if taken.fields.percent or taken.crm == "Salesforce":
            total = total * (1 - discount / 100)
        elif top is not None and top <= 1:
            total = total * (1 - discount)
        elif top is not None:
            total = total - discount
    return pl.coalesce(taken.expr("amount", pl.Float64), total.round(6))
