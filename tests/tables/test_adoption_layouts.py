"""Tables in the layouts of statistics offices: dimensions, codes, months beside a year, titles that say the unit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from beachhead.errors import BadInput
from beachhead.tables.adoption import Adoption, read_adoption
from beachhead.tables.adoption_layouts import is_code, part_of_year
from tests.tables.test_adoption import said


def text(folder: Path, content: str) -> Adoption:
    path = folder / "office.csv"
    path.write_text(content, encoding="utf-8")
    return read_adoption(path)


def ids(read: Adoption) -> list[str]:
    return read.series["unique_id"].to_list()


def test_what_is_measured_stands_beside_the_country_and_says_that_it_is_a_share(tmp_path: Path) -> None:
    """The World Bank's form."""
    read = text(
        tmp_path,
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2009-01-28",\n\n'
        '"Country Name","Country Code","Indicator Name","Indicator Code","2005","2006","2007",\n'
        '"France","FRA","Individuals using the Internet (% of population)","IT.NET","42.9","46.9","66.1",\n'
        '"Germany","DEU","Individuals using the Internet (% of population)","IT.NET","68.7","72.2","75.2",\n',
    )
    assert read.series.select("unique_id", "kind", "scale").rows() == [
        ("France", "share", 100.0),
        ("Germany", "share", 100.0),
    ]


SDMX = """DATAFLOW,REF_AREA,Reference area,MEASURE,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS
O:B(1.0),{a},France,BB,Subscriptions per 100,2005,15.1,A
O:B(1.0),{a},France,BB,Subscriptions per 100,2006,20.1,E
O:B(1.0),{b},Germany,BB,Subscriptions per 100,2005,13.1,A
O:B(1.0),{b},Germany,BB,Subscriptions per 100,2006,18.1,B
"""


def test_dimensions_that_keep_the_dates_apart_name_the_series(tmp_path: Path) -> None:
    """OECD and Eurostat give dimensions and no name; a column that is no known name of a series does as well."""
    read = text(tmp_path, SDMX.format(a="FRA", b="DEU"))
    assert ids(read) == ["FRA", "DEU"]
    assert read.series["kind"].to_list() == ["stock", "stock"]
    assert ids(text(tmp_path, SDMX.replace("REF_AREA", "X").format(a="", b=""))) == ["France", "Germany"]
    channels = "year,sales,channel\n2006,10,retail\n2006,11,direct\n2007,13,retail\n2007,14,direct\n"
    read = text(tmp_path, channels)
    assert ids(read) == ["retail", "direct"]
    assert "'channel' for the series" in said(read)


def test_two_dimensions_are_needed_where_one_does_not_do(tmp_path: Path) -> None:
    rows = [
        f"{y},{r},{s},all,{y % 10}"
        for y in (2006, 2007)
        for r in ("north", "south")
        for s in ("small", "large")
    ]
    read = text(tmp_path, "\n".join(["year,area,firms,kind of firm,value", *rows]))
    assert ids(read) == ["north / small", "north / large", "south / small", "south / large"]


@pytest.mark.parametrize("column", ["comment", "status", "source", "OBS_FLAG"])
def test_a_remark_does_not_make_two_series_of_two_figures_for_one_date(tmp_path: Path, column: str) -> None:
    rows = "F,2006,10,first\nF,2006,11,second\nF,2007,13,first\nF,2007,14,second\n"
    with pytest.raises(BadInput, match="has another figure for 2006-12-31"):
        text(tmp_path, f"country,year,sales,{column}\n{rows}")


def test_ids_and_codes_are_no_figures(tmp_path: Path) -> None:
    """ITU's and INSEE's form."""
    read = text(
        tmp_path,
        "seriesID,seriesName,entityID,entityName,dataValue,dataYear,seriesUnits\n"
        "11,Internet users,1,Fjordland,1.2,2005,%\n11,Internet users,1,Fjordland,2.1,2006,%\n",
    )
    assert read.frame["y"].to_list() == [1.2, 2.1]
    assert read.series.select("kind", "scale").row(0) == ("share", 100.0)
    read = text(
        tmp_path,
        '"Libellé";"idBank";"Période";""\n"V";"001";"2008-01";"100,2"\n"V";"001";"2008-02";"101,5"\n',
    )
    assert read.frame.rows() == [("V", date(2008, 1, 31), 100.2), ("V", date(2008, 2, 29), 101.5)]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("seriesID", True),
        ("idBank", True),
        ("UOM_ID", True),
        ("country code", True),
        ("Android", False),
        ("paid", False),
    ],
)
def test_headers_of_codes(header: str, code: bool) -> None:
    assert is_code(header) is code


