"""Places that are still to be filled: every way in which people write them, and what only looks like one."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from beachhead.documents.placeholders import placeholders
from beachhead.documents.word_fields import _field, asked
from tests.documents.readers import word_file


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("our price is {fees}", "fees"),
        ("our price is ${fees}", "fees"),
        ("Dear {Company Name},", "Company Name"),
        ("Dear {Kunde Straße},", "Kunde Straße"),
        ("Dear [Customer Name],", "Customer Name"),
        ("Dear [customer's name],", "customer's name"),
        ("EUR [X] per year", "X"),
        ("[[total]]", "total"),
        ("Dear «Company»", "Company"),
        ("Dear <<client.name>>", "client.name"),
        ("Dear <Client Name>", "Client Name"),
        ("Dear %COMPANY%", "COMPANY"),
        ("Dear $name$ and", "name"),
        ("Dear #name#", "name"),
        ("Dear @@name@@", "name"),
        ("Dear __NAME__", "NAME"),
        ("valid for ____ days", "____"),
        ("valid for ......... days from", "........."),
        ("valid for …… days from", "……"),
        ("Price: TBD", "TBD"),
        ("Start: tbc. Price: TBC.", "TBC"),
        ("EUR XXX", "XXX"),
        ("EUR ???", "???"),
        ("Lorem ipsum dolor", "Lorem ipsum"),
        ("Click or tap here to enter text.", None),
        ("Insert your price here", "Insert your price here"),
    ],
)
def test_a_place_to_be_filled_is_found(text: str, name: str | None) -> None:
    found = [one.name for one in placeholders(text)]
    assert found
    assert name is None or name in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "as in [1], [12] and [2009]",
        "they said 'wich' [sic]",
        "[ ] yes  [ ] no",
        "a < b and c > d",
        "write to <anna@example.org> or <https://example.org>",
        "between 5 % and 10 %",
        "costs $5 or $6",
        "Signature: ______________   Date: __________",
        "_______________________",
        "Ort, Datum ____________ Unterschrift ____________",
        "and so on … and on...",
        "item #1 and #2, C# and F#",
        "an extra XX large",
    ],
)
def test_what_stands_in_finished_letters_is_left_alone(text: str) -> None:
    assert [one.shown for one in placeholders(text)] == []


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("company_name", "customer"), ("CompanyName", "customer"), ("Client Name", "customer"),
        ("Your Company", "us"), ("today's date", "date"), ("Insert Date", "date"), ("project title", "title"),
        ("valid until", "validity"), ("Your Name", "sender.name"), ("Sender", "sender.name"),
        ("total price", "prices.total"),
        ("nextstep", "next_step"), ("fees", ""), ("price", ""), ("Address", ""), ("City", ""), ("Contact Name", ""),
    ],
)  # fmt: skip
def test_the_advice_names_the_field_that_is_meant_or_none(name: str, field: str) -> None:
    from beachhead.documents.proposal_data import FIELDS

    assert _field(name, FIELDS) == field


def test_headers_footers_boxes_controls_and_split_runs_are_read(tmp_path: Path) -> None:
    word = Document()
    split = word.add_paragraph("{{ customer }} pays ")
    for part in ("{", "fe", "es}"):
        split.add_run(part)
    word.sections[0].header.paragraphs[0].text = "Dear [Reader Name]"
    word.sections[0].footer.paragraphs[0].text = "<<footer.text>>"
    word.add_table(1, 1).cell(0, 0).text = "TBD"
    file = io.BytesIO()
    word.save(file)
    box = (
        "<w:p><w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent><w:p><w:r>"
        "<w:t>{in_a_box}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Choose a day</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> MERGE</w:instrText></w:r>"
        "<w:r><w:instrText>FIELD Client_City \\* MERGEFORMAT</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        "<w:p><w:fldSimple w:instr=' FILLIN &quot;Whose letter?&quot; '/></w:p>"
    )
    path = tmp_path / "own.docx"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = re.sub(rb"(<w:sectPr)", box.encode() + rb"\1", content, count=1)
            new.writestr(name, content)
    found = {other.text: other for other in asked(path).others}
    assert set(found) == {
        "fees", "Reader Name", "footer.text", "TBD", "in_a_box", "Choose a day", "Client_City", "Whose letter?"
    }  # fmt: skip
    assert "--set client_city=TEXT" in found["Client_City"].advice


def test_a_field_of_the_users_own_is_known(tmp_path: Path) -> None:
    path = word_file(tmp_path / "own.docx", "{{ fees }} for {Fees}")
    assert asked(path).unknown == {"fees": ""}
    found = asked(path, ["fees"])
    assert not found.unknown
    assert found.others[0].advice.endswith("write {{ fees }}")


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from beachhead.documents import word_rendering
    from beachhead.errors import BadInput

    monkeypatch.setattr(word_rendering, "LARGEST", 1000)
    with pytest.raises(BadInput, match="unpacks to"):
        word_rendering.looked_at(word_file(tmp_path / "own.docx", "{{ customer }}"))


def test_comments_and_tracked_changes_are_told_for_the_customer_could_read_them(tmp_path: Path) -> None:
    word = Document()
    paragraph = word.add_paragraph("Dear {{ customer }}, our price is ")
    word.add_comment(paragraph.runs, text="He will pay more", author="A. Brandt")
    added = etree.SubElement(paragraph._p, qn("w:ins"), {qn("w:author"): "B. Cole", qn("w:id"): "7"})
    etree.SubElement(etree.SubElement(added, qn("w:r")), qn("w:t")).text = "ten thousand"
    word.save(str(tmp_path / "letter.docx"))
    found = asked(tmp_path / "letter.docx")
    assert found.left == (
        "“He will pay more” is a comment by A. Brandt, which the customer can read; delete it in Word; "
        "“ten thousand” is a tracked change by B. Cole, which the customer can read; accept or reject it in Word"
    )
