"""The sixteen things that are fed: each takes drawn input and a folder, and may refuse, but never break.

What may be refused is refused with a ``BeachheadError`` of one readable sentence; the command line leaves with 0, 1
or 2; whatever was written is whole.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

from beachhead.errors import BeachheadError
from tests.fuzz import inputs

Target = Callable[[st.DrawFn, Path], None]
TARGETS: dict[str, Target] = {}
ASKED = (
    "accounts w",
    "accounts w -o out.xlsx",
    "plays w",
    "plays w --account A-1",
    "check w",
    "export w -o out.xlsx",
    "export w -o out.csv",
    "brief w A-1 -o out.pdf",
    "account-plan w A-1 -o out.xlsx",
    "proposal w A-1 -o out.docx",
    "discontinuity w A-1",
    "market w/adoption.csv --format csv",
)
CODINGS = ["utf-8", "cp1252", "ascii", "shift-jis"]


def target(work: Target) -> Target:
    """Enter a target under its own name."""
    TARGETS[work.__name__] = work
    return work


class Broken(AssertionError):
    """Something other than a result or a refusal came out."""


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Lets refusals pass, if a person can read them."""
    try:
        yield
    except BeachheadError as refused:
        readable(str(refused))


def readable(told: str) -> None:
    """A sentence for a person: not empty, no traceback, no sign that steers a terminal."""
    if not told.strip() or "Traceback" in told:
        raise Broken(f"this is no sentence: {told[:500]!r}")


def whole(path: Path) -> None:
    """A file that was written can be read to its end."""
    data = path.read_bytes()
    match path.suffix:
        case ".json":
            json.loads(data)
        case ".pdf":
            ok = data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF")
            if not ok:
                raise Broken(f"{path.name} is torn")
        case ".xlsx" | ".docx":
            if zipfile.ZipFile(io.BytesIO(data)).testzip():
                raise Broken(f"{path.name} is torn")
        case ".parquet":
            pl.read_parquet(io.BytesIO(data))
        case ".html":
            if not data.rstrip().endswith(b"</html>"):
                raise Broken(f"{path.name} is torn")
        case ".csv":
            data.decode("utf-8")


def command(draw: st.DrawFn, folder: Path, *args: str) -> int:
    """The command line in this process, on a terminal of a drawn encoding; its exit code."""
    from beachhead.cli import main

    coding = draw(st.sampled_from(CODINGS))
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=coding, write_through=True) for _ in range(2))
    before, sys.argv = sys.argv, ["beachhead", *args]
    code: Any = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.chdir(folder):
            try:
                main()
            except SystemExit as left:
                code = left.code
    finally:
        sys.argv = before
    told = "".join(s.buffer.getvalue().decode(coding, "replace") for s in (out, err))  # type: ignore[attr-defined]
    if isinstance(code, str):
        told, code = told + code, 1
    if code not in (0, 1, 2, None) or "Traceback" in told:
        raise Broken(f"exit code {code} of {args}: {told[-3000:]}")
    if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in told):
        raise Broken(f"a sign that steers a terminal, told by {args}: {told[-500:]!r}")
    return int(code or 0)


def _read(path: Path, data: bytes) -> None:
    """A file as a table, and as figures of adoption."""
    from beachhead.tables.adoption import read_adoption
    from beachhead.tables.files import read_text_table

    path.write_bytes(data)
    with refusals():
        read_text_table(path)
    with refusals():
        read_adoption(path)


@target
def csv(draw: st.DrawFn, folder: Path) -> None:
    text = inputs.delimited(",;|") | inputs.seeds(".csv")
    _read(folder / "t.csv", draw(inputs.damaged(text)))


@target
def tsv(draw: st.DrawFn, folder: Path) -> None:
    text = inputs.delimited("\t") | inputs.seeds(".tsv")
    _read(folder / "t.tsv", draw(inputs.damaged(text)))


