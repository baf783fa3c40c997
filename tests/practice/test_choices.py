"""Points that are answered by ticking choices, as a lens of the Well-Architected tool asks."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import openpyxl
import pytest

from beachhead.errors import BadKnowledge
from beachhead.practice.assessment import Answer, Assessment, answer_tables, with_levels
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.choices import heard, level_of, offered, spoken
from beachhead.practice.expressions import holds, in_words
from beachhead.practice.importers import import_model
from beachhead.practice.library import load_blueprint, to_yaml
from beachhead.practice.scoring import point_levels, scores
from beachhead.practice.workbook import to_xlsx
from beachhead.practice.workbook_reading import from_xlsx
from tests.docs_runner import run
from tests.practice.models import write

QUESTION = {
    "id": "q1",
    "title": "Is it reviewed?",
    "choices": [
        {"id": "c1", "title": "Yes, each month."},
        {"id": "c2", "title": "Yes, by somebody else."},
        {"id": "c3", "title": "No."},
        {"id": "q1_no", "title": "None of these"},
    ],
    "riskRules": [
        {"condition": "c1 && c2 && !c3", "risk": "NO_RISK"},
        {"condition": "c1 || c2", "risk": "MEDIUM_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"},
    ],
}
YES_OR_NO = {
    "id": "q2",
    "title": "Is it paid?",
    "choices": [{"id": "y", "title": "Yes."}, {"id": "n", "title": "No."}],
    "riskRules": [
        {"condition": "y", "risk": "NO_RISK"},
        {"condition": "n", "risk": "HIGH_RISK"},
        {"condition": "default", "risk": "MEDIUM_RISK"},
    ],
}


def lens(folder: Path, *questions: object) -> Blueprint:
    data = {"name": "Lens", "pillars": [{"id": "p", "name": "Pillar", "questions": list(questions)}]}
    return import_model(write(folder, json.dumps(data), "lens.json")).blueprint


@pytest.fixture
def model(tmp_path: Path) -> Blueprint:
    return lens(tmp_path, QUESTION, YES_OR_NO)


@pytest.mark.parametrize(
    ("condition", "selected", "true"),
    [
        ("a && b", {"a", "b"}, True),
        ("a && b", {"a"}, False),
        ("a || b && c", {"a"}, True),
        ("(a || b) && c", {"a"}, False),
        ("!a && (b || !c)", set(), True),
        ("!(a || b)", {"b"}, False),
        ("!!a", {"a"}, True),
        ("default", set(), True),
    ],
)
def test_conditions(condition: str, selected: set[str], true: bool) -> None:
    assert holds(condition, selected) is true


@pytest.mark.parametrize("condition", ["a &&", "&& a", "(a", "a b", "a ; b", "", "a == b", "(" * 5000 + "a"])
def test_broken_conditions_are_seen(condition: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]{0,40}$"):
        holds(condition, {"a"})


def test_a_condition_in_words() -> None:
    assert in_words("a && (!b||c)", {"a": "Yes", "b": "No"}) == "“Yes” and (not “No” or “c”)"


@pytest.mark.parametrize(
    ("ticked", "level"),
    [(["c1", "c2"], 2), (["c1", "c2", "c3"], 1), (["c2"], 1), (["c3"], 0), (["q1_no"], 0), ([], 0)],
)
def test_the_first_rule_that_holds_gives_the_risk(model: Blueprint, ticked: list[str], level: float) -> None:
    assert level_of(model.place("q1").point, ticked) == level


@pytest.mark.parametrize(("ticked", "score"), [(["y"], 1.0), (["n"], 0.0), (["y", "n"], 1.0), ([], 0.5)])
def test_the_score_follows_the_rules_of_the_lens(model: Blueprint, ticked: list[str], score: float) -> None:
    found = Assessment(
        subject="A-1",
        kind="account",
        blueprint=model.id,
        blueprint_version=1,
        date=dt.date(2024, 1, 1),
        answers={"q2": Answer(choices=ticked)},
    )
    told = scores(point_levels(answer_tables([with_levels(found, model)]), model), model)
    assert told["score"][0] == score


@pytest.mark.parametrize("cell", ["a, b", "b, a", "a b", "A; B", "a and b", "c1, c2", "a)\nb)",
                                  "Yes, each month.; Yes, by somebody else", "a) Yes, each month.\nb"])  # fmt: skip
def test_what_people_write_into_a_cell(model: Blueprint, cell: str) -> None:
    assert sorted(heard(model.place("q1").point, cell) or []) == ["c1", "c2"]


def test_cells_there_and_back(model: Blueprint, tmp_path: Path) -> None:
    point = model.place("q1").point
    assert offered(point)[2] == "c) No."
    assert spoken(point, ["c3", "c1"]) == "a, c"
    assert heard(point, "none") == heard(point, "None of these") == ["q1_no"]
    assert heard(point, "a, x") is None
    assert heard(model.place("q2").point, "none") == []
    many = {**QUESTION, "choices": [{"id": f"x{n}", "title": f"T{n}"} for n in range(30)]}
    many["riskRules"] = [
        {"condition": "x29", "risk": "NO_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"},
    ]
    wide = lens(tmp_path, many).placed[0].point
    assert spoken(wide, ["x29"]) == "ad"
    assert heard(wide, "ad") == ["x29"]


def test_a_blueprint_with_choices_is_carried_to_yaml_and_excel_and_back(
    model: Blueprint, tmp_path: Path
) -> None:
    assert load_blueprint(write(tmp_path, to_yaml(model))) == model
    to_xlsx(model, tmp_path / "model.xlsx")
    assert from_xlsx(tmp_path / "model.xlsx") == model


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("when: c1 || c2", "when: c1 || c9", "there is no choice 'c9'"),
        ("when: c1 || c2", "when: c1 ||", "'c1 ||' cannot be read; write it as a && (!b || c)"),
        ("id: c2", "id: c1", "the choice 'c1' stands twice"),
        ("level: 1\n", "level: 7\n", "7 is not on its scale"),
    ],
)
def test_broken_rules_in_a_blueprint_are_told(
    model: Blueprint, tmp_path: Path, old: str, new: str, said: str
) -> None:
    head, points = to_yaml(model).split("domains:")
    with pytest.raises(BadKnowledge, match=r"rules|choices") as no:
        load_blueprint(write(tmp_path, f"{head}domains:{points.replace(old, new, 1)}"))
    assert said in str(no.value)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Blueprint) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, to_yaml(model), "ws/blueprints/lens.yaml")
    write(tmp_path, "account,name\nA-1,First\n", "ws/accounts.csv")
    write(tmp_path, "as_of = 2024-01-01\n", "ws/beachhead.toml")
    return tmp_path


ASSESS = "beachhead assess ws First --blueprint lens"


def test_a_workbook_of_choices_is_answered_by_letters(desk: Path) -> None:
    run(f"{ASSESS} --questionnaire q.xlsx")
    book = openpyxl.load_workbook("q.xlsx")
    sheet = book["Questions"]
    column = {c.value: c.column for c in sheet[1]}
    rows = {sheet.cell(r, column["id"]).value: r for r in range(2, sheet.max_row + 1)}
    listed = "a) Yes, each month.\nb) Yes, by somebody else.\nc) No.\nd) None of these"
    assert sheet.cell(rows["q1"], column["Possible answers"]).value == listed
    sheet.cell(rows["q1"], column["Answer"]).value = "a, b"
    sheet.cell(rows["q2"], column["Answer"]).value = "No"
    book.save("q.xlsx")
    said = run(f"{ASSESS} --answers q.xlsx")
    assert re.search(r"In all +0\.50 ", said)
    assert "choices: [c1, c2]" in (desk / "ws/answers/A-1/lens-2024-01-01.yaml").read_text()
    assert "2 answered before and kept" in run(f"{ASSESS} --questionnaire q.xlsx")
    assert "2 answers" in run(f"{ASSESS} --answers q.xlsx --replace")
    sheet.cell(rows["q1"], column["Answer"]).value = "a, d"
    book.save("q.xlsx")
    assert "ticks 'None of these' beside other choices" in run(f"{ASSESS} --answers q.xlsx --replace")
    sheet.cell(rows["q1"], column["Answer"]).value = "a, z"
    book.save("q.xlsx")
    told = run(f"{ASSESS} --answers q.xlsx --replace")
    assert "'a, z' is no answer to point 'q1'; expected the letters of choices, none" in told


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("q1: [c1, c2]", "1.00"),
        ("q1: {choices: c1}", "0.50"),
        ("q1: {choices: none}", "0.00"),
        ("q1: {choices: [c1], level: 1}", "0.50"),
        ("q1: {choices: [c1], level: 2}", "give the level 1, but 2 stands beside them"),
        ("q1: [c9]", "has no choice 'c9'"),
        ("q1: {choices: }", "nothing was answered"),
    ],
)
def test_a_yaml_file_of_choices(desk: Path, answer: str, said: str) -> None:
    run(f"{ASSESS} --questionnaire q.yaml")
    text = (desk / "q.yaml").read_text()
    assert "# c1: Yes, each month." in text
    write(desk, text.replace("q1: {choices: }", answer), "q.yaml")
    assert said in run(f"{ASSESS} --answers q.yaml")


def test_what_to_do_first_says_what_to_tick(desk: Path) -> None:
    run(f"{ASSESS} --questionnaire q.yaml")
    write(desk, (desk / "q.yaml").read_text().replace("q1: {choices: }", "q1: [c3]"), "q.yaml")
    run(f"{ASSESS} --answers q.yaml")
    run(f"{ASSESS} -o r.json")
    first = json.loads((desk / "r.json").read_text())["gaps"][0]
    assert first["criterion"] == "“Yes, each month” or “Yes, by somebody else”"
    shown = run("beachhead blueprint show lens q1 --workspace ws")
    assert "No risk: “Yes, each month” and “Yes, by somebody else” and not “No”" in shown


def test_lenses_that_lack_something(tmp_path: Path) -> None:
    def notes(question: object) -> str:
        data = {"name": "Lens", "pillars": [{"id": "p", "name": "P", "questions": [question]}]}
        found = import_model(write(tmp_path, json.dumps(data), "lens.json"))
        assert found.blueprint.place("q1").point.name == "Is it reviewed?"
        return "\n".join(found.notes)

    assert "the level is chosen by hand" in notes({**QUESTION, "riskRules": []})
    assert "the level is chosen by hand" in notes({**QUESTION, "choices": [], "riskRules": []})
    without_default = notes({**QUESTION, "riskRules": QUESTION["riskRules"][:2]})  # type: ignore[index]
    assert "a rule 'default'" in without_default
    strange = notes({**QUESTION, "riskRules": [{"condition": "c7", "risk": "NO_RISK"}]})
    assert "name a choice which their question lacks" in strange
    twice = notes({**QUESTION, "choices": [*QUESTION["choices"], {"id": "c1", "title": "Again"}]})  # type: ignore[misc]
    assert "whose id stands twice" in twice
