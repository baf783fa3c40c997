"""``beachhead assess``: the whole way of a workshop, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.docs_runner import run
from tests.practice.models import SMALL, STAGED, write
from tests.practice.test_mapping import MAPPING

ASSESS = "beachhead assess ws A-1 --blueprint small"


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    write(tmp_path, SMALL, "ws/blueprints/small.yaml")
    write(tmp_path, 'us = "Harbour IT"\nas_of = 2009-02-28\n', "ws/beachhead.toml")
    write(tmp_path, "account,name,segment\nA-1,First,banks\nA-2,Second,banks\n", "ws/accounts.csv")
    return tmp_path


def answer(path: str, levels: dict[str, object]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Questions"]
    column = {c.value: c.column for c in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        point = sheet.cell(row, column["id"]).value
        if point in levels:
            sheet.cell(row, column["Answer"]).value = levels[point]
    book.save(path)


def assessed(levels: dict[str, object], subject: str = "A-1", day: str = "2009-02-12", who: str = "a") -> str:
    q = f"q-{subject}-{day}-{who}.xlsx"
    run(
        f"beachhead assess ws {subject} --blueprint small --questionnaire {q} --date {day} --respondent {who}"
    )
    answer(q, levels)
    return run(f"beachhead assess ws {subject} --blueprint small --answers {q}")


FULL = {"catalogue": 2, "agreements": 1, "change-record": 2, "change-board": 1}


def test_a_questionnaire_goes_out_and_the_answers_come_in() -> None:
    said = run(f"{ASSESS} --questionnaire q.xlsx --respondent 'head of operations' --group first-meeting")
    assert said == "2 points to answer: q.xlsx. Take the answers in with --answers q.xlsx.\n"
    answer("q.xlsx", {"catalogue": "2 – lived", "change-record": "don't know"})
    said = run(f"{ASSESS} --answers q.xlsx")
    assert (
        "2 answers of head of operations of 2009-02-28 lie in ws/answers/A-1/small-2009-02-28-head-of-operations.yaml"
        in said
    )
    assert "2 points (groups first-meeting), 1 answered, 1 not known" in said
    assert "there are answers already" in run(f"{ASSESS} --answers q.xlsx")
    assert "2 answers" in run(f"{ASSESS} --answers q.xlsx --replace")


def test_a_questionnaire_in_yaml(desk: Path) -> None:
    run(f"{ASSESS} --questionnaire q.yaml --respondent lead")
    text = (desk / "q.yaml").read_text()
    assert "# Is there a catalogue?" in text
    assert "# 2: Users order from it" in text
    assert "nothing was answered" in run(f"{ASSESS} --answers q.yaml")
    write(desk, text.replace("catalogue: {level: }", "catalogue: {level: 3}"), "q.yaml")
    said = run(f"{ASSESS} --answers q.yaml")
    assert "1 answers of lead" in said
    write(desk, text.replace("catalogue: {level: }", "catalogue: {level: 9}"), "q.yaml")
    assert "q.yaml line 18: the answer to point 'catalogue' is 9" in run(
        f"{ASSESS} --answers q.yaml --replace"
    )


def test_results_gaps_hand_overs_and_disagreement() -> None:
    assessed(FULL, who="a")
    said = assessed(FULL | {"catalogue": 0}, who="b")
    assert "answered by a, b" in said
    assert "Weakest hand-overs" in said
    assert "Management → Business" in said or "IT management → Business departments" in said
    assert "What to do first" in said
    assert "a 2, b 0" in said


def test_what_changed_since_before() -> None:
    assessed(FULL, day="2008-06-01")
    assert "+0.10" in assessed(FULL | {"catalogue": 3, "agreements": 3})


def test_the_arithmetic_of_a_score() -> None:
    assessed(FULL)
    said = run(f"{ASSESS} --explain service")
    assert "(1 × 2/3 + 1 × 1/3) / 2 = 1.00 / 2 = 0.50." in said
    assert "(did you mean 'service'?)" in run(f"{ASSESS} --explain servise")


def test_a_road_map_is_planned_and_kept(desk: Path) -> None:
    assessed(FULL)
    said = run(f"{ASSESS} --plan 12 --quarters 2 --save")
    assert "2009 Q2: 12 person-days" in said
    assert "small-2009-09-30-planned.yaml" in said
    assert run("beachhead check ws").startswith("6 files, nothing is wrong.")
    again = run(f"{ASSESS} --plan 12 --quarters 2 --save")
    assert again == said
    assert "above zero" in run(f"{ASSESS} --plan 0")


def test_a_milestone_is_frozen(desk: Path) -> None:
    assessed(FULL)
    assert "is the milestone 'first'" in run(f"{ASSESS} --milestone first")
    assert "milestone 'first'" in run(ASSESS)
    run(f"{ASSESS} --questionnaire q.xlsx --date 2009-02-12 --respondent late")
    answer("q.xlsx", {"catalogue": 3})
    assert "frozen as milestone 'first'" in run(f"{ASSESS} --answers q.xlsx")


def test_answers_to_another_blueprint_are_taken_over(desk: Path) -> None:
    write(desk, STAGED, "ws/blueprints/staged.yaml")
    write(desk, MAPPING, "ws/mappings/staged-small.yaml")
    write(
        desk,
        "subject: A-1\nkind: account\nblueprint: staged\nblueprint_version: 1\ndate: 2008-11-01\nanswers: {s-a-1: 1}\n",
        "ws/answers/A-1/staged-2008-11-01.yaml",
    )
    said = run(f"{ASSESS} --questionnaire q.xlsx --prefill staged")
    assert "4 points to answer, 1 of them pre-filled" in said
    said = run(f"{ASSESS} --answers q.xlsx")
    assert "1 taken over and not confirmed" in said


def test_all_subjects_compared_and_rolled_up(desk: Path) -> None:
    assessed(FULL)
    assessed(FULL | {"catalogue": 3}, subject="A-2")
    said = run("beachhead assess ws --blueprint small --by segment")
    assert "Second" in said
    assert "A-2" not in said  # nobody knows an account by its id
    assert "banks" in said
    assert "Weakest points" in said
    run("beachhead assess ws --blueprint small -o all.csv")
    table = (desk / "all.csv").read_text(encoding="utf-8-sig").splitlines()
    assert table[0].startswith("subject,subject_name,kind,date,status,milestone,score,lo,hi")
    assert table[2].startswith("A-2,Second,account,")
    write(desk, "account,name,segment\nA-1,Same,banks\nA-2,Same,banks\n", "ws/accounts.csv")
    said = run("beachhead assess ws --blueprint small")
    assert "Same (A-1)" in said
    assert "Same (A-2)" in said
    assert "have no column 'segmnt' (did you mean 'segment'?)" in run(
        "beachhead assess ws --blueprint small --by segmnt"
    )


def test_results_in_files(desk: Path) -> None:
    assessed(FULL)
    run(f"{ASSESS} --plan 12 -o results.xlsx")
    book = openpyxl.load_workbook("results.xlsx")
    assert book.sheetnames == [
        "Scores",
        "Points",
        "What to do first",
        "Hand-overs",
        "Road map",
        "Planned scores",
    ]
    run(f"{ASSESS} -o results.json")
    told = json.loads((desk / "results.json").read_text())
    assert told["assessment"]["subject"] == "A-1"
    assert {"scores", "gaps", "hand_overs", "points"} <= set(told)
    assert "a name that ends in .xlsx or .json" in run(f"{ASSESS} -o results.doc")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (ASSESS, "There are no answers of 'A-1' to 'small'. Write a questionnaire with --questionnaire"),
        ("beachhead assess ws --blueprint small", "There are no answers to 'small' in ws"),
        ("beachhead assess ws A-1 --blueprint smal", "There is no blueprint 'smal' (did you mean 'small'?)"),
        (
            "beachhead assess ws X-9 --blueprint small --questionnaire q.xlsx",
            "There is no account 'X-9'; a partner or release that is not known yet needs --kind partner",
        ),
        ("beachhead assess ws --blueprint small --plan 3", "Say whom --plan is for"),
        (f"{ASSESS} --questionnaire q.doc", "a name that ends in .xlsx or .yaml"),
        (f"{ASSESS} --questionnaire q.xlsx --date 1.2.2009", "is no date; write it as 2009-02-28"),
        (f"{ASSESS} --questionnaire q.xlsx --group first", "has no group 'first'"),
        (
            f"{ASSESS} --questionnaire q.xlsx --prefill operations",
            "There are no answers of 'A-1' to 'operations'",
        ),
        (f"{ASSESS} --answers ws/accounts.csv", "this workbook cannot be opened"),
        ("beachhead assess gone A-1 --blueprint small", "there is no such folder"),
    ],
)
def test_what_is_refused_is_a_sentence(line: str, said: str) -> None:
    told = run(line)
    assert said in told
    assert "Traceback" not in told


def test_answers_of_another_subject_or_blueprint_are_refused(desk: Path) -> None:
    run("beachhead assess ws A-2 --blueprint small --questionnaire q.xlsx")
    answer("q.xlsx", FULL)
    assert "the answers are those of 'Second', not of 'First (A-1)'" in run(f"{ASSESS} --answers q.xlsx")
    assert "asks the blueprint 'small'; expected --blueprint small" in run(
        "beachhead assess ws A-2 --blueprint operations --answers q.xlsx"
    )


def test_a_partner_and_a_release(desk: Path) -> None:
    assert "points to answer" in run(
        "beachhead assess ws harbour-it --blueprint small --questionnaire q.xlsx"
    )
    assert openpyxl.load_workbook("q.xlsx")["Assessment"]["B4"].value == "partner"
    run("beachhead assess ws 'release 4.0' --kind release --blueprint small --questionnaire q.xlsx")
    answer("q.xlsx", FULL)
    assert "ws/answers/release 4.0/small-2009-02-28.yaml" in run(
        "beachhead assess ws 'release 4.0' --blueprint small --answers q.xlsx"
    )


def test_answers_rely_on_the_blueprint_from_then_on(desk: Path) -> None:
    assessed(FULL)
    write(desk, SMALL.replace("A list exists", "A list is there"), "ws/blueprints/small.yaml")
    assert "set 'version: 2'" in run(ASSESS)


def seen_by_the_customer(path: str) -> str:
    book = openpyxl.load_workbook(path)
    footers = [sheet.oddFooter.left.text or "" for sheet in book]
    return "\n".join(
        [*footers, *(str(c.value) for s in book for row in s for c in row if c.value is not None)]
    )


def test_an_account_is_named_as_in_every_other_command() -> None:
    run("beachhead assess ws fir --blueprint small --questionnaire q.xlsx --respondent a")
    answer("q.xlsx", FULL)
    assert "ws/answers/A-1/small-2009-02-28-a.yaml" in run(
        "beachhead assess ws --blueprint small --answers q.xlsx"
    )
    assert "account First (A-1), 2009-02-28" in run("beachhead assess ws First --blueprint small")
    said = run("beachhead assess ws Frist --blueprint small --questionnaire other.xlsx --respondent a")
    assert "There is no account 'Frist' (did you mean A-1 (First)?); a partner" in said
    assert not Path("other.xlsx").exists()
    assert "There is no account 'Frist'" in run("beachhead assess ws Frist --blueprint small --milestone m")


def test_a_customer_sees_the_name_and_no_id(desk: Path) -> None:
    run("beachhead assess ws A-1 --blueprint small --questionnaire q.xlsx")
    run("beachhead assess ws A-1 --blueprint small --questionnaire q.yaml")
    told = seen_by_the_customer("q.xlsx")
    assert "First" in told
    assert "A-1" not in told
    assert "A-1" not in (desk / "q.yaml").read_text()
    assert "subject: First" in (desk / "q.yaml").read_text()


def test_the_form_number_finds_an_account_that_was_renamed_or_has_a_namesake(desk: Path) -> None:
    write(desk, "account,name,segment\nA-1,Same,banks\nA-2,Same,banks\n", "ws/accounts.csv")
    run("beachhead assess ws A-2 --blueprint small --questionnaire q.xlsx")
    run("beachhead assess ws A-2 --blueprint small --questionnaire q.yaml")
    answer("q.xlsx", FULL)
    write(desk, (desk / "q.yaml").read_text().replace("{level: }", "{level: 1}"), "q.yaml")
    said = run("beachhead assess ws --blueprint small --answers q.yaml")
    assert "2 accounts are called 'Same' (A-1, A-2); say which one answered" in said
    write(desk, "account,name,segment\nA-1,Same,banks\nA-2,Renamed,banks\n", "ws/accounts.csv")
    assert "ws/answers/A-2/" in run("beachhead assess ws --blueprint small --answers q.xlsx")
    assert "not of 'Same (A-1)'" in run(
        "beachhead assess ws A-1 --blueprint small --answers q.xlsx --replace"
    )
    write(desk, (desk / "q.yaml").read_text().replace("subject: Same", "subject: Smae"), "q.yaml")
    assert "there is no account 'Smae' (did you mean 'Same'?)" in run(
        "beachhead assess ws --blueprint small --answers q.yaml"
    )


@pytest.mark.parametrize("ending", ["xlsx", "yaml"])
def test_a_questionnaire_over_a_filled_one_keeps_its_answers(desk: Path, ending: str) -> None:
    ask = f"{ASSESS} --questionnaire q.{ending}"
    run(f"{ask} --respondent a --date 2009-02-12")
    if ending == "xlsx":
        answer("q.xlsx", {"catalogue": 3, "change-record": "don't know"})
    else:
        text = (desk / "q.yaml").read_text().replace("catalogue: {level: }", "catalogue: 3")
        write(desk, text.replace("change-record: {level: }", "change-record: dont_know"), "q.yaml")
    before = (desk / f"q.{ending}").read_bytes()
    assert "this file holds answers of 'a' already" in run(f"{ask} --respondent b")
    assert "this file holds answers of 'First' already" in run(
        f"beachhead assess ws A-2 --blueprint small --questionnaire q.{ending}"
    )
    assert (desk / f"q.{ending}").read_bytes() == before
    assert "4 points to answer, 2 answered before and kept" in run(ask)
    said = run(f"{ASSESS} --answers q.{ending}")
    assert "2 answers of a of 2009-02-12" in said
    assert "1 answered, 1 not known" in said


def test_answers_that_a_shorter_questionnaire_would_lose_are_refused(desk: Path) -> None:
    run(f"{ASSESS} --questionnaire q.xlsx")
    answer("q.xlsx", {"agreements": 3})
    assert "holds an answer to 'agreements', which would no longer be asked, already" in run(
        f"{ASSESS} --questionnaire q.xlsx --group first-meeting"
    )
    answer("q.xlsx", {"agreements": "perhaps"})
    assert "'perhaps' is no answer to point 'agreements'" in run(f"{ASSESS} --questionnaire q.xlsx")
    assert "perhaps" in seen_by_the_customer("q.xlsx")
    write(desk, "a letter to my mother", "letter.yaml")
    assert "letter.yaml" in run(f"{ASSESS} --questionnaire letter.yaml")
    assert (desk / "letter.yaml").read_text() == "a letter to my mother"
