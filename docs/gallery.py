"""Every document that Beachhead makes, made from the examples, with pictures of its pages: a page of the site."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import pypdfium2

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Document:
    """One document: its name, who it is for and what it tells, the command that makes it, and the file it makes."""

    name: str
    tells: str
    command: str
    file: str


TERRITORY = "examples/partner-2009"
KESTREL = "001A0000004xQ2ZIAU"
DOCUMENTS = (
    Document(
        "Report of a market",
        "For everybody: where a market stood, who buys next, and what happened later.",
        "beachhead report examples/vmware-2009 -o market",
        "market/index.html",
    ),
    Document(
        "Report of a territory",
        "For the practice lead: accounts on the life cycle, next buyers, the practice's own maturity, business cases.",
        f"beachhead report {TERRITORY} -o territory",
        "territory/index.html",
    ),
    Document(
        "Brief",
        "For the account manager, before the visit: all about one account on two pages.",
        f"beachhead brief {TERRITORY} kestrel -o brief.pdf",
        "brief.pdf",
    ),
    Document(
        "Proposal as PDF",
        "For the customer. Nothing internal is in it; prices, validity and sender are yours to give.",
        f'beachhead proposal {TERRITORY} kestrel --set validity="31 March 2009" -o proposal.pdf',
        "proposal.pdf",
    ),
    Document(
        "Proposal in Word",
        "The same from a Word template: the one that ships, or your own.",
        f'beachhead proposal {TERRITORY} kestrel --set validity="31 March 2009" -o proposal.docx',
        "proposal.docx",
    ),
    Document(
        "Battlecard",
        "For the account manager: one play on one page.",
        f"beachhead battlecard partner-in-name -w {TERRITORY} -o battlecard.pdf",
        "battlecard.pdf",
    ),
    Document(
        "Account plan",
        "For the account team, to go on working in.",
        f"beachhead account-plan {TERRITORY} kestrel -o plan.xlsx",
        "plan.xlsx",
    ),
    Document(
        "Map of discontinuities",
        "For the pre-sales architect: what an offering changes in each department, and what makes that smaller.",
        f"beachhead discontinuity {TERRITORY} Kestrel --offering run-what-you-own -o changes.html",
        "changes.html",
    ),
    Document(
        "Business case",
        "For the customer's finance department: what an offering pays back, with a range.",
        f"beachhead business-case {TERRITORY} Kestrel run-what-you-own -o case.html",
        "case.html",
    ),
    Document(
        "Questionnaire",
        "For those who answer for a customer: the first meeting's points.",
        f"beachhead assess {TERRITORY} {KESTREL} --blueprint operations --group first-meeting"
        ' --respondent "Head of IT" --questionnaire questions.xlsx',
        "questions.xlsx",
    ),
    Document(
        "Assessment",
        "For the practice lead and the customer: scores with their spread, gaps, road map.",
        f"beachhead assess {TERRITORY} {KESTREL} --blueprint operations -o assessment.xlsx",
        "assessment.xlsx",
    ),
    Document(
        "Accounts",
        "For the analyst: every account's standing, relationship and next purchase, and every fact behind them.",
        f"beachhead accounts {TERRITORY} -o accounts.xlsx",
        "accounts.xlsx",
    ),
)


def gallery(folder: Path) -> str:
    """Make every document in ``folder/gallery`` and return the text of the page beside it.

    HTML is drawn where Chromium is found, Word where LibreOffice is; elsewhere the file alone is offered.
    """
    made = folder / "gallery"
    made.mkdir()
    work = folder.parent / "gallery-work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(ROOT / "examples", work / "examples")
    parts = [
        "# Gallery",
        "",
        "Every document that Beachhead makes, made from the worked examples when this site was built. Firms and",
        "persons in them are invented; the market's figures are the published ones.",
    ]
    for document in DOCUMENTS:
        command = shlex.split(document.command)
        subprocess.run([sys.executable, "-m", *command], cwd=work, check=True, stdout=subprocess.DEVNULL)
        name = document.file.replace("/index.html", ".html")
        file = made / name
        shutil.copyfile(work / document.file, file)
        parts += ["", f"## {document.name}", "", f"{document.tells} [Open it](gallery/{name})", ""]
        parts += ["```text", document.command, "```", "", *_shown(file, document.name)]
    return "\n".join(parts) + "\n"


def _shown(file: Path, name: str) -> list[str]:
    if file.suffix == ".xlsx":
        return _sheets(file)
    drawn = {".pdf": _pdf_pages, ".html": _screenshot, ".docx": _word_pages}[file.suffix](file)
    return [
        f"[![{name}, page {number}](gallery/{picture.name}){{ width=320 }}](gallery/{picture.name})"
        for number, picture in enumerate(drawn, start=1)
    ]


def _sheets(file: Path) -> list[str]:
    lines = ["| sheet | rows | begins with |", "| --- | --- | --- |"]
    book = fastexcel.read_excel(file)
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=None)
        first = next((row for row in sheet.to_polars().iter_rows() if any(row)), ())
        words = " · ".join(str(cell) for cell in first if cell is not None)
        short = words if len(words) <= 100 else words[:100].rsplit(" ", 1)[0] + " …"
        lines.append(f"| {name} | {sheet.height} | {short.replace('|', '/')} |")
    return lines


def _pdf_pages(file: Path) -> Iterator[Path]:
    with pypdfium2.PdfDocument(file) as pdf:
        for number, page in enumerate(pdf, start=1):
            picture = file.with_name(f"{file.stem}-{number}.png")
            page.render(scale=1.5).to_pil().save(picture, optimize=True)
            yield picture


def _screenshot(file: Path) -> Iterator[Path]:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        return
    picture = file.with_name(f"{file.stem}-html.png")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--hide-scrollbars",
    ]
    subprocess.run(
        [browser, *options, "--window-size=1000,1400", f"--screenshot={picture}", file.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    yield picture


def _word_pages(file: Path) -> Iterator[Path]:
    office = shutil.which("soffice")
    if office is None:
        return
    there = file.parent / "from-word"
    subprocess.run(
        [office, "--headless", "--convert-to", "pdf", "--outdir", there, file],
        check=True,
        capture_output=True,
        timeout=120,
    )
    turned = there / f"{file.stem}.pdf"
    pdf = turned.rename(file.with_name(f"{file.stem}-from-word.pdf"))
    there.rmdir()
    yield from _pdf_pages(pdf)
