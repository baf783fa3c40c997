"""Signals: the shipped file, odds by hand, the rules of counting, and ratios learned from known accounts."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from beachhead.accounts.signals import (
    CORRELATION,
    HALF_LIFE,
    Signals,
    heard,
    load_signals,
    reestimated,
    signal_odds,
)
from beachhead.errors import BadInput, BadKnowledge
from beachhead.knowledge import folder
from beachhead.tables.categories import CATEGORIES, SHARES

AS_OF = date(2009, 2, 28)
HEAD = (
    "id: mine\nversion: 1\nname: Mine\nlanguage: en\nauthor: A\nlicence: MIT\nsource: judgement\nsignals:\n"
)
ONE = (
    "  - id: {id}\n    name: Asks for it\n    kind: asks\n    says: ['When?']\n    source: judgement\n"
    "    likelihood: {{innovators: {a}, early_adopters: 10, early_majority: 10, late_majority: 10, laggards: 10}}\n"
)


def _log(*rows: tuple[str, date, str]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"account": pl.String, "date": pl.Date, "signal": pl.String}, orient="row"
    )


def _odds(log: pl.DataFrame, signals: Signals | None = None) -> dict[str, np.ndarray]:
    signals = signals or load_signals()
    table = signal_odds(heard(log, signals, AS_OF)[0], signals)
    return {row[0]: np.array(row[1:]) for row in table.iter_rows()}


def _ratios(signal: str) -> np.ndarray:
    return load_signals().table.filter(pl.col("signal") == signal).select(CATEGORIES).to_numpy()[0]


def test_the_shipped_signals_are_many_marked_as_judgement_and_phrased() -> None:
    signals = load_signals()
    assert len(signals.known) >= 36
    assert {"buying-committee", "short-timeframe", "long-timeframe"} < set(signals.names)
    assert {"need-must-have", "need-should-have", "need-good-to-have"} < set(signals.names)
    assert "Judgement" in folder("signals.yaml").read_text()
    assert len({s.name for s in signals.known}) == len(signals.known)
    assert {s.kind for s in signals.known} == {"says", "asks", "does"}
    likeliest = {CATEGORIES[j] for j in signals.ratios.argmax(axis=1)}
    assert likeliest == set(CATEGORIES)  # each category can be recognised


def test_ratios_average_to_one_over_all_accounts() -> None:
    assert load_signals().ratios @ np.array(SHARES) == pytest.approx(1.0)


def test_one_fresh_signal_multiplies_the_odds_by_its_ratios() -> None:
    assert _odds(_log(("A", AS_OF, "references")))["A"] == pytest.approx(_ratios("references"))


def test_ten_repeats_count_once_as_old_as_the_latest() -> None:
    days = [date(2008, month, 1) for month in range(1, 11)]
    repeated = _odds(_log(*(("A", day, "references") for day in days), ("A", AS_OF, "references")))
    assert repeated["A"] == pytest.approx(_ratios("references"))


def test_a_signal_counts_half_after_two_years_and_not_before_it_was_heard() -> None:
    assert HALF_LIFE == 24
    old = _odds(_log(("A", date(2007, 2, 28), "references"), ("B", date(2009, 3, 1), "references")))
    assert np.log(old["A"]) == pytest.approx(0.5 * np.log(_ratios("references")), rel=2e-3)
    assert "B" not in old


def test_several_signals_are_tempered_for_resembling_each_other() -> None:
    both = _odds(_log(("A", AS_OF, "references"), ("A", AS_OF, "support")))["A"]
    expected = (np.log(_ratios("references")) + np.log(_ratios("support"))) / (1 + CORRELATION)
    assert np.log(both) == pytest.approx(expected)
    every = [s for s in load_signals().names if _ratios(s)[2] == _ratios(s).max()]
    most = _odds(_log(*(("A", AS_OF, s) for s in every)))["A"]
    assert len(every) > 8
    assert np.log(most[2]) < max(np.log(_ratios(s)[2]) for s in every) / CORRELATION


def test_unknown_signals_are_named_not_counted() -> None:
    counted, notes = heard(_log(("A", AS_OF, "referneces")), load_signals(), AS_OF)
    assert counted.is_empty()
    assert notes == ["The signal 'referneces' is not known (did you mean 'references'?); left out 1 times."]


def test_who_said_it_does_not_enter() -> None:
    log = _log(("A", AS_OF, "references"), ("B", AS_OF, "references"))
    said = _odds(log.with_columns(said_by=pl.Series(["CIO", None])))
    assert said["A"].tolist() == said["B"].tolist()


def test_a_users_file_replaces_and_adds(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(HEAD + ONE.format(id="references", a=90) + ONE.format(id="our-own", a=1))
    signals = load_signals([file])
    assert len(signals.known) == len(load_signals().known) + 1
    assert signals.table.filter(pl.col("signal") == "references")["innovators"][0] > 5


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + ONE.format(id="x", a=0), r"line 14: 'innovators' of 'x' should be greater than 0, found 0"),
        (
            HEAD + ONE.format(id="x", a=1).replace("kind: asks", "kind: wishes"),
            r"line 11: 'kind' of 'x' should be",
        ),
        (HEAD + ONE.format(id="x", a=1).replace("laggards: 10", "lagards: 10"), r"did you mean 'laggards'\?"),
        (HEAD + ONE.format(id="Not An Id", a=1), r"line 9: 'id'"),
        (HEAD + ONE.format(id="x", a=1) + ONE.format(id="x", a=2), r"line 15: the id 'x' stands twice"),
        (HEAD + "  []\n", r"line 8: 'signals' .*at least 1 item"),
        (HEAD.replace("version: 1\n", "") + ONE.format(id="x", a=1), r"line 1: 'version' is missing"),
    ],
)
def test_mistakes_in_a_file_are_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(BadKnowledge) as refused:
        load_signals([file])
    assert re.search(complaint, str(refused.value)), str(refused.value)


def test_a_log_without_dates_is_refused() -> None:
    with pytest.raises(BadInput, match="no column 'signal'"):
        heard(pl.DataFrame({"account": ["A"], "date": [AS_OF], "signl": ["x"]}), load_signals(), AS_OF)
    with pytest.raises(BadInput, match="expected dates"):
        heard(pl.DataFrame({"account": ["A"], "date": ["2009"], "signal": ["x"]}), load_signals(), AS_OF)


def _known(n: dict[str, int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Accounts of known category that all gave the signal references."""
    accounts = [(f"{c}-{j}", c) for c, count in n.items() for j in range(count)]
    known = pl.DataFrame(accounts, schema=["account", "category"], orient="row")
    return known, _log(*((account, AS_OF, "references") for account, _ in accounts))


