"""How long a brief takes, in a batch (to reach: 0.1 s each) and alone from a cold start (to reach: 2 s)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from beachhead.documents.account_data import gather
from beachhead.documents.brief import briefs
from beachhead.documents.proposal import proposal_docx, proposal_pdf
from beachhead.knowledge import example
from beachhead.tables.workspace import Workspace

EACH, COLD = 0.1, 2.0
BATCH = 50
ACCOUNT = "001A0000004xQ2ZIAU"


def run() -> None:
    """Print seconds on the clock and of the processor: on a busy machine only the latter say much."""
    folder = example("partner-2009")
    with tempfile.TemporaryDirectory() as room:
        start, used = time.perf_counter(), time.process_time()
        gathered = gather(Workspace(folder))
        _told("gather 400 accounts", start, used, 1)
        next(briefs(gathered, gathered.accounts[:1], Path(room)))
        start, used = time.perf_counter(), time.process_time()
        failed = [one for one in briefs(gathered, gathered.accounts[:BATCH], Path(room)) if one.problem]
        _told(f"a brief, one of {BATCH} (to reach {EACH} s; {len(failed)} failed)", start, used, BATCH)
        for name, make in (("a proposal, DOCX", proposal_docx), ("a proposal, PDF", proposal_pdf)):
            start, used = time.perf_counter(), time.process_time()
            make(gathered, ACCOUNT)
            _told(name, start, used, 1)
        start = time.perf_counter()
        command = [sys.executable, "-m", "beachhead", "brief", str(folder), ACCOUNT, "-o", f"{room}/one.pdf"]
        subprocess.run(command, check=True, capture_output=True)
        print(
            f"{'a brief from a cold start (to reach ' + str(COLD) + ' s)':60} {time.perf_counter() - start:7.3f} s"
        )


def _told(what: str, start: float, used: float, times: int) -> None:
    clock, processor = time.perf_counter() - start, time.process_time() - used
    print(f"{what:60} {clock / times:7.3f} s on the clock, {processor / times:7.3f} s of the processor")


if __name__ == "__main__":
    run()
