"""Draws the Word template that ships: ``python docs/word_template.py``. The same script gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from beachhead.documents.proposal import DEFAULT
from beachhead.documents.word_rendering import undated

COLOUR, MUTED = RGBColor(0x1F, 0x4E, 0x79), RGBColor(0x5D, 0x68, 0x75)
MADE = dt.datetime(2009, 2, 28, 12)


def draw() -> bytes:
    """The template as the bytes of a Word file."""
    word = Document()
    _styles(word)
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.2)
    section.footer.paragraphs[0].add_run("{{ us }} · {{ title }} for {{ customer }} · {{ date }}")
    section.footer.paragraphs[0].style = word.styles["Small"]
    section.footer.add_paragraph("{{ footer }}", style="Small")

    word.add_paragraph("{{ us }}", style="Sender")
    word.add_paragraph("{{ title }}", style="Title")
    word.add_paragraph("{{ subtitle }}", style="Subtitle")
    word.add_paragraph("For {{ customer }} · {{ date }}", style="Small")
    word.add_paragraph("{{ opening }}")

    _part(word, "Your situation", if_="situation")
    _each(word, "line in situation", "{{ line }}", "List Bullet")
    word.add_paragraph("{%p endif %}")

    _part(word, "What we propose")
    word.add_paragraph("{{ about }}")

    _part(word, "What changes for each department")
    word.add_paragraph("{{ changes_intro }}", style="Intro")
    word.add_paragraph("{%p for room in departments %}")
    word.add_heading("{{ room.name }}", 2)
    word.add_paragraph("{%p for change in room.changes %}")
    word.add_paragraph("{{ change.text }}")
    word.add_paragraph("{%p if change.softeners %}")
    word.add_paragraph(
        "What makes it smaller, from “{{ change.depth }}” to “{{ change.after }}”:", style="Small"
    )
    _each(word, "s in change.softeners", "{{ s.name }} ({{ s.state }}): {{ s.text }}", "List Bullet")
    word.add_paragraph("{%p endif %}")
    word.add_paragraph("{%p endfor %}")
    word.add_paragraph("{%p endfor %}")

    _part(word, "Services and road map")
    word.add_paragraph("{{ services_intro }}", style="Intro")
    _each(
        word,
        "s in services",
        "{{ s.name }}: {{ s.text }} ({{ s.state }}{% if s.effort %}, {{ s.effort }}{% endif %})",
        "List Bullet",
    )
    word.add_paragraph("How it is priced: {{ price_model }}")
    word.add_paragraph("{%p if third_party %}")
    word.add_paragraph("Needed from others: {{ third_party | join('; ') }}.")
    word.add_paragraph("{%p endif %}")
    _table(
        word,
        ("Step", "What", "Who", "Effort"),
        (2.2, 7.4, 4.2, 2.4),
        "r in roadmap",
        ("{{ r.step }}", "{{ r.what }}", "{{ r.who }}", "{{ r.effort }}"),
    )

    _part(word, "Price", if_="prices.lines or validity")
    word.add_paragraph("{%p if prices.lines %}")
    _table(
        word,
        ("Item", "Quantity", "Price in {{ prices.currency }}", "Amount in {{ prices.currency }}"),
        (7.2, 3.4, 2.8, 2.8),
        "line in prices.lines",
        ("{{ line.item }}", "{{ line.quantity }} {{ line.unit }}", "{{ line.price }}", "{{ line.amount }}"),
        right=2,
        foot=("Total", "", "", "{{ prices.total }}"),
    )
    word.add_paragraph("{%p endif %}")
    for name, text in (("prices.note", "{{ prices.note }}"), ("validity", "Valid until: {{ validity }}")):
        word.add_paragraph(f"{{%p if {name} %}}")
        word.add_paragraph(text)
        word.add_paragraph("{%p endif %}")
    word.add_paragraph("{%p endif %}")

    _part(word, "Business case")
    word.add_paragraph("{{ case_intro }}", style="Intro")
    word.add_paragraph("{{ case.question }}")
    word.add_paragraph("{{ case.payback }}.", style="Strong line")
    word.add_paragraph("{{ case.note }}")
    _table(
        word,
        ("Figure", "Likely (range)", "Unit", "Whose"),
        (6.0, 4.2, 4.2, 1.8),
        "i in case.inputs",
        ("{{ i.name }}", "{{ i.range }}", "{{ i.unit }}", "{{ i.whose }}"),
    )
    word.add_heading("The arithmetic, at the likely figures", 2)
    _table(
        word,
        ("Result", "Arithmetic", "Value"),
        (3.8, 8.2, 4.2),
        "s in case.steps",
        ("{{ s.name }}", "{{ s.arithmetic }}", "{{ s.value }} {{ s.unit }}"),
    )

    _part(word, "References", if_="references or proofs")
    word.add_paragraph("{%p if proof_intro %}")
    word.add_paragraph("{{ proof_intro }}", style="Intro")
    word.add_paragraph("{%p endif %}")
    _each(
        word,
        "r in references",
        "{{ r.name }}{% if r.text %}: {{ r.text }}{% endif %}{% if r.date %} ({{ r.date }}){% endif %}",
        "List Bullet",
    )
    _each(word, "p in proofs", "{{ p.text }} ({{ p.source }})", "List Bullet")
    word.add_paragraph("{%p endif %}")

    _part(word, "Next step")
    word.add_paragraph("{%p if offer %}")
    word.add_paragraph("{{ offer }}")
    word.add_paragraph("{%p endif %}")
    word.add_paragraph("{{ next_step }}", style="Strong line")
    word.add_paragraph("{{ closing }}")
    word.add_paragraph("{%p if sender.name %}")
    word.add_paragraph("{{ sender.name }}").paragraph_format.space_before = Pt(18)
    word.add_paragraph("{% if sender.role %}{{ sender.role }}, {% endif %}{{ us }}", style="Small")
    word.add_paragraph("{%p if sender.phone or sender.email %}")
    reach = "{{ sender.phone }}{% if sender.phone and sender.email %} · {% endif %}{{ sender.email }}"
    word.add_paragraph(reach, style="Small")
    word.add_paragraph("{%p endif %}")
    word.add_paragraph("{%p if sender.address %}")
    word.add_paragraph("{{ sender.address }}", style="Small")
    word.add_paragraph("{%p endif %}")
    word.add_paragraph("{%p endif %}")

    end = next(i for i, p in enumerate(word.paragraphs) if p.text == "Next step")
    for paragraph in word.paragraphs[end:-1]:  # who signs does not stand alone on a page
        paragraph.paragraph_format.keep_with_next = True

    properties = word.core_properties
    properties.title, properties.author, properties.comments = "Proposal", "Beachhead maintainers", ""
    properties.created = properties.modified = MADE
    file = io.BytesIO()
    word.save(file)
    return undated(file.getvalue())


def _styles(word: Any) -> None:
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.12
    for name, size in (("Title", 28), ("Heading 1", 15), ("Heading 2", 11.5)):
        style = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), COLOUR
        style.font.bold = True
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        border = style.element.get_or_add_pPr().find(qn("w:pBdr"))
        if border is not None:
            style.element.pPr.remove(border)
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before = Pt({"Title": 36, "Heading 1": 20, "Heading 2": 11}[name])
        style.paragraph_format.space_after = Pt({"Title": 2, "Heading 1": 6, "Heading 2": 3}[name])
    word.styles["Subtitle"].font.name = "Calibri"
    word.styles["Subtitle"].font.size, word.styles["Subtitle"].font.color.rgb = Pt(14), MUTED
    word.styles["Subtitle"].font.italic = False
    word.styles["List Bullet"].paragraph_format.space_after = Pt(3)
    for name, size, colour, bold, italic in (
        ("Small", 8.5, MUTED, False, False),
        ("Sender", 12, COLOUR, True, False),
        ("Intro", 10.5, MUTED, False, True),
        ("Strong line", 12, COLOUR, True, False),
    ):
        style = word.styles.add_style(name, 1)
        style.base_style = normal
        style.font.size, style.font.color.rgb = Pt(size), colour
        style.font.bold, style.font.italic = bold, italic


def _part(word: Any, heading: str, if_: str | None = None) -> None:
    if if_:
        word.add_paragraph(f"{{%p if {if_} %}}")
    word.add_heading(heading, 1)


def _each(word: Any, loop: str, text: str, style: str) -> None:
    word.add_paragraph(f"{{%p for {loop} %}}")
    word.add_paragraph(text, style=style)
    word.add_paragraph("{%p endfor %}")


def _table(
    word: Any,
    head: tuple[str, ...],
    widths: tuple[float, ...],
    loop: str,
    cells: tuple[str, ...],
    right: int = 9,
    foot: tuple[str, ...] = (),
) -> None:
    """A row per turn of ``loop``, and ``foot`` below; columns from ``right`` on hold figures."""
    table = word.add_table(rows=5 if foot else 4, cols=len(head))
    below = foot or ("",) * len(head)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    table.rows[1].cells[0].text = f"{{%tr for {loop} %}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for column, (title, cell, last, width) in enumerate(zip(head, cells, below, widths, strict=True)):
        for row in table.rows:
            row.cells[column].width = Cm(width)
        for row, text in ((0, title), (2, cell), *([(4, last)] if foot else [])):
            paragraph = table.rows[row].cells[column].paragraphs[0]
            paragraph.add_run(text).font.size = Pt(9)
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.runs[0].font.bold = row == 4 or None
            if column >= right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if row == 0:
                paragraph.runs[0].font.color.rgb, paragraph.runs[0].font.bold = MUTED, True
    head_row = table.rows[0]._tr.get_or_add_trPr()
    head_row.append(OxmlElement("w:tblHeader"))
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("color", "D3D9E0")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    # Word reads the parts of a table's properties in one order only.
    after = [qn(f"w:{name}") for name in ("shd", "tblLayout", "tblCellMar", "tblLook")]
    first = next((one for one in table._tbl.tblPr if one.tag in after), None)
    if first is None:
        table._tbl.tblPr.append(borders)
    else:
        first.addprevious(borders)
    word.add_paragraph()


if __name__ == "__main__":
    Path(DEFAULT).parent.mkdir(parents=True, exist_ok=True)
    Path(DEFAULT).write_bytes(draw())
