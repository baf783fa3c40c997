from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beachhead.errors import BadInput, BadKnowledge
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers import import_model
from beachhead.practice.library import blueprints, load_blueprint, to_yaml
from beachhead.practice.workbook import to_xlsx
from beachhead.practice.workbook_reading import from_xlsx
from tests.practice.models import SMALL, STAGED, blueprint, write

OTHERS = sorted((Path(__file__).parent / "models_of_others").iterdir())


def back(model: Blueprint, folder: Path) -> Blueprint:
    path = folder / "model.xlsx"
    to_xlsx(model, path)
    return from_xlsx(path)


@pytest.mark.parametrize("name", sorted(blueprints()))
def test_a_shipped_blueprint_goes_to_excel_and_back_without_loss(name: str, tmp_path: Path) -> None:
    model = load_blueprint(blueprints()[name])
    assert back(model, tmp_path) == model


@pytest.mark.parametrize("path", OTHERS, ids=lambda p: p.name)
def test_an_imported_model_goes_to_excel_and_back_without_loss(path: Path, tmp_path: Path) -> None:
    model = import_model(path).blueprint
    assert back(model, tmp_path) == model


def test_samm_and_nist_go_to_excel_and_back_without_loss(shared: Path, tmp_path: Path) -> None:
    for name in ("samm", "nist-csf-2.0.yaml"):
        path = shared / "data" / "maturity" / name
        if not path.exists():
            pytest.skip(f"{name} is not here")
        model = import_model(path).blueprint
        assert back(model, tmp_path) == model


# What people write: line breaks, separators, quotes, formulas, numbers as texts, letters of all kinds.
word = st.text(
    st.sampled_from("aZ9 \n;,:|[]{}\"'=+-@#&<>\\éßŁ日–…_x000D_\t"), min_size=1, max_size=20
).filter(lambda s: bool(s.strip()))
lists = st.lists(word, max_size=3)


@st.composite
def points(draw: st.DrawFn, name: str) -> dict[str, Any]:
    levels = {n: f"{draw(word)} {n}" for n in draw(st.sets(st.integers(0, 3), max_size=3))}
    translated = {
        k: draw(word) for k in draw(st.sets(st.sampled_from(["name", "about", "question"]), min_size=1))
    }
    return {
        "id": name,
        "name": draw(word),
        "about": draw(st.none() | word),
        "question": draw(st.none() | word),
        "levels": levels,
        "criteria": draw(lists),
        "evidence": draw(st.none() | word),
        "owners": draw(st.lists(st.sampled_from(["operations", "server"]), unique=True)),
        "value": draw(st.integers(1, 5)),
        "effort": {"days": draw(st.none() | st.sampled_from([1, 2.5, 40])), "money": draw(st.integers(1, 5))},
        "groups": draw(st.lists(st.sampled_from(["a;b", "c, d", "x"]), unique=True)),
        "weight": draw(st.sampled_from([1, 0.25, 7])),
        "scale": draw(st.sampled_from([None, None, "s"])) if not levels else None,
        "references": draw(
            st.dictionaries(word.map(str.strip), lists.map(lambda x: [i.strip() for i in x]), max_size=2)
        ),
        "translations": draw(st.sampled_from([{}, {"fr": translated}, {"pt-BR": translated}])),
    }


@st.composite
def any_blueprint(draw: st.DrawFn) -> Blueprint:
    def section(name: str, inner: list[dict[str, Any]]) -> dict[str, Any]:
        own = [draw(points(f"{name}-p{n}")) for n in range(draw(st.integers(0 if inner else 1, 2)))]
        return {
            "id": name,
            "name": draw(word),
            "about": draw(st.none() | word),
            "points": own,
            "sections": inner,
        }

    domains = [section("d", [section("d-s", [section("d-s-s", [])])]), section("e", [])]
    return Blueprint.model_validate(
        {
            **{k: draw(word) for k in ("name", "language", "author", "licence", "source", "about")},
            "id": "any",
            "version": draw(st.integers(0, 9)),
            "between": draw(st.booleans()),
            "levels": [{"level": n, "name": draw(word)} for n in range(4)],
            "scales": {"s": [{"level": 0, "name": "no"}, {"level": 0.5, "name": "0.5", "about": draw(word)}]},
            "groups": {"a;b": "A", "c, d": "C", "x": draw(word)},
            "departments": {"laboratory": draw(word)},
            "retired": draw(st.sampled_from([[], ["old-one", "older"]])),
            "effort_weights": {"knowledge": draw(st.sampled_from([0.25, 0, 1]))},
            "domains": domains,
        }
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_blueprint())
def test_any_blueprint_goes_to_excel_and_to_yaml_and_back(tmp_path: Path, model: Blueprint) -> None:
    assert Blueprint.model_validate(load_yaml(to_yaml(model))) == model
    path = tmp_path / "any.xlsx"
    to_xlsx(model, path)
    assert from_xlsx(path) == model


def load_yaml(text: str) -> Any:
    from beachhead.tables.yaml_files import parse_yaml

    return parse_yaml(text, "x.yaml")[0]


@pytest.fixture
def small_xlsx(tmp_path: Path) -> Path:
    path = tmp_path / "small.xlsx"
    to_xlsx(blueprint(tmp_path, SMALL), path)
    return path


