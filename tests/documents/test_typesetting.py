"""Typst templates: same bytes, no system font, nothing read outside, and every refusal a sentence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from beachhead.cli.check import command as check
from beachhead.documents.brand import Brand, brand
from beachhead.documents.template_check import check_templates
from beachhead.documents.typesetting import NAMES, Typesetter, copy_templates
from beachhead.errors import BadInput
from beachhead.tables.workspace import Workspace
from tests.documents.readers import pdf_text, word_file

DAY = dt.date(2009, 2, 28)
HARD = "Müller & Söhne <x> · Łódź · Αθήνα"


def workspace(folder: Path, template: str = "", settings: str = "") -> Workspace:
    (folder / "beachhead.toml").write_text(
        f'us = "Harbour IT"\nas_of = 2009-02-28\n{settings}', encoding="utf-8"
    )
    if template:
        (folder / "templates" / "typst").mkdir(parents=True)
        (folder / "templates" / "typst" / "brief.typ").write_text(template, encoding="utf-8")
    return Workspace(folder)


def pdf(folder: Path, template: str, data: dict[str, Any] | None = None) -> bytes:
    with Typesetter("brief", workspace(folder, template)) as sets:
        return sets.pdf(data or {}, made=DAY)


def test_a_users_template_replaces_the_shipped_one_and_every_letter_survives(tmp_path: Path) -> None:
    content = pdf(tmp_path, '#import "house.typ": *\n#show: house\n#data.name', {"name": HARD})
    assert HARD in pdf_text(content)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    with Typesetter("brief", workspace(tmp_path, '#set text(font: "Inter")\nHello')) as sets:
        first = sets.pdf({}, made=DAY)
    with Typesetter("brief", Workspace(tmp_path)) as again:
        assert again.pdf({}, made=DAY) == first
        assert again.pdf({}, made=dt.date(2009, 3, 1)) != first


def test_markup_in_data_is_text_and_no_code(tmp_path: Path) -> None:
    content = pdf(
        tmp_path, "#let data = json(bytes(sys.inputs.data))\n#data.name", {"name": "#panic() *bold* $x$"}
    )
    assert "#panic() *bold* $x$" in pdf_text(content)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("#let data = json(bytes(sys.inputs.data))\n\n#data.nmae", "row 3: the template asks for 'nmae'"),
        ("#let x = (\n", "the template cannot be used"),
        ('#read("/etc/passwd")', "the template cannot be used"),
        ('#read("../../../../etc/passwd")', "the template cannot be used"),
        ('#import "@preview/cetz:0.3.0"', "packages would be downloaded"),
        ('#panic("stop")', "stop"),
        ("#while true {}", "the template cannot be used"),
    ],
)
def test_a_bad_or_hostile_template_is_refused_with_a_sentence(
    tmp_path: Path, template: str, told: str
) -> None:
    with pytest.raises(BadInput) as refused:
        pdf(tmp_path, template)
    assert told in str(refused.value)
    assert "brief.typ" in str(refused.value)
    assert "root:" not in str(refused.value)


def test_links_that_lead_elsewhere_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    space = workspace(inside, '#read("link.txt")')
    (inside / "templates" / "typst" / "link.txt").symlink_to(tmp_path / "secret.txt")
    with Typesetter("brief", space) as sets, pytest.raises(BadInput):
        sets.pdf({}, made=DAY)


def test_the_brand_is_read_and_a_logo_is_drawn(tmp_path: Path) -> None:
    space = workspace(
        tmp_path,
        '#import "house.typ": *\n#show: house\n#logo()',
        '[brand]\nname = "Harbour & Söhne"\ncolour = "#112233"\nlogo = "logo.svg"\nfooter = "1 Quay"\n',
    )
    (tmp_path / "templates" / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
    )
    found = brand(space)
    assert (found.name, found.colour, found.footer) == ("Harbour & Söhne", "#112233", "1 Quay")
    with Typesetter("brief", space) as sets:
        assert "1 Quay" in pdf_text(sets.pdf({}, made=DAY))


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ('color = "#112233"', "did you mean 'colour'?"),
        ('colour = "blue"', "expected such as #1f4e79"),
        ("name = 3", "should be a text"),
        ('logo = "../../etc/passwd"', "logo cannot be used"),
        ('logo = "absent.svg"', "logo cannot be used"),
    ],
)
def test_a_brand_that_cannot_be_used_is_told(tmp_path: Path, setting: str, told: str) -> None:
    with pytest.raises(BadInput, match=r"beachhead\.toml") as refused:
        brand(workspace(tmp_path, settings=f"[brand]\n{setting}\n"))
    assert told in str(refused.value)


def test_without_a_workspace_the_brand_is_plain() -> None:
    assert brand(None) == Brand("")


def test_templates_are_copied_once_and_what_is_there_stays(tmp_path: Path) -> None:
    written = copy_templates(tmp_path)
    names = {path.name for path in written}
    assert {f"{name}.typ" for name in NAMES} | {"house.typ", "proposal.docx"} <= names
    (tmp_path / "templates" / "typst" / "brief.typ").write_text("mine", encoding="utf-8")
    assert copy_templates(tmp_path) == []
    assert (tmp_path / "templates" / "typst" / "brief.typ").read_text(encoding="utf-8") == "mine"


def test_beachhead_check_tells_what_is_wrong_with_templates_and_brand(tmp_path: Path) -> None:
    space = workspace(tmp_path, settings='[brand]\ncolour = "blue"\n')
    word_file(tmp_path / "templates" / "word" / "proposal.docx", "{{ custmer }} and [Date]")
    told = "\n".join(check_templates(space))
    assert "[brand] colour is no colour" in told
    assert "a proposal has no field 'custmer' (did you mean 'customer'?)." in told
    assert "[Date] is plain text to Word; write {{ date }}." in told
    said = CliRunner().invoke(check, [str(tmp_path)])
    assert said.exit_code == 1
    assert "custmer" in said.output


def test_an_own_battlecard_template_is_set_when_it_is_checked(tmp_path: Path) -> None:
    (tmp_path / "templates" / "typst").mkdir(parents=True)
    (tmp_path / "templates" / "typst" / "battlecard.typ").write_text(
        "#let data = json(bytes(sys.inputs.data))\n#data.plya", encoding="utf-8"
    )
    assert "the template asks for 'plya'" in check_templates(Workspace(tmp_path))[0]


def test_a_template_of_the_users_own_runs_confined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from beachhead.documents import typesetting
    from beachhead.tables.confined import confined

    def hurried(*given: Any, **named: Any) -> Any:
        return confined(*given, **named, seconds=3)

    monkeypatch.setattr(typesetting, "confined", hurried)
    loop = "#for a in range(99999) { for b in range(99999) { let x = a + b } }"
    with pytest.raises(BadInput, match=r"brief\.typ: it (takes longer than 3 seconds|cannot be used)"):
        pdf(tmp_path, loop)


@pytest.mark.parametrize(
    "template", ['#let p = "@preview/cetz:0.3.0"\n#import p: *', '#import "@local/x:1.0.0": *']
)
def test_packages_are_barred_however_they_are_named(tmp_path: Path, template: str) -> None:
    with pytest.raises(BadInput, match="packages would be downloaded, which templates may not"):
        pdf(tmp_path, template)


def test_check_knows_own_fields_and_report_templates(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    (tmp_path / "proposal.yaml").write_text("departments: x\nsender: {nmae: A}\n", encoding="utf-8")
    (tmp_path / "templates" / "report").mkdir(parents=True)
    (tmp_path / "templates" / "report" / "market.html").write_text("{% if %}", encoding="utf-8")
    told = "\n".join(check_templates(space))
    assert "proposal.yaml line 2" in told
    assert "market.html" in told