@target
def xlsx(draw: st.DrawFn, folder: Path) -> None:
    _read(folder / "t.xlsx", draw(inputs.archives(inputs.TABLES.map(inputs.xlsx))))


@target
def ods(draw: st.DrawFn, folder: Path) -> None:
    _read(folder / "t.ods", draw(inputs.archives(inputs.TABLES.map(inputs.ods))))


@target
def records(draw: st.DrawFn, folder: Path) -> None:
    """JSON."""
    anything = inputs.JSON.map(lambda v: json.dumps(v).encode())
    _read(folder / "t.json", draw(inputs.damaged(inputs.TABLES.map(inputs.records) | anything)))


@target
def parquet(draw: st.DrawFn, folder: Path) -> None:
    _read(folder / "t.parquet", draw(inputs.damaged(inputs.TABLES.map(inputs.parquet))))


@target
def yaml(draw: st.DrawFn, folder: Path) -> None:
    """Every kind of knowledge file, read as what it says that it is."""
    import yaml as written

    from beachhead.practice.answer_files import load_answers
    from beachhead.practice.case_files import _read as read_case
    from beachhead.practice.objections import _read as read_synonyms
    from beachhead.tables.yaml_files import load_yaml

    path = folder / "k.yaml"
    anything = inputs.JSON.map(lambda v: written.safe_dump(v, allow_unicode=True).encode("utf-8", "replace"))
    path.write_bytes(draw(inputs.damaged(inputs.seeds(".yaml") | anything)))
    for read in (load_yaml, load_answers, read_case, read_synonyms):
        with refusals():
            read(path)


@target
def toml(draw: st.DrawFn, folder: Path) -> None:
    """The settings of a workspace."""
    from beachhead.documents.brand import brand
    from beachhead.tables.workspace import Workspace

    settings = draw(inputs.damaged(inputs.seeds(".toml")))
    if draw(st.booleans()):  # a value of another type
        lines = settings.split(b"\n")
        at = draw(st.integers(0, len(lines) - 1))
        if b"=" in lines[at]:
            value = draw(
                st.sampled_from(
                    [b"1", b"-1e999", b'""', b"[]", b"{}", b"true", b"nan", b"0001-01-01", b'"\\u0000"']
                )
            )
            lines[at] = lines[at].split(b"=")[0] + b"= " + value
        settings = b"\n".join(lines)
    (folder / "beachhead.toml").write_bytes(settings)
    (folder / "accounts.csv").write_text("account,name\nA-1,Acme\n")
    for read in (lambda w: (w.us, w.as_of, w.currency), lambda w: w.table("accounts"), brand):
        with refusals():
            read(Workspace(folder))


@cache
def _letter() -> bytes:
    from beachhead.documents.proposal import DEFAULT

    return DEFAULT.read_bytes()


@target
def docx(draw: st.DrawFn, folder: Path) -> None:
    """A letter with drawn fields in it, or the shipped one damaged."""
    from docx import Document

    from beachhead.documents.proposal import fill
    from beachhead.documents.proposal_data import FIELDS

    pieces = st.lists(
        inputs.one_of(
            "{{ }} {% %} {# #} customer us title for x in range(3) if endif endfor . [0] | upper "
            "__class__ ( ) { } [Name] « »"
            " 'a' %}{{ \n \t + 1 / 0 lines line not"
        ),
        max_size=12,
    )
    path = folder / "t.docx"
    if draw(st.booleans()):
        document = Document()
        for _ in range(draw(st.integers(0, 3))):
            document.add_paragraph(" ".join(draw(pieces)))
        document.save(str(path))
    else:
        path.write_bytes(draw(inputs.archives(st.just(_letter()))))
    fields = dict.fromkeys(FIELDS, draw(st.text(max_size=5)))
    with refusals():
        made = fill(path, fields, dt.date(2009, 2, 28))
        (folder / "made.docx").write_bytes(made)
        whole(folder / "made.docx")


