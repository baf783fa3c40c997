"""The plays and objections at hand: those that ship and those of a workspace, checked against the facts and each
other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from polars._typing import PolarsDataType

from beachhead.accounts.conditions import Condition
from beachhead.accounts.sentences import Sentence
from beachhead.errors import BadInput, BadKnowledge, BadQuestion, did_you_mean
from beachhead.practice import customer_words, packs, play_words
from beachhead.practice.facts_joined import known_facts
from beachhead.practice.plays import Objection, Play
from beachhead.practice.slots import filled_model
from beachhead.tables.kept import of_package
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import Lines, load_model, where

PLAYS, OBJECTIONS = "plays", "objections"
One = TypeVar("One", Play, Objection)


@dataclass(frozen=True)
class Grounds:
    """A line of a play's ``when``, checked."""

    condition: Condition
    because: Sentence


@dataclass(frozen=True)
class Means:
    """What an objection may mean; ``condition`` is None where it may always be meant."""

    condition: Condition | None
    text: str


@dataclass(frozen=True)
class Playbook:
    """Plays and objections by id, in the order of their ids, with their conditions ready for use.

    ``elsewhere``: play of a pack → the products of that pack, and those of other packs; it does not hold where only
    the latter are owned.
    """

    plays: dict[str, Play]
    objections: dict[str, Objection]
    grounds: dict[str, tuple[Grounds, ...]]
    means: dict[str, tuple[Means, ...]]
    elsewhere: dict[str, tuple[list[str], list[str]]] = dataclasses.field(default_factory=dict)

    def play(self, name: str) -> Play:
        """The play with the id or name ``name``; raises BadQuestion, with the nearest one."""
        by_name = {play.name.casefold(): play for play in self.plays.values()}
        found = self.plays.get(name) or by_name.get(name.casefold())
        if found is None:
            guess = did_you_mean(name, self.plays) or did_you_mean(name, by_name)
            raise BadQuestion(f"There is no play {name!r}{guess}.")
        return found

    def answering(self, objection: str) -> list[str]:
        """Ids of the plays that answer ``objection``."""
        return [name for name, play in self.plays.items() if objection in play.answers]


@dataclass(frozen=True)
class _Filed(Generic[One]):
    content: One
    path: Path
    lines: Lines
    pack: str = packs.CORE

    def at(self, *loc: str | int) -> str:
        return where(self.path, self.lines, loc)

    def checked(self, text: str, known: Mapping[str, PolarsDataType], *loc: str | int) -> Condition:
        """The condition ``text``, which stands at ``loc``."""
        check = Condition.shipped if of_package(self.path) else Condition.parse
        return check(text, known, self.at(*loc))


@dataclass(frozen=True)
class _Files:
    plays: dict[str, _Filed[Play]]
    objections: dict[str, _Filed[Objection]]


def playbook(workspace: Workspace | None = None) -> Playbook:
    """The core, the packs that serve the workspace (without one: all), and its own, each replacing the id before it.

    The setting ``leave_out`` of the section ``[plays]`` names plays that shall not be proposed. Raises
    BadKnowledge with every problem of every file, each with its line.
    """
    made, problems, _ = _gathered_once(workspace)
    if problems:
        raise BadKnowledge(problems)
    return made


def check_playbook(workspace: Workspace | None = None) -> list[str]:
    """Every problem of every play and objection at hand, each a sentence with file and line.

    Told as well: products, departments, offerings and patterns that a play asks for and nobody knows. It is no
    reason to refuse the play, which only never holds.
    """
    _, problems, files = _gathered_once(workspace)
    problems = list(problems)
    own = [f for f in files.plays.values() if workspace is None or f.path.is_relative_to(workspace.folder)]
    problems += [
        f"{f.at(*loc)}: {no}."
        for f in own
        for loc, text, spoken in customer_words.of_play(f.content)
        if (no := customer_words.told(text, spoken=spoken))
    ]
    return problems + play_words.unknown(
        [(f.at("when", i, "if"), g.condition) for f in own for i, g in enumerate(f.content.when)],
        [(f.at("offering"), f.content.offering) for f in own if f.content.offering],
        workspace,
    )


def _gathered_once(workspace: Workspace | None) -> tuple[Playbook, list[str], _Files]:
    if workspace is None:
        return _shipped_book(packs.serving(None))
    return workspace.once("playbook", lambda: _gathered(workspace, packs.serving(workspace)))


def book_of(*serve: str) -> Playbook:
    """What ships in the core and in the packs ``serve``. Raises BadKnowledge."""
    made, problems, _ = _shipped_book(serve)
    if problems:
        raise BadKnowledge(problems)
    return made


@cache
def _shipped_book(serve: tuple[str, ...]) -> tuple[Playbook, list[str], _Files]:
    return _gathered(None, serve)


