from __future__ import annotations

import json
import random
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter
import yaml

from beachhead.errors import BadInput
from beachhead.practice.assessment import Assessment, answer_tables
from beachhead.practice.blueprint import Blueprint, sections
from beachhead.practice.importers import Imported, ciso, ciso_questions, import_mappings, import_model
from beachhead.practice.importers.draft import Ids, Notes, slug
from beachhead.practice.library import load_blueprint, to_yaml, write_blueprint
from beachhead.practice.scoring import point_levels, scores
from tests.practice.models import write

HERE = Path(__file__).parent / "models_of_others"


def imported(name: str) -> Imported:
    return import_model(HERE / name)


def notes(found: Imported) -> str:
    return "\n".join(found.notes)


@pytest.mark.parametrize("path", sorted(HERE.iterdir()), ids=lambda p: p.name)
def test_every_imported_model_is_a_blueprint_that_can_be_kept_and_answered(
    path: Path, tmp_path: Path
) -> None:
    blueprint = import_model(path).blueprint
    assert load_blueprint(write(tmp_path, to_yaml(blueprint))) == blueprint
    answers = {p.point.id: blueprint.scale(p.point)[-1].level for p in blueprint.placed}
    told = score(blueprint, answers)
    assert told["all"] == pytest.approx(1)


def score(blueprint: Blueprint, answers: dict[str, Any]) -> dict[str, float | None]:
    one = Assessment.model_validate(
        {
            "subject": "A-1",
            "kind": "account",
            "blueprint": blueprint.id,
            "blueprint_version": blueprint.version,
            "date": "2009-02-12",
            "answers": answers,
        }
    )
    levels = point_levels(answer_tables([one]), blueprint)
    return dict(scores(levels, blueprint).select("part", "score").iter_rows())


# ---- OWASP SAMM


@pytest.fixture(scope="module")
def samm_folder(shared: Path) -> Path:
    folder = shared / "data" / "maturity" / "samm"
    if not folder.is_dir():
        pytest.skip("OWASP SAMM's data model is not here")
    return folder


def test_samm_is_carried_whole(samm_folder: Path) -> None:
    found = import_model(samm_folder)
    blueprint = found.blueprint
    assert found.form == "OWASP SAMM"
    assert [d.name for d in blueprint.domains] == [
        "Governance",
        "Design",
        "Implementation",
        "Verification",
        "Operations",
    ]
    assert [len(d.sections) for d in blueprint.domains] == [3] * 5
    assert len(blueprint.placed) == 90
    assert {p.point.stage for p in blueprint.placed} == {1, 2, 3}
    assert all(len({p.stream for p in s.points}) == 2 for d in blueprint.domains for s in d.sections)
    point = blueprint.place("g-sm-a-1").point
    assert point.criteria
    assert point.pragmatist
    assert [step.level for step in blueprint.scale(point)] == [0, 0.25, 0.5, 1]
    assert blueprint.place("g-sm-a-2").point.needs == ["g-sm-a-1"]
    assert "field 'logo' of function" in notes(found)


def test_samm_is_scored_as_samm_scores(samm_folder: Path) -> None:
    """Practice = Σ over levels of the mean of the streams, straight from SAMM's own files."""
    model = samm_folder / "model"
    read = {
        kind: [yaml.safe_load(p.read_text()) for p in (model / kind).glob("*.yml")]
        for kind in (
            "questions",
            "activities",
            "practice_levels",
            "streams",
            "security_practices",
            "business_functions",
        )
    }
    by_id = {kind: {e["id"]: e for e in entries} for kind, entries in read.items()}
    blueprint = import_model(samm_folder).blueprint
    rng = random.Random(2009)
    answers = {p.point.id: rng.choice([0, 0.25, 0.5, 1]) for p in blueprint.placed}
    value = {p.point.ref: answers[p.point.id] for p in blueprint.placed}
    told = score(blueprint, answers)
    practices: dict[str, dict[str, list[float]]] = {}
    for question in read["questions"]:
        activity = by_id["activities"][question["activity"]]
        practice = by_id["streams"][activity["stream"]]["practice"]
        practices.setdefault(practice, {}).setdefault(activity["level"], []).append(value[question["id"]])
    expected = {k: sum(sum(v) / len(v) for v in levels.values()) for k, levels in practices.items()}
    ours = {section.ref: section.id for section, _ in sections(blueprint)}
    assert len(expected) == 15
    for practice, level in expected.items():
        assert told[ours[practice]] == pytest.approx(level / 3)
    for function, entry in by_id["business_functions"].items():
        inside = [v for k, v in expected.items() if by_id["security_practices"][k]["function"] == function]
        assert told[ours[function]] == pytest.approx(sum(inside) / 3 / 3), entry["name"]
    assert told["all"] == pytest.approx(sum(expected.values()) / 15 / 3)


