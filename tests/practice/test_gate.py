"""The release gate: who moves, what is known of defects, courses side by side, the verdict and what turns it."""

# ruff: noqa: E501 (rows of tables)

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.errors import BadKnowledge, BadQuestion
from beachhead.practice.gate import Gate, gate
from beachhead.practice.gate_base import find_release, moving, running
from beachhead.practice.gate_courses import COURSES, Customers, Figure, courses
from beachhead.practice.gate_defects import KnownDefects, known_defects
from beachhead.practice.gate_movers import movers
from beachhead.practice.gate_settings import check_gate, gate_settings
from beachhead.practice.gate_verdict import (
    CHANGE,
    FAILS,
    HOLDS,
    INCIDENTS,
    UNKNOWN,
    WHOLE,
    Criteria,
    judged,
    most_grave,
)
from beachhead.practice.release_changes import check_releases, release_file
from beachhead.practice.tolerance import tolerance
from beachhead.tables.categories import CATEGORIES, SHARES
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "partner-2009"
USE = gate_settings()
NONE = dict.fromkeys(("critical", "major", "minor", "cosmetic"), 0)


def workspace(folder: Path, **tables: str) -> Workspace:
    tables.setdefault("releases", "release,product,available\n1,p,2007-01-31\n2,p,2008-01-31\n3,p,\n")
    (folder / "beachhead.toml").write_text("as_of = 2009-03-31\n", encoding="utf-8")
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return Workspace(folder)


# who moves --------------------------------------------------------------------------------------------------


def test_of_rogers_shares_the_categories_together_move_as_all_do() -> None:
    place = movers(np.array(SHARES), 0.5)
    share = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    assert place.at(share) @ np.array(SHARES) == pytest.approx(share, abs=1e-9)
    assert place.all[1:-1] == pytest.approx(np.linspace(0.0005, 0.9995, 400), abs=0.01)


@given(st.floats(0.05, 0.95), st.floats(0.02, 0.98))
def test_who_was_early_before_is_early_again(remembered: float, share: float) -> None:
    moved = movers(np.array(SHARES), remembered).at(np.array(share))
    assert (np.diff(moved) <= 1e-9).all()


def test_without_memory_every_category_moves_alike() -> None:
    moved = movers(np.array(SHARES), 1e-9).at(np.array(0.3))
    assert moved == pytest.approx([0.3] * 5, abs=0.01)


# what is known ----------------------------------------------------------------------------------------------


def test_a_release_is_found_by_id_and_name_and_the_nearest_is_told(tmp_path: Path) -> None:
    at = workspace(
        tmp_path, releases="release,name,announced,available\n4.0,vSphere 4,2009-04-21,2009-05-21\n"
    )
    found = find_release(at, "vsphere 4")
    assert (found.id, found.planned) == ("4.0", dt.date(2009, 5, 21))
    assert found.announced is None  # not announced yet on the as-of day
    with pytest.raises(BadQuestion, match="did you mean 'vSphere 4'"):
        find_release(at, "vSphere 5")


def test_what_accounts_run_comes_from_installed_versions_then_from_what_they_bought(tmp_path: Path) -> None:
    at = workspace(
        tmp_path,
        purchases="account,product,date,version\na,p,2007-05-01,1\nb,p,2008-05-01,2.0.1\nc,p,2009-05-01,2\n",
        installed_versions=(
            "account,product,release,since,until\n"
            "a,p,1,2007-05-01,2008-06-01\na,p,2,2008-06-01,\nd,p,2,2009-06-01,\ne,q,7,2008-01-01,\n"
        ),
    )
    rows = dict(running(at, find_release(at, "3")).select("account", "release").iter_rows())
    assert rows == {"a": "2", "b": "2"}  # a patch of 2 is 2; c and d came later, e runs something else


