"""The catalogue that ships with Uncramp, and which installed model is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_archives import archive, entry

from skill.errors import FileFaultsError, ModelError
from skill.hearing import models
from skill.hearing.catalog import Catalog
from skill.hearing.models import ModelStore

DATA = archive()


def test_every_model_of_the_catalogue_can_be_checked_and_used() -> None:
    catalog = Catalog.read()
    for name, known in catalog.entries.items():
        assert known.licence == "Apache-2.0"
        assert known.url == f"https://alphacephei.com/vosk/models/{name}.zip"
        assert known.bytes
        assert known.sha256
    assert {known.language for known in catalog.entries.values()} >= {"en", "de", "fr", "ko"}
    assert catalog.smallest("en") == "vosk-model-small-en-us-0.15"


def test_a_language_without_a_model_says_so() -> None:
    with pytest.raises(ModelError, match="no vosk model for the language 'tlh'"):
        Catalog.read().smallest("tlh")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("  ../evil: {engine: vosk, language: en, url: 'https://x.y/z', licence: A}", "../evil"),
        ("  m: {engine: vosk, language: en, url: 'file:///etc/passwd', licence: A}", "url"),
        ("  m: {engine: vosk, language: en, url: 'https://x.y/z', licence: A, sha256: 12}", "sha"),
        ("  m: {engine: kaldi, language: en, url: 'https://x.y/z', licence: A}", "engine"),
        ("  m: {engine: vosk, language: en, url: 'https://x.y/z'}", "licence"),
    ],
)
def test_a_mistake_in_a_catalogue_is_named_with_its_line(
    tmp_path: Path, line: str, fault: str
) -> None:
    file = tmp_path / "catalog.yaml"
    file.write_text(f"models:\n{line}\n", encoding="utf-8")
    with pytest.raises(FileFaultsError, match=f"catalog.yaml:2: .*{fault}"):
        Catalog.read(file)


def test_the_first_installed_model_of_a_language_is_used(tmp_path: Path) -> None:
    names = ("large-xx", "small-xx", "small-yy")
    packed = {name: archive(name=name) for name in names}
    catalog = Catalog(
        {name: entry("http://uncramp.invalid/m", data, name[-2:]) for name, data in packed.items()}
    )
    mine, shared = tmp_path / "mine", tmp_path / "shared"
    store = ModelStore(catalog, [mine, shared])
    assert store.installed("xx") is None
    for name, data in packed.items():
        (tmp_path / name).write_bytes(data)
    store.fetch("small-yy", tmp_path / "small-yy")
    assert store.installed("xx") is None
    ModelStore(catalog, [shared]).fetch("small-xx", tmp_path / "small-xx")
    found = store.installed("xx")
    assert found is not None
    assert found.folder == shared / "small-xx"
    store.fetch("large-xx", tmp_path / "large-xx")
    found = store.installed("xx")
    assert found is not None
    assert found.folder == mine / "large-xx"


def test_models_go_to_the_users_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(models, "SYSTEM_MODELS", tmp_path / "system")
    assert ModelStore.open().folders[0] == tmp_path / "uncramp" / "models"
    assert all(model.folder is None for model in models.list_models())
    assert models.installed("en") is None
    with pytest.raises(ModelError, match=r"not installed\. `uncramp models fetch"):
        models.verify("vosk-model-small-en-us-0.15")
    (tmp_path / "system").mkdir()
    assert ModelStore.open().folders[0] == tmp_path / "system"