def _gathered(workspace: Workspace | None, serve: tuple[str, ...]) -> tuple[Playbook, list[str], _Files]:
    """The playbook, what is wrong with it, and the files that it is made of."""
    problems: list[str] = []
    files = _Files(
        _all(PLAYS, Play, workspace, serve, problems), _all(OBJECTIONS, Objection, workspace, serve, problems)
    )
    if not problems:  # a file that cannot be read would be told again by all that name it
        problems += _across(files)
    known = known_facts(workspace)
    grounds = {name: tuple(_grounds(play, known, problems)) for name, play in files.plays.items()}
    means = {name: tuple(_means(one, known, problems)) for name, one in files.objections.items()}
    left_out = _left_out(workspace, files.plays)
    made = Playbook(
        {name: _at_hand(filed.content, files) for name, filed in files.plays.items() if name not in left_out},
        {name: filed.content for name, filed in files.objections.items()},
        {name: checked for name, checked in grounds.items() if name not in left_out},
        means,
        _elsewhere(workspace, files.plays, serve),
    )
    return made, problems, files


def _at_hand(play: Play, files: _Files) -> Play:
    """``play`` without the objections and plays that it names and that no serving pack has."""
    answers = [name for name in play.answers if name in files.objections]
    excludes = [name for name in play.excludes if name in files.plays]
    same = (answers, excludes) == (play.answers, play.excludes)
    return play if same else play.model_copy(update={"answers": answers, "excludes": excludes})


def _elsewhere(
    workspace: Workspace | None, plays: Mapping[str, _Filed[Play]], serve: tuple[str, ...]
) -> dict[str, tuple[list[str], list[str]]]:
    if workspace is None:
        return {}
    told = {pack: packs.of_others(workspace, pack) for pack in serve}
    return {
        name: told[filed.pack] for name, filed in plays.items() if filed.pack in told and told[filed.pack][1]
    }


def _all(
    name: str, model: type[One], workspace: Workspace | None, serve: tuple[str, ...], problems: list[str]
) -> dict[str, _Filed[One]]:
    """The files of the folder ``name`` of the core and the packs ``serve``, and those of the workspace, by id."""
    words = packs.slots(workspace, serve)
    found: dict[str, _Filed[One]] = {}
    for pack, path in packs.files(name, workspace, serve):
        try:
            filed = _filed(path, model)
            content = filled_model(filed.content, words, str(path)) if pack == packs.CORE else filed.content
        except BadKnowledge as no:
            problems += no.problems
            continue
        found[content.id] = _Filed(content, path, filed.lines, pack)
    own: set[str] = set()
    for path in workspace.files(name) if workspace else []:
        try:
            filed = _filed(path, model)
        except BadKnowledge as no:
            problems += no.problems
            continue
        key = filed.content.id
        if key in own:
            problems.append(f"{filed.at('id')}: the id {key!r} is that of {found[key].path} already.")
        own.add(key)
        found[key] = filed
    return dict(sorted(found.items()))


def _filed(path: Path, model: type[One]) -> _Filed[One]:
    content, lines = load_model(model, path)
    return _Filed(content, path, lines)


def _grounds(
    filed: _Filed[Play], known: Mapping[str, PolarsDataType], problems: list[str]
) -> Iterator[Grounds]:
    for i, ground in enumerate(filed.content.when):
        try:
            yield Grounds(
                filed.checked(ground.condition, known, "when", i, "if"),
                Sentence.parse(ground.because, known, filed.at("when", i, "because")),
            )
        except BadInput as no:
            problems.append(str(no))


def _means(
    filed: _Filed[Objection], known: Mapping[str, PolarsDataType], problems: list[str]
) -> Iterator[Means]:
    for i, meaning in enumerate(filed.content.means):
        try:
            text = meaning.condition
            yield Means(filed.checked(text, known, "means", i, "if") if text else None, meaning.text)
        except BadInput as no:
            problems.append(str(no))


def _across(files: _Files) -> list[str]:
    """What plays name and is not there, in no pack either: a play may speak of what another pack brings."""
    told = []
    named = (
        ("answers", {*files.objections, *packs.known_ids(OBJECTIONS)}, "objection"),
        ("excludes", {*files.plays, *packs.known_ids(PLAYS)}, "play"),
    )
    for filed in files.plays.values():
        for field, known, what in named:
            for i, name in enumerate(getattr(filed.content, field)):
                if name not in known:
                    told.append(
                        f"{filed.at(field, i)}: there is no {what} {name!r}{did_you_mean(name, known)}."
                    )
                elif field == "excludes" and name == filed.content.id:
                    told.append(f"{filed.at(field, i)}: the play excludes itself.")
    return told


def _left_out(workspace: Workspace | None, plays: Iterable[str]) -> set[str]:
    section = workspace.settings.get(PLAYS, {}) if workspace else {}
    names = section.get("leave_out", []) if isinstance(section, dict) else None
    expected = 'a list of plays, such as leave_out = ["innovator-lab"] in the section [plays]'
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        assert workspace is not None
        raise BadInput(
            "leave_out cannot be used", file=workspace.folder / "beachhead.toml", expected=expected
        )
    for name in names:
        if name not in plays:
            assert workspace is not None
            guess = did_you_mean(name, plays)
            raise BadInput(
                f"leave_out: there is no play {name!r}{guess}", file=workspace.folder / "beachhead.toml"
            )
    return set(names)
