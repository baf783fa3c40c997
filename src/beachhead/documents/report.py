"""The report: one self-contained HTML file with every page that a workspace has something to say for.

It loads nothing from elsewhere, prints on A4, and follows the reader's choice of light or dark. The same
workspace gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from beachhead import __version__
from beachhead.documents.html import own_templates, render
from beachhead.documents.pages import Page, pages
from beachhead.errors import BadQuestion
from beachhead.tables.workspace import Workspace
from beachhead.tables.writing import write_whole


def report_html(workspace: Workspace) -> str:
    """The whole report as an HTML text. Raises BadQuestion when no page has anything to say."""
    found = pages(workspace)
    if not found:
        raise BadQuestion(
            f"The workspace {workspace.folder} has nothing to report on; give it an adoption.csv."
        )
    settings = workspace.section("report", {"title": str, "about": str})
    title = settings.get("title") or workspace.folder.resolve().name
    return _html(workspace, found, title, settings.get("about", ""))


def write_report(workspace: Workspace, folder: str | Path) -> Path:
    """Write ``index.html`` into ``folder`` (made if need be) and return its path; all of it or nothing."""
    return _write(report_html(workspace), Path(folder) / "index.html")


def write_page(workspace: Workspace, page: Page, file: str | Path) -> Path:
    """Write one page as an HTML file of its own, in the form of the report; all of it or nothing."""
    return _write(_html(workspace, {"page": page}, page.title), Path(file))


def _html(workspace: Workspace, found: dict[str, Page], title: str, about: str = "") -> str:
    return str(
        render(
            "report/report.html",
            own=own_templates(workspace),
            title=title,
            about=about,
            us=workspace.us,
            as_of=workspace.as_of,
            pages=found,
            version=__version__,
        )
    )


def _write(html: str, file: Path) -> Path:
    return write_whole(file, html, folder=True)