def test_a_samm_folder_with_a_link_into_nothing_is_refused(samm_folder: Path, tmp_path: Path) -> None:
    for file in (samm_folder / "model").rglob("*.yml"):
        if file.name != "G-SM-1.yml":
            write(tmp_path, file.read_text(), f"{file.parent.name}/{file.name}")
    with pytest.raises(BadInput, match=r"level '\w{32}' leads to nothing"):
        import_model(tmp_path)
    for file in (tmp_path / "answer_sets").iterdir():
        file.unlink()
    with pytest.raises(BadInput, match="is not a whole SAMM model: it has no answer sets"):
        import_model(tmp_path)


# ---- CISO Assistant libraries


def test_nist_csf_is_carried_whole(shared: Path) -> None:
    path = shared / "data" / "maturity" / "nist-csf-2.0.yaml"
    if not path.exists():
        pytest.skip("NIST CSF 2.0 is not here")
    blueprint = import_model(path).blueprint
    assert len(blueprint.placed) == 106
    assert len(blueprint.domains) == 6
    assert [step.level for step in blueprint.levels] == [1, 2, 3, 4]
    assert blueprint.languages == ["en", "fr", "es"]
    assert blueprint.version == 6
    assert blueprint.place("gv-oc-01").section.name.startswith("GV.OC: ")
    half = {p.point.id: 2 for p in blueprint.placed}
    assert score(blueprint, half)["all"] == pytest.approx(0.5)


def test_a_library_with_questions() -> None:
    found = imported("library-with-questions.yaml")
    blueprint = found.blueprint
    assert (blueprint.language, blueprint.languages) == ("fr", ["fr", "en"])
    spelt = blueprint.place("1-1").point
    assert spelt.question == "Sont-elles sensibilisées ?"
    assert spelt.levels == {0: "Non.", 1: "Une partie.", 2: "Toutes.", 3: "Toutes, et exercées."}
    assert spelt.groups == ["S"]
    chosen = blueprint.place("1-2").point
    assert [(s.level, s.name) for s in blueprint.scale(chosen)] == [
        (0, "Non"),
        (1, "Partiellement"),
        (3, "Oui"),
    ]
    assert chosen.question == "Avez-vous une liste ?"
    assert "Lesquelles ? (Rouge / Verte)" in str(chosen.about)
    two = [p.point for p in blueprint.placed if p.point.id.startswith("1-3")]
    assert [p.question for p in two] == ["A ?", "B ?"]
    assert [p.weight for p in two] == [1, 1]
    said = notes(found)
    assert "questions that appear only after another answer" in said
    assert "the answers to multiple choice questions" in said
    assert "one point per question" in said


def test_a_library_of_the_older_form() -> None:
    found = imported("library-of-the-older-form.yaml")
    blueprint = found.blueprint
    assert [d.name for d in blueprint.domains] == ["1: Chapter", "Old framework", "4: Parent that is asked"]
    assert [step.level for step in blueprint.levels] == [0, 100]
    assert blueprint.between
    yes_no = blueprint.place("1-1").point
    assert [(s.level, s.name) for s in blueprint.scale(yes_no)] == [(0, "No"), (100, "Yes")]
    heavy = blueprint.place("1-2").point
    assert (heavy.weight, heavy.value) == (4, 3)
    assert [p.id for p in blueprint.domains[2].points] == ["4", "4-1"]
    assert "threats of the library (1 ×: Fire)" in notes(found)
    assert "sections without anything to answer (1 ×: 3: Only text)" in notes(found)


def test_weights_and_scales_of_a_library_are_scored(tmp_path: Path) -> None:
    blueprint = imported("library-of-the-older-form.yaml").blueprint
    told = score(blueprint, {"1-1": 100, "1-2": 50})
    assert told["1"] == pytest.approx((1 * 1 + 4 * 0.5) / 5)


def library(tmp_path: Path, nodes: list[dict[str, Any]], **framework: Any) -> Imported:
    data = {
        "urn": "urn:x:risk:library:x",
        "ref_id": "X",
        "name": "X",
        "version": 1,
        "objects": {"framework": {"urn": "u", "name": "F", "requirement_nodes": nodes, **framework}},
    }
    return import_model(write(tmp_path, yaml.safe_dump(data), "library.yaml"))


