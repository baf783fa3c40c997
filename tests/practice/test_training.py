"""Training: cards, drills, role plays, who is ready until when, what to train first, whether it pays, forgetting."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from beachhead.cli import commands
from beachhead.documents.pages import training as page
from beachhead.documents.training_words import in_short, win_rates
from beachhead.errors import BadInput, BadQuestion
from beachhead.practice.cards import cards
from beachhead.practice.check import check_workspace
from beachhead.practice.drill import CARDS, NEW, drill, due_days
from beachhead.practice.people import FORGOTTEN, find_person
from beachhead.practice.practice_log import BEHAVIOURS, log_recall, log_role_play, practised
from beachhead.practice.readiness import Readiness
from beachhead.practice.ready_wins import compared
from beachhead.practice.training import Training, training
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.practice_log import TABLE
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT

AS_OF = dt.date(2009, 2, 28)
CARD, ROLE_PLAY = "objection/too-expensive", "role-play/early_majority"
PEOPLE = "person,name,told\nAB,Ada Brandt,2008-12-01\nCD,Cem Demir,2008-12-01\nEF,Eva Falk,\n"


@pytest.fixture
def there(tmp_path: Path) -> Workspace:
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-02-28\n")
    (tmp_path / "people.csv").write_text(PEOPLE)
    return Workspace(tmp_path)


@pytest.fixture(scope="module")
def example() -> Training:
    return training(Workspace(ROOT / "examples" / "partner-2009"))


def log(*rows: tuple[str, str, int, str, int, str | None]) -> pl.DataFrame:
    """person, card, days before AS_OF, kind, rating, observer."""
    made = [
        {
            "person": person,
            "card": card,
            "date": AS_OF - dt.timedelta(days),
            "kind": kind,
            "rating": rating,
            "observer": observer,
        }
        for person, card, days, kind, rating, observer in rows
    ]
    return TABLE.conform(pl.DataFrame(made, schema_overrides={"observer": pl.String})).sort("date")


def ready(*rows: tuple[str, str, int, str, int, str | None]) -> Readiness:
    return Readiness(log(*rows), {"early_majority": [CARD]})


# ---- cards ----


def test_there_is_a_card_for_every_objection_play_signal_and_change(there: Workspace) -> None:
    kinds = {name.split("/")[0] for name in cards(there)}
    assert kinds == {"objection", "play", "signal", "change"}
    assert all(card.front and card.back for card in cards(there).values())
    labels = [label for label, _ in cards(there)["objection/too-expensive"].back]
    assert list(dict.fromkeys(labels)) == ["may mean", "ask", "say", "not say"]
    assert dict(cards(there)["signal/references"].back)["likeliest"].startswith("early majority")


# ---- drills ----


def test_a_card_answered_well_comes_later_than_one_forgotten() -> None:
    answered = log(("AB", CARD, 10, "recall", 3, None), ("AB", "play/x", 10, "recall", 1, None))
    due = due_days(answered, "AB")
    assert AS_OF - dt.timedelta(10) < due["play/x"] < due[CARD]
    assert due_days(answered, "CD") == {}


def test_every_good_answer_lengthens_the_interval() -> None:
    once = due_days(log(("AB", CARD, 20, "recall", 3, None)), "AB")[CARD]
    twice = due_days(log(("AB", CARD, 20, "recall", 3, None), ("AB", CARD, 17, "field", 3, None)), "AB")[CARD]
    assert once - (AS_OF - dt.timedelta(20)) < twice - (AS_OF - dt.timedelta(17))


def test_a_drill_takes_what_is_due_for_longest_then_a_few_new_ones_in_order(there: Workspace) -> None:
    known = cards(there)
    names = list(known)
    due = {name: AS_OF - dt.timedelta(n) for n, name in enumerate(names[:3])} | {"play/gone": AS_OF}
    due[names[3]] = AS_OF + dt.timedelta(1)
    chosen = [card.id for card in drill(known, due, AS_OF, first=[names[-1]])]
    assert chosen[:3] == [names[2], names[1], names[0]]
    assert chosen[3] == names[-1]
    assert len(chosen) == 3 + NEW
    many = dict.fromkeys(names[: 2 * CARDS], AS_OF)
    assert len(drill(known, many, AS_OF)) == CARDS


def test_a_drill_in_the_terminal_logs_every_answer(there: Workspace) -> None:
    def run(typed: str, person: str = "AB") -> str:
        words = ["drill", str(there.folder), "--person", person]
        return CliRunner().invoke(commands, words, input=typed, catch_exceptions=False).output

    said = run("\n3\n\n9\n1\n\nq\n")
    assert "Ada Brandt: 0 cards due, 5 new" in said
    assert "Please 1, 2, 3 or 4" in said
    assert "2 answered and logged" in said
    there.reopen()
    assert there.table("practice_log")["rating"].to_list() == [3, 1]
    assert "0 answered" in run("")
    with pytest.raises(BadQuestion, match="has not been told"):
        run("\n3\n", "Eva Falk")


# ---- the log ----


def test_what_cannot_be_logged_is_refused_and_nothing_written(there: Workspace) -> None:
    ada, cem, eva = (find_person(there, name) for name in ("AB", "cem demir", "EF"))
    for no, doing in (
        ("no card 'play/nothing'", lambda: log_recall(there, ada, "play/nothing", 3)),
        ("1, 2, 3 or 4, not 5", lambda: log_recall(there, ada, CARD, 5)),
        ("cannot watch themselves", lambda: log_role_play(there, ada, "laggards", ada, [])),
        ("Eva Falk .EF. has not been told", lambda: log_role_play(there, ada, "laggards", eva, [])),
        ("Eva Falk .EF. has not been told", lambda: log_recall(there, eva, CARD, 3)),
        ("no person 'ABX'.*did you mean 'AB'", lambda: find_person(there, "ABX")),
    ):
        with pytest.raises(BadQuestion, match=no):
            doing()
    assert there.path("practice_log") is None
    log_role_play(there, ada, "laggards", cem, ["proof", "asked"], note="good")
    row = there.table("practice_log").row(0, named=True)
    assert (row["rating"], row["seen"], row["observer"]) == (2, ["asked", "proof"], "CD")


@pytest.mark.parametrize(
    ("row", "no"),
    [
        (
            "AB,objection/too-expensive,2009-01-01,recall,5,,",
            "row 2, column 'rating', value '5'.*1 forgotten",
        ),
        ("AB,objection/too-expensive,2009-01-01,recall,,,", "column 'rating', value 'None'"),
        ("AB,role-play/laggards,2009-01-01,role play,6,CD,", "column 'rating', value '6'.*0 to 5"),
        ("AB,role-play/laggards,2009-01-01,role play,1,CD,danced", "column 'seen', value 'danced'.*asked"),
        (
            "AB,objection/too-dear,2009-01-01,recall,3,,",
            "column 'card', value 'objection/too-dear'.*any more",
        ),
        ("ABX,objection/too-expensive,2009-01-01,recall,3,,", "no such person .did you mean 'AB'"),
        ("AB,objection/too-expensive,2009-03-01,recall,3,,", "after the as-of day, 2009-02-28"),
        ("AB,role-play/laggards,2009-01-01,role play,3,AB,", "nobody watches themselves"),
        ("AB,role-play/laggards,2009-01-01,role play,3,XX,", "column 'observer', value 'XX'"),
    ],
)
def test_what_cannot_be_meant_in_the_log_is_told(there: Workspace, row: str, no: str) -> None:
    (there.folder / "practice_log.csv").write_text(f"person,card,date,kind,rating,observer,seen\n{row}\n")
    problems = check_workspace(there.folder).problems
    assert len(problems) == 1
    assert re.search(no, problems[0]), problems[0]


def test_a_rating_out_of_range_is_refused_where_it_is_used_and_days_to_come_do_not_count(
    there: Workspace,
) -> None:
    path = there.folder / "practice_log.csv"
    path.write_text(
        f"person,card,date,kind,rating\nAB,{CARD},2009-01-01,recall,3\nAB,{CARD},2009-03-01,recall,3\n"
    )
    assert practised(Workspace(there.folder)).height == 1
    path.write_text(f"person,card,date,kind,rating\nAB,{CARD},2009-01-01,recall,0\n")
    with pytest.raises(BadInput, match="a recall has no such rating"):
        practised(Workspace(there.folder))


# ---- ready ----

TWO = (("AB", ROLE_PLAY, 50, "role play", 4, "CD"), ("AB", ROLE_PLAY, 40, "role play", 5, "CD"))


def test_ready_is_who_recalled_the_cards_and_passed_two_watched_role_plays() -> None:
    found = ready(("AB", CARD, 10, "recall", 3, None), *TWO)
    assert found.until("AB", "early_majority", AS_OF) == AS_OF + dt.timedelta(80)
    assert found.ready("early_majority", AS_OF) == {"AB"}
    assert found.until("AB", "laggards", AS_OF) is None
    assert found.until("AB", "early_majority", AS_OF - dt.timedelta(11)) is None


@pytest.mark.parametrize(
    "rows",
    [
        TWO,  # nothing recalled
        (("AB", CARD, 10, "recall", 1, None), *TWO),  # forgotten
        (("AB", CARD, 20, "recall", 3, None), ("AB", CARD, 10, "recall", 1, None), *TWO),  # forgotten since
        (("AB", CARD, 91, "recall", 3, None), *TWO),  # too long ago
        (("AB", CARD, 10, "recall", 3, None), TWO[0]),  # one role play
        (
            ("AB", CARD, 10, "recall", 3, None),
            TWO[0],
            ("AB", ROLE_PLAY, 40, "role play", 3, "CD"),
        ),  # not passed
        (
            ("AB", CARD, 10, "recall", 3, None),
            TWO[0],
            ("AB", ROLE_PLAY, 40, "role play", 5, None),
        ),  # not watched
        (
            ("AB", CARD, 10, "recall", 3, None),
            TWO[0],
            ("AB", ROLE_PLAY, 40, "role play", 5, "AB"),
        ),  # by oneself
        (
            ("AB", CARD, 10, "recall", 3, None),
            TWO[0],
            ("AB", ROLE_PLAY, 366, "role play", 5, "CD"),
        ),  # too old
    ],
)
def test_nobody_is_ready_with_one_of_it_missing(rows: tuple) -> None:
    assert ready(*rows).until("AB", "early_majority", AS_OF) is None


def test_once_somebody_is_ready_one_role_play_must_be_watched_by_such_a_person() -> None:
    first = [("AB", CARD, 60, "recall", 3, None), *TWO]
    second = [("CD", CARD, 20, "recall", 3, None)]
    second += [("CD", ROLE_PLAY, days, "role play", 5, "EF") for days in (30, 20)]
    assert ready(*first, *second).until("CD", "early_majority", AS_OF) is None
    second[-1] = ("CD", ROLE_PLAY, 20, "role play", 5, "AB")
    assert ready(*first, *second).until("CD", "early_majority", AS_OF) == AS_OF + dt.timedelta(70)


def test_a_mark_that_expired_makes_no_observer() -> None:
    first = [("AB", CARD, 130, "recall", 3, None)]
    first += [("AB", ROLE_PLAY, days, "role play", 5, "CD") for days in (129, 128)]
    others = [("CD", CARD, 20, "recall", 3, None)]
    others += [("CD", ROLE_PLAY, days, "role play", 5, "EF") for days in (30, 20)]
    found = ready(*first, *others)  # nobody is ready by then, so anybody may watch
    assert found.until("AB", "early_majority", AS_OF) is None
    assert found.until("CD", "early_majority", AS_OF) is not None


# ---- what to train first ----


def test_every_expected_purchase_is_counted_once(example: Training) -> None:
    ranked = example.expected.select(pl.sum_horizontal(CATEGORIES).sum()).item()
    by = example.by_category()
    assert by["purchases"].sum() == pytest.approx(ranked)
    with_play = example.covered.drop_nulls("play").select(pl.sum_horizontal(CATEGORIES).sum()).item()
    assert example.first_plays()["purchases"].sum() == pytest.approx(with_play)
    assert (by["covered"] <= by["purchases"] + 1e-9).all()


def test_the_worth_of_a_play_is_its_formula(example: Training) -> None:
    play, worth = example.first_plays().select("play", "worth").row(0)
    rows = example.expected.filter(play=play)
    marks = set(example.marks.select("person", "category").rows())
    people = example.people["person"].to_list()
    total = 0.0
    for row in rows.iter_rows(named=True):
        for category in CATEGORIES:
            held = (
                float((row["person"], category) in marks)
                if row["person"]
                else sum((p, category) in marks for p in people) / len(people)
            )
            total += row[category] * row["value"] * (1 - held)
    assert worth == pytest.approx(total)
    assert example.valued


def test_who_is_trained_is_worth_less_training(example: Training) -> None:
    everybody = log(
        *(
            row
            for person in example.people["person"]
            for category in CATEGORIES
            for row in (
                *((person, card, 5, "recall", 3, None) for card in example.readiness.cards[category]),
                *((person, f"role-play/{category}", 6, "role play", 5, "ZZ") for _ in range(2)),
            )
        )
    )
    trained = Training(
        example.workspace,
        example.expected,
        example.people,
        Readiness(everybody, example.readiness.cards),
        {},
        example.valued,
        example.plays,
    )
    assert trained.first_plays()["worth"].sum() == pytest.approx(0, abs=1e-6)
    assert example.first_plays()["worth"].sum() > 0
    by = trained.by_category()
    assert by["covered"].sum() == pytest.approx(by["purchases"].sum())


def test_the_answer_is_a_sentence_that_follows_from_the_tables(example: Training) -> None:
    said = in_short(example)
    most = example.by_category().sort("purchases", descending=True).row(0, named=True)
    assert f"{most['category'].replace('_', ' ')}; {most['ready']} of 9 people" in said
    names = [example.plays.book.plays[p].name for p in example.first_plays()["play"].head(5)]
    assert all(f"“{name}”" in said for name in names)


def test_the_page_the_workbook_and_json_say_the_same(example: Training, tmp_path: Path) -> None:
    made = page.page(example.workspace)
    assert made is not None
    assert "people" in made.body
    first = example.first_plays()["play"][0]
    assert example.plays.book.plays[first].name in made.body.replace("\u00a0", " ")
    words = ["training", str(example.workspace.folder), "-o", str(tmp_path / "t.json")]
    assert CliRunner().invoke(commands, words, catch_exceptions=False).exit_code == 0
    told = json.loads((tmp_path / "t.json").read_text())
    assert set(told) == {"plays", "categories", "people", "coverage"}
    assert told["plays"][0]["play"] == first
    assert page.page(Workspace(tmp_path)) is None


# ---- whether it pays ----


def outcomes(*strata: tuple[str, int, int, int, int]) -> pl.DataFrame:
    """play, won and all of ready sellers, won and all of others."""
    rows = [
        (play, "early_majority", n < won, ready)
        for play, y1, n1, y0, n0 in strata
        for won, count, ready in ((y1, n1, True), (y0, n0, False))
        for n in range(count)
    ]
    return pl.DataFrame(rows, schema=["play", "category", "won", "ready"], orient="row")


def test_in_one_stratum_the_difference_is_that_of_the_rates() -> None:
    found = compared(outcomes(("x", 12, 20, 6, 20), ("only-ready", 5, 5, 0, 0)))
    assert found.more is not None
    more, low, high = found.more
    assert more == pytest.approx(0.3)
    wald = 1.2816 * np.sqrt(0.6 * 0.4 / 20 + 0.3 * 0.7 / 20)
    assert (high - low) / 2 == pytest.approx(wald, rel=0.15)
    assert (found.ready, found.others) == ((12, 8), (6, 14))
    assert "+30 points" in win_rates(found)


def test_like_is_compared_with_like() -> None:
    """Ready sellers had the harder play: in all they won less often, in each play as often."""
    found = compared(outcomes(("hard", 6, 30, 1, 5), ("easy", 4, 5, 24, 30)))
    assert found.more is not None
    assert found.more[0] == pytest.approx(0)
    assert found.more[1] < 0 < found.more[2]


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        strata = [
            (f"p{n}", int(rng.binomial(8, p + 0.2)), 8, int(rng.binomial(12, p)), 12)
            for n, p in enumerate((0.2, 0.4, 0.6))
        ]
        more = compared(outcomes(*strata)).more
        assert more is not None
        held += more[1] <= 0.2 <= more[2]
    assert 0.74 <= held / 400 <= 0.86


@pytest.mark.parametrize("strata", [(), (("x", 2, 9, 2, 10),), (("x", 3, 4, 5, 30),), (("x", 30, 60, 0, 0),)])
def test_too_few_outcomes_say_nothing(strata: tuple) -> None:
    found = compared(outcomes(*strata))
    assert found.more is None
    assert "not enough yet" in win_rates(found)


# ---- forgetting ----


def test_a_person_can_have_everything_and_have_it_deleted(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "partner-2009", tmp_path / "ws")

    def run(*words: str) -> str:
        done = CliRunner().invoke(commands, ["people", str(tmp_path / "ws"), *words], catch_exceptions=False)
        return done.output

    before = Workspace(tmp_path / "ws").table("practice_log")
    run("--person", "IS", "-o", str(tmp_path / "is.json"))
    told = json.loads((tmp_path / "is.json").read_text())
    assert told["people"][0]["name"] == "I. Sorensen"
    mine = before.filter((pl.col("person") == "IS") | (pl.col("observer") == "IS"))
    assert len(told["practice_log"]) == mine.height
    assert "Forgotten: I. Sorensen (IS)" in run("--forget", "I. Sorensen")
    after = Workspace(tmp_path / "ws").table("practice_log")
    assert after.height == before.filter(pl.col("person") != "IS").height
    assert FORGOTTEN in after["observer"].to_list()
    left = "".join((tmp_path / "ws" / name).read_text() for name in ("people.csv", "practice_log.csv"))
    assert "Sorensen" not in left
    assert ",IS," not in left.replace("\nIS,", ",IS,")
    assert check_workspace(tmp_path / "ws").problems == []
    with pytest.raises(BadQuestion, match="Give --forget alone"):
        run("--forget", "AB", "--person", "AB")


def test_a_role_play_shows_the_customer_and_logs_what_was_seen(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "partner-2009", tmp_path / "ws")
    before = Workspace(tmp_path / "ws").table("practice_log").height

    def run(*words: str, typed: str = "") -> str:
        asked = ["role-play", str(tmp_path / "ws"), "--person", "AB", *words]
        return CliRunner().invoke(commands, asked, input=typed).output

    said = run("--account", "Kestrel Valves", "--observer", "IS", typed="y\ny\nn\ny\ny\n")
    assert "you are Kestrel Valves GmbH, early majority" in said
    assert said.count("means") == 3
    assert all(told in said for told in BEHAVIOURS.values())
    assert "4 of 5: passed" in said
    assert "3 of 5: not passed" in run("--category", "laggards", "--observer", "IS", typed="y\nn\nn\ny\ny\n")
    assert Workspace(tmp_path / "ws").table("practice_log").height == before + 2
    run("--category", "laggards", "--observer", "IS", typed="y\nn\n")  # the input ends: nothing is logged
    assert Workspace(tmp_path / "ws").table("practice_log").height == before + 2
