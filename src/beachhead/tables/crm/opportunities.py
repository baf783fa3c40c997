"""Opportunities, the signals that they hold, and those that were won as purchases."""

from __future__ import annotations

import polars as pl

from beachhead.tables.crm.accounts import accounts_beside
from beachhead.tables.crm.context import WHY, WON, Context, Taken
from beachhead.tables.crm.products import products_beside
from beachhead.tables.crm.purchases import WHO_SELLS, own_key, put_purchases, with_reasons
from beachhead.tables.crm.reading import ROW
from beachhead.tables.crm.rows import replaced
from beachhead.tables.crm.terms import term_end
from beachhead.tables.crm.values import outcome, signal
from beachhead.tables.workspace import definition

SAME_PURCHASE_DAYS = 90
"""A won opportunity within so many days of a purchase of the same account and product is that purchase."""
_SIGNALS = ("purchase_process", "purchase_timeframe", "need")


def read_opportunities(context: Context, files: list[Taken]) -> pl.DataFrame:
    """Files of opportunities. Gives, per row of a file, what lines and won purchases need of it."""
    deals = [_opportunities(context, taken) for taken in files]
    schema = dict.fromkeys(
        ("opportunity", "name", "account", "product", "outcome", "currency", "source"), pl.String
    )
    return pl.concat(deals, how="diagonal") if deals else pl.DataFrame(schema={**schema, "closed": pl.Date})


def _opportunities(context: Context, taken: Taken) -> pl.DataFrame:
    frame = context.product_of(taken, context.placed(taken, taken.frame))
    accounts_beside(context, taken, frame)
    products_beside(context, taken, frame)
    close = taken.expr("close_date", pl.Date)
    status = taken.expr("outcome").alias("_status")
    made = (
        frame.with_columns(status, outcome=_outcome(context, taken, frame))
        .with_columns(
            opportunity=taken.expr("opportunity"),
            name=taken.expr("name"),
            stage=pl.coalesce(taken.expr("stage"), pl.col("_status")),
            amount=_amount_of(taken),
            currency=taken.currency,
            expected=pl.coalesce(
                taken.expr("expected", pl.Date), pl.when(pl.col("outcome") == "open").then(close)
            ),
            closed=pl.when(pl.col("outcome") != "open").then(
                pl.coalesce(taken.expr("closed", pl.Date), close, _only_day(context, taken))
            ),
            created=taken.expr("created", pl.Date),
            owner=taken.expr("owner").replace(context.people),
            probability=_percent(taken, frame),
            type=taken.expr("type"),
            pipeline=taken.expr("pipeline"),
            version=taken.expr("version"),
        )
        .with_columns(term_end=term_end(taken, pl.coalesce("closed", "expected")))
    )
    _put_signals(context, taken, made)
    rows = made.collect()
    line_columns = [c for c in ("quantity", "line_amount", "line") if taken.has(c)]
    if taken.has("opportunity"):
        rows, lines = _one_row_each(rows), rows
    else:
        lines = rows
    columns = [c for c in definition("opportunities").names if c != "vanished"]
    given = [
        c for c in columns if c in ("account", "stage", "outcome", "expected", "closed") or _has(taken, c)
    ]
    context.put("opportunities", taken, rows.lazy(), given)
    keep = [
        "opportunity",
        "name",
        "account",
        "product",
        "outcome",
        "currency",
        "closed",
        "amount",
        ROW,
        "term_end",
        "version",
        *line_columns,
    ]
    return lines.select(*keep, source=pl.lit(taken.name))


def _only_day(context: Context, taken: Taken) -> pl.Expr:
    """SugarCRM and SuiteCRM have one day, the expected one, which is that of the close for what is closed."""
    if taken.has("closed", "close_date") or not taken.has("expected"):
        return pl.lit(None, pl.Date)
    context.notes.append(
        f"{taken.file}: what is closed is dated by {taken.headers.get('expected', 'its expected date')!r}, for there is "
        "no other date of closing"
    )
    return pl.col("expected").cast(pl.Date)