def test_few_known_accounts_leave_the_judgement_nearly_as_it_is_and_other_signals_untouched() -> None:
    signals = load_signals()
    known, log = _known({"laggards": 1})
    learned = reestimated(signals, heard(log, signals, AS_OF)[0], known)
    at = [s.id for s in signals.known].index("references")
    assert learned.ratios[at] == pytest.approx(signals.ratios[at], rel=0.6)
    assert learned.ratios[at, 4] > signals.ratios[at, 4]
    others = np.delete(np.arange(len(signals.known)), at)
    assert learned.ratios[others] == pytest.approx(signals.ratios[others])
    assert learned.observed[at] == 1


def test_many_known_accounts_overrule_the_judgement() -> None:
    """Where every category gives a signal as often, it says nothing in the end, whatever was judged."""
    rng = np.random.default_rng(3)
    signals = load_signals()
    category = rng.choice(CATEGORIES, size=20_000, p=SHARES)
    names = [f"a{j}" for j in range(len(category))]
    known = pl.DataFrame({"account": names, "category": category})
    gives = rng.random(len(category)) < 0.3
    # all were heard of through another signal, so that silence on this one is silence
    log = pl.concat(
        [
            pl.DataFrame({"account": names, "date": AS_OF, "signal": "support"}),
            pl.DataFrame({"account": np.array(names)[gives], "date": AS_OF, "signal": "references"}),
        ]
    )
    learned = reestimated(signals, heard(log, signals, AS_OF)[0], known)
    at = [s.id for s in signals.known].index("references")
    assert learned.ratios[at] == pytest.approx(np.ones(5), abs=0.12)


def test_true_ratios_are_recovered_from_a_selected_sample() -> None:
    """The known accounts need not be a sample of all: shares differ, ratios do not."""
    rng = np.random.default_rng(4)
    signals = load_signals()
    truth = np.array([0.6, 0.4, 0.2, 0.1, 0.05])
    category = rng.integers(0, 5, size=30_000)  # as many laggards as innovators
    names = np.array([f"a{j}" for j in range(len(category))])
    gives = rng.random(len(category)) < truth[category]
    known = pl.DataFrame({"account": names, "category": np.array(CATEGORIES)[category]})
    log = pl.concat(
        [
            pl.DataFrame({"account": names, "date": AS_OF, "signal": "support"}),
            pl.DataFrame({"account": names[gives], "date": AS_OF, "signal": "no-need"}),
        ]
    )
    learned = reestimated(signals, heard(log, signals, AS_OF)[0], known)
    at = [s.id for s in signals.known].index("no-need")
    assert learned.ratios[at] == pytest.approx(truth / (truth @ np.array(SHARES)), rel=0.12)


def test_a_category_that_is_none_is_refused() -> None:
    signals = load_signals()
    known, log = _known({"lagards": 1})
    with pytest.raises(BadInput, match="did you mean 'laggards'"):
        reestimated(signals, heard(log, signals, AS_OF)[0], known)
