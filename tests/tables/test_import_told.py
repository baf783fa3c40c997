"""What an import says it takes is stored; what it does not know is asked for; what is skipped is undone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from beachhead.cli._import_report import lines
from beachhead.errors import BadInput
from beachhead.tables.crm.kinds import kinds
from beachhead.tables.crm.terms import length
from beachhead.tables.crm.words import meaning
from beachhead.tables.import_told import ImportReport, nothing_placed
from tests.tables.importing_helpers import Desk

OPPORTUNITY = (
    "Id,AccountId,Name,StageName,Amount,CloseDate,Probability,Type,OwnerId,Pipeline,Renewal Date,"
    "Product2.Name,ContactId"
)
NAMES = ("Alder", "Birch", "Cedar", "Dorn", "Elm")


def test_all_that_is_listed_as_taken_is_stored(desk: Desk) -> None:
    desk.put("Account.csv", "Id,Name", "001A,Ash")
    desk.put(
        "Opportunity.csv",
        OPPORTUNITY,
        "006A,001A,Deal,Closed Won,100,2008-05-01,100,Renewal,Pat,Gold,2009-05-01,Disk,003X",
    )
    report = desk.run()
    columns = ("name", "type", "owner", "probability", "pipeline", "term_end")
    assert desk.rows("opportunities", *columns) == [
        ("Deal", "Renewal", "Pat", 100.0, "Gold", dt.date(2009, 5, 1))
    ]
    assert desk.rows("purchases", "term_end") == [(dt.date(2009, 5, 1),)]
    taken = next(t for t in report.taken if t.kind == "opportunity")
    assert taken.helps == {"contact": ["ContactId"]}
    assert "    read but not stored: contact = ContactId" in list(lines(report))


def test_what_only_helps_is_a_field_of_its_kind() -> None:
    for name, kind in kinds().items():
        assert set(kind.helps) <= set(kind.fields), name


@pytest.mark.parametrize(
    ("told", "stored"), [("0.2,0.85", [20.0, 85.0]), ("20,85", [20.0, 85.0]), ("0,1", [0.0, 100.0])]
)
def test_probabilities_are_in_percent(desk: Desk, told: str, stored: list[float]) -> None:
    rows = [f"{i},Alder,Offer,{p}" for i, p in enumerate(told.split(","))]
    desk.put("deals.csv", "Deal ID,Account Name,Deal Stage,Probability", *rows)
    desk.run()
    assert desk.table("opportunities").get_column("probability").to_list() == stored


def test_a_product_for_all_rows(desk: Desk) -> None:
    desk.put("bought.csv", "Customer,Date", "Alder,2008-01-31", "Birch,2008-02-29")
    desk.settings(
        '[import.bought]\nfile = "bought.csv"\nproduct = "vSphere"\ncurrency = "EUR"\nterm = "1 year"\n'
    )
    report = desk.run()
    assert report.taken[0].columns["product"] == ["'vSphere' for all rows"]
    assert desk.rows("purchases", "product", "currency", "term_end") == [
        ("vSphere", "EUR", dt.date(2009, 1, 31)),
        ("vSphere", "EUR", dt.date(2009, 2, 28)),
    ]
    assert desk.run().files == []


def test_a_field_that_a_kind_has_not_cannot_be_the_same_for_all(desk: Desk) -> None:
    desk.put("accounts.csv", "Account ID,Account Name", "1,Alder")
    desk.settings('[import.accounts]\nfile = "accounts.csv"\nproduct = "vSphere"\n')
    with pytest.raises(BadInput, match=r"\[import.accounts\] has product = …, which is no field of account"):
        desk.run()


@pytest.mark.parametrize(
    ("header", "term", "end"),
    [
        ("Term", "12", dt.date(2009, 1, 31)),
        ("Term (months)", "1 year", dt.date(2009, 1, 31)),
        ("Laufzeit", "24 Monate", dt.date(2010, 1, 31)),
        ("Term (days)", "30", dt.date(2008, 3, 1)),
        ("Contract Term", "P3Y", dt.date(2011, 1, 31)),
        ("Term", "soon", None),
    ],
)
def test_the_length_of_a_term_tells_its_end(desk: Desk, header: str, term: str, end: dt.date | None) -> None:
    desk.put("sales.csv", f"Customer ID,Product,Order Date,{header}", f"1,P,2008-01-31,{term}")
    desk.run()
    assert desk.rows("purchases", "term_end") == [(end,)]


def test_lengths() -> None:
    assert [length(t) for t in ("12", "12.0", "18 mois", "2 W", "P1M")] == [
        "12mo",
        "12mo",
        "18mo",
        "2w",
        "1mo",
    ]
    assert [length(t) for t in ("", "0", "-3", "99999 years", "1.5", "3 moons")] == [None] * 6


@pytest.mark.parametrize(("unit", "most"), [("d", 36_500), ("w", 5_200), ("mo", 1_200), ("y", 100)])
def test_no_term_lasts_longer_than_a_hundred_years(unit: str, most: int) -> None:
    assert length(f"{most} {unit}") == f"{most}{unit}"
    assert length(f"{most + 1} {unit}") is None


@pytest.mark.parametrize(("longest", "kept"), [(200, True), (201, False)])
def test_columns_of_long_texts_are_not_kept(desk: Desk, longest: int, kept: bool) -> None:
    """What somebody wrote about an account is no fact of it: up to 200 signs on average are."""
    desk.put("accounts.csv", "Account ID,Account Name,Our View", f"A1,Alder,{'x' * longest}")
    desk.run()
    assert ("our_view" in desk.table("accounts").columns) == kept


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("kitchen.csv", "name,colour", "{},red"),
        ("files.csv", "name,path,format", "{0},{0}.csv,csv"),
        ("list.csv", "Id,Name,Colour", "{0}7,{0},x"),
        ("places.csv", "name,country", "{},CH"),
    ],
)
def test_names_of_something_else_are_asked_for(desk: Desk, name: str, header: str, row: str) -> None:
    desk.put("accounts.csv", "Account ID,Account Name", "1,Ash")
    desk.put(name, header, *(row.format(n) for n in NAMES))
    report = desk.run()
    assert desk.rows("accounts", "name") == [("Ash",)]
    assert [file for file, _ in report.unplaced] == [name]


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("list.csv", "name,industry", "{},Food"),
        ("list.csv", "Company,Colour", "{},red"),
        ("customers.csv", "name,colour", "{},red"),
        ("list.csv", "Id,Name", "001B000001Kq{0:a<6},{0}"),
    ],
)
def test_names_of_firms_are_taken(desk: Desk, name: str, header: str, row: str) -> None:
    desk.put(name, header, *(row.format(n) for n in NAMES))
    desk.run()
    assert desk.table("accounts").select(pl.coalesce("name", "account")).to_series().to_list() == list(NAMES)


def test_names_that_others_refer_to_are_firms(desk: Desk) -> None:
    desk.put("list.csv", "id,name", *(f"{i},{n}" for i, n in enumerate(NAMES)))
    desk.put("sales.csv", "Customer ID,Product,Order Date", *(f"{i},Disk,2008-01-31" for i in range(5)))
    desk.run()
    assert desk.rows("accounts", "account", "name") == [(str(i), n) for i, n in enumerate(NAMES)]


def test_skip_undoes_what_was_taken(desk: Desk) -> None:
    desk.put("accounts.csv", "Account ID,Account Name", "1,Ash")
    desk.put("kitchen.csv", "name,colour", "mug,red", "plate,blue")
    desk.settings('[import.kitchen]\nfile = "kitchen.csv"\nkind = "account"\n')
    desk.run()
    assert desk.table("accounts").height == 3
    text = (desk.into / "beachhead.toml").read_text()
    desk.settings(text.replace('kind = "account"\n', 'kind = "account"\nskip = true\n', 1))
    desk.run()
    assert desk.rows("accounts", "name") == [("Ash",)]
    assert desk.run().files == []


def test_skip_of_the_only_file_undoes_it_too(desk: Desk) -> None:
    desk.put("accounts.csv", "Account ID,Account Name", "1,Ash")
    desk.run()
    text = (desk.into / "beachhead.toml").read_text()
    desk.settings(text.replace("[import.accounts]\n", "[import.accounts]\nskip = true\n"))
    desk.run()
    assert desk.table("accounts").height == 0


def test_a_file_of_unknown_columns_alone_is_asked_for(desk: Desk) -> None:
    desk.put("portal.csv", "Wer,Was,Wann", "Acme,vSphere,2008-03-01")
    with pytest.raises(BadInput) as refused:
        desk.run()
    said = str(refused.value).splitlines()
    assert "portal.csv: its columns are not known. To place it, put into" in said[0]
    assert said[1:4] == ["    [import.portal]", '    file = "portal.csv"', said[3]]
    assert said[-2:] == ["    # columns: Wer, Was, Wann", "and import again."]


def test_lines_to_place_a_file_are_toml_whatever_it_is_called(desk: Desk) -> None:
    desk.put('a"b.csv', "Wer,Was", "Acme,vSphere")
    with pytest.raises(BadInput, match=r'file = "a\\"b.csv"'):
        desk.run()


def test_tables_in_folders_below_are_told_first(desk: Desk) -> None:
    below = desk.exports / "sub"
    below.mkdir()
    (below / "accounts.csv").write_text("Account ID,Account Name\n1,Ash\n")
    (desk.exports / "license.txt").write_text("MIT License\n")
    with pytest.raises(BadInput, match=r"no tables lie in this folder; there are tables in sub/"):
        desk.run()
    desk.put("portal.csv", "Wer,Was", "Acme,vSphere")
    with pytest.raises(BadInput, match=r"there are tables in sub/; here nothing could be placed"):
        desk.run()
    desk.put("accounts.csv", "Account ID,Account Name", "1,Ash")
    assert "there are tables in sub/ as well, which are not read: import that folder too" in desk.run().notes


def test_files_that_are_no_tables_are_named_once(desk: Desk) -> None:
    desk.put("accounts.csv", "Account ID,Account Name", "1,Ash")
    for name in ("LICENSE.txt", "readme.md", "logo.png", "datapackage.json"):
        (desk.exports / name).write_text("{}")
    report = desk.run()
    assert report.left == []
    assert "No tables: LICENSE.txt, datapackage.json, logo.png, readme.md." in list(lines(report))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('skip = "no"', "skip cannot be used"),
        ("kind = 5", "kind cannot be used"),
        ("file = 5", "file cannot be used"),
        ('won = ["a", 1]', "won cannot be used"),
        ('seller = ["a"]', "seller cannot be used"),
        ("product = 5", "product cannot be used"),
        ('header_row = "4"', "header_row cannot be used"),
        ("header_row = true", "header_row cannot be used"),
        ("dates = true", "dates cannot be used"),
        ("columns = 5", "columns cannot be used"),
        ("columns.account = 5", r"columns\.account cannot be used"),
        ("columns.account = {a = 1}", r"columns\.account cannot be used"),
    ],
)
def test_settings_of_the_wrong_type(desk: Desk, line: str, complaint: str) -> None:
    desk.put("accounts.csv", "Account ID,Account Name", "1,Ash")
    desk.settings(f"[import.accounts]\n{line}\n")
    with pytest.raises(BadInput, match=complaint):
        desk.run()


def test_the_row_of_the_header_and_the_encoding_can_be_told(desk: Desk) -> None:
    desk.put("t.csv", "a,b,c", "d,e,f", "Account ID,Account Name,Industry", "1,Müller,x", encoding="cp1250")
    desk.settings('[import.t]\nfile = "t.csv"\nheader_row = 3\nencoding = "cp1250"\n')
    desk.run()
    assert desk.rows("accounts", "name") == [("Müller",)]


@pytest.mark.parametrize(
    "header",
    [
        "Inhaber", "Zuständiger", "Kontoinhaber", "Verantwortlicher", "Kundenbetreuer", "Propriétaire", "Responsable",
        "Propietario", "Responsável", "Eigenaar", "Verantwoordelijke", "Account Manager",
    ],
)  # fmt: skip
def test_owners_in_other_languages(header: str) -> None:
    assert meaning(header) == "owner"


@pytest.mark.parametrize(
    "header",
    ["Last Activity", "Letzte Aktivität", "Datum der letzten Aktivität", "Letzter Kontakt", "Dernière activité",
     "Date de la dernière activité", "Última actividad", "Última atividade", "Laatste activiteit"],
)  # fmt: skip
def test_last_activities_in_other_languages(desk: Desk, header: str) -> None:
    assert meaning(header) == "last_activity"
    desk.put("kunden.csv", f"Kundennummer;Name;Branche;Inhaber;{header}", "1;Alder;Food;Pat;2009-01-31")
    desk.run()
    assert desk.rows("accounts", "owner", "last_activity") == [("Pat", dt.date(2009, 1, 31))]


def test_why_nothing_could_be_placed() -> None:
    alone, here = ImportReport(left=[("x.csv", "x.csv: it is empty")]), Path("nowhere")
    assert nothing_placed(alone, here, Path("w")) == "it is empty"
    both = ImportReport(left=[("x.csv", "x.csv: it is empty")], unplaced=[("y.csv", ["", "[import.y]"])])
    said = nothing_placed(both, here, Path("w"))
    assert said.startswith(
        "nothing here could be placed: x.csv: it is empty; y.csv: its columns are not known."
    )
    assert "[import.y]" in said
    several = ImportReport(left=[("x.csv", "x.csv: it is empty"), ("z.csv", "z.csv: it is damaged")])
    assert nothing_placed(several, here, Path("w")).endswith("x.csv: it is empty; z.csv: it is damaged")
