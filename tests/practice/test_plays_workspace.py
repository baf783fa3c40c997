"""Plays over a whole workspace, and the three commands: what is matched, answered, logged and recorded."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from beachhead.errors import BadKnowledge, BadQuestion
from beachhead.practice import outcomes
from beachhead.practice.facts_joined import (
    BLUEPRINT,
    PRACTICE_NAMES,
    assessment_facts,
    joined_facts,
    known_facts,
)
from beachhead.practice.library import find_blueprint
from beachhead.practice.next_plays import NextPlays, next_plays
from beachhead.practice.references import references_like
from beachhead.practice.replies import lookup_of, reply
from beachhead.tables.references import TABLE as REFERENCES
from beachhead.tables.workspace import Workspace
from tests.docs_runner import run
from tests.practice.offering_models import answers, write
from tests.practice.play_models import facts, play, workspace

BIG = {"size": 500, "standing": "early_majority"}
ACCOUNTS = """\
account,name,kind,segment,size,maturity
A-1,Ysselmar Stores,customer,retail,800,own
A-2,Ysselmar Clinics,customer,health,300,own
A-3,Hulsbeek Turbines,prospect,retail,90,own
"""
PURCHASES = """\
account,product,date,quantity,seller
A-1,server-virtualisation,2007-07-10,42,Contoso
A-2,server-virtualisation,2007-06-10,10,Harbour IT
"""
ACTIVITIES = """\
account,date,kind,department
A-1,2007-12-20,call,server
A-2,2009-02-20,meeting,operations
"""
PRODUCTS = """\
product,name,ours,needs_first
server-virtualisation,Server virtualisation,yes,
vm-backup,Backup,yes,server-virtualisation
"""
ANSWERS = """\
subject: A-2
kind: account
blueprint: operations
blueprint_version: 1
date: 2008-11-20
answers:
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "beachhead.toml").write_text('us = "Harbour IT"\nas_of = 2009-02-28\n')
    for name, text in (
        ("accounts", ACCOUNTS), ("purchases", PURCHASES), ("activities", ACTIVITIES), ("products", PRODUCTS)
    ):  # fmt: skip
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def assess(folder: Path, date: str, level: int) -> None:
    """Every point of the operations blueprint answered with ``level``, but for two."""
    from beachhead.practice.library import find_blueprint

    points = [p.point.id for p in find_blueprint("operations").placed]
    lines = "".join(f"  {point}: {level}\n" for point in points[2:])
    there = folder / "answers" / "A-2"
    there.mkdir(parents=True, exist_ok=True)
    version = find_blueprint("operations").version
    text = ANSWERS.replace("blueprint_version: 1", f"blueprint_version: {version}").replace(
        "2008-11-20", date
    )
    (there / f"operations-{date}.yaml").write_text(text + lines)


def proposed(folder: Path) -> NextPlays:
    return next_plays(Workspace(folder))


# ---- joined facts ----


def test_facts_are_joined_with_the_last_assessment(folder: Path) -> None:
    assess(folder, "2008-06-20", 1)
    assess(folder, "2008-11-20", 2)
    assess(folder, "2009-03-20", 3)  # still to come
    table = joined_facts(Workspace(folder))
    row = table.filter(account="A-2").row(0, named=True)
    assert row["maturity"] == pytest.approx(2 / 3)
    assert row["maturity_people"] == pytest.approx(2 / 3)
    assert row["months_since_assessment"] == 3
    assert row["maturity_spread"] > 0  # two points are open
    assert row["weakest_domain"] in ("service", "operation", "change", "integration", "people")
    assert " to " in row["weakest_handover"]
    assert table.filter(account="A-1").select("maturity", "weakest_handover").row(0) == (None, None)


def test_columns_of_the_users_own_stand_last_and_give_way_to_facts_of_their_name(folder: Path) -> None:
    table = joined_facts(Workspace(folder))
    assert table.columns[-1] == "maturity_own"
    assert table["maturity_own"].to_list() == ["own"] * 3
    assert set(PRACTICE_NAMES) <= set(table.columns)
    assert set(known_facts(Workspace(folder))) == set(table.columns)


