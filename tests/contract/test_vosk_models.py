"""A model that is missing or damaged is told in one sentence, before Vosk gets to see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_archives import NAME, archive, store

from skill.errors import ModelError
from skill.hearing.vosk import VoskRecognizer


@pytest.mark.parametrize("made", ["nothing", "a file", "an empty folder"])
def test_a_missing_model(tmp_path: Path, made: str) -> None:
    place = tmp_path / "vosk-model-small-xx-0.1"
    if made == "a file":
        place.write_bytes(b"")
    elif made == "an empty folder":
        place.mkdir()
    with pytest.raises(ModelError, match=f"Fetch it with: uncramp models fetch {NAME}") as caught:
        VoskRecognizer(place)
    assert str(place) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_installed_model_that_was_damaged_since(tmp_path: Path) -> None:
    (tmp_path / "given.zip").write_bytes(archive())
    models = store(tmp_path / "m", "http://uncramp.invalid/m.zip", archive())
    folder = models.fetch(NAME, tmp_path / "given.zip")
    with (folder / "graph" / "Gr.fst").open("r+b") as damaged:
        damaged.truncate(100)
    with pytest.raises(ModelError, match=r"is damaged: graph/Gr.fst is damaged\. Fetch it with"):
        VoskRecognizer(folder)


def test_a_folder_of_something_else(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "given.zip").write_bytes(archive())
    models = store(tmp_path / "m", "http://uncramp.invalid/m.zip", archive())
    with pytest.raises(ModelError, match="cannot use the recognition model"):
        VoskRecognizer(models.fetch(NAME, tmp_path / "given.zip"))
    assert capfd.readouterr() == ("", "")
