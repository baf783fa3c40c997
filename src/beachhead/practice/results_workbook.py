"""The results of an assessment as a workbook: scores with a radar, heat map of the points, gaps, road map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.practice import cells
from beachhead.practice.results import Results
from beachhead.practice.roadmap import Roadmap
from beachhead.tables.xlsx import new_workbook

HEAT = (
    {"type": "3_color_scale", "min_color": "#E8746A", "mid_color": "#F7E08A", "max_color": "#6BBF8A"}
    | dict.fromkeys(("min_type", "mid_type", "max_type"), "num")
    | {"min_value": 0, "mid_value": 0.5, "max_value": 1}
)
SHARES = {"ratio", "adds to the score", "leaves open", "lo", "hi", "lowest", "highest"}


def write_results(
    path: Path, found: Results, plan: Roadmap | None = None, *, title: str | None = None
) -> None:
    """Write ``found``, and the road map if there is one, as a workbook; ``title``: the subject as it is called."""
    title = title or found.head["subject"]
    with new_workbook(path, made=found.head["date"], title=f"{found.blueprint.name}: {title}") as book:
        style = cells.formats(book)
        _scores(book, found, style, title)
        _sheet(book, "Points", _points(found), style, heat=["level / highest", "lowest", "highest"])
        _sheet(book, "What to do first", _gaps(found), style)
        _sheet(book, "Hand-overs", _hand_overs(found), style, heat=["score"])
        if found.open.height:
            _sheet(book, "Find out", _open(found), style)
        if plan is not None:
            _sheet(book, "Road map", _steps(plan), style)
            _sheet(book, "Planned scores", _planned(plan), style, heat=_planned(plan).columns[1:])


def _scores(book: Any, found: Results, style: dict[str, Any], title: str) -> None:
    sheet = book.add_worksheet("Scores")
    sheet.hide_gridlines(2)
    head = found.head
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, f"{found.blueprint.name}: {title}", style["title"])
    milestone = f", milestone {head['milestone']}" if head["milestone"] else ""
    who = f", answered by {', '.join(head['respondents'])}" if head["respondents"] else ""
    sheet.write_string(1, 0, f"{head['date']}{milestone}{who}", style["plain"])
    table = found.scores.select(
        pl.concat_str(
            pl.lit("   ").repeat_by(pl.max_horizontal(pl.col("depth") - 1, 0)).list.join(""), "name"
        ).alias("part"),
        "score",
        pl.col("lo").alias("lowest"),
        pl.col("hi").alias("highest"),
        *_level(found.scores["out_of"]),
        "answered",
        "points",
        pl.col("disagreeing").alias("disagree"),
    )
    _table(sheet, 3, table, style, heat=["score"])
    sheet.fit_to_pages(1, 1)
    domains = found.scores.with_row_index("row").filter(pl.col("depth") == 1)
    if 3 <= domains.height <= 16 and domains["row"].to_list() == list(range(1, domains.height + 1)):
        first, last = 5, 4 + domains.height
        sheet.insert_chart(
            4 + found.scores.height + 2, 0, _radar(book, first, last), {"x_scale": 1.5, "y_scale": 1.6}
        )
    elif domains.height >= 3:
        row = 4 + found.scores.height + 2
        sheet.write_row(row, 0, ["Domain", "score", "lowest", "highest"], style["head"])
        for n, part in enumerate(domains.iter_rows(named=True), 1):
            sheet.write_string(row + n, 0, part["name"], style["text"])
            for column, key in enumerate(("score", "lo", "hi"), 1):
                if part[key] is not None:
                    sheet.write_number(row + n, column, part[key], style["share"])
        chart = _radar(book, row + 1, row + domains.height)
        sheet.insert_chart(row, 5, chart, {"x_scale": 1.5, "y_scale": 1.6})


def _level(out_of: pl.Series) -> list[pl.Expr]:
    """The column of levels, with what they are out of in its title or, where that differs, in a column."""
    if out_of.n_unique() == 1:
        return [pl.col("level").alias(f"level (of {out_of[0]:g})")]
    return [pl.col("level"), pl.col("out_of").alias("out of")]


def _radar(book: Any, first: int, last: int) -> Any:
    """Score per domain with its bounds, from rows ``first`` to ``last`` of the sheet Scores."""
    chart = book.add_chart({"type": "radar"})
    lines = (
        ("highest", 3, "#9FB3C8", "dash"),
        ("lowest", 2, "#9FB3C8", "dash"),
        ("score", 1, "#0B69A3", "solid"),
    )
    for name, column, colour, dash in lines:
        chart.add_series(
            {
                "name": name,
                "categories": ["Scores", first, 0, last, 0],
                "values": ["Scores", first, column, last, column],
                "line": {"color": colour, "width": 2.5 if dash == "solid" else 1.25, "dash_type": dash},
            }
        )
    chart.set_y_axis(
        {"min": 0, "max": 1, "major_unit": 0.25, "num_format": "0.00", "major_gridlines": {"visible": True}}
    )
    chart.set_legend({"position": "bottom"})
    return chart


def _points(found: Results) -> pl.DataFrame:
    return found.points.select(
        "domain",
        "point",
        "name",
        pl.col("state").str.replace("_", " "),
        "level",
        pl.col("fraction").alias("level / highest"),
        pl.col("fraction-lo").alias("lowest"),
        pl.col("fraction-hi").alias("highest"),
        pl.col("said").alias("who says what"),
    )


def _joined(*columns: str) -> list[pl.Expr]:
    return [pl.col(c).list.join(", ") for c in columns]


def _gaps(found: Results) -> pl.DataFrame:
    return found.gaps.select(
        "rank", "point", "name", "domain", "level", pl.col("next_level").alias("next level"),
        pl.col("criterion").alias("what must be seen then"), "value", "days", "knowledge", "money",
        pl.col("gain").alias("adds to the score"), "ratio", *_joined("waits_for", "unlocks", "owners"),
        pl.col("evidence").alias("ask to be shown"),
    )  # fmt: skip


def _hand_overs(found: Results) -> pl.DataFrame:
    return found.hand_overs.select("from", "to", "points", "answered", "score", "lo", "hi", "weakest")


def _open(found: Results) -> pl.DataFrame:
    return found.open.select(
        "point", "name", "domain", pl.col("state").str.replace("_", " "), pl.col("spread").alias("leaves open"),
        *_joined("owners"), pl.col("evidence").alias("ask to be shown"),
    )  # fmt: skip


def _steps(plan: Roadmap) -> pl.DataFrame:
    return plan.steps.select(
        "quarter", "until", "point", "name", "domain", "level", pl.col("next_level").alias("next level"),
        pl.col("days").alias("days in the quarter"), pl.col("days_in_all").alias("days in all"),
        pl.when("done").then(pl.lit("reached")).otherwise(pl.lit("goes on")).alias("at its end"),
        pl.when("known").then(pl.lit("")).otherwise(pl.lit("not known today")).alias("check first"),
        pl.col("criterion").alias("what must be seen then"), *_joined("owners"),
    )  # fmt: skip


def _planned(plan: Roadmap) -> pl.DataFrame:
    kept = plan.scores.filter(pl.col("depth") <= 1)
    wide = kept.pivot("quarter", index=["part", "name"], values="score", maintain_order=True)
    return wide.drop("part").rename({"name": "part"})


def _sheet(
    book: Any, name: str, table: pl.DataFrame, style: dict[str, Any], heat: Sequence[str] = ()
) -> None:
    sheet = book.add_worksheet(name)
    _table(sheet, 0, table, style, heat)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(table.height, 1), table.width - 1)


def _table(
    sheet: Any, top: int, table: pl.DataFrame, style: dict[str, Any], heat: Sequence[str] = ()
) -> None:
    """A table with wrapped texts and rows that fit; the columns of ``heat`` coloured from 0 to 1."""
    widths = [_width(title, table[title]) for title in table.columns]
    for column, title in enumerate(table.columns):
        sheet.write_string(top, column, title, style["head"])
        sheet.set_column(column, column, widths[column])
    for line, row in enumerate(table.iter_rows(), top + 1):
        told = [(cell, width) for cell, width in zip(row, widths, strict=True) if isinstance(cell, str)]
        sheet.set_row(line, cells.height(told))
        for column, cell in enumerate(row):
            title = table.columns[column]
            if cell is None:
                sheet.write_blank(line, column, None, style["text"])
            elif isinstance(cell, int | float):
                shares = title in heat or title in SHARES
                sheet.write_number(line, column, cell, style["share" if shares else "number"])
            else:
                sheet.write_string(line, column, str(cell)[: cells.LONGEST], style["text"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for title in heat:
        column = table.columns.index(title)
        sheet.conditional_format(top + 1, column, top + max(table.height, 1), column, HEAT)


def _width(title: str, values: pl.Series) -> float:
    if values.dtype != pl.String:
        return max(9.0, min(14.0, len(title) + 2.0))
    longest = values.str.len_chars().max()
    return max(9.0, min(46.0, float(str(longest or 0)) + 2.0), min(16.0, len(title) + 2.0))
