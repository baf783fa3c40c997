"""Documents read back. Not a test module."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx import Document


def pdf_text(content: bytes, folder: Path) -> str:
    """The text of a PDF, blanks made one; skips where no reader is installed."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = folder / "read-back.pdf"
    path.write_bytes(content)
    found = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(re.sub(r"(\w)-\n\s*", r"\1", found.stdout.decode("utf-8")).split())


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
