"""What a release gate says, in sentences."""

from __future__ import annotations

from beachhead.documents.words import capital, category_name, day, join, number, number_range, percent
from beachhead.practice.gate import OUT_OF, Gate
from beachhead.practice.gate_courses import COURSES, Course, Figure
from beachhead.practice.gate_verdict import CHANGE, INCIDENTS, WHOLE, most_grave
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.defects import SEVERITIES

NAMES = {
    "early": "Early access by name",
    "limited": "Limited release",
    "now": "General release now",
    "later": "General release later",
}
ASKED = {
    INCIDENTS: "What careful customers do not forgive",
    WHOLE: "The whole product",
    CHANGE: "The change that is left",
}


def span(found: Figure | None) -> str:
    """``12 (5 to 20)``; a dash where it is not known."""
    if found is None:
        return "not known"
    low, high = rounded(found.low), rounded(found.high)
    return rounded(found.mean) if low == high else f"{rounded(found.mean)} ({low} to {high})"


def rounded(value: float) -> str:
    """Counts in whole, small ones with the figures that tell."""
    if value == 0:
        return "0"
    return number(round(value)) if value >= 9.5 else f"{value:.1f}" if value >= 0.95 else f"{value:.2g}"


def course_when(found: Gate, name: str) -> str:
    """What a course is, with its days and numbers."""
    later = day(found.moving.later_day)
    planned = found.release.planned is not None and found.moving.later_day == found.release.planned
    to_all = f"to everybody on {later}{', as planned' if planned else ''}"
    invited = int(found.accounts["invited"].sum()) if found.counted else None
    limited = int(found.accounts["limited"].sum()) if found.counted else None
    return {
        "early": f"{_some(invited, 'a few innovators')} asked by name, {to_all}",
        "limited": f"{_some(limited, 'innovators and early adopters')} who can bear it now, {to_all}",
        "now": f"to everybody on {day(found.as_of)}",
        "later": to_all,
    }[name]


def _some(count: int | None, else_: str) -> str:
    return else_ if count is None else f"{count} customers"


def verdict_sentence(found: Gate) -> str:
    """The course to take."""
    later = day(found.moving.later_day)
    return {
        "now": f"{found.release.name} can go to everybody now.",
        "limited": f"{found.release.name} should come early, but not for everybody: {course_when(found, 'limited')}.",
        "early": (
            f"{found.release.name} should not come early for everybody: give it to {_asked_by_name(found)} and decide "
            f"again before {later}."
        ),
    }[found.verdict.course]


def _asked_by_name(found: Gate) -> str:
    if not found.counted:
        return "a few innovators by name"
    return f"{int(found.accounts['invited'].sum())} innovators by name"


def reasons(found: Gate) -> list[tuple[str, str, str]]:
    """What general release now asks for: (what, state, in words)."""
    states = found.verdict.states
    return [
        (ASKED[INCIDENTS], states[INCIDENTS], _incidents(found)),
        (ASKED[WHOLE], states[WHOLE], _whole(found)),
        (ASKED[CHANGE], states[CHANGE], _change(found)),
    ]


def _incidents(found: Gate) -> str:
    now, most = found.courses["now"], found.settings.most_incidents
    if now.rate is None:
        few = most_grave(found.criteria, found.settings)
        return (
            f"No list of its defects is at hand. At most {_defects(few, 'critical')} may be open on the day if no "
            f"more than {per_year(most)} is to be hurt of those who forgive little (in nine cases of ten, by what is "
            "assumed of how often one is met)."
        )
    return (
        f"A customer who forgives little would meet {_rates(now.rate)} defects a year that it does not forgive; "
        f"{per_year(most)} is borne."
    )


def per_year(rate: float) -> str:
    """``one customer in 20 a year``."""
    return f"one customer in {round(1 / rate)} a year"


def _rates(rate: Figure) -> str:
    return f"{rounded(rate.low)} to {rounded(rate.high)}"


def _defects(count: float, which: str = "critical or major") -> str:
    whole = int(count)
    return f"{whole or 'no'} {which} defect{'' if whole == 1 else 's'}"


def _whole(found: Gate) -> str:
    whole = found.whole_product
    if whole is None:
        return (
            f"Nobody has assessed it: beachhead assess WORKSPACE {found.release.subject!r} --kind release --blueprint "
            "whole-product."
        )
    return (
        f"Of {whole.points} points that matter up to the early majority {whole.hold} were seen to hold outside, "
        f"{whole.below} were not, and of {whole.unknown} nobody knows; {percent(found.settings.ready)} are asked for."
    )


def _change(found: Gate) -> str:
    change = found.change
    if change is None:
        return (
            "What it changes in customers' departments is not described: no file of the folder releases does."
        )
    low, high = change.fine
    some = f"{low}" if low == high else f"{low} to {high}"
    return (
        f"Of {change.customers} customers who forgive little {some} put up with what is left of it; "
        f"{percent(found.settings.put_up_with)} are asked for."
    )