def test_defects_are_those_of_the_release_that_are_open_on_the_day(tmp_path: Path) -> None:
    at = workspace(
        tmp_path,
        defects=(
            "defect,affects,severity,opened,closed\n"
            "open,3,critical,2009-02-01,\nlater closed,2;3,major,2009-01-01,2009-05-01\nclosed,3,major,2009-01-01,2009-03-01\n"
            "not yet,3,major,2009-04-01,\nof another,2,critical,2009-01-01,\nof all,,minor,2008-01-01,\nunjudged,3,,2009-03-01,\n"
        ),
    )
    known = known_defects(at, find_release(at, "3"))
    assert known.open == {"critical": 1, "major": 1, "minor": 1, "cosmetic": 0}
    assert (known.unjudged, known.closed, known.left) == (1, 1, 4)
    assert known.reported["critical"] == 1


def test_no_list_of_defects_is_not_a_list_of_none(tmp_path: Path) -> None:
    at = workspace(tmp_path, defects="defect,affects,severity,opened\nd,2,major,2009-01-01\n")
    assert known_defects(at, find_release(at, "3")).open is None
    assert known_defects(at, find_release(at, "2")).open == NONE | {"major": 1}


def test_a_release_that_comes_later_is_never_ahead_of_itself_at_once(tmp_path: Path) -> None:
    rows = [f"a{k},p,1,2007-02-{k % 27 + 1:02d}" for k in range(40)]
    rows += [f"a{k},p,2,2008-{k // 4 + 2:02d}-01" for k in range(30)]
    at = workspace(tmp_path, installed_versions="account,product,release,since\n" + "\n".join(rows) + "\n")
    move = moving(at, find_release(at, "3"), 2)
    assert move.told == "the versions of 40 accounts"
    assert (move.at_once.mean(0) >= move.later.mean(0)).all()
    assert (move.later[:, :3] == 0).all()  # it is out after two quarters
    assert (np.diff(move.at_once, axis=1) >= 0).all()


# courses ----------------------------------------------------------------------------------------------------


def sides(known: KnownDefects) -> dict[str, object]:
    mix = 100 * np.array(SHARES)
    at_once = np.tile([0.0, 0.1, 0.25, 0.4, 0.5], (600, 1))
    later = np.tile([0.0, 0.0, 0.0, 0.1, 0.25], (600, 1))
    early = mix * [1, 1, 0, 0, 0]
    who = Customers(mix, mix * [1, 0, 0, 0, 0], early, np.zeros((5, 5)), np.zeros((5, 5)))
    return courses(
        who, at_once, later, movers(np.array(SHARES), 0.5), known, tolerance(), USE, USE.references
    )  # type: ignore[return-value]


def test_courses_stand_in_the_order_of_how_open_they_are() -> None:
    found = sides(KnownDefects(NONE | {"critical": 4, "major": 10}, 0, NONE, 3, 14))
    reached = [found[name].adopters.mean for name in ("later", "early", "limited", "now")]  # type: ignore[attr-defined]
    assert reached == sorted(reached)
    assert reached[-1] == pytest.approx(50)
    waiting = [found[name].waiting.mean for name in ("now", "limited", "early", "later")]  # type: ignore[attr-defined]
    assert waiting == sorted(waiting)
    assert waiting[0] == 0
    hurt = {name: found[name].incidents.mean for name in COURSES}  # type: ignore[attr-defined]
    assert hurt["now"] == max(hurt.values())


def test_more_defects_hurt_more_and_none_hurt_nobody() -> None:
    none, few, many = (sides(KnownDefects(NONE | {"critical": n}, 0, NONE, 0, 0))["now"] for n in (0, 2, 20))
    assert none.incidents.high == 0  # type: ignore[attr-defined]
    assert many.incidents.mean == pytest.approx(10 * few.incidents.mean)  # type: ignore[attr-defined]