def test_what_an_offering_disrupts_is_a_fact(folder: Path) -> None:
    table = joined_facts(Workspace(folder))
    row = table.filter(account="A-1").row(0, named=True)
    assert row["discontinuity"] in (1, 2, 3)
    assert row["discontinuity_offering"]


def test_where_nothing_is_known_of_purchases_nothing_is_known_of_what_would_be_disrupted(
    folder: Path,
) -> None:
    (folder / "purchases.csv").unlink()
    found = proposed(folder)
    changes = [name for name in found.facts.columns if name.startswith("discontinuity")]
    assert found.facts.select(pl.col(changes).is_null().all()).row(0) == (True,) * len(changes)
    assert found.of("A-3").height == 0


# ---- matches and records ----


def test_the_example_of_the_house_is_found_with_its_reason(folder: Path) -> None:
    mine = proposed(folder).of("A-1").filter(play="partner-in-name")
    assert mine["because"].to_list() == [
        ["bought 42 licences from Contoso 19 months ago", "no contact for 14 months"]
    ]


def test_export_has_one_row_per_account_with_a_play(folder: Path) -> None:
    table = proposed(folder).export()
    assert table.columns == ["Account ID", "Next Play", "Next Play Reason", "Next Step"]
    assert table["Account ID"].is_unique().all()
    assert table.null_count().sum_horizontal().item() == 0


def test_recording_twice_doubles_nothing(folder: Path) -> None:
    first = proposed(folder).record()
    assert first["new"] == first["open"] + first.get("excluded", 0) > 0
    text = (folder / "play_matches.csv").read_bytes()
    assert proposed(folder).record()["new"] == 0
    assert (folder / "play_matches.csv").read_bytes() == text


def test_a_dismissed_play_is_not_proposed_again(folder: Path) -> None:
    proposed(folder).record()
    path = folder / "play_matches.csv"
    path.write_text(path.read_text().replace("A-1,partner-in-name,open", "A-1,partner-in-name,dismissed"))
    again = proposed(folder)
    assert "partner-in-name" not in again.of("A-1")["play"].to_list()
    again.record()
    assert "A-1,partner-in-name,dismissed" in path.read_text()


def test_a_broken_play_is_told_before_anything_else_is_done(folder: Path) -> None:
    workspace(folder, play("mine", "sise > 5"))
    with pytest.raises(BadKnowledge, match="did you mean 'size'"):
        proposed(folder)
    assert not (folder / "play_matches.csv").exists()


# ---- replies ----


def test_a_reply_says_what_it_means_here_and_which_play_answers_it(folder: Path) -> None:
    found = proposed(folder)
    answer = reply(found, lookup_of(found), "A-1", "somebody else looks after that")
    assert answer.understood[0].heard.objection.id == "already-have-a-partner"
    assert (
        answer.understood[0].means[0].startswith("The licences came from somebody else more than a year ago")
    )
    assert answer.plays["play"][0] == "partner-in-name"
    assert answer.plays["answers"][0].to_list() == ["already-have-a-partner"]
    against = {one.play.id: one.why for one in answer.not_here}
    assert "(here months_since_contact is 14)" in against["beside-the-partner"]
    assert not set(against) & set(answer.plays["play"])


def test_the_same_words_mean_something_else_at_another_account(folder: Path) -> None:
    found = proposed(folder)
    here, there = (reply(found, lookup_of(found), a, "we already have a partner") for a in ("A-1", "A-2"))
    assert here.understood[0].means != there.understood[0].means
    assert "partner-in-name" not in there.plays["play"].to_list()


def test_what_is_settled_says_so(folder: Path) -> None:
    outcomes.log_outcome(Workspace(folder), "A-1", "partner-in-name", "lost", date=Workspace(folder).as_of)
    found = proposed(folder)
    answer = reply(found, lookup_of(found), "A-1", "we already have a partner")
    assert {one.play.id: one.why for one in answer.not_here}[
        "partner-in-name"
    ] == "it rests: lost here less than 12 months ago"