def changed(path: Path, sheet: str, cell: str, value: Any) -> str:
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    with pytest.raises((BadKnowledge, BadInput)) as refused:
        from_xlsx(path)
    return str(refused.value)


def column(path: Path, sheet: str, title: str) -> str:
    row = next(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=1, max_row=1))
    return next(c.column_letter for c in row if c.value == title)


@pytest.mark.parametrize(
    ("sheet", "title", "row", "value", "said"),
    [
        (
            "Points",
            "owners",
            2,
            "operatons",
            "there is no department 'operatons' (did you mean 'operations'?)",
        ),
        ("Points", "needs", 3, "catalog", "there is no point 'catalog' (did you mean 'catalogue'?)"),
        ("Points", "id", 3, "catalogue", "the point id 'catalogue' stands twice"),
        ("Points", "id", 3, "Agree ments", "should be lower case letters, digits and single dashes"),
        ("Points", "section", 2, "servise", "there is no section 'servise' (did you mean 'service'?)"),
        ("Points", "value", 2, "high", "'value' of 'catalogue' should be a valid integer"),
        ("Points", "value", 2, 9, "should be less than or equal to 5, found 9"),
        ("Points", "days", 2, "a week", "days: should be a number"),
        ("Points", "from_stage", 2, "majority", "should be 'innovators'"),
        (
            "Points",
            "level 2",
            2,
            "A list exists",
            "levels 1 and 2 of point 'catalogue' have the same criterion",
        ),
        ("Points", "groups", 2, "first", "there is no group 'first'"),
        ("Points", "name", 2, None, "'catalogue' has no 'name'"),
        ("Sections", "within", 4, "chang", "there is no section 'chang' (did you mean 'change'?)"),
        ("Levels", "level", 3, 7, "the scale must rise from level to level"),
    ],
)
def test_what_is_wrong_is_told_by_sheet_and_cell(
    small_xlsx: Path, sheet: str, title: str, row: int, value: Any, said: str
) -> None:
    letter = column(small_xlsx, sheet, title)
    message = changed(small_xlsx, sheet, f"{letter}{row}", value)
    assert said in message
    assert f"small.xlsx, sheet {sheet!r}, cell " in message
    if title not in ("name", "within", "level"):
        assert f"cell {letter}{row}" in message


def test_an_unknown_column_or_line_is_told(small_xlsx: Path) -> None:
    letter = column(small_xlsx, "Points", "evidence")
    message = changed(small_xlsx, "Points", f"{letter}1", "evidense")
    assert f"cell {letter}1: there is no column 'evidense' here (did you mean 'evidence'?)" in message
    message = changed(small_xlsx, "Blueprint", "A6", "autor")
    assert "sheet 'Blueprint', cell A6: there is no 'autor' here (did you mean 'author'?)" in message


def test_all_problems_are_told_at_once(small_xlsx: Path) -> None:
    changed(small_xlsx, "Points", f"{column(small_xlsx, 'Points', 'owners')}2", "nobody")
    message = changed(small_xlsx, "Points", f"{column(small_xlsx, 'Points', 'needs')}3", "nothing")
    assert "'nobody'" in message
    assert "'nothing'" in message


def test_a_practice_lead_adds_a_point_in_excel(small_xlsx: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small_xlsx)
    sheet = book["Points"]
    titles = {c.value: c.column for c in sheet[1]}
    row = sheet.max_row + 1
    for title, value in {
        "section": "service",
        "id": "prices",
        "name": "Prices are known",
        "level 1": "A price is written",
        "owners": "finance; operations",
        "needs": "catalogue, agreements",
        "value": 2,
        "days": 2.5,
    }.items():
        sheet.cell(row, titles[title]).value = value
    book.save(small_xlsx)
    point = from_xlsx(small_xlsx).place("prices").point
    assert point.owners == ["finance", "operations"]
    assert point.needs == ["catalogue", "agreements"]
    assert (point.value, point.effort.days) == (2, 2.5)


def test_other_workbooks_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(BadInput, match="is not a blueprint workbook: it has no sheet 'Blueprint'"):
        from_xlsx(path)
    with pytest.raises(BadInput, match="this workbook cannot be opened"):
        from_xlsx(write(tmp_path, "text", "text.xlsx"))
    with pytest.raises(BadInput, match="there is no such file"):
        from_xlsx(tmp_path / "gone.xlsx")


def test_a_text_longer_than_a_cell_is_refused(tmp_path: Path) -> None:
    model = blueprint(tmp_path, SMALL)
    model.domains[0].points[0].about = "x" * 40_000
    with pytest.raises(BadInput, match="has 40000 characters, a cell holds 32767"):
        to_xlsx(model, tmp_path / "long.xlsx")


def test_a_formula_is_a_text(tmp_path: Path) -> None:
    model = blueprint(tmp_path, STAGED)
    model.domains[0].about = '=HYPERLINK("http://example.org")'
    path = tmp_path / "formula.xlsx"
    to_xlsx(model, path)
    cells = [c for row in openpyxl.load_workbook(path)["Sections"].iter_rows() for c in row if c.value]
    assert all(c.data_type != "f" for c in cells)
    assert from_xlsx(path) == model
