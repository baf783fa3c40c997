"""The customer's own figures for a business case: ``cases/ACCOUNT/OFFERING.yaml`` of a workspace.

A figure is one number where it is known, or low, likely and high. It replaces the offering's own figure; who
gave it and when stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from beachhead.errors import BadInput, BadKnowledge, did_you_mean
from beachhead.practice.answer_files import places
from beachhead.practice.assessment import Day
from beachhead.practice.blueprint import Id, Number, Positive, Text
from beachhead.practice.offering import FigureId, Input, Offering
from beachhead.practice.offering_library import ids_in, offerings
from beachhead.practice.units import MONEY
from beachhead.tables.locks import one_writer
from beachhead.tables.paths import inside
from beachhead.tables.workspace import Workspace
from beachhead.tables.writing import write_whole
from beachhead.tables.yaml_files import Lines, load_model, where

FOLDER = "cases"


def _figure(value: Any) -> Any:
    """``servers: 84`` is short for ``servers: {value: 84}``."""
    return value if isinstance(value, dict | Figure) else {"value": value}


class Figure(BaseModel):
    """One figure of the customer's: ``value``, or ``low``, ``likely`` and ``high``."""

    model_config = ConfigDict(defer_build=True, extra="forbid", coerce_numbers_to_str=True)

    value: Number | None = None
    low: Number | None = None
    likely: Number | None = None
    high: Number | None = None
    source: Text | None = Field(default=None, description="Where the customer has it from")

    @property
    def span(self) -> tuple[float, float, float] | None:
        """low, likely, high; None where the figure is neither one number nor a range."""
        three = (self.low, self.likely, self.high)
        if self.value is not None and three == (None, None, None):
            return self.value, self.value, self.value
        if self.value is None and None not in three:
            low, likely, high = three
            assert low is not None and likely is not None and high is not None  # noqa: PT018
            return (low, likely, high) if low <= likely <= high else None
        return None


class Case(BaseModel):
    """What one account said about the figures of one offering's business case."""

    model_config = ConfigDict(defer_build=True, extra="forbid", coerce_numbers_to_str=True)

    account: Text
    offering: Id
    date: Day = Field(description="When the figures were given")
    said_by: Text | None = Field(
        default=None, description="Role of who gave them, such as head of operations"
    )
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(
        default=None, description="Currency of the customer's figures and of the result"
    )
    exchange_rate: Positive | None = Field(
        default=None, description="Units of that currency for one of the offering's, such as 0.79"
    )
    inputs: Annotated[
        dict[FigureId, Annotated[Figure, BeforeValidator(_figure)]],
        BeforeValidator(lambda value: {} if value is None else value),
    ] = Field(default={}, description="Figure of the offering's business case → what the customer said")


@dataclass(frozen=True)
class FiledCase:
    """A customer's figures and the file that they were read from."""

    case: Case
    path: Path
    lines: Lines


def case_path(workspace: Workspace, account: str, offering: str) -> Path:
    """Where the figures of ``account`` for ``offering`` belong."""
    first, *also = places(workspace.folder, FOLDER, account)
    files = [
        inside(workspace.folder, p.relative_to(workspace.folder), f"{offering}.yaml") for p in (first, *also)
    ]
    return next((path for path in files if _is_of(path, account)), files[0])


def _is_of(path: Path, account: str) -> bool:
    """Whether these are figures of ``account``: by an earlier rule, a folder could be that of several."""
    try:
        return path.is_file() and _read(path).case.account == account
    except BadKnowledge:
        return True  # told to whoever reads it


def load_case(workspace: Workspace, account: str, offering: Offering) -> Case | None:
    """The account's own figures, or None. Raises BadKnowledge with every problem, each with its line."""
    path = case_path(workspace, account, offering.id)
    if not path.is_file():
        return None
    filed = _read(path)
    if found := [*_misplaced(filed, workspace.folder), *case_problems(filed, offering)]:
        raise BadKnowledge(found)
    return filed.case