def test_what_sounds_like_nothing_is_answered_by_nothing(folder: Path) -> None:
    found = proposed(folder)
    answer = reply(found, lookup_of(found), "A-1", "xyzzy")
    assert (answer.understood, answer.plays.height, answer.not_here) == ([], 0, [])


# ---- references ----


def table_of(*rows: tuple[str, str | None, str | None, str | None, str, bool | None]) -> pl.DataFrame:
    schema = ["account", "product", "segment", "category", "date", "may_be_named"]
    table = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("date").str.to_date())
    return REFERENCES.conform(table)


def test_only_references_that_may_be_named_and_have_something_in_common_are_given() -> None:
    known = facts(
        BIG | {"segment": "bank", "standing": "early_majority"}, {"name": "Other", "segment": "bank"}, {}
    )
    references = table_of(
        ("1", "a", None, None, "2008-01-01", True),
        ("1", "b", "bank", "early_majority", "2008-02-01", True),
        ("1", "b", "bank", "early_majority", "2008-02-02", False),
        ("1", "b", "bank", "early_majority", "2008-02-02", None),
        ("0", "b", "bank", "early_majority", "2008-02-02", True),
        ("2", "c", "shop", "laggards", "2008-02-02", True),
    )
    found = references_like(references, known, "0", ["b"])
    assert found.select("account", "name", "product", "alike").rows() == [
        ("1", "Other", "b", ["product", "segment", "category"]),
        ("1", "Other", "a", ["segment"]),
    ]


def test_of_references_alike_the_latest_stands_first() -> None:
    known = facts(BIG | {"segment": "bank"}, {})
    references = table_of(
        ("1", "a", "bank", None, "2008-01-01", True), ("1", "b", "bank", None, "2008-09-01", True)
    )
    assert references_like(references, known, "0")["product"].to_list() == ["b", "a"]


def test_an_account_of_which_nothing_is_known_has_no_references_like_it() -> None:
    known = facts({}, {"segment": "bank"})
    references = table_of(("1", "a", None, None, "2008-01-01", True))
    assert references_like(references, known, "0").height == 0
    assert references_like(references, known, "nobody").height == 0


# ---- the commands ----


def test_plays_of_a_workspace(folder: Path) -> None:
    said = run(f"beachhead plays {folder}")
    assert "plays over 3 accounts" in said
    assert "Ysselmar Stores" in said
    assert "Recorded in play_matches" in said
    assert f"Outcomes logged: 0. The ranking uses them from {outcomes.ENOUGH} on." in said
    assert "Recorded in play_matches: 0 new" in run(f"beachhead plays {folder}")


def test_plays_of_one_account_are_shown_in_full_and_record_nothing(folder: Path) -> None:
    said = run(f"beachhead plays {folder} --account stores")
    assert said.startswith("Ysselmar Stores (A-1)")
    for part in ("why", "know", "say", "not say", "show", "offer", "leave", "tasks", "next", "(internal)"):
        assert part in said
    assert not (folder / "play_matches.csv").exists()


def test_an_objection_at_an_account_and_anywhere(folder: Path) -> None:
    here = run(f'beachhead plays {folder} --account A-1 --say "we already have a partner"')
    assert "Plays that answer it here, best first:" in here
    assert "bought 42 licences from Contoso 19 months ago" in here
    anywhere = run(f'beachhead plays {folder} --say "we already have a partner"')
    assert "They have a partner in name (partner-in-name)" in anywhere
    assert "sounds like no objection" in run(f"beachhead plays {folder} --say xyzzy")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("ysselmar", "2 accounts are called 'ysselmar': A-1 (Ysselmar Stores), A-2 (Ysselmar Clinics)"),
        ("Hulsbek Turbines", "did you mean A-3 (Hulsbeek Turbines)"),
        ("zzzz", "There is no account 'zzzz'."),
    ],
)
def test_an_account_that_is_not_clear_is_asked_for_again(folder: Path, asked: str, said: str) -> None:
    assert said in run(f'beachhead plays {folder} --account "{asked}"')
    assert said in run(f'beachhead won {folder} "{asked}" partner-in-name')