def test_a_root_above_everything_is_no_domain(tmp_path: Path) -> None:
    nodes: list[dict[str, Any]] = [{"urn": "r", "assessable": False, "depth": 1, "name": "Root"}]
    for letter in "ab":
        nodes.append(
            {"urn": letter, "parent_urn": "r", "assessable": False, "depth": 2, "name": letter.upper()}
        )
        nodes.append(
            {
                "urn": f"{letter}1",
                "parent_urn": letter,
                "assessable": True,
                "depth": 3,
                "ref_id": f"{letter}1",
            }
        )
    found = library(tmp_path, nodes)
    assert [d.name for d in found.blueprint.domains] == ["A", "B"]
    assert "The only top node, Root, stands for the whole" in notes(found)


def test_a_tree_may_be_told_by_depth_alone(tmp_path: Path) -> None:
    nodes = [
        {"urn": "1", "assessable": False, "depth": 1, "name": "Top"},
        {"urn": "2", "assessable": False, "depth": 2, "name": "Inner"},
        {"urn": "3", "assessable": True, "depth": 3, "name": "Point"},
        {"urn": "4", "assessable": True, "depth": 2, "name": "Another"},
    ]
    blueprint = library(tmp_path, nodes, min_score=1, max_score=5).blueprint
    assert [s.name for s in blueprint.place("3").path] == ["Top", "Inner"]
    assert [s.name for s in blueprint.place("4").path] == ["Top"]
    assert [step.level for step in blueprint.levels] == [1, 2, 3, 4, 5]


def test_choices_without_scores_are_taken_in_their_order_from_no(tmp_path: Path) -> None:
    choices = [
        {"urn": str(n), "value": v} for n, v in enumerate(["Je ne sais pas", "Non", "Parfois", "Toujours"])
    ]
    nodes = [
        {
            "urn": "1",
            "assessable": True,
            "questions": {"q": {"type": "unique_choice", "text": "?", "choices": choices}},
        }
    ]
    found = library(tmp_path, nodes, max_score=2, min_score=0)
    point = found.blueprint.placed[0].point
    assert [(s.level, s.name) for s in found.blueprint.scale(point)] == [
        (0, "Non"),
        (1, "Parfois"),
        (2, "Toujours"),
    ]
    assert "taken in their order" in notes(found)


def test_odd_trees_do_not_break(tmp_path: Path) -> None:
    nodes = [
        {"urn": "a", "parent_urn": "b", "assessable": True, "name": "Own grandparent"},
        {"urn": "b", "parent_urn": "a", "assessable": True, "name": "Own parent"},
        {"urn": "c", "parent_urn": "gone", "assessable": "true", "name": "Orphan", "weight": -3},
        {"urn": "c", "assessable": "true", "name": "Orphan", "importance": "odd"},
        {"assessable": True},
    ]
    found = library(tmp_path, nodes)
    assert [p.point.id for p in found.blueprint.placed] == ["c", "c-2", "point"]
    assert "nodes that are their own ancestors" in notes(found)
    assert "parents that the library does not hold" in notes(found)


def test_a_library_without_a_framework_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "urn: x\nobjects:\n  threats: [{name: Fire}]\n  risk_matrix: []\n", "x.yaml")
    with pytest.raises(BadInput, match="is a library without a framework; it holds risk matrix, threats"):
        import_model(path)


# ---- DSOMM


def test_dsomm_is_scored_in_stages() -> None:
    found = imported("dsomm.yaml")
    blueprint = found.blueprint
    assert blueprint.edition == "5.0.1"
    build = blueprint.place("defined-build").point
    assert (build.stage, build.value, build.effort.days, build.effort.knowledge) == (1, 4, 10, 2)
    assert build.without == "Errors creep in."
    assert build.evidence == "- Show the file."
    assert build.references["implementation"] == ["Make https://example.org/make"]
    assert blueprint.place("signing").point.needs == ["defined-build"]
    assert blueprint.place("signing-2").point.needs == ["defined-build"]
    told = score(blueprint, {"defined-build": 1, "signing": 0.5, "signing-2": 1})
    assert told["building"] == pytest.approx((1 + 0.5) / 2)
    assert told["build"] == pytest.approx((1.5 + 3) / (2 + 3))
    assert "prerequisites that the model does not hold (1 ×: signing needs gone-1)" in notes(found)
    assert "field 'teamsImplemented' of activity" in notes(found)


def test_circles_of_prerequisites_are_cut_and_named(tmp_path: Path) -> None:
    text = "\n".join(
        f"    {a}: {{uuid: {a}, risk: r, measure: m, level: 1, dependsOn: [{b}]}}"
        for a, b in ("ab", "bc", "ca")
    )
    found = import_model(write(tmp_path, f"Dimension:\n  Sub:\n{text}\n", "model.yaml"))
    assert [p.point.needs for p in found.blueprint.placed] == [["b"], ["c"], []]
    assert "prerequisites that close a circle (1 ×: c needs a)" in notes(found)