@cache
def _commands() -> dict[str, list[Any]]:
    import click

    from beachhead.cli import commands

    context = click.Context(commands)
    found = {name: commands.get_command(context, name) for name in commands.list_commands(context)}
    return {
        name: one.params for name, one in found.items() if one is not None and name not in ("demo", "report")
    }


@target
def arguments(draw: st.DrawFn, folder: Path) -> None:
    """The command line with drawn arguments, at a small workspace."""
    import click

    _workspace(folder)
    name = draw(st.sampled_from(sorted(_commands())))
    words = inputs.one_of(
        "w w w A-1 A-1 Acme adoption.csv w/accounts.csv out.csv out.xlsx out.json out.pdf out.txt "
        "missing/x.csv . / -1 0 3 9000 "
        "2009-02-28 9999-12-31 0001-01-01 operations server-virtualisation too-expensive all table csv 1:2 2:1 nan:inf"
    )
    args = [name]
    for param in _commands()[name]:
        if isinstance(param, click.Argument):
            if draw(st.integers(0, 9)):
                args.append(draw(words | inputs.CELLS))
        elif draw(st.integers(0, 4)) == 0:
            args.append(param.opts[-1])
            if not getattr(param, "is_flag", False):
                args.append(draw(words | inputs.CELLS))
    args = [a.replace("\x00", "") for a in args]  # no program can be given a NUL
    args = [a if not a.startswith("/") and ".." not in a and not a.startswith("~") else "w" for a in args]
    command(draw, folder, *args)
    _all_whole(folder)


def _all_whole(folder: Path) -> None:
    for path in folder.glob("out.*"):
        if path.is_file():
            whole(path)


def _workspace(folder: Path) -> Path:
    """A small workspace ``w`` and figures of adoption beside it."""
    where = folder / "w"
    where.mkdir()
    (folder / "adoption.csv").write_bytes((inputs.SEEDS / "adoption.csv").read_bytes())
    (where / "adoption.csv").write_bytes((inputs.SEEDS / "adoption.csv").read_bytes())
    (where / "beachhead.toml").write_text('us = "Harbour IT"\nas_of = 2009-02-28\ncurrency = "EUR"\n')
    (where / "accounts.csv").write_text(
        "account,name,segment,size\nA-1,Acme,small,20\nA-2,Nöller & Söhne,large,900\n"
    )
    (where / "products.csv").write_text(
        "product,name,vendor,ours,market\np,Platform,Us,true,a\nq,Other,Them,false,\n"
    )
    (where / "purchases.csv").write_text(
        "account,product,date,amount,currency\nA-1,p,2003-05-01,10,EUR\nA-2,q,2004-01-31,,\n"
    )
    return where


@target
def workspaces(draw: st.DrawFn, folder: Path) -> None:
    """A workspace with one or two drawn tables, through the commands that read everything."""
    from beachhead.tables.workspace import TABLES, definition

    where = _workspace(folder)
    for name in draw(st.lists(st.sampled_from(TABLES), min_size=1, max_size=3, unique=True)):
        table = definition(name)
        columns = [c for c in table.columns if c.required or draw(st.booleans())]
        rows = [[draw(_cell(c)) for c in columns] for _ in range(draw(st.integers(0, 8)))]
        frame = pl.DataFrame(rows, schema=[c.name for c in columns] or ["x"], orient="row")
        frame.cast(pl.String).write_csv(where / f"{name}.csv")
    if draw(st.integers(0, 5)) == 0:
        text = draw(inputs.delimited(","))
        (where / "adoption.csv").write_bytes(text)
    command(draw, folder, *draw(st.sampled_from(ASKED)).split())
    _all_whole(folder)