def write_case(workspace: Workspace, account: str, offering: Offering, text: str) -> Path:
    """Write ``text`` to where the figures of ``account`` belong. Refused where there are some already."""
    with one_writer(workspace.folder, "a new business case"):
        path = case_path(workspace, account, offering.id)
        if path.exists():
            raise BadInput("there are figures already; edit the file, or delete it first", file=path)
        return write_whole(path, text, folder=True)


def cases(workspace: Workspace) -> list[tuple[str, str]]:
    """Account and offering of every file of figures, by their files' order.

    Raises BadKnowledge with every problem of every file: figures that a customer gave are used or refused, and never
    replaced by ours without a word.
    """
    found, told = _all(workspace)
    if told:
        raise BadKnowledge(told)
    return found


def check_all_cases(workspace: Workspace) -> list[str]:
    """Every problem of every file of figures, each a sentence with file and line.

    Offerings that cannot be read are told where offerings are checked.
    """
    return _all(workspace)[1]


def _all(workspace: Workspace) -> tuple[list[tuple[str, str]], list[str]]:
    found: list[tuple[str, str]] = []
    told: list[str] = []
    if not (files := workspace.files(FOLDER)):
        return found, told
    try:
        at_hand = offerings(workspace)
    except BadKnowledge:
        return found, told
    accounts = ids_in(workspace, "accounts", "account")
    for path in files:
        try:
            filed = _read(path)
        except BadKnowledge as no:
            told += no.problems
            continue
        told += _misplaced(filed, workspace.folder)
        case = filed.case
        found.append((case.account, case.offering))
        if accounts and case.account not in accounts:
            at = where(path, filed.lines, ["account"])
            told.append(f"{at}: there is no account {case.account!r}{did_you_mean(case.account, accounts)}.")
        if case.offering in at_hand:
            told += case_problems(filed, at_hand[case.offering])
        else:
            at = where(path, filed.lines, ["offering"])
            told.append(
                f"{at}: there is no offering {case.offering!r}{did_you_mean(case.offering, at_hand)}."
            )
    return found, told


def case_problems(filed: FiledCase, offering: Offering) -> list[str]:
    """What does not fit the business case of ``offering``."""
    case, inputs = filed.case, {one.id: one for one in offering.business_case.inputs}
    told = []
    for name, figure in case.inputs.items():
        at = where(filed.path, filed.lines, ("inputs", name))
        if name not in inputs:
            told.append(f"{at}: {offering.id!r} has no input {name!r}{did_you_mean(name, inputs)}.")
        elif figure.span is None:
            told.append(f"{at}: {name!r} needs one 'value', or 'low', 'likely' and 'high' that rise.")
    ours = offering.business_case.currency
    if case.currency not in (None, ours) and case.exchange_rate is None:
        left = [n for n, one in inputs.items() if n not in case.inputs and is_money(one)]
        if left:
            at = where(filed.path, filed.lines, ["currency"])
            told.append(
                f"{at}: {', '.join(left)} still stand in {ours}; add 'exchange_rate', the {case.currency} for "
                f"one {ours}, or give these figures too."
            )
    return told


def is_money(one: Input) -> bool:
    """Whether a figure holds money, so that a currency matters to it."""
    return any(word == MONEY for word, _ in one.parsed_unit.powers)


def _read(path: Path) -> FiledCase:
    case, lines = load_model(Case, path)
    return FiledCase(case, path, lines)


def _misplaced(filed: FiledCase, workspace: Path) -> list[str]:
    case, path = filed.case, filed.path
    folders = places(workspace, FOLDER, case.account)
    if path.parent in folders and path.name == f"{case.offering}.yaml":
        return []
    wanted = f"{FOLDER}/{folders[0].name}/{case.offering}.yaml"
    at = where(path, filed.lines, ["account"])
    return [f"{at}: figures of {case.account!r} for {case.offering!r} belong in {wanted}."]
