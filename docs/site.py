"""Builds the documentation site into ``site/``: ``make docs``. Warnings and links that lead nowhere are errors.

Pages are taken from ``docs/`` as they are, the project's own pages and the gallery are laid beside them, and the whole
is built in ``build/site``, so that nothing generated lies among what is written by hand.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parent.parent
SOURCE, SITE = ROOT / "build" / "site", ROOT / "site"
OF_THE_PROJECT = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}


def stage(folder: Path) -> None:
    """Lay the pages of the site into ``folder``, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for page in folder.rglob("*.md"):
        page.write_text(_of_project(page.read_text("utf-8")), "utf-8")
    for name, page_name in OF_THE_PROJECT.items():
        text = (ROOT / name).read_text("utf-8")
        (folder / page_name).write_text(text.replace("](docs/", "]("), "utf-8")


def _of_project(text: str) -> str:
    """Links from a page to files of the project's root, as they are on the site: beside the index."""
    for name, page_name in OF_THE_PROJECT.items():
        text = re.sub(rf"\]\((?P<up>(?:\.\./)*)\.\./{re.escape(name)}", rf"](\g<up>{page_name}", text)
    return text


class _Page(HTMLParser):
    """The links of a page, and the places in it that a link may lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value and tag != "base":
                self.links.append(value)
            elif name in ("id", "name") and value:
                self.places.add(value)


def broken_links(site: Path) -> Iterator[str]:
    """Every link of a page of ``site`` that leads to no file of it, or to no place in one, and all that is loaded."""
    pages = {path.resolve(): _Page(path.read_text("utf-8")) for path in site.rglob("*.html")}
    for path, page in pages.items():
        if path.name == "404.html":
            continue  # its links are from the root, as it is shown for any address
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = there / "index.html" if there.is_dir() else there
            if not there.is_file():
                yield f"{path.relative_to(site.resolve())}: {link}"
            elif there in pages and unquote(parts.fragment) not in pages[there].places:
                yield f"{path.relative_to(site.resolve())}: {link} (no such place)"


def main() -> None:
    """Reference pages, gallery, site, links; ends with a sentence and a code of 1 where one of them fails."""
    sys.path.insert(0, str(Path(__file__).parent))
    import build
    import gallery

    build.build(ROOT)
    stage(SOURCE)
    (SOURCE / "gallery.md").write_text(gallery.gallery(SOURCE), "utf-8")
    shutil.rmtree(SITE, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"], cwd=ROOT, check=False
    )
    if done.returncode:
        sys.exit("The site was not built: mend the pages named above.")
    if broken := sorted(broken_links(SITE)):
        sys.exit("\n".join(["These links lead nowhere:", *broken]))
    print(f"The site lies in {SITE / 'index.html'}")


if __name__ == "__main__":
    main()
