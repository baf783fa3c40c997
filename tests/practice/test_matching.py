"""Matching: who is matched and why, in which order, and what happens to contradictions and to old matches."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beachhead.errors import BadInput
from beachhead.practice.match_table import TABLE, read_matches, settled, updated, write_matches
from beachhead.practice.matching import MATCHES, holds, match, with_reasons
from beachhead.practice.playbook import playbook
from beachhead.tables.outcomes import TABLE as OUTCOMES
from beachhead.tables.workspace import Workspace
from tests.practice.play_models import book_of, facts, play

SIZE = "size > 100"
BIG: dict[str, Any] = {"size": 500, "p_early_majority": 0.8, "p_late_majority": 0.2}
BIG |= {"p_innovators": 0.0, "p_early_adopters": 0.0, "p_laggards": 0.0}


def of(found: pl.DataFrame, account: str = "0") -> list[str]:
    return found.filter(account=account).drop_nulls("rank")["play"].to_list()


# ---- who is matched ----


def test_all_lines_must_hold(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("both", SIZE, "months_since_contact > 6"))
    table = facts(
        BIG | {"months_since_contact": 9}, BIG | {"months_since_contact": 3}, {"months_since_contact": 9}
    )
    assert match(table, book)["account"].to_list() == ["0"]


def test_no_play_fires_on_missing_facts_unless_it_says_so(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        play("known", "months_since_contact > 6"),
        play("negated", "NOT months_since_contact <= 6"),
        play("missing", "months_since_contact IS NULL"),
    )
    assert of(match(facts({}), book)) == ["missing"]


def test_of_the_shipped_plays_none_fires_where_nothing_is_known() -> None:
    assert match(facts({}, {}), playbook()).height == 0


def test_without_accounts_and_without_plays_the_table_is_empty(tmp_path: Path) -> None:
    assert match(facts(), book_of(tmp_path, play("one", SIZE))).schema == MATCHES
    assert match(facts(BIG), book_of(tmp_path)).height == 0


@settings(max_examples=10)
@given(
    rows=st.lists(
        st.tuples(st.none() | st.integers(0, 300), st.none() | st.booleans()), min_size=1, max_size=8
    )
)
def test_a_match_is_what_each_condition_says_alone(rows: list[tuple[int | None, bool | None]]) -> None:
    book = playbook()
    table = facts(*({"size": size, "bought_from_us": ours, "products_owned_count": 0} for size, ours in rows))
    matched = {(a, p) for a, p in match(table, book).select("account", "play").iter_rows()}
    for name, grounds in book.grounds.items():
        alone = table
        for ground in grounds:
            alone = alone.filter(ground.condition.expression())
        assert {a for a, p in matched if p == name} == set(alone["account"])


# ---- reasons ----


def test_reasons_quote_the_facts() -> None:
    row = {
        "bought_elsewhere": True,
        "bought_from_us": False,
        "months_since_purchase": 19,
        "months_since_contact": 14,
        "months_since_activity": 14,
        "last_seller": "Contoso",
        "last_quantity": 42.0,
    }
    table, book = facts(row), playbook()
    found = with_reasons(match(table, book).filter(play="partner-in-name"), table, book)
    assert found["because"].to_list() == [
        ["bought 42 licences from Contoso 19 months ago", "no contact for 14 months"]
    ]


def test_reasons_give_names_for_ids_and_belong_to_their_row(tmp_path: Path) -> None:
    one, two = play("one", SIZE), play("two", "last_product IS NOT NULL")
    one["when"][0]["because"] = "{size} people"
    two["when"][0]["because"] = "bought {last_product}"
    book = book_of(tmp_path, one, two)
    table = facts(BIG, BIG | {"size": 700, "last_product": "vm-backup"}, {"last_product": "san"})
    found = with_reasons(match(table, book), table, book, {"vm-backup": "VM backup"})
    told = {(a, p): b for a, p, b in found.select("account", "play", "because").iter_rows()}
    assert told == {
        ("0", "one"): ["500 people"],
        ("1", "one"): ["700 people"],
        ("1", "two"): ["bought VM backup"],
        ("2", "two"): ["bought san"],
    }


def test_reasons_of_no_match_are_an_empty_table(tmp_path: Path) -> None:
    book, table = book_of(tmp_path, play("one", SIZE)), facts({"size": 1})
    assert with_reasons(match(table, book), table, book).columns == [*MATCHES.names(), "because"]


# ---- ranking ----


def test_the_score_is_value_times_fit_times_rarity(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("one", "size > 400", value=3))
    table = facts(
        BIG, {"size": 5}, {"size": 6}, {}
    )  # of four accounts it is known of three and holds for one
    rarity = (math.log2(6 / 2) + math.log2(5 / 2)) / 2
    assert match(table, book)["score"].to_list() == pytest.approx([1.5 * 0.8 * rarity], abs=1e-3)


def test_an_unknown_standing_counts_with_the_shares_of_rogers(tmp_path: Path) -> None:
    book = book_of(
        tmp_path, play("one", SIZE, audience={"roles": ["CIO"], "categories": ["innovators", "laggards"]})
    )
    score = match(facts({"size": 500}), book)["score"].item()
    assert score == pytest.approx(0.185 * math.log2(3 / 2), abs=1e-3)


def test_the_play_for_the_accounts_own_category_comes_first(tmp_path: Path) -> None:
    late = {"roles": ["CIO"], "categories": ["late_majority"]}
    book = book_of(tmp_path, play("for-late", SIZE, audience=late), play("for-early", SIZE))
    table = facts(BIG, BIG | {"p_early_majority": 0.1, "p_late_majority": 0.9})
    found = match(table, book)
    assert of(found) == ["for-early", "for-late"]
    assert of(found, "1") == ["for-late", "for-early"]


def test_what_is_true_of_few_comes_before_what_is_true_of_many(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("many", SIZE), play("few", "size > 450"))
    assert of(match(facts(BIG, *[BIG | {"size": 200}] * 5), book)) == ["few", "many"]


def test_a_play_does_not_come_first_by_asking_for_what_is_seldom_recorded(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("seldom", "last_version IS NOT NULL"), play("few", "size > 450"))
    rows = [BIG | {"size": 200}] * 8
    assert of(match(facts(BIG | {"last_version": "3.5"}, *rows), book)) == ["few", "seldom"]


def test_of_equals_the_one_that_asks_for_more_comes_first_then_the_first_id(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("b", SIZE), play("a", SIZE), play("z", "size > 100 AND p_laggards >= 0"))
    assert of(match(facts(BIG), book)) == ["z", "a", "b"]


def test_a_second_play_for_the_same_offering_counts_half(tmp_path: Path) -> None:
    same = {"offering": "health-check"}
    book = book_of(
        tmp_path,
        play("one", SIZE, value=3, **same),
        play("two", SIZE, value=3, **same),
        play("other", SIZE, value=2),
    )
    found = match(facts(BIG), book)
    assert of(found) == ["one", "other", "two"]
    first, _, second = found["score"].to_list()
    assert second == pytest.approx(first / 2, abs=1e-3)


def test_ranks_count_from_one_for_each_account_and_the_accounts_keep_their_order(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("a", SIZE), play("b", SIZE))
    found = match(facts(BIG, {"size": 3}, BIG), book)
    assert found.select("account", "rank").rows() == [("0", 1), ("0", 2), ("2", 1), ("2", 2)]


def test_a_better_win_rate_moves_a_play_up(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("a", SIZE), play("b", SIZE))
    even = dict.fromkeys(("innovators", "early_adopters", "early_majority", "late_majority", "laggards"), 1.0)
    assert of(match(facts(BIG), book, lifts={"b": even | {"early_majority": 1.5}})) == ["b", "a"]
    assert of(match(facts(BIG), book, lifts={"b": even | {"laggards": 1.5}})) == [
        "a",
        "b",
    ]  # there are none here


def test_many_slices_give_what_one_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = book_of(tmp_path, play("a", SIZE), play("b", "size > 300"), play("c", SIZE, excludes=["b"]))
    table = facts(*[BIG | {"size": 50 + 40 * n} for n in range(12)])
    rests = pl.DataFrame({"account": ["9", "2"], "play": ["a", "a"]})
    whole = match(table, book, settled=rests)
    monkeypatch.setattr("beachhead.practice.matching._SLICE", 5)
    assert match(table, book, settled=rests).equals(whole)


# ---- contradictions ----


def test_a_play_gives_way_where_one_that_excludes_it_fits(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("sell", SIZE), play("hold-back", "size > 400", excludes=["sell"]))
    found = match(facts(BIG, BIG | {"size": 200}), book)
    assert of(found) == ["hold-back"]
    assert of(found, "1") == ["sell"]
    assert found.filter(account="0", play="sell").select("rank", "excluded_by").rows() == [
        (None, "hold-back")
    ]


def test_of_two_that_exclude_each_other_the_better_one_stays(tmp_path: Path) -> None:
    late = {"roles": ["CIO"], "categories": ["late_majority"]}
    book = book_of(
        tmp_path,
        play("early", SIZE, excludes=["late"]),
        play("late", SIZE, audience=late, excludes=["early"]),
    )
    table = facts(BIG, BIG | {"p_early_majority": 0.1, "p_late_majority": 0.9})
    found = match(table, book)
    assert of(found) == ["early"]
    assert of(found, "1") == ["late"]


def test_of_equals_that_exclude_each_other_exactly_one_stays(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("a", SIZE, excludes=["b"]), play("b", SIZE, excludes=["a"]))
    assert of(match(facts(BIG), book)) == ["a"]


def test_an_excluded_play_takes_no_place_of_its_offering(tmp_path: Path) -> None:
    same = {"offering": "health-check"}
    book = book_of(
        tmp_path,
        play("gone", SIZE, value=3, **same),
        play("kept", SIZE, **same),
        play("not", SIZE, excludes=["gone"]),
    )
    alone = match(facts(BIG), book_of(tmp_path / "2", play("kept", SIZE, **same)))["score"].item()
    assert match(facts(BIG), book).filter(play="kept")["score"].item() == alone


def test_no_two_shipped_plays_are_proposed_that_exclude_each_other() -> None:
    book = playbook()
    table = facts(*(BIG | {"size": 80, "kind": "prospect", "products_owned_count": 0, "lost_opportunities": n % 2,
                           "months_since_lost": 3, "open_opportunities": 0, "contacts_last_12_months": n}
                    for n in range(4)))  # fmt: skip
    for own in match(table, book).drop_nulls("rank").partition_by("account"):
        names = set(own["play"])
        assert not [(a, b) for a in names for b in book.plays[a].excludes if b in names]


# ---- what rests ----


def test_what_is_settled_is_not_proposed_and_excludes_nothing(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("sell", SIZE), play("hold-back", SIZE, excludes=["sell"]))
    rests = pl.DataFrame({"account": ["0", "9"], "play": ["hold-back", "sell"]})
    assert of(match(facts(BIG), book, settled=rests)) == ["sell"]


AS_OF = dt.date(2009, 2, 28)


def outcomes(*rows: tuple[str, str, dt.date, str]) -> pl.DataFrame:
    table = pl.DataFrame(rows, schema=["account", "play", "date", "result"], orient="row")
    return OUTCOMES.conform(table)


def test_an_outcome_rests_a_play_for_a_year() -> None:
    done = outcomes(("a", "x", dt.date(2008, 3, 1), "won"), ("b", "x", dt.date(2008, 2, 28), "lost"))
    rests = settled(TABLE.empty(), done, AS_OF)
    assert rests.rows() == [("a", "x", "won")]


def test_of_several_outcomes_the_last_counts_and_what_is_to_come_does_not() -> None:
    done = outcomes(
        ("a", "x", dt.date(2009, 1, 5), "lost"),
        ("a", "x", dt.date(2009, 2, 5), "won"),
        ("a", "x", dt.date(2009, 3, 5), "lost"),
    )
    assert settled(TABLE.empty(), done, AS_OF).rows() == [("a", "x", "won")]


# ---- the table of matches ----


def found(*rows: tuple[str, str, int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"account": a, "play": p, "rank": r, "score": 1.0, "excluded_by": None if r else "x"}
            for a, p, r in rows
        ],
        schema=MATCHES,
    )


NOTHING = TABLE.empty().select("account", "play", "status")
LATER = dt.date(2009, 3, 31)


def test_matching_again_updates_and_never_doubles() -> None:
    first = updated(TABLE.empty(), found(("a", "x", 1), ("b", "x", 1)), NOTHING, AS_OF)
    again = updated(first, found(("a", "x", 2), ("a", "y", 1)), NOTHING, LATER)
    assert again.rows() == [
        ("a", "x", "open", 2, AS_OF, LATER),
        ("b", "x", "gone", None, AS_OF, AS_OF),
        ("a", "y", "open", 1, LATER, LATER),
    ]
    assert updated(again, found(("a", "x", 2), ("a", "y", 1)), NOTHING, LATER).equals(again)


def test_what_is_gone_can_come_back_and_keeps_its_first_day() -> None:
    gone = updated(updated(TABLE.empty(), found(("a", "x", 1)), NOTHING, AS_OF), found(), NOTHING, LATER)
    assert gone["status"].to_list() == ["gone"]
    back = updated(gone, found(("a", "x", 1)), NOTHING, dt.date(2009, 4, 30))
    assert back.rows() == [("a", "x", "open", 1, AS_OF, dt.date(2009, 4, 30))]


def test_what_a_colleague_dismissed_stays_dismissed() -> None:
    old = updated(TABLE.empty(), found(("a", "x", 1)), NOTHING, AS_OF).with_columns(
        status=pl.lit("dismissed")
    )
    rests = settled(old, OUTCOMES.empty(), LATER)
    assert rests.rows() == [("a", "x", "dismissed")]
    assert updated(old, found(), rests, LATER).select("status", "rank").rows() == [("dismissed", None)]


def test_an_outcome_is_the_status_of_its_match_and_the_excluded_ones_say_so() -> None:
    rests = settled(TABLE.empty(), outcomes(("a", "x", AS_OF, "won")), AS_OF)
    old = updated(TABLE.empty(), found(("a", "x", 1), ("a", "y", None)), NOTHING, AS_OF)
    now = updated(old, found(("a", "y", None)), rests, LATER)
    assert now.select("play", "status", "rank").rows() == [("x", "won", None), ("y", "excluded", None)]


def test_columns_of_the_users_own_are_kept() -> None:
    old = updated(TABLE.empty(), found(("a", "x", 1)), NOTHING, AS_OF).with_columns(who=pl.lit("Ada"))
    assert updated(old, found(("a", "x", 1), ("b", "x", 1)), NOTHING, LATER)["who"].to_list() == ["Ada", None]


def test_the_table_is_written_and_read_back(tmp_path: Path) -> None:
    there = Workspace(tmp_path)
    table = updated(TABLE.empty(), found(('Ä; "a"', "x", 1), ("b", "y", None)), NOTHING, AS_OF)
    write_matches(there, table)
    assert read_matches(there).equals(table)
    write_matches(there, table.head(1))
    assert read_matches(there).height == 1


def test_a_large_table_is_kept_as_parquet_and_the_text_file_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Workspace(tmp_path)
    table = updated(TABLE.empty(), found(("a", "x", 1), ("b", "y", 1)), NOTHING, AS_OF)
    write_matches(there, table)
    monkeypatch.setattr("beachhead.practice.match_table._PARQUET_FROM", 2)
    write_matches(there, table)
    assert [p.name for p in tmp_path.iterdir()] == ["play_matches.parquet"]
    assert read_matches(there).equals(table)


def test_a_status_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "play_matches.csv").write_text("account,play,status\na,x,opne\n")
    with pytest.raises(BadInput, match="open or excluded or won or lost or gone or dismissed"):
        read_matches(Workspace(tmp_path))


def test_holds_has_a_column_per_play(tmp_path: Path) -> None:
    book = book_of(tmp_path, play("a", SIZE), play("b", SIZE, "size < 600"))
    assert holds(facts(BIG, {}), book).rows() == [(True, True), (False, False)]