def test_outcomes_are_logged_and_told(folder: Path) -> None:
    said = run(
        f'beachhead won {folder} "Ysselmar Stores" "They have a partner in name" --note "the hour did it"'
    )
    assert (
        "Logged: “They have a partner in name” (partner-in-name) won at Ysselmar Stores on 28 February 2009."
        in said
    )
    assert "Of this play: 1 won, 0 lost. In all 1 outcome is logged" in said
    assert "nothing changed" in run(f"beachhead won {folder} A-1 partner-in-name")
    assert "Corrected" in run(f"beachhead lost {folder} A-1 partner-in-name")
    assert "Logged" in run(f"beachhead lost {folder} A-1 partner-in-name --date 2009-01-15")
    assert Workspace(folder).table("outcomes")["result"].to_list() == ["lost", "lost"]


def test_without_a_table_of_accounts_whoever_bought_is_one(folder: Path) -> None:
    (folder / "accounts.csv").unlink()
    assert "won at A-1" in run(f"beachhead won {folder} a-1 partner-in-name")
    assert "A-1" in run(f"beachhead plays {folder}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("won {} A-1 partner-in-nam", "did you mean 'partner-in-name'"),
        ("won {} A-1 partner-in-name --date soon", "does not match the format"),
        ("lost {}/nowhere A-1 partner-in-name", "there is no such folder"),
    ],
)
def test_what_cannot_be_logged_is_refused_and_nothing_is_written(folder: Path, line: str, said: str) -> None:
    assert said in run(f"beachhead {line.format(folder)}")
    assert not (folder / "outcomes.csv").exists()


def test_from_enough_outcomes_on_the_screen_shows_rates_and_what_does_worse_than_nothing(
    folder: Path,
) -> None:
    rows = [f"A-{n % 3 + 1},partner-in-name,2008-{n % 12 + 1:02}-{n // 12 + 1:02},lost" for n in range(22)]
    (folder / "outcomes.csv").write_text("account,play,date,result\n" + "\n".join(rows) + "\n")
    closed = [f"o{n},A-1,2005-03-{n % 28 + 1:02},{'won' if n % 3 else 'lost'}" for n in range(30)]
    (folder / "opportunities.csv").write_text(
        "opportunity,account,closed,outcome\n" + "\n".join(closed) + "\n"
    )
    said = " ".join(run(f"beachhead plays {folder}").split())  # however wide the terminal is
    assert "The ranking uses the 22 logged outcomes" in said
    assert "partner-in-name: 0 won of 22, " in said
    assert "partner-in-name does worse than opportunities closed without a play (20 won of 30)" in said


def test_find_account_prefers_the_id(folder: Path) -> None:
    from beachhead.accounts.find import find_account

    accounts = pl.DataFrame({"account": ["A-1", "B"], "name": ["B", "A-1"]})
    assert find_account(accounts, "B") == "B"
    assert find_account(accounts, "a-1") == "A-1"
    with pytest.raises(BadQuestion):
        find_account(accounts, " ")


def test_disagreements_are_points_answered_differently_whatever_the_answers(tmp_path: Path) -> None:
    """A level beside "not applicable" is one too, a point that one person answered is none."""
    write(tmp_path, "beachhead.toml", "as_of = 2009-02-28\n")
    points = [p.point.id for p in find_blueprint(BLUEPRINT).placed][:4]
    absent = "{level: not_applicable, reason: they have none}"
    for who, levels in {"one": (1, 1, absent, 2), "other": (3, 1, 2)}.items():
        answers(tmp_path, "A-1", dict(zip(points, levels, strict=False)), who=who)
    assert assessment_facts(Workspace(tmp_path))["maturity_disagreements"].to_list() == [2]
