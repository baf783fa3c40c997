from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.errors import BadQuestion
from beachhead.practice.importers import import_model
from beachhead.practice.languages import in_language

LIBRARY = Path(__file__).parent / "models_of_others" / "library-with-questions.yaml"


def test_a_blueprint_in_another_language_keeps_ids_and_levels() -> None:
    french = import_model(LIBRARY).blueprint
    assert french.by_id  # looked up before
    english = in_language(french, "en")
    assert list(english.by_id) == list(french.by_id)
    assert english.language == "en"
    assert english.levels[1].name == "level 1"
    assert english.levels[2].name == "niveau 2"
    assert in_language(french, "fr") is french


def test_a_point_is_told_in_the_other_language(shared: Path) -> None:
    path = shared / "data" / "maturity" / "nist-csf-2.0.yaml"
    if not path.exists():
        pytest.skip("NIST CSF 2.0 is not here")
    english = import_model(path).blueprint
    french = in_language(english, "fr")
    assert str(french.place("gv-oc-01").point.question).startswith("La mission")
    assert french.place("gv-oc-01").point.name.startswith("GV.OC-01: La mission")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(BadQuestion, match="has no language 'de'; it has fr, en"):
        in_language(import_model(LIBRARY).blueprint, "de")
