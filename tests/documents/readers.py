"""Documents read back. Not a test module."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pypdfium2
from docx import Document


def pdf_text(content: bytes) -> str:
    """The text of a PDF, blanks made one and words that a line's end divides joined."""
    with pypdfium2.PdfDocument(content) as pdf:
        told = "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    # the reader marks a hyphen at a line's end with a sign of its own
    return " ".join(re.sub(r"(\w)[-\ufffe\x02]\s*\n\s*", r"\1", told).split())


def pdf_pages(content: bytes) -> int:
    """How many pages a PDF has."""
    with pypdfium2.PdfDocument(content) as pdf:
        return len(pdf)


def docx_text(content: bytes) -> str:
    """All text of a Word file: paragraphs, tables, footers."""
    word = Document(io.BytesIO(content))
    told = [p.text for p in word.paragraphs]
    told += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    told += [p.text for section in word.sections for p in section.footer.paragraphs]
    return "\n".join(told)


def word_file(path: Path, *paragraphs: str) -> Path:
    """A Word file with these paragraphs."""
    word = Document()
    for text in paragraphs:
        word.add_paragraph(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    word.save(str(path))
    return path


def xml_of(content: bytes) -> str:
    """The XML of a Word file's document."""
    return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode("utf-8")