def test_minor_defects_are_forgiven_by_the_majority() -> None:
    only = sides(KnownDefects(NONE | {"minor": 5}, 0, NONE, 0, 5))["now"]
    careful = only.careful.mean  # type: ignore[attr-defined]
    assert careful > 10
    assert only.rate.mean < 0.05  # type: ignore[attr-defined]  # laggards alone do not, and few of them move


def test_what_is_not_known_is_not_counted() -> None:
    found = sides(KnownDefects(None, 0, NONE, 0, 0))["now"]
    assert found.incidents is None  # type: ignore[attr-defined]
    assert found.per_critical.mean > 0  # type: ignore[attr-defined]


# the verdict ------------------------------------------------------------------------------------------------

GOOD, BAD = Figure(0.01, 0.005, 0.02), Figure(0.3, 0.2, 0.4)


def criteria(**changes: object) -> Criteria:
    sound = Criteria({"now": GOOD, "limited": GOOD}, Figure(0.01, 0.005, 0.02), 4, (0.8, 0.9), 40, (0.6, 0.7))
    return replace(sound, **changes)  # type: ignore[arg-type]


def test_everything_met_is_general_release_now_and_more_defects_would_turn_it() -> None:
    found = judged(criteria(), USE)
    assert found.course == "now"
    assert set(found.states.values()) == {HOLDS}
    assert found.turning is not None
    assert not found.turning.better


def test_too_many_defects_and_the_number_that_may_be_open() -> None:
    found = judged(criteria(rates={"now": BAD, "limited": GOOD}, grave=40), USE)
    assert (found.course, found.states[INCIDENTS]) == ("limited", FAILS)
    assert found.turning is not None
    assert (found.turning.what, found.turning.to, found.turning.needed) == (INCIDENTS, "now", 5)
    assert judged(criteria(rates={"now": BAD, "limited": BAD}, grave=40), USE).course == "early"
    assert most_grave(criteria(rates={"now": BAD, "limited": GOOD}, grave=40), USE) == 5  # 40 × .05 / .4


def test_what_is_not_known_is_not_met() -> None:
    found = judged(criteria(ready=None), USE)
    assert (found.course, found.states[WHOLE]) == ("limited", UNKNOWN)
    assert found.turning is not None
    assert (found.turning.what, found.turning.to, found.turning.needed) == (WHOLE, "now", USE.ready)


def test_a_change_that_is_too_deep_holds_a_release_back() -> None:
    found = judged(criteria(fine=(0.1, 0.3)), USE)
    assert (found.course, found.states[CHANGE]) == ("limited", FAILS)


# whole jobs -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found() -> Gate:
    return gate(Workspace(EXAMPLE), "vSphere 4")


def test_the_example_says_for_whom_it_should_come_early_and_what_would_turn_it(found: Gate) -> None:
    assert found.verdict.course == "early"
    assert found.verdict.states[INCIDENTS] == UNKNOWN
    assert found.verdict.turning is not None
    assert (found.verdict.turning.what, found.verdict.turning.to) == (INCIDENTS, "limited")
    assert found.counted
    assert found.customers == pytest.approx(found.accounts.height)
    assert found.accounts["invited"].sum() == USE.invited
    assert set(found.accounts.filter("invited")["standing"]) <= {"innovators", "early_adopters"}


def test_accounts_add_up_to_what_is_expected_of_all(found: Gate) -> None:
    each = found.accounts["within-4"].sum()
    assert each == pytest.approx(found.moving.at_once[:, -1].mean() * found.customers, rel=0.01)
    within = found.accounts.select(f"within-{q}" for q in range(1, 5)).to_numpy()
    assert (np.diff(within, axis=1) >= 0).all()


def test_ranges_hold_their_means_and_courses_their_order(found: Gate) -> None:
    for name in COURSES:
        one = found.courses[name]
        for figure in (one.adopters, one.careful, one.references, one.waiting, *one.by_quarter):
            assert figure.low <= figure.mean <= figure.high
        assert one.by_category[-1].sum() == pytest.approx(one.adopters.mean)
    assert found.courses["now"].adopters.mean > found.courses["later"].adopters.mean