def turning(found: Gate) -> str:
    """The one fact that would turn the course."""
    turn = found.verdict.turning
    if turn is None:
        return "No single fact would turn this: more than one of the three would have to change."
    then = {"now": "general release now", "limited": "limited release", "early": "early access by name only"}[
        turn.to
    ]
    if turn.what == INCIDENTS:
        which = "critical" if turn.is_ is None else "critical or major"
        now = (
            "how many are open is not known" if turn.is_ is None else f"{_defects(turn.is_, which)} are open"
        )
        said = _defects(turn.needed, which)
        return f"{f'At most {said}' if turn.better else capital(said)} open would turn it to {then} ({now})."
    what = "points of the whole product" if turn.what == WHOLE else "customers who forgive little"
    share = percent(turn.needed)
    now = "not known" if turn.is_ is None else f"{percent(turn.is_)} is sure"
    verb = {
        (WHOLE, True): f"{share} of the {what} seen to hold",
        (WHOLE, False): f"Less than {share} of the {what} seen to hold",
        (CHANGE, True): f"{share} of the {what} putting up with the change",
        (CHANGE, False): f"Less than {share} of the {what} putting up with the change",
    }[turn.what, turn.better]
    return f"{verb} would turn it to {then} (now: {now})."


def defects_sentence(found: Gate) -> str:
    """How many defects are open, and who forgives which."""
    known = found.defects
    if known.open is None:
        return "What is wrong with it is not known: the table defects lists nothing that it has."
    counts = [f"{known.open[s]} {s}" for s in SEVERITIES if known.open[s]]
    unjudged = f"; {known.unjudged} more are not judged" if known.unjudged else ""
    return f"Open on {day(found.as_of)}: {join(counts) if counts else 'no defect'}{unjudged}."


def forgives_rows(found: Gate) -> list[dict[str, object]]:
    """Per severity: how many are open, and which categories forgive them."""
    known, bears = found.defects, found.tolerance
    return [
        {
            "severity": s,
            "open": "not known" if known.open is None else str(known.open[s]),
            "forgiven": join([category_name(c) for c in CATEGORIES if bears.bears(c, s)]) or "nobody",
            "customers": rounded(
                sum(found.mix[k] for k, c in enumerate(CATEGORIES) if not bears.bears(c, s))
            ),
        }
        for s in SEVERITIES
    ]


def basis(found: Gate) -> list[str]:
    """What the answers rest on, a sentence each."""
    rests = [
        f"How many move rests on {found.moving.told}.",
        f"Who moves first is remembered from what they did before with a correlation of {found.settings.remembered:g}. "
        "Ranges hold in four cases of five.",
        found.settings.source,
        found.tolerance.source,
    ]
    if not found.counted:
        rests.insert(
            0, f"No accounts are known, so everything is told of {OUT_OF} customers, by Rogers' shares."
        )
    return rests


def courses_rows(found: Gate) -> list[dict[str, str]]:
    """The courses side by side, as texts."""
    return [
        {
            "course": name,
            "name": NAMES[name],
            "what": course_when(found, name),
            "adopters": span(one.adopters),
            "careful": span(one.careful),
            "incidents": span(one.incidents or one.per_critical),
            "references": span(one.references),
            "waiting": span(one.waiting) if name != "now" else "0",
            "chosen": "yes" if name == found.verdict.course else "",
        }
        for name, one in _in_order(found)
    ]


MEASURES = {
    "adopters": "On it in a year",
    "careful": "of these forgive little",
    "incidents": "Not forgiven incidents there",
    "references": "References gained",
    "waiting": "Customer-quarters lost by waiting",
}


def course_measures(found: Gate) -> list[tuple[str, list[str]]]:
    """What is told of each course, and its value by course, in their order."""
    rows = courses_rows(found)
    unknown = {"incidents": "Not forgiven incidents there for each critical defect that is open"}
    titles = MEASURES if found.defects.open is not None else MEASURES | unknown
    return [(title, [row[key] for row in rows]) for key, title in titles.items()]


def _in_order(found: Gate) -> list[tuple[str, Course]]:
    return [(name, found.courses[name]) for name in COURSES]


def customers_sentence(found: Gate) -> str:
    """How many could move, and how many do if it comes at once."""
    now = found.courses["now"].by_quarter
    who = "customers who do not run it yet" if found.counted else "customers"
    soon, year = (number_range(round(one.low), round(one.high)) for one in (now[0], now[-1]))
    return (
        f"There are {number(round(found.customers))} {who}. If it came at once, {soon} would be on it by "
        f"{day(found.quarters[0])}, and {year} by {day(found.quarters[-1])}, new customers included."
    )
