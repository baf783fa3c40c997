"""A blueprint in another of its languages."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from beachhead.errors import BadQuestion, did_you_mean
from beachhead.practice.blueprint import Blueprint, Section

Texts = TypeVar("Texts", bound=BaseModel)


def in_language(blueprint: Blueprint, language: str) -> Blueprint:
    """``blueprint`` with its texts in ``language``, as far as it has them; ids, levels and weights stay.

    Raises BadQuestion for a language that the blueprint does not have.
    """
    if language == blueprint.language:
        return blueprint
    if language not in blueprint.languages:
        known = ", ".join(blueprint.languages)
        guess = did_you_mean(language, blueprint.languages)
        raise BadQuestion(f"Blueprint {blueprint.id!r} has no language {language!r}{guess}; it has {known}.")
    told = _told(blueprint, language).model_copy(
        update={
            "language": language,
            "levels": [_told(step, language) for step in blueprint.levels],
            "scales": {k: [_told(step, language) for step in v] for k, v in blueprint.scales.items()},
            "domains": [_section(domain, language) for domain in blueprint.domains],
        }
    )
    return Blueprint.model_validate(
        told.model_dump()
    )  # a copy would keep what was looked up in the other language


def _section(section: Section, language: str) -> Section:
    return _told(section, language).model_copy(
        update={
            "points": [_told(point, language) for point in section.points],
            "sections": [_section(inner, language) for inner in section.sections],
        }
    )


def _told(one: Texts, language: str) -> Texts:
    """``one`` with the texts that it has in ``language``."""
    words = getattr(one, "translations", {}).get(language)
    if words is None:
        return one
    update = {name: value for name, value in words if value not in (None, {}, [])}
    if "levels" in update:
        update["levels"] = {**getattr(one, "levels", {}), **update["levels"]}
    return one.model_copy(update=update)