def _cell(column: Any) -> st.SearchStrategy[str]:
    names = {
        "account": ["A-1", "A-2", "A-3"],
        "product": ["p", "q", "r"],
        "partner": ["Us"],
        "seller": ["Harbour IT", "X"],
    }
    plain: st.SearchStrategy[str]
    if column.name in names:
        plain = st.sampled_from(names[column.name])
    elif column.choices:
        plain = st.sampled_from(list(column.choices))
    elif column.dtype == pl.Date:
        plain = st.dates(dt.date(1995, 1, 1), dt.date(2012, 1, 1)).map(str)
    elif column.dtype == pl.Boolean:
        plain = st.sampled_from(["true", "false"])
    elif column.dtype.is_numeric():
        plain = st.integers(0, 1000).map(str)
    else:
        plain = inputs.WORDS
    return st.one_of(
        plain,
        plain,
        plain,
        plain,
        plain,
        plain,
        st.just("") if not column.required else plain,
        plain | inputs.CELLS,
    )


@cache
def _facts() -> dict[str, Any]:
    from beachhead.accounts.fact_columns import conditions_schema

    return dict(conditions_schema())


@target
def conditions(draw: st.DrawFn, folder: Path) -> None:
    from beachhead.accounts.conditions import Condition

    schema = _facts()
    words = inputs.one_of(
        "AND OR NOT ( ) = <> < > <= >= + - * / % IS NULL IN LIKE BETWEEN CASE WHEN THEN ELSE END , "
        "'' 'a' '%' 1 0 -1 1e999 "
        "COALESCE( LOWER( LENGTH( ABS( ARRAY_CONTAINS( DATE '2009-01-01' TRUE FALSE SELECT ; -- /* "
        '*/ EXISTS ANY " ` :: INTERVAL'
    )
    piece = words | st.sampled_from(sorted(schema)) | inputs.CELLS
    text = " ".join(draw(st.lists(piece, max_size=14)))
    if draw(st.booleans()):
        name, sign = draw(st.sampled_from(sorted(schema))), draw(inputs.one_of("= > + IN LIKE"))
        text = f"{name} {sign} {text}"
    with refusals():
        parsed = Condition.parse(text, schema, "here")
        empty = pl.DataFrame(schema={c: schema[c] for c in parsed.columns})
        row = pl.DataFrame({c: [None] for c in parsed.columns}, schema=empty.schema)
        for frame in (empty, row):
            held = frame.select(parsed.expression())
            if held.to_series().null_count():
                raise Broken(f"neither so nor not so: {text}")


@target
def formulas(draw: st.DrawFn, folder: Path) -> None:
    import numpy as np

    from beachhead.practice.formula import Formula

    words = inputs.one_of(
        "a b c months_per_year + - * / ( ) ( ) min( max( ceil( , 1 0 2.5 1e308 1e999 ** % // if "
        "else lambda : . [ ] __x__ 1_0 0x1 1j"
    )
    text = " ".join(draw(st.lists(words | inputs.CELLS, max_size=14)))
    figures = {n: np.array(draw(st.lists(st.floats(0, 1e12), min_size=2, max_size=2))) for n in "abc"}
    with refusals():
        formula = Formula.parse(text, "abc", "here")
        found = formula.value({n: figures[n] for n in formula.names if n in figures})
        if not np.isfinite(found).all():
            raise Broken(f"no number came of {text}")
        readable(formula.with_numbers(dict.fromkeys(formula.names, "1")))


