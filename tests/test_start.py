"""What makes commands start fast stays so, and what is compared before and after a change is compared whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.goldens import differences


def test_the_shipped_plays_are_read_without_the_parser_of_conditions() -> None:
    """The second time: what is built of them is kept beside the package."""
    script = (
        "import sys; from beachhead.practice.playbook import playbook;"
        "assert len(playbook().grounds) > 10; print('sqlglot' in sys.modules)"
    )
    runs = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True) for _ in range(2)]
    assert runs[1].stdout == "False\n", runs[1].stderr


def test_goldens_differ_where_a_file_is_missing_new_or_another(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, files in ((one, {"a": "1", "b/c": "2", "d": "3"}), (other, {"a": "1", "b/c": "4", "e": "3"})):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    assert differences(one, other) == ["b/c", "d", "e"]
    assert differences(one, one) == []