def test_a_year_per_row_and_months_as_columns_are_one_monthly_series(tmp_path: Path) -> None:
    """The form of the Bureau of Labor Statistics: read as twelve yearly series before."""
    months = "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec"
    rows = [
        ",".join(["2006", *map(str, range(10, 22)), "186"]),
        ",".join(["2007", *map(str, range(22, 25)), "25(P)"]),
    ]
    read = text(tmp_path, f"Series Id:,X1\n,\nYear,{months},Annual\n{rows[0]}\n{rows[1]}{',' * 9}\n")
    assert read.series.select("freq", "n").row(0) == ("M", 16)
    assert read.frame["y"].to_list() == [float(v) for v in range(10, 26)]
    assert "not used: 'Annual'" in said(read)
    assert "sorted" not in said(read)
    assert read.in_user_form(read.ahead(1))["ds"].to_list() == ["2007-05"]


def test_quarters_as_columns_with_a_region_per_row(tmp_path: Path) -> None:
    read = text(
        tmp_path,
        "Region;Jahr;Q1;Q2;Q3;Q4\nNord;2006;1;2;3;4\nNord;2007;5;6;7;8\nSüd;2006;1;1;3;4\nSüd;2007;5;6;7;8\n",
    )
    assert read.series.select("unique_id", "freq", "n").rows() == [("Nord", "Q", 8), ("Süd", "Q", 8)]


def test_a_bad_cell_among_months_is_named_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="row 3, column 'Feb', value '1o'"):
        text(tmp_path, "Year,Jan,Feb,Mar\n2006,1,2,3\n2007,4,1o,6\n")


def test_months_that_begin_with_july_are_of_no_calendar_year(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no calendar year in order"):
        text(tmp_path, "Year,Jul,Aug,Sep,Oct,Nov,Dec,Jan\n2006,1,2,3,4,5,6,7\n2007,1,2,3,4,5,6,7\n")


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("Jan", "-01"),
        ("März", "-03"),
        ("sept.", "-09"),
        ("Q3", "Q3"),
        ("4. Quartal", "Q4"),
        ("Total", None),
        ("2007", None),
    ],
)
def test_parts_of_a_year(header: str, part: str | None) -> None:
    assert part_of_year(header) == part


def test_a_small_table_between_a_title_and_a_foot_keeps_its_separator(tmp_path: Path) -> None:
    """Destatis: decimal commas, semicolons, signs for what is not published."""
    read = text(
        tmp_path,
        "Tabelle: 52911\nUnternehmen, IKT\n;2004;2005;2006;2007\nWolke;12,5;14,1;...;20,3\nSeite;40,1;/;55,2;60,0\n"
        "Handel;-;4,5;5,5;.\n__________\n© Amt, 2009\nStand: 12.02.2009\n",
    )
    assert ids(read) == ["Wolke", "Seite", "Handel"]
    assert not read.refused.height
    assert "3 rows below the last figures left out" in said(read)
    assert "'/'" in said(read)


def test_a_title_in_percent_makes_a_share_and_short_years_are_years(tmp_path: Path) -> None:
    """Statista's workbooks say what the figures are above the header."""
    path = tmp_path / "s.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Overview").write_column(
            "A1", ["Statistic as Excel data file", "Release", "Source"]
        )
        sheet = book.add_worksheet("Data")
        for i, row in enumerate(
            [
                ["Browsers"],
                ["Share of respondents, in percent"],
                [],
                ["", "A", "B"],
                ["'06", 10, 90],
                ["'07*", 20, 80],
            ]
        ):
            sheet.write_row(i, 0, row)
    read = read_adoption(path)
    assert read.series.select("unique_id", "kind", "scale").rows() == [
        ("A", "share", 100.0),
        ("B", "share", 100.0),
    ]
    assert read.frame["ds"][1] == date(2007, 12, 31)


def test_of_a_workbook_without_figures_every_sheet_says_why(tmp_path: Path) -> None:
    path = tmp_path / "n.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {
            "Cover": [["Title", "x"], ["By", "y"]],
            "Data": [["year", "v"], [2007, "a lot"]],
        }.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    with pytest.raises(BadInput, match=r"sheet Cover: no column of dates.*sheet Data: no column of figures"):
        read_adoption(path)


def test_the_cell_that_keeps_a_column_from_being_figures_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"in column 'sales' '\$1.2M' is no figure"):
        text(tmp_path, "year,sales\n2004,$1.2M\n2005,$2.4M\n")


def test_figures_that_are_about_something_are_taken_as_they_stand(tmp_path: Path) -> None:
    read = text(tmp_path, "year,users\n2003,5 1)\n2004,ca. 12\n2005,~15\n2006,over 20\n2007,25+\n2008,30\n")
    assert read.frame["y"].to_list() == [5, 12, 15, 20, 25, 30]
    assert "4 figures said to be about or above" in said(read)


def test_years_and_months_as_written_in_east_asia(tmp_path: Path) -> None:
    read = text(tmp_path, "年,台数\n2004年,10\n2005年,12\n")
    assert read.frame["ds"].to_list() == [date(2004, 12, 31), date(2005, 12, 31)]
    read = text(tmp_path, "月,台数\n2004年7月,10\n2004年8月,12\n")
    assert read.frame["ds"].to_list() == [date(2004, 7, 31), date(2004, 8, 31)]