@target
def imports(draw: st.DrawFn, folder: Path) -> None:
    """A folder of exports into a workspace, twice; what stands there afterwards can be read."""
    headers = inputs.one_of(
        "Account ID|Account Name|Account|Id|Name|Website|Type|Industry|Owner|Created Date|Close "
        "Date|Stage|Amount|Amount Currency|"
        "Product Name|Purchase Date|Quantity|Opportunity ID|Opportunity Name|Probability "
        "(%)|Contact ID|Email|Title|IsDeleted|"
        "Master Record ID|Last Activity|Subject|Firma|Umsatz|Kunde|Konto",
        "|",
    )
    exports = folder / "exports"
    exports.mkdir()
    for i in range(draw(st.integers(1, 3))):
        top = draw(st.lists(headers, min_size=2, max_size=8, unique=True))
        rows = [top, *([draw(_export_cell(h)) for h in top] for _ in range(draw(st.integers(0, 8))))]
        text = "\n".join(",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows) + "\n"
        (exports / f"f{i}.csv").write_text(text, encoding="utf-8", errors="replace", newline="")
    for _ in range(2):
        command(draw, folder, "import", "exports", "--into", "w")
    if (folder / "w").is_dir():
        from beachhead.tables.workspace import TABLES, Workspace

        for name in TABLES:
            Workspace(folder / "w").table(name)  # what an import wrote is never refused


def _export_cell(header: str) -> st.SearchStrategy[str]:
    known: dict[str, list[str]] = {
        "ID|Id": ["001A0000000ZfEm", "1.23457E+11", "0000108945", "A/1", "a/1", "null"],
        "Date|Activity": [
            "2008-01-31",
            "31.01.2008",
            "1/31/2008",
            "1753-01-01",
            "0001-01-01 00:00",
            "39479",
            "31/12/9999",
        ],
        "Amount|Umsatz|Quantity|Prob": ["10", "1.234,56", "€ 5", "USD 7", "12e5", "-3", "50%"],
        "Stage": ["Closed Won", "Closed/Lost", "Prospecting", "Closed/Canceled"],
        "Name|Firma|Kunde|Account": ["Acme", "ACME GmbH", "Nöller & Söhne", "Acme [DE]", "=1+1", "A. Person"],
        "Deleted": ["true", "false", "1"],
    }
    for names, values in known.items():
        if re.search(names, header):
            one = st.sampled_from(values)
            return st.one_of(one, one, one, one, st.just(""), inputs.CELLS)
    return inputs.CELLS


@target
def answers(draw: st.DrawFn, folder: Path) -> None:
    """A filled-in questionnaire, as YAML or as a workbook, taken in."""
    where = _workspace(folder)
    kind = draw(st.sampled_from(["yaml", "xlsx"]))
    path = folder / f"q.{kind}"
    if kind == "yaml":
        path.write_bytes(draw(inputs.damaged(inputs.seeds("answers.yaml"))))
    else:
        path.write_bytes(draw(inputs.archives(st.just(_questionnaire()))))
    command(draw, folder, "assess", "w", "A-1", "--blueprint", "operations", "--answers", path.name)
    for filed in (where / "answers").rglob("*.yaml"):
        from beachhead.practice.answer_files import load_answers

        load_answers(filed)  # what was taken in is never refused


@cache
def _questionnaire() -> bytes:
    """A questionnaire as it is written, with some levels filled in."""
    import tempfile

    import openpyxl

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _workspace(folder)
        before, sys.argv = (
            sys.argv,
            ["beachhead", "assess", "w", "A-1", "--blueprint", "operations", "--questionnaire", "q.xlsx"],
        )
        try:
            from beachhead.cli import main

            with (
                contextlib.chdir(folder),
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.suppress(SystemExit),
            ):
                main()
        finally:
            sys.argv = before
        book = openpyxl.load_workbook(folder / "q.xlsx")
        for page in book.worksheets[1:2]:
            for row in range(2, 12):
                for cell in page[row]:
                    if cell.value is None:
                        cell.value = 1
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


@cache
def _lookup() -> Any:
    from beachhead.practice.objections import Lookup
    from beachhead.practice.playbook import Playbook

    return Lookup, Playbook


@target
def say(draw: st.DrawFn, folder: Path) -> None:
    """What a customer said, in any signs."""
    words = inputs.one_of(
        "too expensive we have no budget not now operations says no cloud wait for the next release ? !"
    )
    said = " ".join(draw(st.lists(words | inputs.CELLS | st.text(max_size=20), max_size=12))).replace(
        "\x00", ""
    )
    _workspace(folder)
    if draw(st.booleans()):
        command(draw, folder, "plays", "w", f"--say={said}")
    else:
        command(draw, folder, "plays", "w", "--account=A-1", f"--say={said}")
