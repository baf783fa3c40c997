"""The report: one self-contained HTML file with every page that a workspace has something to say for.

It loads nothing from elsewhere, prints on A4, and follows the reader's choice of light or dark. The same
workspace gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from beachhead import __version__
from beachhead.documents.html import render
from beachhead.documents.pages import pages
from beachhead.errors import BadInput, BadQuestion
from beachhead.tables.workspace import Workspace


def report_html(workspace: Workspace) -> str:
    """The whole report as an HTML text. Raises BadQuestion when no page has anything to say."""
    found = pages(workspace)
    if not found:
        raise BadQuestion(
            f"The workspace {workspace.folder} has nothing to report on; give it an adoption.csv."
        )
    settings = workspace.settings.get("report", {})
    return str(
        render(
            "report/report.html",
            own=workspace.folder / "templates",
            title=settings.get("title") or workspace.folder.resolve().name,
            about=settings.get("about", ""),
            us=workspace.us,
            as_of=workspace.as_of,
            pages=found,
            version=__version__,
        )
    )


def write_report(workspace: Workspace, folder: str | Path) -> Path:
    """Write ``index.html`` into ``folder`` (made if need be) and return its path; all of it or nothing."""
    html = report_html(workspace)
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / ".index.html.part"
        unfinished.write_text(html, encoding="utf-8")
        return unfinished.replace(folder / "index.html")
    except OSError as error:
        raise BadInput(f"the report cannot be written there: {error.strerror}", file=folder) from error
