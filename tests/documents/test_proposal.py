"""What the customer receives: read back, complete, and nothing internal in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from beachhead.documents import word_fields
from beachhead.documents.account_data import Gathered
from beachhead.documents.proposal import DEFAULT, fill, proposal_docx, proposal_pdf
from beachhead.documents.proposal_data import FIELDS, _situation, proposal_data, spoken
from beachhead.documents.typesetting import Typesetter
from beachhead.documents.word_fields import asked
from beachhead.documents.wording import UNKNOWN, wording
from beachhead.errors import BadInput, BadQuestion
from beachhead.practice.customer_words import unfit
from beachhead.practice.offering_fit import of_our_products
from beachhead.practice.offering_library import offerings
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace
from tests.documents.conftest import KESTREL
from tests.documents.readers import docx_text, pdf_text, word_file, xml_of

HARD = "Müller & Söhne <Łódź> “Αθήνα”\nsecond line"


@pytest.fixture(scope="module")
def fields(gathered: Gathered) -> dict[str, Any]:
    return proposal_data(gathered, KESTREL)


def texts(value: Any) -> Iterator[str]:
    """Every text in nested data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_every_documented_field_is_there_and_no_other(fields: dict[str, Any]) -> None:
    assert set(fields) == set(FIELDS)


def test_the_word_file_holds_everything(gathered: Gathered, fields: dict[str, Any]) -> None:
    text = docx_text(proposal_docx(gathered, KESTREL))
    assert "{{" not in text
    assert "{%" not in text
    for part in (*fields["situation"], fields["case"]["payback"], fields["next_step"], fields["customer"]):
        assert part in text
    for room in fields["departments"]:
        assert room["name"] in text
    for reference in fields["references"]:
        assert reference["name"] in text


def test_the_pdf_holds_everything(gathered: Gathered, fields: dict[str, Any]) -> None:
    text = pdf_text(proposal_pdf(gathered, KESTREL))
    for part in (
        fields["customer"],
        fields["next_step"],
        fields["case"]["payback"],
        fields["departments"][0]["name"],
    ):
        assert flat(part) in text


