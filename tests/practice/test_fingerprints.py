from __future__ import annotations

import json
from pathlib import Path

import pytest

from beachhead.errors import BadKnowledge
from beachhead.practice import fingerprints
from beachhead.practice.library import load_blueprint
from tests.practice.models import SMALL, write

LATER = SMALL.replace("version: 1", "version: 2")


def test_a_changed_blueprint_needs_a_higher_version(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)
    assert fingerprints.record(load_blueprint(path), path) is True
    assert fingerprints.record(load_blueprint(path), path) is False
    write(tmp_path, SMALL.replace("A list exists", "A list is published"))
    with pytest.raises(BadKnowledge, match=r"differs from the version 1 .*set 'version: 2'"):
        load_blueprint(path)
    write(tmp_path, LATER.replace("A list exists", "A list is published"))
    assert fingerprints.record(load_blueprint(path), path) is True


def test_layout_comments_and_defaults_are_no_change(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)
    fingerprints.record(load_blueprint(path), path)
    write(tmp_path, "# a comment\n" + SMALL.replace("value: 1\n", "value: 1\n            weight: 1.0\n"))
    load_blueprint(path)


def test_a_point_that_is_gone_must_be_retired(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)
    fingerprints.record(load_blueprint(path), path)
    renamed = LATER.replace("id: change-board", "id: change-meeting")
    write(tmp_path, renamed)
    with pytest.raises(BadKnowledge, match="no longer has the points change-board of version 1"):
        load_blueprint(path)
    write(tmp_path, renamed + "retired: [change-board]\n")
    load_blueprint(path)


def test_a_draft_may_change_freely(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL.replace("version: 1", "version: 0"))
    assert fingerprints.record(load_blueprint(path), path) is False
    assert not (tmp_path / fingerprints.FILE).exists()


def test_a_broken_file_of_fingerprints_is_a_sentence(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)
    for text in ("{", "[]", '{"small": {"1": {}}}', '{"small": {"1": 5}}'):
        (tmp_path / fingerprints.FILE).write_text(text)
        with pytest.raises(BadKnowledge, match=r"fingerprints\.json: cannot be read"):
            load_blueprint(path)


def test_the_file_is_plain_json_in_a_stable_order(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)
    fingerprints.record(load_blueprint(path), path)
    entry = json.loads((tmp_path / fingerprints.FILE).read_text())["small"]["1"]
    assert entry["points"] == ["catalogue", "agreements", "change-record", "change-board"]
    assert len(entry["sha256"]) == 64
