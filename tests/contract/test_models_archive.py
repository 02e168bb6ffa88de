"""An archive that means harm is refused before a byte of it is written."""

from __future__ import annotations

import io
import random
import stat
import warnings
import zipfile
from pathlib import Path

import pytest
from model_archives import FILES, NAME, archive, left_in, store, with_member

from skill.errors import ModelError
from skill.hearing.archive import MAX_UNPACKED_BYTES


def fetched(tmp_path: Path, data: bytes) -> Path:
    (tmp_path / "given.zip").write_bytes(data)
    return store(tmp_path / "m", "http://uncramp.invalid/m.zip", None).fetch(
        NAME, tmp_path / "given.zip"
    )


def many_members() -> bytes:
    return archive({**FILES, **{f"empty/{number}": b"" for number in range(2_500)}})


def declared_too_big() -> bytes:
    """Members of zeros, stored once each: every one within the ratio, too much together."""
    packed = io.BytesIO(archive())
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as opened:
        for number in range(MAX_UNPACKED_BYTES // 2**30 + 1):
            member = zipfile.ZipInfo(f"{NAME}/{number}")
            opened.writestr(member, b"x")
            opened.infolist()[-1].file_size = 2**30
            opened.infolist()[-1].compress_size = 2**29
    return packed.getvalue()


def lies_about_its_size() -> bytes:
    """30 MB of zeros that the directory declares as 10 bytes."""
    packed = io.BytesIO(archive())
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(zipfile.ZipInfo(f"{NAME}/zeros"), bytes(30_000_000), zipfile.ZIP_DEFLATED)
        opened.infolist()[-1].file_size = 10
    return packed.getvalue()


def twice_the_same() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return with_member(f"{NAME}/am/final.mdl")


def encrypted() -> bytes:
    packed = io.BytesIO(archive())
    with zipfile.ZipFile(packed, "a") as opened:
        opened.writestr(f"{NAME}/secret", b"x")
        opened.infolist()[-1].flag_bits |= 1
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (with_member("../evil"), "leads out"),
        (with_member(f"{NAME}/../../evil"), "leads out"),
        (with_member(f"{NAME}/.."), "leads out"),
        (with_member("/etc/evil"), "leads out"),
        (with_member("C:\\evil"), "leads out"),
        (with_member("..\\evil"), "leads out"),
        (with_member(f"{NAME}\\evil"), "leads out"),
        (with_member("elsewhere/evil"), "outside the folder"),
        (with_member("evil"), "outside the folder"),
        (with_member(f"{NAME}/link", b"/etc/passwd", stat.S_IFLNK | 0o777), "link or a device"),
        (with_member(f"{NAME}/fifo", b"", stat.S_IFIFO | 0o644), "link or a device"),
        (twice_the_same(), "twice"),
        (with_member(f"{NAME}/README/evil"), "also a folder"),
        (with_member(f"{NAME}/zeros", bytes(30_000_000)), "fold"),
        (many_members(), "2504 files"),
        (declared_too_big(), "GB"),
        (encrypted(), "encrypted"),
        (archive(name=""), "outside the folder"),
        (archive({}), "does not hold a folder"),
        (archive({"README": b"no model"}), "no speech model"),
    ],
)
def test_a_harmful_archive_is_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence) as caught:
        fetched(tmp_path, data)
    assert "Nothing was installed" in str(caught.value)
    assert left_in(tmp_path / "m") == set()
    assert left_in(tmp_path) == {"given.zip", "m"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip at all",
        archive()[:-100],
        archive()[1000:],
        lies_about_its_size(),
    ],
    ids=["empty", "text", "cut", "beheaded", "lies about its size"],
)
def test_a_broken_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ModelError, match="Nothing was installed"):
        fetched(tmp_path, data)
    assert left_in(tmp_path / "m") == set()


def test_damage_anywhere_is_noticed_or_harmless(tmp_path: Path) -> None:
    good = archive()
    chance = random.Random(7)
    for number in range(150):
        data = bytearray(good)
        for _ in range(chance.choice((1, 1, 2, 20))):
            data[chance.randrange(len(data) - 700, len(data))] = chance.randrange(256)
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            installed = fetched(folder, bytes(data))
        except ModelError as error:
            assert "\n" not in str(error)
            assert left_in(folder / "m") == set()
        else:
            for path in FILES:
                assert (
                    not (installed / path).exists()
                    or (installed / path).read_bytes() == FILES[path]
                )


def test_names_in_other_scripts_and_folders_of_their_own_are_fine(tmp_path: Path) -> None:
    files = {**FILES, "graph/": b"", "graph/phones/": b"", "사투리.txt": b"x"}
    installed = fetched(tmp_path, archive(files))
    assert (installed / "graph" / "phones").is_dir()
    assert (installed / "사투리.txt").read_bytes() == b"x"
