"""Exit codes and streams, through the installed program: 0 done, 1 problems or refused, 2 usage, 70 our fault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from beachhead.cli import commands
from tests.conftest import ROOT

EXAMPLE = str(ROOT / "examples" / "vmware-2009")


def program(*words: str, code: str | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program as a user runs it; ``code`` is run before it, to break something inside."""
    start = ["-m", "beachhead"] if code is None else ["-c", f"{code}\nfrom beachhead.cli import main; main()"]
    return subprocess.run(
        [sys.executable, *start, *words],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
        timeout=120,
        check=False,
    )


@pytest.fixture
def series(tmp_path: Path) -> str:
    path = tmp_path / "series.csv"
    path.write_text(
        "unique_id,ds,y\n" + "".join(f"é \x1b[31m\u2192,{2000 + n},{n * n}\n" for n in range(1, 7))
    )
    return str(path)


def test_what_is_done_is_0_and_what_is_wrong_or_refused_1(series: str, tmp_path: Path) -> None:
    (tmp_path / "plays").mkdir()
    (tmp_path / "plays" / "a.yaml").write_text("x: 1\n")
    assert program("market", series).returncode == 0
    assert program("check", EXAMPLE).returncode == 0
    checked = program("check", str(tmp_path))
    assert (checked.returncode, b"there is no field 'x'" in checked.stdout) == (1, True)
    refused = program("market", str(tmp_path / "nothing.csv"))
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert refused.stderr.decode() == f"beachhead: {tmp_path / 'nothing.csv'}: there is no such file.\n"


@pytest.mark.parametrize("name", sorted(commands.list_commands(None)))  # type: ignore[arg-type]
def test_every_command_helps_with_0_and_an_option_that_is_not_there_is_2(name: str) -> None:
    command = commands.get_command(None, name)  # type: ignore[arg-type]
    assert isinstance(command, click.Command)
    assert program(name, "--help").returncode == 0
    wrong = program(name, "--no-such-option")
    assert wrong.returncode == 2
    assert b"Traceback" not in wrong.stderr


TERRITORY, ACCOUNT, PLAY, OFFERING = "ws", "Kestrel Valves", "partner-in-name", "server-virtualisation"
LIST = "ws/overlap/tailspin-accounts.csv"
# what each command does with what there is, and refuses of what there is not
COMMANDS = {
    "account-plan": (f"{TERRITORY}|{ACCOUNT}|-o|plan.xlsx", f"{TERRITORY}|Nobody|-o|plan2.xlsx"),
    "accounts": (TERRITORY, "nowhere"),
    "assess": (f"{TERRITORY}|{ACCOUNT}|--blueprint|operations", f"{TERRITORY}|{ACCOUNT}|--blueprint|nothing"),
    "battlecard": (f"{PLAY}|-o|card.pdf", "no-such-play|-o|card2.pdf"),
    "blueprint": ("list", "show|nothing"),
    "brief": (f"{TERRITORY}|{ACCOUNT}|-o|brief.pdf", f"{TERRITORY}|Nobody|-o|brief2.pdf"),
    "business-case": (f"{TERRITORY}|{ACCOUNT}|{OFFERING}", f"{TERRITORY}|{ACCOUNT}|no-such-offering"),
    "check": (TERRITORY, "nowhere"),
    "demo": ("-o|demo", f"-o|{LIST}"),
    "discontinuity": (f"{TERRITORY}|{ACCOUNT}", f"{TERRITORY}|Nobody"),
    "drill": (f"{TERRITORY}|--person|AB", f"{TERRITORY}|--person|Nobody"),
    "export": (f"{TERRITORY}|-o|back.csv", f"{TERRITORY}|-o|back.docx"),
    "gate": (f"{TERRITORY}|4.0", f"{TERRITORY}|no-such-release"),
    "import": (f"{TERRITORY}/exports|--into|imported", "nowhere|--into|imported2"),
    "lost": (f"{TERRITORY}|{ACCOUNT}|{PLAY}", f"{TERRITORY}|{ACCOUNT}|no-such-play"),
    "market": (f"{TERRITORY}/adoption.csv", "nowhere.csv"),
    "outcomes": (TERRITORY, f"{TERRITORY}|--undo|999"),
    "overlap": (f"{TERRITORY}|{LIST}", f"{TERRITORY}|nowhere.csv"),
    "people": (f"{TERRITORY}|--person|AB", f"{TERRITORY}|--forget|Nobody"),
    "plays": (f"{TERRITORY}|--account|{ACCOUNT}", f"{TERRITORY}|--account|Nobody"),
    "proposal": (f"{TERRITORY}|{ACCOUNT}|-o|proposal.docx", f"{TERRITORY}|{ACCOUNT}|-o|proposal.txt"),
    "report": (f"{EXAMPLE}|-o|report", "nowhere|-o|report2"),
    "role-play": (f"{TERRITORY}|--person|AB|--account|{ACCOUNT}", f"{TERRITORY}|--person|AB"),
    "training": (f"{TERRITORY}|-o|training.json", "nowhere"),
    "views": (f"show|{TERRITORY}", f"close|{TERRITORY}|no-such-round"),
    "won": (f"{TERRITORY}|{ACCOUNT}|{PLAY}", f"{TERRITORY}|Nobody|{PLAY}"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped territory in ``ws``, for the commands to work in."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "examples" / "partner-2009", folder / TERRITORY)
    return folder


@pytest.mark.parametrize("name", sorted(commands.list_commands(None)))  # type: ignore[arg-type]
def test_every_command_ends_with_0_when_done_and_1_with_a_sentence_when_refused(
    name: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk)
    done, refused = (program(name, *words.split("|")) for words in COMMANDS[name])
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr.decode()
    assert refused.returncode == 1, refused.stderr.decode()
    assert refused.stderr.startswith(b"beachhead: ")
    assert b"Traceback" not in refused.stderr


BREAK = """
import beachhead.documents.market_tables as broken
def fails(*_):
    raise ERROR
broken.market_tables = fails
"""


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        ("KeyError('SECRET AG')", 70, "something went wrong that is our fault (KeyError)"),
        ("BaseException('SECRET AG')", 70, "our fault (BaseException)"),
        ("MemoryError()", 1, "There is not enough memory for this."),
        ("ImportError('x.so: failed to map segment')", 1, "There is not enough memory for this."),
        ("ImportError('no such thing')", 70, "our fault (ImportError)"),
        (
            "PermissionError(13, 'x', 'place.csv')",
            1,
            "place.csv: it cannot be read or written: there is no permission",
        ),
        ("KeyboardInterrupt()", 130, "Stopped."),
    ],
)
def test_no_exception_passes(series: str, error: str, code: int, said: str) -> None:
    ended = program("market", series, "--format", "json", code=BREAK.replace("ERROR", error))
    told = ended.stderr.decode()
    assert (ended.returncode, said in told) == (code, True), told
    assert "Traceback" not in told
    assert "SECRET" not in told
    if code == 70:
        assert "market --format" in told
        assert "beachhead/cli/market.py:" in told
        assert series not in told


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8", "latin-1"])
@pytest.mark.parametrize("form", ["table", "csv"])
def test_any_encoding_of_the_terminal_does_and_no_sign_steers_it(
    series: str, encoding: str, form: str
) -> None:
    ended = program("market", series, "--format", form, PYTHONIOENCODING=encoding, COLUMNS="200")
    assert (ended.returncode, ended.stderr) == (0, b"")
    said = ended.stdout.decode(encoding)
    assert "\x1b" not in said
    for sign in "é→":
        assert sign.encode(encoding, "replace").decode(encoding) in said


