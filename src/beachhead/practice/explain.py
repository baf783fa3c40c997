"""How a score came about: its arithmetic with the user's own numbers."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from beachhead.errors import BadQuestion, did_you_mean
from beachhead.practice.assessment import Answers
from beachhead.practice.blueprint import Blueprint, Placed, Section, sections, shown
from beachhead.practice.scoring import point_levels, scores, stage_spans


@dataclass(frozen=True)
class Explanation:
    """``lines``: the arithmetic as sentences, the result first. ``points``: what it was made of.

    Columns of ``points``: point, name, domain, answers (who said what), state, level, highest, fraction,
    weight, contribution (weight × level / highest, or null where it does not count).
    """

    lines: list[str]
    points: pl.DataFrame


def explain(answers: Answers, blueprint: Blueprint, part: str = "all") -> Explanation:
    """The score of ``part`` (``all``, a domain, a section or a point) of one assessment, step by step.

    Raises BadQuestion for a part that the blueprint does not have.
    """
    parts = {"all": None} | {s.id: s for s, _ in sections(blueprint)}
    if part not in parts:
        if part in blueprint.by_id:
            return _point(answers, blueprint, blueprint.by_id[part])
        known = did_you_mean(part, [*parts, *blueprint.by_id])
        raise BadQuestion(f"Blueprint {blueprint.id!r} has no domain, section or point {part!r}{known}.")
    levels = point_levels(answers, blueprint)
    scored = scores(levels, blueprint)
    rows = _rows(answers, blueprint, levels, part)
    told = scored.filter(part=part)
    if told.height == 0:
        raise BadQuestion(f"Nothing of {part!r} was asked in this assessment.")
    lines = [_result(told.row(0, named=True), blueprint)]
    section = parts[part]
    if blueprint.scoring == "stages":
        lines += _stages(section, blueprint, levels, scored)
    elif section is None:
        lines += _by_domain(rows, blueprint)
    else:
        lines += _by_point(rows)
    return Explanation([*lines, *_left_open(rows, told.row(0, named=True))], rows)


def _result(told: dict[str, object], blueprint: Blueprint) -> str:
    name = told["name"]
    if told["score"] is None:
        return f"{name}: no score, because nothing was answered; it may be anything between {_range(told)}."
    level = f"{told['level']:.2f} of {shown(round(float(str(told['out_of'])), 2))}"
    bounds = f", between {_range(told)}" if told["hi"] != told["lo"] else ""
    return f"{name}: {told['score']:.2f} (level {level}){bounds}."


def _range(told: dict[str, object]) -> str:
    return f"{told['lo']:.2f} and {told['hi']:.2f}"


def _rows(answers: Answers, blueprint: Blueprint, levels: pl.DataFrame, part: str) -> pl.DataFrame:
    said = said_by(answers)
    rows = []
    for point, state, level in levels.select("point", "state", "level").iter_rows():
        placed = blueprint.by_id[point]
        if part != "all" and part not in {s.id for s in placed.path}:
            continue
        highest = float(blueprint.scale(placed.point)[-1].level)
        fraction = None if level is None else level / highest
        counted = None if fraction is None else placed.weight * fraction
        rows.append(
            (
                point,
                placed.point.name,
                placed.domain.id,
                said.get(point, ""),
                state,
                level,
                highest,
                fraction,
                placed.weight,
                counted,
            )
        )
    texts = dict.fromkeys(("point", "name", "domain", "answers", "state"), pl.String())
    numbers = dict.fromkeys(("level", "highest", "fraction", "weight", "contribution"), pl.Float64())
    return pl.DataFrame(rows, schema=pl.Schema([*texts.items(), *numbers.items()]), orient="row")


def said_by(answers: Answers) -> dict[str, str]:
    """Point → "head of operations 1, service desk lead 3"."""
    found: dict[str, list[str]] = {}
    for who, point, state, level, prefilled in answers.answers.select(
        "respondent", "point", "state", "level", "prefilled"
    ).iter_rows():
        word = shown(level) if level is not None else state.replace("_", " ")
        mark = " (taken over, not confirmed)" if prefilled else ""
        found.setdefault(point, []).append(f"{who} {word}{mark}" if who else f"{word}{mark}")
    return {point: ", ".join(words) for point, words in found.items()}


def _sums(rows: pl.DataFrame) -> tuple[float, float]:
    """Σ weight × level / highest and Σ weight over what counts."""
    counted = rows.drop_nulls("contribution")
    return float(counted["contribution"].sum()), float(counted["weight"].sum())


def _by_domain(rows: pl.DataFrame, blueprint: Blueprint) -> list[str]:
    lines = []
    for domain in blueprint.domains:
        value, weight = _sums(rows.filter(domain=domain.id))
        if weight:
            sums = f"Σ weight × level / highest = {value:.2f} over Σ weight = {shown(weight)}"
            lines.append(f"{domain.name}: {sums}.")
    value, weight = _sums(rows)
    return [*lines, f"In all {value:.2f} / {shown(weight)} = {value / weight:.2f}."] if weight else []


def _by_point(rows: pl.DataFrame) -> list[str]:
    value, weight = _sums(rows)
    if not weight:
        return []
    terms = [
        f"{shown(own)} × {shown(round(level, 3))}/{shown(highest)}"
        for own, level, highest in rows.drop_nulls("contribution")
        .select("weight", "level", "highest")
        .iter_rows()
    ]
    total = f"{value:.2f} / {shown(weight)} = {value / weight:.2f}"
    return [f"({' + '.join(terms)}) / {shown(weight)} = {total}."]


def _stages(
    section: Section | None, blueprint: Blueprint, levels: pl.DataFrame, scored: pl.DataFrame
) -> list[str]:
    score = dict(scored.select("part", "score").iter_rows())
    height = dict(scored.select("part", "out_of").iter_rows())
    inner = [s for s in (section.sections if section else blueprint.domains) if s.id in score]
    lines, own = _by_stage(section, levels) if section and section.points else ([], None)
    terms = [(s.name, float(s.weight), score[s.id], height[s.id]) for s in inner if score[s.id] is not None]
    if own is not None and terms:
        terms.append(("its own points", 1.0, *own))
    if terms:
        names = ", ".join(name for name, *_ in terms)
        weights = shown(sum(weight for _, weight, *_ in terms))
        if len({out_of for *_, out_of in terms}) == 1:
            summed = " + ".join(f"{shown(weight)} × {value:.2f}" for _, weight, value, _ in terms)
            lines.append(f"Mean of {names}: ({summed}) / {weights}.")
        else:
            summed = " + ".join(f"{shown(w)} × {value * out_of:.2f}" for _, w, value, out_of in terms)
            most = " + ".join(f"{shown(w)} × {shown(round(out_of, 2))}" for _, w, _, out_of in terms)
            lines.append(f"Levels of {names}: ({summed}) / {weights}, of ({most}) / {weights}.")
    return lines + [f"{s.name} has no answer and is left out." for s in inner if score[s.id] is None]


def _by_stage(section: Section, levels: pl.DataFrame) -> tuple[list[str], tuple[float, float] | None]:
    """The arithmetic of the section's own points; their score and what its level is out of (None: no answer)."""
    found = {p: (f, s) for p, f, s in levels.select("point", "fraction", "state").iter_rows()}
    stages: dict[int, dict[str, list[tuple[float, float]]]] = {}
    for point in section.points:
        fraction, state = found.get(point.id, (None, "not_applicable"))
        if state != "not_applicable":
            stream = stages.setdefault(point.stage or 1, {}).setdefault(point.stream or "", [])
            stream += [(float(point.weight), fraction)] * (fraction is not None)
    lines, values = [], []
    for stage, streams in sorted(stages.items()):
        known = {
            name: sum(w * f for w, f in answers) / sum(w for w, _ in answers)
            for name, answers in sorted(streams.items())
            if answers
        }
        values.append(sum(known.values()) / len(known) if known else None)
        terms = [f"{f'stream {name} ' if name else ''}{value:.2f}" for name, value in known.items()]
        told = f"{', '.join(terms)}; mean {values[-1]:.2f}" if known else "no answer, adds nothing yet"
        lines.append(f"Level {stage}: {told}.")
    if all(value is None for value in values):
        return lines, None
    spans = list(stage_spans(stages).values())
    total = sum(span * (value or 0.0) for span, value in zip(spans, values, strict=True))
    summed = " + ".join(
        f"{f'{span} × ' if span > 1 else ''}{value or 0.0:.2f}"
        for span, value in zip(spans, values, strict=True)
    )
    lines.append(f"Sum over the levels: ({summed}) = {total:.2f} of {sum(spans)}.")
    return lines, (total / sum(spans), float(sum(spans)))