def test_a_list_of_defects_turns_what_the_example_says(tmp_path: Path) -> None:
    folder = tmp_path / "territory"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("exports"))
    (folder / "defects.csv").write_text(
        "defect,product,affects,severity,opened,closed\nd,server-virtualisation,4.0,minor,2009-01-05,\n",
        encoding="utf-8",
    )
    assert gate(Workspace(folder), "4.0").verdict.course == "limited"
    many = "".join(f"m{k},server-virtualisation,4.0,critical,2009-01-05,\n" for k in range(60))
    (folder / "defects.csv").write_text(
        f"defect,product,affects,severity,opened,closed\n{many}", encoding="utf-8"
    )
    worse = gate(Workspace(folder), "4.0")
    assert worse.verdict.course == "early"
    assert worse.courses["now"].incidents is not None
    assert worse.verdict.states[INCIDENTS] in (FAILS, "open")


def test_without_accounts_everything_is_told_of_a_hundred_customers(tmp_path: Path) -> None:
    at = workspace(tmp_path)
    found = gate(at, "3")
    assert not found.counted
    assert found.accounts.is_empty()
    assert found.customers == pytest.approx(100)
    assert found.mix == pytest.approx(100 * np.array(SHARES))
    assert "no record" in found.moving.told


# bad input --------------------------------------------------------------------------------------------------


def test_a_release_that_is_out_is_no_longer_asked_about(tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match="is out since 2008-01-31"):
        gate(workspace(tmp_path), "2")


def test_without_a_table_of_releases_there_is_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match=r"releases\.csv"):
        gate(workspace(tmp_path, releases="release\n"), "1")


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("closed: {low: 0.15, high: 0.6", "closed: {low: 0.9, high: 0.6", "'low' lies above 'high'"),
        ("{severity: minor,", "{severity: major,", "every severity stands once"),
        ("high: 0.8", "high: 1.8", "high"),
    ],
)
def test_own_figures_that_say_nothing_are_refused(tmp_path: Path, was: str, now: str, said: str) -> None:
    text = (ROOT / "src/beachhead/knowledge/gate.yaml").read_text(encoding="utf-8")
    assert was in text
    (tmp_path / "gate.yaml").write_text(text.replace(was, now), encoding="utf-8")
    at = workspace(tmp_path)
    assert any(said in one for one in check_gate(at))
    with pytest.raises(BadKnowledge, match=r"gate\.yaml"):
        gate_settings(at)


def test_own_tolerances_may_say_nothing_of_defects(tmp_path: Path) -> None:
    text = (ROOT / "src/beachhead/knowledge/tolerance.yaml").read_text(encoding="utf-8")
    own = "\n".join(line for line in text.splitlines() if not line.strip().startswith("forgives:"))
    (tmp_path / "tolerance.yaml").write_text(own, encoding="utf-8")
    assert tolerance(workspace(tmp_path)).forgives == tolerance().forgives
    assert [tolerance().bears(c, "major") for c in CATEGORIES] == [True, True, False, False, False]


def test_a_file_of_a_release_is_checked_like_an_offering(tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    text = (EXAMPLE / "releases" / "vsphere-4.yaml").read_text(encoding="utf-8")
    broken = text.replace("department: server", "department: servers").replace(
        'release: "4.0"', 'release: "3"'
    )
    (tmp_path / "releases" / "three.yaml").write_text(broken, encoding="utf-8")
    at = workspace(tmp_path, products="product\ninfrastructure-management\n")
    assert any("no department 'servers' (did you mean 'server'?)" in one for one in check_releases(at))
    with pytest.raises(BadKnowledge, match="servers"):
        release_file(at, "3")
    (tmp_path / "releases" / "three.yaml").write_text(text, encoding="utf-8")
    assert any("has no '4.0'" in one for one in check_releases(at))
