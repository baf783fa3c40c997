"""YAML files: the core rules of YAML 1.2, and complaints that name file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from beachhead.errors import BadKnowledge
from beachhead.tables.yaml_files import dump_yaml, load_yaml, parse_yaml, validate, where, yaml_word


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Effort(Strict):
    days: Annotated[int, Field(ge=0)]


class Aside(Strict):
    text: str
    internal: bool = False


class Point(Strict):
    id: str
    name: str
    levels: dict[int, str] = {}
    effort: Effort | None = None
    know: list[str | Aside] = []


class Blueprint(Strict):
    id: str
    since: date | None = None
    points: list[Point]

    @model_validator(mode="after")
    def _ids(self) -> Blueprint:
        if len({p.id for p in self.points}) < len(self.points):
            raise ValueError("two points have the same id")
        return self


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("False", False),
        ("012", 12),
        ("0o14", 12),
        ("0x0C", 12),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2009-01-15", "2009-01-15"),
        ("-7", -7),
        ("2.50", 2.5),
        ("6e3", 6000.0),
        ("-.inf", float("-inf")),
        ("~", None),
        ("null", None),
        ("", None),
        ("=", "="),
        ("<<", "<<"),
        ("'12'", "12"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    data, _ = parse_yaml(f"key: {text}", "x.yaml")
    assert data == {"key": value}
    assert type(data["key"]) is type(value)


def test_a_country_code_as_key_stays_a_text() -> None:
    assert parse_yaml("NO: Norway\nDE: Germany", "x.yaml")[0] == {"NO": "Norway", "DE": "Germany"}


def test_lines_of_keys_and_items(tmp_path: Path) -> None:
    file = tmp_path / "ops.yaml"
    file.write_bytes("\ufeff# Zürich\r\nid: ops\r\npoints:\r\n  - id: a\r\n    name: A\r\n".encode())
    data, lines = load_yaml(file)
    assert data == {"id": "ops", "points": [{"id": "a", "name": "A"}]}
    assert lines[()] == 2
    assert lines[("points",)] == 3
    assert lines[("points", 0)] == 4
    assert lines[("points", 0, "name")] == 5
    assert where(file, lines, ["points", 0, "name"]) == f"{file} line 5"


def test_a_model_comes_back() -> None:
    text = (
        "id: ops\nsince: 2009-01-15\npoints:\n  - {id: a, name: A, levels: {1: one}, know: [x, {text: y}]}\n"
    )
    blueprint = validate(Blueprint, *parse_yaml(text, "ops.yaml"), "ops.yaml")
    assert blueprint.since == date(2009, 1, 15)
    assert blueprint.points[0].levels == {1: "one"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' stands twice"),
        ("a:\n  b: 1\n  b: 2", "line 3: the key 'b' stands twice"),
        ("- {last_seller} sold it: x y: z", "line 1: "),
        ("a:\n\t- b", "tabs cannot indent"),
        ("because: bought from: them", "must stand in quotes"),
        ("because: {last_seller} sold it", "must stand in quotes"),
        ("a: 1\n---\nb: 2", "line 2: "),
        ("a: !!python/object/apply:os.system [ls]", "line 1: tags ('!…') are not allowed"),
        ("? [a, b]\n: 1", "line 1: a key must be a single word"),
        ("# nothing", "is empty"),
        ("a: &a [*a]", "nested too deeply or repeats itself"),
        ("[" * 3000, "ops.yaml"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(BadKnowledge) as refused:
        parse_yaml(text, "ops.yaml")
    assert "ops.yaml" in str(refused.value)
    assert sentence in str(refused.value)


def test_aliases_that_explode_are_refused() -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
    )
    with pytest.raises(BadKnowledge, match="repeats itself"):
        parse_yaml(laughs, "ops.yaml")


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadKnowledge, match="cannot be read"):
        load_yaml(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes("a: Zürich".encode("cp1252"))
    with pytest.raises(BadKnowledge, match="save it as UTF-8"):
        load_yaml(tmp_path / "latin.yaml")


def _problems(text: str) -> list[str]:
    with pytest.raises(BadKnowledge) as refused:
        validate(Blueprint, *parse_yaml(text, "ops.yaml"), "ops.yaml")
    return refused.value.problems


def test_every_complaint_names_line_thing_and_likely_meaning() -> None:
    assert _problems(
        "id: ops\npoints:\n  - id: a\n    name: A\n    levles: {1: x}\n    effort: {days: five}\n"
        "  - id: b\n    effort:\n      days: -1\n"
    ) == [
        "ops.yaml line 5: there is no field 'levles' of 'a' (did you mean 'levels'?).",
        "ops.yaml line 6: 'days' of 'a' should be a valid integer, unable to parse string as an integer, "
        "found 'five'.",
        "ops.yaml line 7: 'b' has no 'name'.",
        "ops.yaml line 9: 'days' of 'b' should be greater than or equal to 0, found -1.",
    ]


def test_a_misspelt_required_field_is_said_once() -> None:
    assert _problems("id: ops\npoints: [{id: a, nmae: A}]") == [
        "ops.yaml line 2: there is no field 'nmae' of 'a' (did you mean 'name'?)."
    ]


def test_complaints_inside_a_union_find_their_line() -> None:
    problems = _problems("id: ops\npoints:\n  - id: a\n    name: A\n    know:\n      - {txt: x}\n")
    assert all(problem.startswith("ops.yaml line 6: ") for problem in problems)
    assert any("there is no field 'txt' of 'a' (did you mean 'text'?)" in problem for problem in problems)


def test_a_rule_of_the_whole_and_a_wrong_kind_of_document() -> None:
    assert _problems("id: ops\npoints: [{id: a, name: A}, {id: a, name: B}]") == [
        "ops.yaml line 1: two points have the same id."
    ]
    assert "line 1" in _problems("- a\n- b")[0]


IDS = ["0000108945", "12e5", "0x1F", "1.50", "null", "true", "~", "2009-01-01", "1_000", "0o17", ".inf", "on"]


class _Named(BaseModel):
    account: str
    level: float | None = None


@pytest.mark.parametrize("name", [*IDS, "no", "1:30", "- x", "a: b", "#x", "'", " x", "é"])
def test_ids_are_texts_in_every_file_that_is_written_and_read(name: str, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(
        f"{dump_yaml({'account': name, name: 1})}other: {{{yaml_word(name)}: 2}}\n", encoding="utf-8"
    )
    data, _ = load_yaml(file)
    assert data == {"account": name, name: 1, "other": {name: 2}}


@pytest.mark.parametrize("name", IDS)
def test_an_id_without_quotes_is_what_it_looks_like(name: str, tmp_path: Path) -> None:
    data, lines = parse_yaml(f"account: {name}\nlevel: 2\n", tmp_path)
    found = validate(_Named, data, lines, tmp_path)
    assert (found.account, found.level) == (name, 2.0)


def test_what_is_written_keeps_its_letters_and_its_order() -> None:
    assert dump_yaml({"größe": "Łódź, 東京", "a": [1, "no"]}) == "größe: Łódź, 東京\na:\n- 1\n- 'no'\n"