def test_nothing_internal_reaches_any_customer(gathered: Gathered) -> None:
    """Every account of the territory: no internal line, no words to say or not to say, no reason, no task."""
    plays = gathered.plays.book.plays.values()
    never = {line.text for play in plays for line in play.know if not line.public}
    never |= {line.text for play in plays for line in (*play.say, *play.not_say)}
    never |= {task.task for play in plays for task in play.do.tasks}
    never |= {
        proof.text for play in plays for proof in play.show if not proof.public and hasattr(proof, "text")
    }
    never |= {play.do.offer for play in plays} | {play.do.next_step for play in plays}
    never -= {text for play in plays if play.for_customer for text in (play.for_customer.offer,)}
    never |= {play.name for play in plays if len(play.name.split()) > 2}
    may = set(gathered.workspace.table("references").filter(may_be_named=True)["account"].to_list())
    names = dict(gathered.facts.select("account", "name").iter_rows())
    named = {names.get(account, account) for account in may}
    checked = 0
    for account in gathered.accounts[:: max(1, len(gathered.accounts) // 60)]:
        try:
            fields = proposal_data(gathered, account)
        except BadQuestion:
            continue
        told = set(texts(fields))
        assert not told & never
        whole = "\n".join(told)
        because = [r for row in gathered.plays.of(account)["because"] for r in row]
        assert not [reason for reason in because if reason in whole]
        assert not re.search(r"early majority|late majority|laggard|innovator|early adopter", whole)
        incumbent = gathered.row(account)["incumbent_partner"]
        assert incumbent is None or incumbent not in whole
        assert {r["name"] for r in fields["references"]} <= named
        checked += 1
    assert checked > 20


def test_wording_follows_the_category(gathered: Gathered) -> None:
    said = wording()
    assert set(said) == {*CATEGORIES, UNKNOWN}
    names = {"customer": "Kestrel", "us": "Harbour IT", "offering": "VM backup"}
    for one in said.values():
        assert not re.search(r"[{}]", "".join(one.said(**names).values()))
    assert "advantage" in said["early_adopters"].opening
    assert "advantage" not in said["early_majority"].opening
    assert proposal_data(gathered, KESTREL)["subtitle"] == said["early_majority"].subtitle


def test_the_customers_own_figures_are_used_where_it_gave_some(gathered: Gathered) -> None:
    for account, offering in sorted(gathered._cases):
        case = proposal_data(gathered, account, offering)["case"]
        assert case["own"] == sum(i["whose"] == "yours" for i in case["inputs"]) > 0
        assert "your own" in case["note"]
    other = proposal_data(gathered, KESTREL, "vm-backup")["case"]
    assert other["note"].startswith("None of the figures is your own yet")


def test_an_offering_that_is_not_known_is_told_with_the_nearest(gathered: Gathered) -> None:
    with pytest.raises(BadQuestion, match="did you mean 'vm-backup'"):
        proposal_data(gathered, KESTREL, "vm-bakup")


def test_the_same_input_gives_the_same_bytes(gathered: Gathered) -> None:
    assert proposal_docx(gathered, KESTREL) == proposal_docx(gathered, KESTREL)
    assert proposal_pdf(gathered, KESTREL) == proposal_pdf(gathered, KESTREL)


def test_hard_letters_and_line_breaks_survive(gathered: Gathered, fields: dict[str, Any]) -> None:
    hard = {**fields, "customer": HARD, "opening": HARD}
    word = fill(DEFAULT, hard, gathered.workspace.as_of)
    assert "Müller & Söhne <Łódź> “Αθήνα”" in docx_text(word)
    assert "<w:br/>" in xml_of(word)
    with Typesetter("proposal", gathered.workspace) as sets:
        text = pdf_text(sets.pdf(hard, made=gathered.workspace.as_of))
    assert "Müller & Söhne <Łódź> “Αθήνα”" in text


def test_characters_that_xml_cannot_hold_do_not_break_the_file(
    gathered: Gathered, fields: dict[str, Any]
) -> None:
    word = fill(DEFAULT, {**fields, "opening": "one\x00\x0btwo\ufffe"}, gathered.workspace.as_of)
    assert "onetwo" in docx_text(word)


def test_the_shipped_template_asks_for_known_fields_only() -> None:
    found = asked(DEFAULT)
    assert not found.unknown
    assert not found.others
    assert not found.broken
    assert set(found.names) == set(FIELDS) - {"offering"}
    assert {"prices", "sender", "validity"} <= set(found.names)


@pytest.mark.parametrize(
    ("paragraphs", "told"),
    [
        (("Dear {{ custmer }}",), "'custmer', which a proposal does not have (did you mean 'customer'?)"),
        (("{{ case.paybak }}",), "asks for what there is not"),
        (("{% for x in situation %}",), "fields cannot be read"),
        (("{{ customer.__class__.__mro__ }}",), "asks for what there is not|tries what a template may not"),
        (("{{ situation.__class__.__base__.__subclasses__() }}",), "may not|there is not"),
        (("Dear {customer_name},",), r"write {{ customer }}"),
        (("Dear [Customer Name],",), r"write {{ customer }}"),
        (("Dear «Company»,",), "mail-merge field"),
        (("{{ customer }}: our price is {fees}",), "{fees} is still a placeholder"),
        (("{{ customer }}: our price is {fees}",), "--set fees=TEXT, for no field of a proposal means that"),
        (("{{ customer }} {{ fees }} {{ terms }}",), "asks for 'terms'"),
    ],
)
def test_a_bad_or_hostile_word_template_is_refused_with_a_sentence(
    fields: dict[str, Any], gathered: Gathered, tmp_path: Path, paragraphs: tuple[str, ...], told: str
) -> None:
    path = word_file(tmp_path / "own.docx", *paragraphs)
    with pytest.raises(BadInput) as refused:
        fill(path, fields, gathered.workspace.as_of)
    assert any(part in str(refused.value) for part in told.split("|"))
    assert "own.docx" in str(refused.value)


def test_what_is_no_word_file_is_refused(fields: dict[str, Any], gathered: Gathered, tmp_path: Path) -> None:
    (tmp_path / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0 old Word")
    for path in (tmp_path / "old.docx", tmp_path / "absent.docx"):
        with pytest.raises(BadInput, match="Word file"):
            fill(path, fields, gathered.workspace.as_of)


def test_place_holders_of_other_kinds_are_recognised_and_explained(tmp_path: Path) -> None:
    path = word_file(
        tmp_path / "own.docx", "{{ title }} for {Customer} of [Date]", "«next step» {{ nxt_step }}"
    )
    found = asked(path)
    assert found.names == ["nxt_step", "title"]
    assert found.unknown == {"nxt_step": " (did you mean 'next_step'?)"}
    advice = {other.kind: other.advice for other in found.others}
    assert advice["single braces"] == "{Customer} has single braces; write {{ customer }}"
    assert (
        found.left.startswith("{Customer} is still a placeholder: ") or "; {Customer} is still" in found.left
    )
    assert advice["brackets"] == "[Date] is plain text to Word; write {{ date }}"
    assert advice["merge field"].endswith("type {{ next_step }} in its place")


def test_a_workspaces_own_wording_is_used_and_checked(tmp_path: Path) -> None:
    (tmp_path / "wording.yaml").write_text("id: wording\nversion: 1\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"wording\.yaml"):
        wording(Workspace(tmp_path))


def test_a_letter_that_would_take_for_ever_is_refused(
    fields: dict[str, Any], gathered: Gathered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_fields, "SECONDS", 3.0)
    loop = "{% for a in range(9999) %}{% for b in range(9999) %}{{ customer }}{% endfor %}{% endfor %}"
    path = word_file(tmp_path / "own.docx", loop)
    with pytest.raises(BadInput, match=r"own\.docx: it (takes longer than 3 seconds|needs more than)"):
        fill(path, fields, gathered.workspace.as_of)


def test_a_place_holder_that_is_accepted_stays(
    fields: dict[str, Any], gathered: Gathered, tmp_path: Path
) -> None:
    path = word_file(tmp_path / "own.docx", "{{ customer }}: our price is {fees}")
    word = fill(path, fields, gathered.workspace.as_of, accept=True)
    assert f"{fields['customer']}: our price is {{fees}}" in docx_text(word)


def test_prices_validity_and_sender_of_the_user_stand_in_both_documents(
    gathered: Gathered, tmp_path: Path
) -> None:
    own = tmp_path / "offer.yaml"
    own.write_text(
        "validity: 31 March 2009\nrecipient: Ms J. Doe\nclosing: We look forward to it.\n"
        "sender: {name: Anna Berg, role: Account manager, email: anna.berg@harbour-it.example}\n"
        "prices:\n  currency: EUR\n  note: Prices without VAT.\n  lines:\n"
        "    - {item: Health check, quantity: 2, unit: days, price: 1250.5}\n"
        "    - {item: Report, price: 300}\n",
        encoding="utf-8",
    )
    fields = proposal_data(
        gathered, KESTREL, None, own, ["sender.phone=+44 20 7946 0018", "closing=So long."]
    )
    assert fields["closing"] == "So long."
    assert fields["recipient"] == "Ms J. Doe"
    word = docx_text(proposal_docx(gathered, KESTREL, own=own))
    page = pdf_text(proposal_pdf(gathered, KESTREL, own=own))
    for part in (
        "2,501.00",
        "2,801.00",
        "Amount in EUR",
        "31 March 2009",
        "Anna Berg",
        "Prices without VAT.",
    ):
        assert part in word
        assert part in page
    plain = docx_text(proposal_docx(gathered, KESTREL))
    assert "Amount in" not in plain
    assert "Valid until" not in plain


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("departments: []", "'departments' is made from the workspace and cannot be given"),
        ("closing: [a]", "'closing' should be a text"),
        ("valid until: x", "'valid until' cannot be the name of a field"),
        ("sender: {nmae: x}", "did you mean 'name'?"),
        ("prices: {currency: EUR, lines: []}", "offer.yaml line 1"),
        ("prices: {currency: EUR, lines: [{item: x, price: dear}]}", "offer.yaml line 1"),
        ("- a", "should hold fields"),
    ],
)
def test_own_fields_that_cannot_be_used_are_refused(
    gathered: Gathered, tmp_path: Path, text: str, told: str
) -> None:
    own = tmp_path / "offer.yaml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        proposal_data(gathered, KESTREL, None, own)
    assert told in str(refused.value)


@pytest.mark.parametrize("given", ["closing", "departments=x", "sender.nmae=x", "sender=x", "a b=x"])
def test_a_single_field_that_cannot_be_used_is_refused(gathered: Gathered, given: str) -> None:
    with pytest.raises(BadQuestion):
        proposal_data(gathered, KESTREL, None, None, [given])


def test_every_offering_to_every_kind_of_account_speaks_to_the_customer(gathered: Gathered) -> None:
    kinds = gathered.facts.group_by("standing", maintain_order=True).first()["account"].to_list()
    rest = ("customer", "us", "references", "footer", "sender", "date")
    for account in kinds:
        for offering in gathered.offerings:
            fields = proposal_data(gathered, account, offering)
            for text in texts({k: v for k, v in fields.items() if k not in rest}):
                assert not unfit(text), (account, offering, text)
            spoken = (fields["offer"], fields["next_step"])
            assert not [word for text in spoken for word in unfit(text, spoken=True)]
    assert len(kinds) >= 4


def test_a_proof_without_public_never_leaves_whatever_its_source_is_called(gathered: Gathered) -> None:
    plays = {p.id: p for p in gathered.plays.book.plays.values() if p.offering}
    shown = 0
    for account in gathered.accounts[::40]:
        best = {p.offering: p for p in reversed(gathered.best_plays(account)) if p.offering}
        for offering, play in best.items():
            proofs = {p["text"] for p in proposal_data(gathered, account, offering)["proofs"]}
            assert proofs == {p.text for p in plays[play.id].show if p.public and hasattr(p, "text")}
            shown += len(proofs)
    assert shown


def test_names_keep_their_letters_and_ids_stay_at_home(gathered: Gathered) -> None:
    row = gathered.row(KESTREL) | {"products_owned": ["p1", "Cloud Backup", "p3"]}
    gaps = {
        "date": "1 March 2009", "score": 0.4, "hand_over": "IT management to Server", "gaps": [],
        "domains": [{"name": "IT management", "score": 0.2}, {"name": "People", "score": 0.6}],
    }  # fmt: skip
    told = _situation(row, {"p1": "CRM Suite", "p3": "p3"}, gaps)
    assert told[0] == "You have CRM Suite and Cloud Backup."
    assert told[1].endswith("least in the domain IT management.")
    assert told[2].endswith(": IT management to Server.")
    assert (spoken("A-1", None), spoken("A-1", "A-1"), spoken("Acme Ltd", None)) == ("", "", "Acme Ltd")


def test_an_account_without_a_name_is_not_called_by_its_id(gathered: Gathered) -> None:
    facts = gathered.facts.with_columns(
        name=pl.when(account=KESTREL).then(None).otherwise("name"), account=pl.col("account")
    )
    nameless = replace(gathered, plays=replace(gathered.plays, facts=facts))
    with pytest.raises(BadQuestion, match="has no name"):
        proposal_data(nameless, KESTREL)
    assert proposal_data(nameless, KESTREL, None, None, ["customer=Kestrel"])["customer"] == "Kestrel"


def test_what_ships_for_another_technology_is_not_proposed() -> None:
    offered = offerings()
    assert not any(of_our_products(one, {"Electric truck", "truck-1"}, True) for one in offered.values())
    assert of_our_products(offered["health-check"], {"Server Virtualisation"}, True)
    assert of_our_products(offered["health-check"], {"Electric truck"}, False)


def test_signs_that_no_font_has_are_named_and_others_are_shown(gathered: Gathered) -> None:
    with pytest.raises(BadInput, match="no font on this machine has the sign"):
        proposal_pdf(gathered, KESTREL, single=["customer=Acme \U0010fff0"])  # in nobody's font
    page = pdf_text(proposal_pdf(gathered, KESTREL, single=["customer=A\u030akermann Łódź"]))
    assert "Åkermann Łódź" in page