def _left_open(rows: pl.DataFrame, told: dict[str, object]) -> list[str]:
    lines = []
    for state, said in (
        ("unanswered", "not answered, left out of the score, counted from lowest to highest in the bounds"),
        ("dont_know", "not known, left out of the score, counted from lowest to highest in the bounds"),
        ("not_applicable", "does not apply, counted nowhere"),
    ):
        names = rows.filter(state=state)["name"].to_list()
        if names:
            listed = "; ".join(names[:5]) + (f"; and {len(names) - 5} more" if len(names) > 5 else "")
            lines.append(f"{len(names)} {said}: {listed}.")
    if told["disagreeing"]:
        lines.append(
            f"{told['disagreeing']} where respondents disagree: the score takes their mean, "
            "the bounds their lowest and highest."
        )
    if told["prefilled"]:
        lines.append(f"{told['prefilled']} taken over from another assessment and not yet confirmed.")
    return lines


def _point(answers: Answers, blueprint: Blueprint, placed: Placed) -> Explanation:
    rows = _rows(answers, blueprint, point_levels(answers, blueprint), "all").filter(point=placed.point.id)
    if not rows.height:
        raise BadQuestion(f"Point {placed.point.id!r} was not asked in this assessment.")
    told = rows.row(0, named=True)
    said = f" ({told['answers']})" if told["answers"] else ""
    if told["level"] is None:
        return Explanation([f"{told['name']}: {told['state'].replace('_', ' ')}{said}."], rows)
    level = f"level {shown(round(told['level'], 3))} of {shown(told['highest'])}"
    criteria = [f"Level {shown(n)}: {text}" for n, text in placed.point.levels.items()]
    return Explanation([f"{told['name']}: {level}{said}.", *criteria], rows)
