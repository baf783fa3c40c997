"""`beachhead report`: the whole file, and what it must refuse."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs_runner import run

EXAMPLE = ROOT / "examples" / "vmware-2009"
VOID = {"meta", "br", "link", "img", "hr", "input"}


class Outline(HTMLParser):
    """Ids, links and open tags of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a":
            self.links.append(str(found.get("href")))
        self.loads += [str(found[name]) for name in ("src", "data") if found.get(name)]
        if tag in ("link", "script", "iframe", "object"):
            self.loads.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline(path: Path) -> Outline:
    page = Outline()
    page.feed(path.read_text("utf-8"))
    assert page.open == []
    return page


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    assert run(f"beachhead report {EXAMPLE} -o {folder}") == f"The report lies in {folder / 'index.html'}\n"
    return folder / "index.html"


def test_it_is_well_formed_and_loads_nothing(report: Path) -> None:
    page = outline(report)
    assert page.loads == []
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert not re.search(r"url\((?!#)", report.read_text("utf-8"))


def test_the_later_figures_stand_only_in_the_part_on_what_happened_later(report: Path) -> None:
    told = report.read_text("utf-8")
    before, after = told.split('id="later"')
    assert "Not known on 28 February 2009" in after
    for figure in ("2,020\u00a0million USD", "16\u00a0% in Oct 2009", "129,000"):
        assert figure in after
        assert figure not in before
    assert "2009-04-21" not in before
    assert "2009-01-26" in before  # known on the day, with its date


def test_every_series_and_source_is_told(report: Path) -> None:
    text = " ".join("".join(outline(report).text).split())
    for name in (
        "VMware revenue by year",
        "IT departments that use it",
        "Data centres that use it in production",
    ):
        assert name in text
    assert "VMware 10-K FY2010 MD&A" in text
    assert "Server workloads that run on it has no figure that was known by 2009-02-28." in text
    assert "Who counts as an adopter decides the answer." in text


def test_the_same_workspace_gives_the_same_bytes(report: Path, tmp_path: Path) -> None:
    run(f"beachhead report {EXAMPLE} -o {tmp_path}")
    assert (tmp_path / "index.html").read_bytes() == report.read_bytes()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A workspace of one series with a name that means something to HTML."""
    folder = tmp_path / "small"
    folder.mkdir()
    rows = "\n".join(f"{y},{v}" for y, v in zip(range(2001, 2009), (1, 2, 4, 8, 15, 27, 45, 70), strict=True))
    (folder / "adoption.csv").write_text(
        "unique_id,ds,y,kind,name,unit\n"
        + "\n".join(f'x,{row},stock,"R&D <b>lab</b> {{{{7*7}}}}",benches' for row in rows.splitlines()),
        encoding="utf-8",
    )
    (folder / "beachhead.toml").write_text(
        'as_of = 2009-06-30\n[report]\nabout = "A & B <i>c</i>"\n', encoding="utf-8"
    )
    return folder


def test_what_the_user_wrote_is_escaped(small: Path, tmp_path: Path) -> None:
    run(f"beachhead report {small} -o {tmp_path / 'out'}")
    told = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "R&amp;D &lt;b&gt;lab&lt;/b&gt; {{7*7}}" in told
    assert "<b>lab" not in told
    assert "A &amp; B &lt;i&gt;c&lt;/i&gt;" in told
    assert "later" not in outline(tmp_path / "out" / "index.html").ids


def test_a_template_of_the_users_own_goes_first_and_is_sandboxed(small: Path, tmp_path: Path) -> None:
    own = small / "templates" / "report"
    own.mkdir(parents=True)
    (own / "style.css").write_text("body { color: rebeccapurple }")
    run(f"beachhead report {small} -o {tmp_path / 'out'}")
    assert "rebeccapurple" in (tmp_path / "out" / "index.html").read_text("utf-8")
    (own / "report.html").write_text("{{ title.__class__.__mro__ }}")
    assert "the template cannot be used" in run(f"beachhead report {small} -o {tmp_path / 'out'}")
    (own / "report.html").write_text("{{ tilte }}")
    assert "'tilte' is undefined" in run(f"beachhead report {small} -o {tmp_path / 'out'}")


def test_what_it_refuses(small: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "nothing to report on" in run(f"beachhead report {empty} -o {tmp_path / 'out'}")
    assert "there is no such folder" in run(f"beachhead report {tmp_path / 'none'}")
    (tmp_path / "file").write_text("")
    assert "a part of its path is a file" in run(f"beachhead report {small} -o {tmp_path / 'file'}")
    toml = small / "beachhead.toml"
    toml.write_text('as_of = 2009-06-30\n[[market.what_if]]\nseries = "x"\npotential = 7\n')
    assert "states no range" in run(f"beachhead report {small} -o {tmp_path / 'out'}")
    toml.write_text('as_of = 2009-06-30\n[[market.also_known]]\ntext = "t"\n')
    assert "also_known is not complete" in run(f"beachhead report {small} -o {tmp_path / 'out'}")
    assert not (tmp_path / "out" / "index.html").exists()


def test_a_refused_report_leaves_the_one_before(small: Path, tmp_path: Path) -> None:
    run(f"beachhead report {small} -o {tmp_path / 'out'}")
    before = (tmp_path / "out" / "index.html").read_bytes()
    shutil.copy(small / "adoption.csv", small / "adoption.tsv")
    assert "adoption" in run(f"beachhead report {small} -o {tmp_path / 'out'}")
    assert (tmp_path / "out" / "index.html").read_bytes() == before
