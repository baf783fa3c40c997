"""Plays and objections: what a sound file is, every refusal with file and line, and what a customer may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.errors import BadInput, BadKnowledge, BadQuestion
from beachhead.practice.check import check_workspace
from beachhead.practice.playbook import check_playbook, playbook
from beachhead.practice.plays import Play, for_customer
from beachhead.tables.workspace import Workspace
from tests.practice.play_models import objection, play, workspace

KNOWN = "months_since_contact > 6"


def refusal(folder: Path, content: dict[str, Any]) -> str:
    with pytest.raises(BadKnowledge) as no:
        playbook(workspace(folder, content))
    return str(no.value)


# ---- loading ----


def test_a_play_of_the_workspace_joins_those_that_ship(tmp_path: Path) -> None:
    shipped, book = playbook(), playbook(workspace(tmp_path, play("own-play", KNOWN)))
    assert set(book.plays) == {*shipped.plays, "own-play"}
    assert book.grounds["own-play"][0].condition.columns == ("months_since_contact",)


def test_a_play_with_a_shipped_id_replaces_it(tmp_path: Path) -> None:
    book = playbook(workspace(tmp_path, play("partner-in-name", KNOWN)))
    assert book.plays["partner-in-name"].name == "Play partner-in-name"
    assert len(book.plays) == len(playbook().plays)


def test_plays_can_be_left_out_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "beachhead.toml").write_text('[plays]\nleave_out = ["innovator-lab"]\n')
    book = playbook(Workspace(tmp_path))
    assert set(playbook().plays) - set(book.plays) == {"innovator-lab"}
    assert "innovator-lab" not in book.grounds


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('leave_out = ["inovator-lab"]', "there is no play 'inovator-lab' (did you mean 'innovator-lab'?)"),
        ('leave_out = "innovator-lab"', "leave_out cannot be used"),
        ("leave_out = [1]", "leave_out cannot be used"),
    ],
)
def test_a_wrong_list_of_plays_to_leave_out_is_refused(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "beachhead.toml").write_text(f"[plays]\n{line}\n")
    with pytest.raises(BadInput) as no:
        playbook(Workspace(tmp_path))
    assert said in str(no.value)
    assert "beachhead.toml" in str(no.value)


def test_a_play_is_found_by_id_and_by_name() -> None:
    book = playbook()
    assert book.play("partner-in-name").id == "partner-in-name"
    assert book.play("they have a partner in NAME").id == "partner-in-name"
    with pytest.raises(BadQuestion, match="did you mean 'partner-in-name'"):
        book.play("partner-in-nam")


def test_the_columns_of_the_users_own_accounts_can_be_asked_for(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account,name,server_rooms,maturity\na,A,3,high\n")
    own = play("rooms", "server_rooms >= 2 AND maturity_own = 'high'")
    own["when"][0]["because"] = "{server_rooms} server rooms"
    book = playbook(workspace(tmp_path, own))
    assert book.grounds["rooms"][0].condition.columns == ("maturity_own", "server_rooms")


# ---- refusals ----


@pytest.mark.parametrize("field", ["know", "say", "do", "when", "audience", "source", "name", "licence"])
def test_a_play_without_a_part_is_refused(tmp_path: Path, field: str) -> None:
    content = {key: value for key, value in play("mine", KNOWN).items() if key != field}
    assert f"{field!r} is missing" in refusal(tmp_path, content)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"konw": ["x"]}, "there is no field 'konw' (did you mean 'know'?)"),
        ({"know": []}, "'know'"),
        ({"say": []}, "'say'"),
        ({"value": 4}, "'value' should be less than or equal to 3, found 4"),
        ({"show": [{"text": "a proof", "source": "us"}]}, "'date' is missing"),
        ({"show": [{"text": "a proof", "date": "2009-01-01"}]}, "'source' is missing"),
        ({"show": [{"text": "p", "source": "us", "date": "soon"}]}, "should be a date such as 2009-02-28"),
        ({"show": [{"reference": "unlike"}]}, "'alike'"),
        ({"show": [{"refrence": "alike"}]}, "there is no field 'refrence'"),
        ({"audience": {"roles": ["CIO"], "categories": ["pragmatists"]}}, "found 'pragmatists'"),
        ({"audience": {"roles": ["CIO"], "categories": []}}, "'categories'"),
        ({"answers": ["already-have-partner"]}, "(did you mean 'already-have-a-partner'?)"),
        (
            {"excludes": ["partner-in-nome"]},
            "there is no play 'partner-in-nome' (did you mean 'partner-in-name'?)",
        ),
        ({"excludes": ["mine"]}, "the play excludes itself"),
        ({"id": "Mine"}, "should be lower case letters"),
    ],
)
def test_every_mistake_is_told_with_its_file_and_line(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    told = refusal(tmp_path, play("mine", KNOWN) | changed)
    assert said in told
    assert f"plays/{changed.get('id', 'mine')}.yaml line " in told


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("months_since_contct > 6", "did you mean 'months_since_contact'?"),
        ("months_since_contact > 6; DROP TABLE accounts", "one expression each"),
        ("(SELECT 1) = 1", "no sub-queries"),
        ("read_csv('/etc/passwd') IS NOT NULL", "there is no function 'read_csv'"),
        ("TRUE", "it asks for no fact"),
        ("months_since_contact", "neither true nor false"),
        ("standing = 'pragmatist'", "standing is never 'pragmatist'"),
        ("discontinuity_department = 'netwrok'", "did you mean 'network'?"),
        ("maturity > '0.5'", "cannot be compared"),
    ],
)
def test_a_condition_is_checked_where_it_stands(tmp_path: Path, condition: str, said: str) -> None:
    told = refusal(tmp_path, play("mine", KNOWN, condition))
    assert said in told
    assert "plays/mine.yaml line" in told


def test_a_reason_may_only_quote_known_facts(tmp_path: Path) -> None:
    content = play("mine", KNOWN)
    content["when"][0]["because"] = "no contact for {months_since_kontact} months"
    told = refusal(tmp_path, content)
    assert "did you mean 'months_since_contact'?" in told
    assert "plays/mine.yaml line" in told


def test_the_line_is_that_of_the_condition(tmp_path: Path) -> None:
    workspace(tmp_path, play("mine", KNOWN, "sise > 5"))
    text = (tmp_path / "plays" / "mine.yaml").read_text()
    line = 1 + text[: text.index("sise > 5")].count("\n")
    assert f"plays/mine.yaml line {line}" in "".join(check_playbook(Workspace(tmp_path)))


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one, two = play("one", "sise > 5"), play("two", KNOWN, answers=["nothing"])
    there = workspace(
        tmp_path, one, two, objections=(objection("three", "no", means=[{"if": "sze > 1", "text": "x"}]),)
    )
    told = check_playbook(there)
    assert len(told) == 3
    assert all(any(f"{name}.yaml line" in sentence for sentence in told) for name in ("one", "two", "three"))


def test_an_id_that_stands_twice_in_a_workspace_is_refused(tmp_path: Path) -> None:
    there = workspace(tmp_path, play("mine", KNOWN))
    (tmp_path / "plays" / "copy.yaml").write_text((tmp_path / "plays" / "mine.yaml").read_text())
    assert "the id 'mine' is that of" in "".join(check_playbook(there))


@pytest.mark.parametrize("field", ["says", "means", "ask"])
def test_an_objection_without_a_part_is_refused(tmp_path: Path, field: str) -> None:
    there = workspace(tmp_path, objections=(objection("mine", "no", **{field: []}),))
    assert f"{field!r} should have at least 1 item, not 0" in "".join(check_playbook(there))


# ---- what is told but not refused ----


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            "array_contains(products_owned, 'vm-bakup')",
            "there is no product 'vm-bakup' (did you mean 'vm-backup'?)",
        ),
        ("next_buy = 'vm-bakup'", "there is no product 'vm-bakup'"),
        ("last_product IN ('vm-backup', 'vm-bakup')", "there is no product 'vm-bakup'"),
        ("'netwrok' = ANY(departments_met)", "there is no department 'netwrok' (did you mean 'network'?)"),
        (
            "pattern = 'partner-in-nme'",
            "there is no pattern 'partner-in-nme' (did you mean 'partner-in-name'?)",
        ),
    ],
)
def test_words_that_nobody_knows_are_told_but_do_not_stop_anybody(
    tmp_path: Path, condition: str, said: str
) -> None:
    (tmp_path / "products.csv").write_text("product,name\nvm-backup,Backup\n")
    there = workspace(tmp_path, play("mine", condition))
    assert "mine" in playbook(there).plays
    told = check_playbook(there)
    assert len(told) == 1
    assert said in told[0]
    assert "plays/mine.yaml line" in told[0]


def test_other_peoples_products_are_no_mistake_of_the_shipped_plays(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("product,name\ncrane,Crane\n")
    assert check_playbook(Workspace(tmp_path)) == []


def test_the_check_of_a_workspace_covers_plays_objections_synonyms_and_matches(tmp_path: Path) -> None:
    (tmp_path / "play_matches.csv").write_text("account,play,status\na,x,opne\n")
    workspace(tmp_path, play("one", "sise > 5"), objections=(objection("two", "no", sya=["x"]),))
    (tmp_path / "synonyms.yaml").write_text("id: x\n")
    told = "\n".join(check_workspace(tmp_path).problems)
    assert "one.yaml line" in told
    assert "two.yaml line" in told
    assert "synonyms.yaml line" in told
    assert "play_matches.csv, row 2, column 'status', value 'opne'" in told


# ---- for customers ----


def test_a_customer_sees_nothing_internal() -> None:
    seen = for_customer(Play.model_validate(play("mine", KNOWN))).model_dump_json()
    secrets = (
        "secret",
        "wrong word",
        "a task",
        "reason 1",
        "Play mine",
        "CIO",
        "months_since_contact",
        "a remark",
    )
    for secret in (*secrets, "an offer", "a page", "a step"):
        assert secret not in seen
    for told in ("what it means", "words", "a proof", "a study", "our offer to you", "what comes next"):
        assert told in seen


def test_a_play_without_texts_for_customers_gives_none() -> None:
    seen = for_customer(Play.model_validate(play("mine", KNOWN) | {"for_customer": None}))
    assert (seen.offer, seen.next_step) == ("", "")


def test_what_is_internal_cannot_be_public() -> None:
    both = [{"text": "a secret", "internal": True, "public": True}]
    with pytest.raises(ValueError, match="what is internal cannot be public"):
        Play.model_validate(play("mine", KNOWN, know=both))


def test_a_reference_is_wanted_only_where_it_is_public() -> None:
    content = play("mine", KNOWN)
    assert for_customer(Play.model_validate(content)).references
    del content["show"][2]["public"]
    assert not for_customer(Play.model_validate(content)).references


LINES = st.lists(st.tuples(st.text("abcdef", min_size=3, max_size=8), st.booleans()), min_size=1, max_size=5)


@given(know=LINES, say=LINES, show=LINES)
def test_whatever_is_not_public_never_reaches_a_customer(
    know: list[tuple[str, bool]], say: list[tuple[str, bool]], show: list[tuple[str, bool]]
) -> None:
    def lines(listed: list[tuple[str, bool]]) -> list[dict[str, Any]]:
        return [
            {"text": f"{'SECRET' if hidden else 'open'} {text}", "public": not hidden}
            for text, hidden in listed
        ]

    proofs = [line | {"source": "x", "date": "2009-01-01"} for line in lines(show)]
    seen = for_customer(
        Play.model_validate(play("mine", KNOWN, know=lines(know), say=lines(say), show=proofs))
    )
    text = seen.model_dump_json()
    assert "SECRET" not in text
    assert text.count("open ") == sum(not hidden for _, hidden in [*know, *say, *show])