# ---- AWS Well-Architected lenses


def test_a_question_of_a_lens_is_one_point_with_its_choices() -> None:
    found = imported("lens.json")
    blueprint = found.blueprint
    assert [s.id for s, _ in sections(blueprint)] == ["p1"]
    assert [p.point.id for p in blueprint.placed] == ["q1", "q2"]
    assert [step.name for step in blueprint.levels] == ["High risk", "Medium risk", "No risk"]
    first = blueprint.place("q1").point
    assert [(c.id, c.none) for c in first.choices] == [
        ("a", False),
        ("b", False),
        ("c", False),
        ("none", True),
    ]
    assert first.references["links"] == ["https://e.org/a", "https://e.org/p", "https://e.org/m"]
    assert first.choices[0].about == "help"
    assert "do a" in (first.about or "")
    assert first.value == 3
    assert "risk rules that cannot be read (a &&)" in notes(found)
    second = blueprint.place("q2").point
    assert (second.choices, second.rules) == ([], [])
    assert second.criteria  # they are read, and the level is chosen by hand


# ---- CISO Assistant's workbooks


def ciso_workbook(path: Path, sheets: dict[str, list[tuple[object, ...]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    return path


CISO: dict[str, list[tuple[object, ...]]] = {
    "library_meta": [("type", "library"), ("ref_id", "MINE"), ("name", "My model"), ("version", 3),
                     ("locale", "fr"), ("copyright", "CC0"), ("provider", "Somebody")],
    "f_meta": [("type", "framework"), ("base_urn", "urn:x:req:mine"), ("urn", "urn:x:framework:mine"),
               ("name", "My model"), ("min_score", 0), ("max_score", 2), ("scores_definition", "s"),
               ("implementation_groups_definition", "groups of mine"), ("answers_definition", "a")],
    "f_content": [("assessable", "depth", "ref_id", "name", "name[de]", "implementation_groups", "questions", "answer"),
                  (None, 1, "A", "Area", "Bereich", None, None, None),
                  ("x", 2, "A.1", "Owners", "Inhaber", "g1,g2", None, None),
                  ("x", 2, "A.2", "Leavers", None, "g2", "Is it done?", "yn")],
    "s_meta": [("type", "scores"), ("name", "s")],
    "s_content": [("score", "name", "description"), (0, "none", "d0"), (1, "some", "d1"), (2, "all", "d2")],
    "g_meta": [("type", "implementation_groups"), ("name", "groups of mine")],
    "g_content": [("ref_id", "name"), ("g1", "First group"), ("g2", "Second group")],
    "a_meta": [("type", "answers"), ("name", "a")],
    "a_content": [("id", "question_type", "question_choices"), ("yn", "unique_choice", "Yes\nNo")],
}  # fmt: skip


def test_a_workbook_of_the_current_form_keeps_scale_names_licence_and_groups(tmp_path: Path) -> None:
    found = import_model(ciso_workbook(tmp_path / "x.xlsx", CISO))
    blueprint = found.blueprint
    assert found.form == "CISO Assistant workbook"
    assert [(s.level, s.name, s.about) for s in blueprint.levels] == [
        *((0, "none", "d0"), (1, "some", "d1"), (2, "all", "d2"))
    ]
    head = (blueprint.name, blueprint.licence, blueprint.author, blueprint.version, blueprint.language)
    assert head == ("My model", "CC0", "Somebody", 3, "fr")
    assert blueprint.groups == {"g1": "First group", "g2": "Second group"}
    assert blueprint.domains[0].translations["de"].name == "Bereich"
    point = blueprint.place("a-1").point
    assert (point.groups, point.ref) == (["g1", "g2"], "urn:x:req:mine:a.1")
    asked = blueprint.place("a-2").point
    assert [s.name for s in blueprint.scale(asked)] == ["No", "Yes"]
    assert not [note for note in found.notes if "states no scores" in note]


@pytest.mark.parametrize(
    ("sheet", "rows", "said"),
    [
        ("s_content", None, "has a sheet 's_meta', but no sheet 's_content'"),
        ("f_content", [("assessable", "depth")], "holds no point that could be answered"),
        ("f_meta", [("type", "threats")], "is a library without a framework"),
        ("f_meta", [("type", "framework"), ("scores_definition", "t")], "names 't' as its scores definition"),
    ],
)
def test_a_broken_workbook_is_a_sentence(
    tmp_path: Path, sheet: str, rows: list[tuple[object, ...]] | None, said: str
) -> None:
    sheets = {k: v for k, v in CISO.items() if k != sheet} | ({sheet: rows} if rows else {})
    with pytest.raises(BadInput, match=re.escape(said)):
        import_model(ciso_workbook(tmp_path / "x.xlsx", sheets))


# ---- flat sheets


def test_a_flat_sheet() -> None:
    found = imported("flat.csv")
    blueprint = found.blueprint
    assert [(s.name, len(above)) for s, above in sections(blueprint)] == [
        ("Identity", 0),
        ("Accounts", 1),
        ("Secrets", 1),
    ]
    assert [(step.level, step.name) for step in blueprint.levels] == [
        (0, "None"),
        (1, "Initial"),
        (2, "Level 2"),
        (3, "Optimised"),
    ]
    leavers = blueprint.place("ia-2").point
    assert leavers.levels[3] == "the same day"
    assert leavers.needs == ["ia-1"]
    assert leavers.references == {"ISO 27001": ["A.9.2.6"]}
    assert (blueprint.place("ia-1").point.value, leavers.value, blueprint.place("ia-3").point.value) == (
        3,
        2,
        1,
    )
    assert blueprint.place("ia-1").point.owners == ["service-desk"]
    assert (leavers.owners, blueprint.departments) == (["hr-department"], {"hr-department": "HR Department"})
    assert "columns without a meaning here (1 ×: 'Remarks' of sheet 'flat')" in notes(found)


def test_headings_between_the_rows_are_domains() -> None:
    blueprint = imported("headings.csv").blueprint
    assert [(d.name, [p.id for p in d.points]) for d in blueprint.domains] == [
        ("Strategy", ["1-1", "1-2"]),
        ("Operations", ["2-1"]),
    ]
    assert [step.level for step in blueprint.levels] == [0, 1, 2, 3]


def test_rows_that_have_a_level_are_scored_in_stages() -> None:
    blueprint = imported("staged.csv").blueprint
    assert blueprint.scoring == "stages"
    assert [p.point.stage for p in blueprint.placed] == [1, 1, 2, 2, 3]
    assert next(p.point.id for p in blueprint.placed) == "ac-1-001"


def workbook(tmp_path: Path, **sheets: list[list[Any]]) -> Path:
    path = tmp_path / "model.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return path


def test_a_workbook_with_a_sheet_per_domain_and_a_title_above(tmp_path: Path) -> None:
    header = ["Nr.", "Anforderung", "Stufe 0", "Stufe 1", "Stufe 2", "Gewichtung"]
    path = workbook(
        tmp_path,
        Anleitung=[["Bitte ausfüllen"]],
        Betrieb=[
            ["Reifegradmodell"],
            [],
            header,
            ["B1", "Es gibt einen Plan", "nein", "Entwurf", "gültig", 2],
        ],
        Technik=[header, ["T1", "Es gibt Messungen", "nein", "eine", "alle", 0.5]],
    )
    found = import_model(path)
    blueprint = found.blueprint
    assert [d.name for d in blueprint.domains] == ["Betrieb", "Technik"]
    assert blueprint.place("b1").point.levels == {0: "nein", 1: "Entwurf", 2: "gültig"}
    assert [p.point.weight for p in blueprint.placed] == [2, 0.5]
    assert "Sheet 'Anleitung' was left out" in notes(found)


def test_levels_called_by_their_names(tmp_path: Path) -> None:
    header = ["Practice", "Initial", "Managed", "Defined", "Quantitatively Managed", "Optimizing"]
    found = import_model(workbook(tmp_path, Model=[header, ["Estimate the work", "a", "b", "c", "d", "e"]]))
    assert [step.level for step in found.blueprint.levels] == [0, 1, 2, 3, 4, 5]
    assert "a level 0, not even the first, was put below" in notes(found)


def test_a_workbook_of_ciso_assistant(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        library_meta=[["type", "library"], ["name", "X"]],
        fw_content=[
            [
                "assessable",
                "depth",
                "ref_id",
                "name",
                "description",
                "description[fr]",
                "implementation_groups",
            ],
            ["", 1, "1", "Chapter", "", "", ""],
            ["x", 2, "1.1", "", "Do it", "Faites-le", "A,B"],
        ],
    )
    blueprint = import_model(path).blueprint
    assert blueprint.place("1-1").point.question == "Do it"
    assert blueprint.place("1-1").point.groups == ["A", "B"]
    assert blueprint.languages == ["en", "fr"]


# ---- what is refused


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.yaml", "a: [", "is not YAML at line 2"),
        ("x.yaml", "a: 1\n", "this YAML is not recognised"),
        ("x.yaml", "", "this YAML is not recognised"),
        ("x.yaml", "id: x\nlevels: []\ndomains: []\n", "is a Beachhead blueprint already"),
        ("x.json", "{", "is not JSON at line 1"),
        ("x.json", '{"a": 1}', "this JSON is not recognised"),
        ("x.json", '{"pillars": [{"questions": [{"choices": [1]}]}]}', "is not whole"),
        ("x.json", '{"pillars": []}', "holds no point that could be answered"),
        ("x.csv", "Colour,Size\nred,1\nblue,2\n", "no column holds the points"),
        ("x.csv", "", "the file is empty"),
        ("x.html", "<html><body></body></html>", "this is a web page"),
    ],
)
def test_what_is_refused_says_what_is_wrong(tmp_path: Path, name: str, content: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(BadInput) as refused:
        import_model(path)
    assert said in str(refused.value)
    assert name in str(refused.value)


def test_other_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="this folder is not recognised"):
        import_model(tmp_path)
    with pytest.raises(BadInput, match="there is no such file or folder"):
        import_model(tmp_path / "gone.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"name: \xfc")
    with pytest.raises(BadInput, match="is not UTF-8"):
        import_model(tmp_path / "latin.yaml")


def test_a_rule_nested_without_end_is_named(tmp_path: Path) -> None:
    deep = "(" * 100_000 + "a" + ")" * 100_000
    question = {
        "title": "Q",
        "choices": [{"id": "a", "title": "A"}],
        "riskRules": [{"condition": deep, "risk": "HIGH_RISK"}],
    }
    path = write(tmp_path, json.dumps({"pillars": [{"name": "P", "questions": [question]}]}), "lens.json")
    assert "risk rules that cannot be read" in notes(import_model(path))


def test_ids_are_plain_and_unique() -> None:
    ids = Ids()
    wishes = ["PR.AA-01", "pr aa 01", "Größe", "日本", "", None]
    assert [ids.new(w, otherwise="point") for w in wishes] == [
        "pr-aa-01",
        "pr-aa-01-2",
        "grosse",
        "point",
        "point-2",
        "point-3",
    ]
    assert slug("Ünïcode & more!") == "unicode-more"


# ---- CISO Assistant's mapping sets


MAPPED: dict[str, list[tuple[object, ...]]] = {
    "library_meta": [("type", "library"), ("version", 2), ("locale", "en"), ("copyright", "CC0"),
                     ("provider", "Somebody"), ("packager", "Packers"), ("ref_id", "mapping-mine-to-theirs")],
    "m_meta": [("type", "requirement_mapping_set"), ("ref_id", "mapping-mine-to-theirs"), ("name", "Mine to theirs"),
               ("urn", "urn:x:req_mapping_set:mine-to-theirs"),
               ("source_framework_urn", "urn:x:framework:mine"), ("source_node_base_urn", "urn:x:req:mine"),
               ("target_framework_urn", "urn:y:framework:Theirs.2"), ("target_node_base_urn", "urn:y:req:theirs")],
    "m_content": [("source_node_id", "target_node_id", "relationship", "rationale", "strength_of_relationship"),
                  ("a.1", "t.1", "subset", "semantic", 7),
                  ("a.1", "t.1", "subset", None, None),
                  ("a.2", "t.1", "Intersects with", None, None),
                  ("a.2", "t.2", "not_related", None, None),
                  ("a.2", None, None, None, None),
                  ("a.2", "t.3", "same", None, None),
                  ("a.9", "t.3", "equal", None, None)],
}  # fmt: skip


def test_a_workbook_that_holds_only_a_mapping_set_becomes_a_mapping(tmp_path: Path) -> None:
    framework = import_model(ciso_workbook(tmp_path / "f.xlsx", CISO)).blueprint
    write_blueprint(framework, tmp_path / "ws" / "blueprints" / "mine.yaml")
    [found], said = import_mappings(ciso_workbook(tmp_path / "x.xlsx", MAPPED), tmp_path / "ws")
    assert (found.id, found.version, found.name) == ("mapping-mine-to-theirs", 2, "Mine to theirs")
    assert (found.from_blueprint, found.to_blueprint) == (framework.id, "theirs-2")
    assert (found.licence, found.author) == ("CC0", "Somebody")
    assert found.source == "urn:x:req_mapping_set:mine-to-theirs, packaged by Packers"
    assert [(p.source, p.to, p.relation, p.why) for p in found.pairs] == [
        ("a-1", "t-1", "subset", "semantic, strength 7"),
        ("a-2", "t-1", "intersects", None),
    ]
    told = " ".join(said)
    for part in (
        "No blueprint here comes from urn:y:framework:Theirs.2: it is called 'theirs-2'",
        "rows that say that two requirements are not related (1 ×: row 4)",
        "rows without a target (1 ×: row 5)",
        "none of equal, subset, superset and intersect (1 ×: 'same' of row 6)",
        "no points of 'mine' (1 ×: urn:x:req:mine:a.9)",
    ):
        assert part in told


def test_a_mapping_of_both_directions_is_taken_once_and_parts_are_no_whole(tmp_path: Path) -> None:
    def urn(which: str, name: str) -> str:
        return f"urn:x:req_node:{which}:{name}"

    def entry(name: str, way: tuple[str, str], rows: list[tuple[str, str, str]]) -> dict[str, object]:
        fields = ("source_requirement_urn", "target_requirement_urn", "relationship")
        return {"urn": f"urn:x:set:{name}", "source_framework_urn": f"urn:x:framework:{way[0]}",
                "target_framework_urn": f"urn:x:framework:{way[1]}",
                "requirement_mappings": [
                    dict(zip(fields, (urn(way[0], a), urn(way[1], b), told), strict=True)) for a, b, told in rows
                ]}  # fmt: skip

    sets = [
        entry("one-two", ("one", "two"), [("a.1", "b.1", "superset"), ("a.2", "b.2", "equal")]),
        entry("one-two-revert", ("two", "one"), [("b.1", "a.1", "subset"), ("b.2", "a.2", "equal")]),
        entry("one-three", ("one", "three"), [("a.1", "c.1", "equal")]),
    ]
    data = {"urn": "urn:x:library:m", "objects": {"requirement_mapping_sets": sets}}
    path = write(tmp_path, yaml.safe_dump(data), "m.yaml")
    questions = [{"text": f"Question {n}?", "type": "unique_choice", "choices": [
        {"value": "No", "add_score": 0}, {"value": "Yes", "add_score": 1}]} for n in (1, 2)]  # fmt: skip
    nodes = [{"urn": urn("one", "a.1"), "ref_id": "A1", "assessable": True, "questions": questions}]
    model = {"urn": "urn:x:library:one", "ref_id": "one", "objects": {"framework": {
        "urn": "urn:x:framework:one", "name": "One", "requirement_nodes": nodes}}}  # fmt: skip
    blueprint = import_model(write(tmp_path, yaml.safe_dump(model), "one.yaml")).blueprint
    assert len(blueprint.placed) == 2
    found, said = import_mappings(path)
    assert [(m.from_blueprint, m.to_blueprint, len(m.pairs)) for m in found] == [
        ("one", "two", 2),
        ("one", "three", 1),
    ]
    assert "in the other direction is not needed" in " ".join(said)
    write_blueprint(blueprint, tmp_path / "ws" / "blueprints" / "one.yaml")
    found, _ = import_mappings(path, tmp_path / "ws")
    assert [p.relation for p in found[0].pairs] == ["intersects", "intersects"]  # each question is but a part
    assert [p.relation for p in found[1].pairs] == ["subset", "subset"]


def test_a_mapping_set_of_the_form_before_is_read(tmp_path: Path) -> None:
    head = [("library_version", 1), ("library_copyright", "CC0"), ("mapping_ref_id", "old"), ("mapping_name", "Old"),
            ("mapping_source_framework_urn", "urn:x:framework:mine"),
            ("mapping_target_framework_urn", "urn:y:framework:theirs"),
            ("mapping_source_node_base_urn", "urn:x:req:mine"), ("mapping_target_node_base_urn", "urn:y:req:theirs"),
            ("tab", "mappings", "mappings")]  # fmt: skip
    sheets = {"library_content": head, "mappings": MAPPED["m_content"][:2]}
    [found], _ = import_mappings(ciso_workbook(tmp_path / "x.xlsx", sheets))
    assert (found.id, found.licence, found.pairs[0].relation) == ("old", "CC0", "subset")


@pytest.mark.parametrize(
    ("sheet", "rows", "said"),
    [
        ("m_meta", [*MAPPED["m_meta"][:4]], "the mapping set 'Mine to theirs' does not say its source_framework_urn"),
        ("m_content", [MAPPED["m_content"][0]], "the mapping set 'Mine to theirs' holds no rows"),
        ("m_content", [], "the mapping set 'Mine to theirs' holds no rows"),
        (
            "m_content",
            [MAPPED["m_content"][0], ("a.1",), ("a.2",)],
            "relates nothing of 'mine' to anything of 'theirs-2'. Not carried over: rows without a target (2 ×",
        ),
        (
            "m_content",
            [("target_node_id", "relationship"), ("t.1", "equal")],
            "rows without a source (1 ×: row 1)",
        ),
        ("m_content", [("source_node_id", "target_node_id"), ("a.1", "t.1")], "rows without a relationship"),
        ("m_content", None, "has a sheet 'm_meta', but no sheet 'm_content'"),
    ],
)  # fmt: skip
def test_a_half_filled_mapping_set_is_a_sentence(
    tmp_path: Path, sheet: str, rows: list[tuple[object, ...]] | None, said: str
) -> None:
    sheets = {k: v for k, v in MAPPED.items() if k != sheet} | ({} if rows is None else {sheet: rows})
    with pytest.raises(BadInput, match=re.escape(said)):
        import_mappings(ciso_workbook(tmp_path / "x.xlsx", sheets))


def test_other_files_hold_no_mapping_set(tmp_path: Path) -> None:
    for path in (HERE / "flat.csv", HERE / "lens.json", HERE / "dsomm.yaml", tmp_path):
        assert import_mappings(path) == ([], [])
    assert import_mappings(ciso_workbook(tmp_path / "x.xlsx", {**CISO, **MAPPED})) == ([], [])
    both = import_mappings(tmp_path / "x.xlsx", beside_framework=True)
    assert len(both[0]) == 1
    assert "import it again with -o in a folder 'mappings'" in notes(import_model(tmp_path / "x.xlsx"))


def test_rows_of_a_sheet_without_a_name_are_headings_or_told(tmp_path: Path) -> None:
    long = "Backups are " + "restored, and " * 14 + "that is written down"
    (tmp_path / "m.csv").write_text(
        "Domain,Control ID,Control,Level 0,Level 1,Notes\n"
        "Storage,,,,,\nStorage,S-0,,,,\n"
        f"Storage,S-1,Disks are spread,no,yes,see there\nStorage,S-2,{long!r},no,yes,see here\n"
        "Network,N-1,,no,yes,\n,,,,,a note on nothing\n"
    )
    found = import_model(tmp_path / "m.csv")
    points = {p.point.id: p.point for p in found.blueprint.placed}
    assert list(points) == ["s-1", "s-2"]
    assert [s.name for s, _ in sections(found.blueprint)] == ["Storage"]
    assert points["s-1"].about == "see there"
    assert points["s-2"].about is not None
    assert "written down" in points["s-2"].about
    (left,) = [line for line in found.notes if "without a name" in line]
    assert "rows without a name (2 ×: Network N-1 no yes, a note on nothing)" in left


def test_two_criteria_in_a_description_are_enough() -> None:
    context = SimpleNamespace(allows=lambda n: n in (0, 1, 2))
    two = "Disks are spread.\nLevel 0: none are.\nLevel 1: all are."
    assert ciso._criteria(two, context) == ("Disks are spread.", {0: "none are.", 1: "all are."})
    for told in ("Level 0: none are.", two.replace("1:", "0:"), two.replace("1:", "7:"), "none", None):
        assert ciso._criteria(told, context) == (told, {})


@pytest.mark.parametrize(
    ("choice", "level"),
    [
        ({"compute_result": "true"}, 4),
        ({"compute_result": False}, 0),
        ({"compute_result": "maybe"}, None),
        ({"add_score": 2}, 2),
        ({"add_score": 99}, 4),
        ({"add_score": 3, "compute_result": "false"}, 3),
    ],
)
def test_what_a_choice_states(choice: dict[str, Any], level: float | None) -> None:
    assert ciso_questions._stated("Partly", choice, (0, 4)) == level


@pytest.mark.parametrize(("lowest", "steps"), [(0, [0, 3]), (-1, [])])
def test_choices_below_zero_are_no_scale(lowest: int, steps: list[int]) -> None:
    question = {"choices": [{"value": "a", "add_score": lowest}, {"value": "b", "add_score": 3}]}
    found = ciso_questions._steps(question, [{"level": lowest}, {"level": 3}], Notes())
    assert [step["level"] for step in found] == steps


@pytest.mark.parametrize(
    ("highest", "defined", "levels", "between"),
    [
        (11, [0, 11], [0, 11], True),
        (11, list(range(11)), list(range(12)), False),
        (10, [0, 5], [0, 5, 10], False),
        (12, list(range(12)), list(range(13)), False),
        (12, list(range(11)), [*range(11), 12], True),
    ],
)
def test_levels_between_count_on_long_scales_that_name_only_some(
    highest: int, defined: list[int], levels: list[int], between: bool
) -> None:
    framework = {
        "min_score": 0,
        "max_score": highest,
        "scores_definition": [{"score": n, "name": f"n{n}"} for n in defined],
    }
    steps, open_ = ciso.scale(framework, Notes())
    assert ([step["level"] for step in steps], open_) == (levels, between)