def _percent(taken: Taken, frame: pl.LazyFrame) -> pl.Expr:
    """The probability in percent; a column in which nothing is above one holds shares."""
    column = taken.expr("probability", pl.Float64)
    top = frame.select(column.max()).collect(engine="streaming").item() if taken.has("probability") else None
    return (column * 100).round(6) if top is not None and top <= 1 else column


def _has(taken: Taken, column: str) -> bool:
    fields = {
        "term_end": ("term_end", "term"),
        "amount": ("amount", "line_amount", "actual_amount"),
        "currency": ("currency",),
        "product": ("product", "product_name", "product_code"),
    }
    return taken.has(*fields.get(column, (column,))) or (column == "currency" and taken.tells_currency)


def _amount_of(taken: Taken) -> pl.Expr:
    actual = pl.when(pl.col("outcome") == "won").then(taken.expr("actual_amount", pl.Float64))
    total = taken.expr("line_amount", pl.Float64)
    if taken.has("line_amount") and taken.has("opportunity") and not taken.has("amount"):
        some = total.is_not_null().any().over("opportunity")
        total = pl.when(some).then(total.sum().over("opportunity"))
    return pl.coalesce(actual, taken.expr("amount", pl.Float64), total)


def _one_row_each(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per opportunity, of an export with a row per product: that of the product with the largest amount."""
    keyed, rest = (
        rows.filter(pl.col("opportunity").is_not_null()),
        rows.filter(pl.col("opportunity").is_null()),
    )
    if keyed.get_column("opportunity").is_duplicated().any():
        if "line_amount" in keyed.columns:
            keyed = keyed.sort("line_amount", descending=True, nulls_last=True, maintain_order=True)
        keyed = keyed.unique("opportunity", keep="first", maintain_order=True).sort(ROW, maintain_order=True)
    return pl.concat([keyed, rest])


def _outcome(context: Context, taken: Taken, frame: pl.LazyFrame) -> pl.Expr:
    """Open, won or lost: by the CRM's own word for it, else by the stage."""
    won, lost = {w.casefold() for w in taken.won}, {w.casefold() for w in taken.lost}

    def by_word(word: str) -> str:
        folded = word.casefold()
        return "won" if folded in won else "lost" if folded in lost else outcome(word)

    stage = replaced(taken.expr("stage"), frame, by_word)
    status = replaced(taken.expr("outcome"), frame, by_word)
    reason = replaced(taken.expr("outcome_reason"), frame, by_word)
    is_won, is_lost = taken.expr("won", pl.Boolean), taken.expr("lost", pl.Boolean)
    is_closed = taken.expr("closed_flag", pl.Boolean)
    told = pl.coalesce(
        pl.when(is_won).then(pl.lit("won")).when(is_lost).then(pl.lit("lost")),
        pl.when(is_closed & ~is_won).then(pl.lit("lost")),
        pl.when(is_closed.not_()).then(pl.lit("open")),
        pl.when(status != "open").then(status),
        pl.when(stage != "open").then(stage),
        # Odoo takes a lost opportunity out of sight, in whatever stage it was
        pl.when(taken.expr("active", pl.Boolean).eq_missing(False)).then(pl.lit("lost")),
        pl.when(reason != "open").then(reason),
    )
    word = next((f for f in ("outcome", "stage") if taken.has(f)), "")
    sure = _by_probability(taken, frame, told)
    _say_stages(context, taken, frame, pl.coalesce(told, sure, pl.lit("open")), word)
    return pl.coalesce(told, sure, pl.lit("open"))


def _by_probability(taken: Taken, frame: pl.LazyFrame, told: pl.Expr) -> pl.Expr:
    """Where no word says won: the stage whose probability is always 100 is."""
    nothing = pl.lit(None, pl.String)
    if not taken.has("probability") or not taken.has("stage"):
        return nothing
    seen = frame.select(told.alias("told"), "stage", "probability").collect()
    if (seen.get_column("told") == "won").any():
        return nothing
    top = seen.group_by("stage").agg(low=pl.col("probability").min(), n=pl.len())
    sure = top.filter(
        (pl.col("low") >= 100) | ((pl.col("low") == 1) & (seen.get_column("probability").max() == 1))
    )
    return pl.when(pl.col("stage").is_in(sure.get_column("stage").to_list())).then(pl.lit("won"))


def _say_stages(context: Context, taken: Taken, frame: pl.LazyFrame, made: pl.Expr, word: str) -> None:
    if not word:
        return
    counts = frame.select(pl.col(word).alias("word"), made.alias("is")).group_by("word", "is").len().collect()
    said = []
    for name in ("won", "lost", "open"):
        words = counts.filter((pl.col("is") == name) & pl.col("word").is_not_null()).sort(
            "len", descending=True
        )
        if words.height:
            some = ", ".join(f"{w} ({n})" for w, n in words.select("word", "len").head(8).iter_rows())
            said.append(f"{name}: {some}" + (f" and {words.height - 8} more" if words.height > 8 else ""))
    if said:
        context.notes.append(f"{taken.file}: stages read as {'; '.join(said)}")
    if not (counts.get_column("is") == "won").any() and counts.height > 1:
        context.advice.append(
            f'{taken.file}: no stage was read as won; if one is, put under [import.{taken.name}]: won = ["…"]'
        )


def _put_signals(context: Context, taken: Taken, frame: pl.LazyFrame) -> None:
    """Dynamics' purchase-process fields are ready-made signals."""
    for name in (f for f in _SIGNALS if taken.has(f)):
        rows = frame.select(
            ROW,
            WHY,
            "account",
            date=pl.coalesce("created", "closed", "expected"),
            signal=replaced(pl.col(name), frame, lambda v, f=name: signal(f, v)),  # type: ignore[misc]
        ).filter(pl.col("signal").is_not_null())
        why = pl.coalesce(
            pl.col(WHY), pl.when(pl.col("date").is_null()).then(pl.lit("the signal has no date"))
        )
        context.put("signals", taken, rows.with_columns(why.alias(WHY)), ["account", "date", "signal"])


def won_sources(files: list[Taken], lines: list[Taken]) -> set[str]:
    """The sources that won opportunities have as purchases."""
    return {t.name + WON for t in (*files, *lines)}


def read_won(
    context: Context, deals: pl.DataFrame, lines: list[Taken], files: list[Taken], recorded: pl.DataFrame
) -> None:
    """Won opportunities as purchases: by their lines where there are any, else by the product they name.

    ``recorded``: account, product and date of purchases known from elsewhere, which are not counted again.
    """
    by_name = {t.name: t for t in files}
    if not context.us and (deals.get_column("outcome") == "won").any():
        context.advice.append(WHO_SELLS)
    in_lines: set[str] = set()
    for taken in lines:
        in_lines |= _won_lines(context, taken, deals, recorded)
    for source, rows in deals.filter(pl.col("outcome") == "won").group_by("source", maintain_order=True):
        taken = by_name[str(source[0])]
        alone = rows.filter(~pl.col("opportunity").is_in(list(in_lines)).fill_null(False))
        _won_alone(context, taken, alone, recorded)


def _won_lines(context: Context, taken: Taken, deals: pl.DataFrame, recorded: pl.DataFrame) -> set[str]:
    """Lines of won opportunities become purchases; gives the opportunities that have lines."""
    if not taken.has("opportunity", "opportunity_name"):
        nameless = taken.frame.with_columns(
            account=pl.lit(None, pl.String), **{WHY: pl.lit("the table names no opportunity")}
        )
        frame = context.product_of(taken, nameless)
        context.put("purchases", taken, frame, ["account", "product"], source=taken.name + WON)
        return set()
    frame = context.product_of(taken, taken.frame)
    products_beside(context, taken, frame)
    first = pl.coalesce(taken.expr("opportunity"), taken.expr("opportunity_name")).str.split(";").list.first()
    frame = frame.drop("account", "account_name", strict=False).with_columns(_key=first.str.strip_chars())
    frame = frame.join(_by_id_or_name(deals).lazy(), on="_key", how="left", maintain_order="left")
    # lines of what is open or lost are no purchases: nothing to set aside
    frame = frame.filter((pl.col("_outcome") == "won") | pl.col("_outcome").is_null())
    day = pl.coalesce(pl.col("closed"), taken.expr("date", pl.Date))
    why = pl.when(pl.col("_outcome").is_null()).then(pl.lit("its opportunity is not among the opportunities"))
    frame = frame.with_columns(date=day, **{WHY: why})
    frame = _without_recorded(context, taken, frame, recorded)
    put_purchases(
        context,
        taken,
        frame,
        key=own_key(taken, "line"),
        seller=pl.lit(context.us or None, pl.String),
        source=taken.name + WON,
    )
    return set(frame.select("_deal").unique().collect().get_column("_deal").drop_nulls())


def _by_id_or_name(deals: pl.DataFrame) -> pl.DataFrame:
    """The opportunities by ``_key``: their id and, for exports that show names for ids, a name that only one has."""
    told = ["opportunity", "account", "closed", "outcome", "currency"]
    ids = deals.filter(pl.col("opportunity").is_not_null()).unique(
        "opportunity", keep="first", maintain_order=True
    )
    names = deals.unique(["opportunity", "name"], maintain_order=True).filter(pl.col("name").is_not_null())
    names = names.filter(~pl.col("name").is_duplicated())
    keyed = [
        rows.select(pl.col(key).alias("_key"), *told) for rows, key in ((ids, "opportunity"), (names, "name"))
    ]
    both = pl.concat(keyed)
    return both.unique("_key", keep="first", maintain_order=True).rename(
        {"opportunity": "_deal", "outcome": "_outcome", "currency": "_currency"}
    )


def _won_alone(context: Context, taken: Taken, rows: pl.DataFrame, recorded: pl.DataFrame) -> None:
    nameless = rows.filter(pl.col("product").is_null()).height
    if nameless:
        context.advice.append(
            f"{taken.file}: {nameless} won without a product, so not counted as bought; if a column tells what was "
            f'bought, name it under [import.{taken.name}]: columns.product = "…"'
        )
        rows = rows.filter(pl.col("product").is_not_null())
    if not rows.height:
        return
    many = rows.get_column("opportunity").is_duplicated().any()
    line = pl.col("line") if "line" in rows.columns else pl.lit(None, pl.String)
    own = (
        pl.concat_str([pl.col("opportunity"), pl.col("product")], separator="/")
        if many
        else pl.col("opportunity")
    )
    amount = pl.coalesce("line_amount", "amount") if "line_amount" in rows.columns else pl.col("amount")
    made = rows.with_columns(
        purchase=pl.coalesce(line, own),
        date="closed",
        amount=amount if not many or "line_amount" in rows.columns else pl.lit(None, pl.Float64),
        seller=pl.lit(context.us or None, pl.String),
        **{WHY: pl.lit(None, pl.String)},
    )
    if made.get_column("purchase").is_duplicated().any():
        made = made.with_columns(purchase=pl.lit(None, pl.String))
    frame = _without_recorded(context, taken, made.lazy(), recorded)
    given = [
        "purchase",
        "account",
        "product",
        "date",
        "amount",
        "currency",
        "seller",
        "term_end",
        "version",
        *(["quantity"] if "quantity" in rows.columns else []),
    ]
    context.put("purchases", taken, with_reasons(frame), given, source=taken.name + WON)


def _without_recorded(
    context: Context, taken: Taken, frame: pl.LazyFrame, recorded: pl.DataFrame
) -> pl.LazyFrame:
    """Without the purchases of the same account and product that another source tells of about the same day."""
    if not recorded.height:
        return frame
    other = recorded.select("account", "product", pl.col("date").alias("_other")).unique()
    near = (pl.col("date") - pl.col("_other")).dt.total_days().abs() <= SAME_PURCHASE_DAYS
    same = (
        frame.join(other.lazy(), on=["account", "product"])
        .filter(near)
        .select(ROW)
        .unique()
        .collect()
        .get_column(ROW)
    )
    if len(same):
        context.notes.append(
            f"{taken.file}: {len(same)} won opportunities are purchases that are recorded already, within "
            f"{SAME_PURCHASE_DAYS} days, and are not counted twice"
        )
    return frame.filter(~pl.col(ROW).is_in(same.implode()))
