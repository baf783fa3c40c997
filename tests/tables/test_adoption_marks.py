"""Tables as statistical offices and analysts publish them: signs, flags, units, feet, sheets, facts."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

import beachhead as bh
from beachhead.errors import BadInput, BadQuestion
from beachhead.tables.adoption import Adoption, read_adoption
from beachhead.tables.adoption_marks import _notes, period_mark, without_marks
from tests.tables.test_adoption import figures, said

YEARS = [2003, 2004, 2005, 2006, 2007, 2008]
UNITS = [40.0, 95, 210, 420, 700, 1010]


def text(folder: Path, content: str, **stated: str) -> Adoption:
    path = folder / "adoption.csv"
    path.write_text(content, encoding="utf-8")
    return read_adoption(path, **({"kind": "stock"} | stated))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("95*", "95"),
        ("95 **", "95"),
        ("95†", "95"),
        ("95¹", "95"),
        ("95 ²⁾"[:-1], "95"),
        ("95[1]", "95"),
        ("95 (1)", "95"),
        ("210 (e)", "210"),
        ("210(e)", "210"),
        ("210e", "210"),
        ("420 p", "420"),
        ("22.1 bu", "22.1"),
        ("1,234 (p)", "1,234"),
        ("12 % (est.)", "12 %"),
        ("12.5 provisional", "12.5"),
        (": c", None),
        (":", ":"),
        (":u", None),
        ("n.d.", None),
        ("5 (forecast)", None),
        ("5 f", None),
        ("<1", "0.5"),
        ("< 0.5 %", "0.25%"),
        ("5 m", "5 m"),
        ("5 bn", "5 bn"),
        ("x", "x"),
        ("inf", "inf"),
        ("abc", "abc"),
    ],
)
def test_signs_and_flags_behind_a_figure(cell: str, value: str | None) -> None:
    fixed, notes = without_marks(pl.Series([cell, "1", "2", "3"]))
    assert fixed.to_list() == [value, "1", "2", "3"]
    assert bool(notes) == (cell != value)


def test_a_b_behind_most_figures_is_no_flag() -> None:
    billions = pl.Series(["1.1 b", "1.3 b", "2"])
    assert without_marks(billions)[0].to_list() == billions.to_list()


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2006*", ("2006", False)),
        ("2007 (e)", ("2007", False)),
        ("2008¹", ("2008", False)),
        ("2009E", ("2009", False)),
        ("2009p", ("2009", False)),
        ("2009F", ("2009", True)),
        ("2009 (forecast)", ("2009", True)),
        ("2008Q1 p", ("2008Q1", False)),
        ("1990s", None),
        ("Jul", None),
    ],
)
def test_signs_behind_a_period(cell: str, found: tuple[str, bool] | None) -> None:
    assert period_mark(cell) == found


def test_marked_periods_are_read_told_and_written_back_plain(tmp_path: Path) -> None:
    read = text(tmp_path, "Year,Units\n2004,40\n2005*,95\n2006 (e),210\n2007¹,420\n2008F,999\n")
    assert figures(read, "Units") == [40, 95, 210, 420]
    assert "signs or flags, which are set aside: '2005*', '2006 (e)', '2007¹', '2008F'" in said(read)
    assert "called forecasts are left out" in said(read)
    assert read.in_user_form(read.ahead(1))["ds"].to_list() == [2008]


def test_a_table_of_eurostat(tmp_path: Path) -> None:
    content = "freq,unit,geo\\TIME_PERIOD\t2008 \t2009 \t2010 \nA,PC,AL\t3.1 b\t5.2 \t9.0 e\nA,PC,BI\t: \t: c\t3.9 u\n"
    read = text(tmp_path, content, kind="share")
    assert figures(read, "A,PC,AL") == [3.1, 5.2, 9.0]
    assert figures(read, "A,PC,BI") == [3.9]
    assert "3 figures with signs or flags" in said(read)
    assert "1 figure flagged as missing: ': c'" in said(read)


def test_a_table_of_the_world_bank(tmp_path: Path) -> None:
    content = (
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2009-01-30",\n\n'
        '"Country Name","Country Code","Indicator Name","2006","2007 [YR2007]","2008*"\n'
        '"Alderland","ALD","Phones","1","2","3"\n"Birchia","BIR","Phones","","4","5"\n'
    )
    read = text(tmp_path, content)
    assert read.series["n"].to_list() == [3, 2]


def test_rows_of_units_above_and_notes_below(tmp_path: Path) -> None:
    content = "Title,Internet users\nCDID,ABCD\nUnit,%\n2003,2\n2004,4\n2005,6\n2006,10\n2007,20\n2008,30\n"
    content += "Source: Office,\n* revised,\n"
    read = text(tmp_path, content, kind="share")
    assert figures(read, "Internet users") == [2, 4, 6, 10, 20, 30]
    assert "2 rows above the first date left out" in said(read)
    assert "2 rows below the last date left out" in said(read)


def test_notes_below_that_stand_in_other_columns_too(tmp_path: Path) -> None:
    content = "Country,Year,Value,Value Footnotes\nAlderland,2006,5,1\nAlderland,2007,6,\nAlderland,2008,7,\n"
    read = text(tmp_path, content + "footnoteSeqID,Footnote,,\n1,Estimate,,\n")
    assert figures(read, "Alderland") == [5, 6, 7]
    assert "2 rows below the last date left out" in said(read)
    with pytest.raises(BadInput, match="row 4, column 'Year', value '20x8'"):
        text(tmp_path, content.replace("2008", "20x8"))


def test_a_row_keeps_its_number_below_rows_left_out(tmp_path: Path) -> None:
    content = "Year,alder,birch\nunit,1000,1000\n2006,10,1\n2007,oops!,2\n2008,30,3\n2009,40,4\n2010,50,5\n2011,6,6\n"
    read = text(tmp_path, content)
    assert "row 4, column 'alder', value 'oops!'" in read.refused["reason"].item()


def test_the_sheet_that_holds_figures(tmp_path: Path) -> None:
    path = tmp_path / "gadgets.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        cover, data, more = (book.add_worksheet(name) for name in ("Overview", "Data", "More"))
        for i, cells in enumerate([["Statistic as file"], ["Source"], [], ["Conducted by", "Institute"]]):
            cover.write_row(i + 2, 0, cells)
        data.write(2, 0, "Gadgets sold")
        for i, row in enumerate([["", "Tube", "Flat"], ["2006", 10, "-"], ["2007", 12, 5], ["2008*", 11, 9]]):
            data.write_row(i + 4, 0, row)
        for i, row in enumerate([["Year", "Other"], ["2007", 1], ["2008", 2]]):
            more.write_row(i, 0, row)
    read = read_adoption(path, kind="flow")
    assert (figures(read, "Tube"), figures(read, "Flat")) == ([10, 12, 11], [5, 9])
    assert "sheet 'Data' is read; also there: 'Overview', 'More'" in said(read)
    assert read_adoption(path, kind="flow", sheet="More").series["unique_id"].to_list() == ["Other"]
    with pytest.raises(BadInput, match="sheet Overview: no column of dates"):
        read_adoption(path, sheet="Overview")
    assert read_adoption(path, kind="flow", sheet="Data", header_row=5).series.height == 2


def test_an_encoding_that_is_stated(tmp_path: Path) -> None:
    path = tmp_path / "adoption.csv"
    path.write_bytes("unique_id,ds,y\nDvořák,2007,1\nDvořák,2008,2\n".encode("cp1250"))
    with pytest.raises(BadInput, match="encoding"):
        read_adoption(path)
    assert read_adoption(path, kind="stock", encoding="cp1250").series["unique_id"].to_list() == ["Dvořák"]


# --- facts -------------------------------------------------------------------------------------------------


def table(**columns: object) -> pl.DataFrame:
    return pl.DataFrame({"ds": YEARS, "y": UNITS}).with_columns(
        pl.lit(v).alias(k) for k, v in columns.items()
    )


def test_what_was_sold_before_the_record_counts() -> None:
    plain, sold = (bh.fit(t, kind="flow") for t in (table(), table(stock_before=5000.0)))
    assert sold.series["stock_before"].to_list() == [5000.0]
    assert not sold.standing().equals(plain.standing())
    potentials = [f.standing()["potential-lo-80"].item() for f in (plain, sold)]
    assert potentials[1] > 5000 + sum(UNITS) - 1
    stock = bh.fit(table(stock_before=5000.0), kind="stock")
    assert stock.standing().equals(bh.fit(table(), kind="stock").standing())
    assert "stock_before is not used: only a flow has one" in said(stock.adoption, "series")
    wrong = read_adoption(table(stock_before=-1.0), kind="flow")
    assert "a stock of -1 before the record is none" in said(wrong, "series")
    assert wrong.series["stock_before"].to_list() == [None]


def test_the_cap_of_prophet_is_the_ceiling_of_a_stock() -> None:
    stock = read_adoption(table(cap=5000, floor=0), kind="stock")
    assert stock.series["ceiling"].to_list() == [5000]
    assert "column 'cap' is taken for the ceiling" in said(stock)
    assert "not used: 'floor'" in said(stock)
    flow = read_adoption(table(cap=5000, unique_id="a"), kind="flow")
    assert flow.series["ceiling"].to_list() == [None]
    assert "column 'cap' is not used for flows" in said(flow)


@pytest.mark.parametrize("potential", [120000, 120000.0, "120000"])
def test_one_number_is_no_range(potential: object) -> None:
    with pytest.raises(BadQuestion, match=r"potential .*120000.* (is one number|is no range): say"):
        read_adoption(table(), kind="stock", potential=potential)


def test_a_launch_ages_before_the_record_is_not_used() -> None:
    import datetime as dt

    for launch in (dt.date(1, 1, 1), 1500, "1600-01-01"):
        read = bh.fit(table(), kind="flow", launch=launch)
        assert "more than 150 years before the record" in said(read.adoption, "series")
        assert read.forecast(2)["Beachhead"].null_count() == 0
    assert bh.fit(table(), kind="stock", launch=1860).parameters()["p"].null_count() == 0


def test_every_column_that_could_be_meant_is_named() -> None:
    wide = pl.DataFrame(
        {"unique_id": ["a"] * 6, "year": YEARS, "sales": UNITS, "users": UNITS, "staff": UNITS}
    )
    assert "for 'users', 'staff' rename that column to y" in said(read_adoption(wide))


# --- ids ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ids",
    [
        pl.Series([10] * 6),
        pl.Series([10.0] * 6),
        pl.Series([1.5] * 6),
        pl.Series(["a"] * 6, dtype=pl.Categorical),
        pl.Series(["a"] * 6, dtype=pl.Enum(["a", "b"])),
        pl.Series(["007"] * 6),
    ],
)
def test_ids_come_back_as_they_came(ids: pl.Series) -> None:
    given = table().with_columns(unique_id=ids)
    fit = bh.fit(given, kind="stock")
    tables = [
        fit.standing(),
        fit.forecast(2),
        fit.parameters(),
        fit.curve(),
        fit.explain(),
        fit.sensitivity(),
    ]
    tables += [fit.buyers("2008-01-01", "2009-01-01"), fit.series, fit.notes, fit.refused]
    tables.append(bh.cross_validate(given, h=1, n_windows=1, kind="stock"))
    for answer in tables:
        assert answer.schema["unique_id"] == ids.dtype
    assert given.join(fit.standing(), on="unique_id").height == 6
    assert fit.plot(ids[0])["layer"]


def test_series_of_different_frequency_with_numbers_for_names() -> None:
    ids, ds = [1] * 4 + [2] * 4, ["2005", "2006", "2007", "2008", "2008Q1", "2008Q2", "2008Q3", "2008Q4"]
    given = pl.DataFrame({"unique_id": ids, "ds": ds, "y": [1.0, 2, 3, 4] * 2})
    ahead = bh.fit(given, kind="stock").forecast(1)
    assert ahead.select("unique_id", "ds").rows() == [(1, "2009"), (2, "2009Q1")]


def test_signs_that_steer_a_terminal_leave_the_names() -> None:
    read = read_adoption(table(unique_id="Back\x0bup\x1b"), kind="stock")
    assert read.series["unique_id"].to_list() == ["Back up"]
    assert "control characters" in said(read)


def test_columns_whose_names_are_patterns() -> None:
    given = table().with_columns(pl.lit(1).alias("*"), pl.lit(2).alias("^y$"))
    assert figures(read_adoption(given, kind="stock"), "series") == UNITS


# --- bounds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["80", ["80"], None, [None], 0, 100, [101], [float("nan")]])
def test_levels_that_are_none(level: object) -> None:
    with pytest.raises(BadQuestion, match=r"A level of .* is none"):
        bh.fit(table(), kind="stock").forecast(1, level=level)  # type: ignore[arg-type]


def test_levels_and_horizons_within_bounds() -> None:
    fit = bh.fit(table(), kind="stock")
    assert fit.forecast(1, level=80).equals(fit.forecast(1, level=[80]))
    with pytest.raises(BadQuestion, match="98 levels are too many"):
        fit.forecast(1, level=list(range(1, 99)))
    for ask in (lambda: fit.forecast(9000), lambda: fit.curve(ahead=9000), lambda: fit.curve(back=9000)):
        with pytest.raises(BadQuestion, match="A horizon of 9000 periods is more than can be said"):
            ask()
    with pytest.raises(BadQuestion, match="9000"):
        bh.cross_validate(table(), h=9000)


@pytest.mark.parametrize(("cells", "shown"), [(1, "'c0'"), (5, "'c4'"), (6, "'c4' …")])
def test_five_cells_are_shown_and_that_there_are_more(cells: int, shown: str) -> None:
    (said,) = _notes({"nothing": [f"c{n}" for n in range(cells)]})
    assert said.endswith(shown)
