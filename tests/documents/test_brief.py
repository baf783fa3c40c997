"""The brief: two pages whatever is known, complete, and a batch that survives a bad account."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from beachhead.cli.brief import command
from beachhead.documents.account_data import PARTS, Gathered
from beachhead.documents.brief import LONGEST, brief_pdf, briefs, two_pages
from beachhead.documents.typesetting import Typesetter
from beachhead.errors import BadInput, BadQuestion
from tests.documents.conftest import KESTREL
from tests.documents.readers import pdf_pages, pdf_text


@pytest.fixture(scope="module")
def sets(gathered: Gathered) -> Iterator[Typesetter]:
    with Typesetter("brief", gathered.workspace) as one:
        yield one


def test_the_brief_says_what_it_has_to(gathered: Gathered) -> None:
    known = gathered.of(KESTREL)
    assert list(known) == list(PARTS)
    text = pdf_text(brief_pdf(gathered, KESTREL))
    for part in (
        "Kestrel Valves GmbH",
        "likeliest early majority",
        "Has a partner in name",
        "For colleagues, not for the customer",
        known["plays"][0]["name"],
        known["plays"][2]["name"],
        known["questions"][0]["question"],
        known["references"][0]["name"],
        "Discontinuities left".upper(),
    ):
        assert part in text


def test_what_is_internal_is_not_among_the_words_to_say(gathered: Gathered) -> None:
    known = copy.deepcopy(gathered.of(KESTREL))
    for play in known["plays"]:
        play["say"] = [
            {"text": "a remark among us", "internal": True},
            {"text": "words to say", "internal": False},
            {"text": "another remark", "internal": True},
        ]
    assert [[line["text"] for line in play["say"]] for play in two_pages(known)["plays"]] == [
        ["words to say"]
    ] * len(known["plays"])


def test_signs_that_no_font_has_are_told_at_the_foot(gathered: Gathered, sets: Typesetter) -> None:
    known = copy.deepcopy(gathered.of(KESTREL))
    known["account"]["name"] = "Acme \U0010fff0"
    page = sets.pdf(two_pages(known), made=gathered.workspace.as_of)
    assert "No font here has the signs U+10FFF0." in pdf_text(page)


def test_two_pages_for_every_kind_of_account(gathered: Gathered, sets: Typesetter) -> None:
    sizes = sorted(gathered.accounts, key=lambda a: len(str(gathered.of(a)["plays"])))
    for account in (sizes[0], sizes[len(sizes) // 2], sizes[-1]):
        assert pdf_pages(brief_pdf(gathered, account, sets)) == 2


def test_two_pages_with_long_names_and_much_to_say(gathered: Gathered, sets: Typesetter) -> None:
    known = copy.deepcopy(gathered.of(KESTREL))
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 12
    known["account"]["name"] = long[:160]
    known["standing"]["why"] = known["relationship"]["meaning"] = long
    known["products"]["later"] *= 9
    known["questions"] *= 9
    known["references"] *= 9
    for play in known["plays"]:
        play["say"] *= 4
        play["tasks"] *= 4
    shown = two_pages(known)
    assert len(shown["standing"]["why"]) <= LONGEST + 2
    assert shown["products"]["later_more"] > 0
    assert pdf_pages(sets.pdf(shown, made=gathered.workspace.as_of)) == 2


def test_two_pages_where_nothing_is_known(gathered: Gathered, sets: Typesetter) -> None:
    known: dict[str, Any] = copy.deepcopy(gathered.of(KESTREL))
    known |= {
        "maturity": None,
        "discontinuity": None,
        "case": None,
        "plays": [],
        "questions": [],
        "references": [],
    }
    known["standing"] = {"known": False, "category": "unknown", "probability": "", "why": "", "shares": []}
    known["relationship"] = {"pattern": None, "because": None, "meaning": None, "others": [], "facts": []}
    known["products"] = {"owned": [], "now": [], "later": []}
    content = sets.pdf(two_pages(known), made=gathered.workspace.as_of)
    assert pdf_pages(content) == 2
    assert "Nothing is on record." in pdf_text(content)


def test_every_font_is_there(gathered: Gathered, sets: Typesetter) -> None:
    assert sets.warnings(two_pages(gathered.of(KESTREL)), made=gathered.workspace.as_of) == []


def test_the_same_input_gives_the_same_bytes(gathered: Gathered, sets: Typesetter) -> None:
    assert brief_pdf(gathered, KESTREL) == brief_pdf(gathered, KESTREL, sets)


def test_a_batch_survives_a_bad_account_and_tells_which_and_why(
    gathered: Gathered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Gathered.of

    def of(self: Gathered, account: str) -> dict[str, Any]:
        if account == KESTREL:
            raise BadInput("the answers cannot be read", file="answers/x.yaml")
        if account == gathered.accounts[1]:
            raise ZeroDivisionError("division by zero")
        return whole(self, account)

    monkeypatch.setattr(Gathered, "of", of)
    asked = [gathered.accounts[0], KESTREL, gathered.accounts[1], gathered.accounts[2]]
    found = {one.account: one for one in briefs(gathered, asked, tmp_path)}
    assert found[KESTREL].problem == "answers/x.yaml: the answers cannot be read."
    assert found[asked[2]].problem == "ZeroDivisionError: division by zero"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"{a}.pdf" for a in (asked[0], asked[3]))


def test_the_command_writes_one_brief(
    gathered: Gathered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beachhead.documents.account_data.gather", lambda *_: gathered)
    said = CliRunner().invoke(
        command,
        [str(gathered.workspace.folder), "kestrel", "-o", str(tmp_path / "k.pdf")],
        catch_exceptions=False,
    )
    assert said.output == f"Kestrel Valves GmbH: {tmp_path / 'k.pdf'}\n"
    assert (tmp_path / "k.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "x.pdf"), "Name one account"),
        (("kestrel", "--all", "-o", "x.pdf"), "Name one account"),
        (("kestrel", "-o", "x.docx"), "possible is .pdf"),
    ],
)
def test_what_cannot_be_asked_is_refused(gathered: Gathered, arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(BadQuestion, match=told):
        CliRunner().invoke(command, [str(gathered.workspace.folder), *arguments], catch_exceptions=False)


def test_the_command_writes_all_and_tells_what_failed(
    gathered: Gathered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, two = Gathered.of, [KESTREL, gathered.accounts[0]]

    def of(self: Gathered, account: str) -> dict[str, Any]:
        if account == two[1]:
            raise BadInput("the answers cannot be read", file="answers/x.yaml")
        return whole(self, account)

    monkeypatch.setattr("beachhead.documents.account_data.gather", lambda *_: gathered)
    monkeypatch.setattr(Gathered, "accounts", property(lambda _: two))
    monkeypatch.setattr(Gathered, "of", of)
    said = CliRunner().invoke(command, [str(gathered.workspace.folder), "--all", "-o", str(tmp_path / "all")])
    assert said.exit_code == 1
    assert f"{two[1]} failed: answers/x.yaml: the answers cannot be read." in said.output
    assert f"1 of 2 briefs: {tmp_path / 'all'}" in said.output
    assert [p.name for p in (tmp_path / "all").iterdir()] == [f"{KESTREL}.pdf"]