def test_a_reader_that_leaves_ends_it_quietly(series: str) -> None:
    words = [sys.executable, "-m", "beachhead", "market", series]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 130


def test_markup_and_emoji_codes_in_names_are_shown_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "series.csv"
    path.write_text(
        "unique_id,ds,y\n" + "".join(f"[/b] :smile: [DE],{2000 + n},{n * n}\n" for n in range(1, 7))
    )
    ended = program("market", str(path), COLUMNS="200")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "[/b] :smile: [DE]" in ended.stdout.decode()


def test_the_ending_decides_the_form_and_others_are_refused(series: str, tmp_path: Path) -> None:
    begins = {
        ".csv": b"\xef\xbb\xbfunique_id",
        ".xlsx": b"PK",
        ".json": b"{",
        ".parquet": b"PAR1",
        ".txt": b"Where they stand",
    }
    for ending, begin in begins.items():
        path = tmp_path / f"out{ending}"
        assert program("market", series, "-o", str(path)).returncode == 0
        assert path.read_bytes().startswith(begin)
    for name in ("out.docx", "out"):
        refused = program("market", series, "-o", str(tmp_path / name))
        assert (refused.returncode, b"possible is .txt, .csv, .xlsx" in refused.stderr) == (1, True)
        assert not (tmp_path / name).exists()
    clash = program("market", series, "--format", "json", "-o", str(tmp_path / "other.csv"))
    assert (clash.returncode, b"leave one of them out" in clash.stderr) == (1, True)


def test_nobodys_work_is_replaced_without_force_and_no_input_at_all(series: str, tmp_path: Path) -> None:
    path, held = tmp_path / "out.csv", Path(series).read_bytes()
    path.write_text("my notes")
    refused = program("market", series, "-o", str(path))
    assert (refused.returncode, path.read_text()) == (1, "my notes")
    assert b"--force" in refused.stderr
    assert program("market", series, "-o", str(path), "--force").returncode == 0
    assert program("market", series, "-o", str(path)).returncode == 0
    for more in ((), ("--force",)):
        refused = program("market", series, "-o", series, *more)
        assert (refused.returncode, Path(series).read_bytes()) == (1, held)
        assert b"this is what is read" in refused.stderr
