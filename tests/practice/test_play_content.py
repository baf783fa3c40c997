"""The plays and objections that ship obey the rules that make them usable in front of a customer."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from beachhead.accounts.readable import PRODUCTS
from beachhead.practice.customer_words import of_play, unfit
from beachhead.practice.facts_joined import known_facts
from beachhead.practice.offering_library import offerings
from beachhead.practice.packs import files, serving
from beachhead.practice.play_words import named, vocabulary
from beachhead.practice.playbook import check_playbook, playbook
from beachhead.practice.plays import Proof, for_customer
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.departments import departments
from tests.practice.play_models import FACTS

BOOK = playbook()
WORDS = vocabulary(None)
OFFERINGS = set(offerings())
PLAYS, OBJECTIONS = list(BOOK.plays), list(BOOK.objections)
JARGON = re.compile(
    r"\b(leverag\w+|holistic|synerg\w+|best.of.breed|paradigm|seamless\w*|cutting.edge|state.of.the.art|world.class|"
    r"empower\w*|stakeholder\w*|value proposition|win.win|low.hanging|deep dive|touch base|turnkey|solutions?)\b",
    re.IGNORECASE,
)
AMERICAN = re.compile(
    r"\b(virtualiz(?!ation\.)|organiz|optimiz|standardiz|customiz|color|center\b|licensed?\b|behavior|catalog\b|fulfill\b|analyz)",
    re.IGNORECASE,
)


COVERED = (
    "kind = 'prospect'", "bought_elsewhere", "renewal_from_us_in_months",
    "renewal_elsewhere_in_months", "fits_now", "maturity", "open_opportunities",
    "discontinuity_department", "private-cloud-preparation", "lost_opportunities",
)  # fmt: skip


def text_of(name: str, kind: str) -> str:
    [*_, path] = [p for _, p in files(kind, None, serving(None)) if p.stem == name]
    return path.read_text(encoding="utf-8")


def test_nothing_is_wrong_with_any_file() -> None:
    assert check_playbook() == []


def test_there_are_as_many_as_were_promised() -> None:
    assert len(PLAYS) >= 30
    assert len(OBJECTIONS) >= 20
    assert "already-have-a-partner" in OBJECTIONS


@pytest.mark.parametrize("name", PLAYS)
def test_a_play_can_be_used(name: str) -> None:
    play = BOOK.plays[name]
    assert play.know
    assert len(play.say) >= 3
    assert len(play.not_say) >= 2
    assert play.show
    assert play.answers, "it answers no objection"
    assert play.do.offer
    assert play.do.leave_behind
    days = [task.days for task in play.do.tasks]
    assert days == sorted(days)
    assert re.search(r"\b(day|week|month|hour|minute)s?\b", play.do.next_step), "the next step has no time"


@pytest.mark.parametrize("name", PLAYS)
def test_a_file_is_called_after_its_id_and_points_at_the_schema(name: str) -> None:
    assert re.match(
        r"# yaml-language-server: \$schema=[./]+/docs/schemas/play.json\n", text_of(name, "plays")
    )


@pytest.mark.parametrize("name", PLAYS)
def test_words_to_say_can_be_said(name: str) -> None:
    for line in BOOK.plays[name].say:
        assert len(line.text.split()) <= 30, f"too long to say: {line.text}"
        assert not JARGON.search(line.text), line.text


@pytest.mark.parametrize("name", PLAYS)
def test_a_proof_is_dated_before_the_as_of_day_of_the_example_and_has_a_source(name: str) -> None:
    for proof in BOOK.plays[name].show:
        if isinstance(proof, Proof):
            assert dt.date(2005, 1, 1) <= proof.date <= dt.date(2009, 2, 28)
            assert proof.source


@pytest.mark.parametrize("name", PLAYS)
def test_a_play_that_leads_to_an_offering_has_texts_for_the_customer_and_they_speak_to_it(name: str) -> None:
    play = BOOK.plays[name]
    told = for_customer(play)
    assert bool(told.offer and told.next_step) == (play.offering is not None)
    for _, text, spoken in of_play(play):
        assert not unfit(text, spoken=spoken), text
    for proof in told.show:
        assert not proof.source.casefold().startswith("judge")


@pytest.mark.parametrize("name", OBJECTIONS)
def test_an_objection_has_phrasings_meanings_questions_and_plays(name: str) -> None:
    objection = BOOK.objections[name]
    assert len(objection.says) >= 5
    assert objection.means
    assert all("?" in question for question in objection.ask)
    assert len(BOOK.answering(name)) >= 1
    assert re.match(
        r"# yaml-language-server: \$schema=[./]+/docs/schemas/objection.json\n", text_of(name, "objections")
    )


def test_no_phrasing_stands_twice() -> None:
    says = Counter(said.casefold() for objection in BOOK.objections.values() for said in objection.says)
    assert [said for said, times in says.items() if times > 1] == []


def test_all_categories_and_both_kinds_of_account_are_covered() -> None:
    covered = Counter(c for play in BOOK.plays.values() for c in play.audience.categories)
    assert set(covered) == set(CATEGORIES)
    asked = {name: " ".join(g.condition for g in play.when) for name, play in BOOK.plays.items()}
    for fact in COVERED:
        assert any(fact in text for text in asked.values()), f"no play asks for {fact}"


@pytest.mark.parametrize("name", PLAYS)
def test_products_departments_and_offerings_are_known(name: str) -> None:
    products = set(WORDS["fits_now"][1])
    assert products >= {"server-virtualisation", "vm-backup", "distributed-switch"}
    for ground in BOOK.plays[name].when:
        for fact, word in named(ground.condition):
            if fact in PRODUCTS:
                assert word in products
            elif "department" in fact:
                assert word in departments()
    assert BOOK.plays[name].offering in {None, *OFFERINGS}


@pytest.mark.parametrize("name", [*PLAYS, *OBJECTIONS])
def test_spelling_is_british_and_marks_are_plain(name: str) -> None:
    text = text_of(name, "plays" if name in PLAYS else "objections")
    assert not AMERICAN.search(text)
    assert not re.search(r"[“”‘’]", text)


# ---- every play can fire, and then quotes no missing fact ----


COUNT = 30_000


@cache
def random_facts() -> pl.DataFrame:
    """Accounts of every kind, a quarter of all their facts missing."""
    rng = np.random.default_rng(1)
    known = known_facts()
    columns = []
    for fact, dtype in FACTS.items():
        listed = list(WORDS[fact][1]) if fact in WORDS else []
        values = _values(rng, fact, known[fact], listed)
        missing = pl.Series(rng.random(COUNT) < 0.25)
        columns.append(pl.select(pl.when(~missing).then(pl.lit(values))).to_series().cast(dtype).alias(fact))
    return pl.DataFrame(columns)


def _values(rng: np.random.Generator, fact: str, dtype: Any, listed: list[str]) -> pl.Series:
    if isinstance(dtype, pl.Enum):
        return pl.Series(rng.choice(dtype.categories.to_list(), COUNT))
    if isinstance(dtype, pl.List):
        table = pl.DataFrame({word: rng.random(COUNT) < 0.3 for word in listed or ["x"]})
        return table.select(
            pl.concat_list(pl.when(w).then(pl.lit(w)) for w in table.columns).list.drop_nulls()
        ).to_series()
    if dtype == pl.Boolean:
        return pl.Series(rng.random(COUNT) < 0.5)
    if dtype == pl.Date:
        return pl.Series([dt.date(2008, 1, 1)]).new_from_index(0, COUNT)
    if dtype == pl.Float64:
        whole = fact in ("last_quantity", "open_amount")
        return pl.Series(rng.integers(1, 50, COUNT) if whole else rng.random(COUNT))
    if dtype == pl.String:
        return pl.Series(rng.choice(listed or ["Banking", "Public sector", "Trade"], COUNT))
    if fact == "size":
        return pl.Series(rng.choice([20, 100, 300, 800, 3000], COUNT))
    if fact.startswith("discontinuity"):
        return pl.Series(rng.integers(0, 4, COUNT))
    return pl.Series(rng.choice([0, 0, 1, 1, 2, 3, 4, 7, 10, 14, 19, 26, 30], COUNT))


@pytest.mark.parametrize("name", PLAYS)
def test_a_play_can_fire_and_its_reasons_are_known_wherever_it_does(name: str) -> None:
    hit = random_facts()
    for ground in BOOK.grounds[name]:
        hit = hit.filter(ground.condition.expression())
    assert hit.height, "it never fires"
    said = hit.select(
        pl.concat_str([g.because.expression() for g in BOOK.grounds[name]], separator="; ")
    ).to_series()
    assert said.filter(said.str.contains("unknown")).to_list() == []
    assert any("{" in g.because for g in BOOK.plays[name].when), "no reason quotes a fact"
