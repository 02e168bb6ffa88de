"""Fetching a model from a server that does everything wrong: nothing wrong is installed."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import hostile_server as web
import pytest
import trustme
from model_archives import FILES, NAME, archive, entry, left_in, store

from skill.errors import ModelError, StorageError
from skill.hearing.catalog import Catalog
from skill.hearing.fetch import CHUNK_BYTES
from skill.hearing.models import ModelStore

STALL_S = 1.5
PATIENT_S = 30.0  # for servers that do answer, on however busy a machine
DATA = archive()
HALF = len(DATA) // 2
WRONG = DATA[:1000] + bytes([DATA[1000] ^ 1]) + DATA[1001:]


def whole_and_alone(folder: Path, models: ModelStore) -> None:
    """The model is installed and sound, and nothing else lies about."""
    assert left_in(folder) == {NAME}
    for path, content in FILES.items():
        assert (folder / NAME / path).read_bytes() == content
    assert models.verify(NAME).faults == ()


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([web.whole(DATA)], id="as it should be"),
        pytest.param([web.cut_off(DATA, HALF), web.whole(DATA)], id="cut off, then continued"),
        pytest.param(
            [web.cut_off(DATA, HALF), web.without_ranges(DATA)], id="cut off, ranges ignored"
        ),
        pytest.param(
            [web.cut_off(DATA, HALF), web.wrong_range(DATA), web.whole(DATA)],
            id="cut off, another range than asked for",
        ),
        pytest.param(
            [web.cut_off(DATA, HALF, admitted=False), web.whole(DATA)], id="ends early, unannounced"
        ),
        pytest.param([web.stalling(DATA, HALF), web.whole(DATA)], id="stalls in the middle"),
        pytest.param([web.silent, web.whole(DATA)], id="does not answer at first"),
        pytest.param([web.status(503), web.whole(DATA)], id="busy at first"),
        pytest.param([web.cut_off(DATA, len(DATA) // 3)], id="a third at a time"),
    ],
)
def test_a_model_arrives_in_spite_of(
    tmp_path: Path, server: web.HostileServer, script: list[web.Behaviour]
) -> None:
    models = store(tmp_path, server.at("/m.zip", *script), DATA)
    assert models.fetch(NAME, stall_s=STALL_S) == tmp_path / NAME
    whole_and_alone(tmp_path, models)


def test_an_interrupted_fetch_is_continued_the_next_time(
    tmp_path: Path, server: web.HostileServer
) -> None:
    models = store(tmp_path, server.at("/m.zip", web.cut_off(DATA, HALF), web.silent), DATA)
    with pytest.raises(ModelError, match=r"stopped sending .* continues from there"):
        models.fetch(NAME, stall_s=STALL_S)
    held = models.list()[0].partial_bytes
    assert HALF - CHUNK_BYTES < held <= HALF
    server.at("/m.zip", web.whole(DATA))
    models.fetch(NAME)
    assert server.asked[-1] == ("/m.zip", f"bytes={held}-")
    whole_and_alone(tmp_path, models)


def test_what_was_left_of_another_archive_is_thrown_away(
    tmp_path: Path, server: web.HostileServer
) -> None:
    for left in (WRONG[:HALF], WRONG, WRONG + b"more"):
        folder = tmp_path / str(len(left))
        folder.mkdir()
        (folder / f".{NAME}.zip.part").write_bytes(left)
        models = store(folder, server.at("/m.zip", web.whole(DATA)), DATA)
        models.fetch(NAME)
        whole_and_alone(folder, models)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        pytest.param([web.whole(WRONG)], "checksum differs", id="corrupted"),
        pytest.param([web.whole(DATA[:-1])], "stopped sending", id="always short"),
        pytest.param([web.whole(DATA + b"x")], "More arrives", id="too long"),
        pytest.param([web.endless], "More arrives", id="endless"),
        pytest.param([web.stalling(DATA, 0)], "cannot be reached", id="stalls"),
        pytest.param([web.silent], "cannot be reached", id="silent"),
        pytest.param([web.status(404)], "answers 404", id="not there"),
        pytest.param([web.status(503)], "answers 503", id="always busy"),
        pytest.param([web.redirect("/m.zip")], "on and on", id="redirects in circles"),
        pytest.param([web.redirect("ftp://x/m.zip")], "not secure", id="redirects elsewhere"),
    ],
)
def test_nothing_is_installed_when(
    tmp_path: Path, server: web.HostileServer, script: list[web.Behaviour], sentence: str
) -> None:
    models = store(tmp_path, server.at("/m.zip", *script), DATA)
    answers = sentence != "cannot be reached"
    with pytest.raises(ModelError, match=sentence):
        models.fetch(NAME, stall_s=PATIENT_S if answers else STALL_S)
    assert models.folder(NAME) is None
    assert left_in(tmp_path) <= {f".{NAME}.zip.part"}
    server.at("/m.zip", web.whole(DATA))
    models.fetch(NAME)
    whole_and_alone(tmp_path, models)


def test_a_redirect_is_followed(tmp_path: Path, server: web.HostileServer) -> None:
    server.at("/mirror/m.zip", web.whole(DATA))
    models = store(tmp_path, server.at("/m.zip", web.redirect("/mirror/m.zip")), DATA)
    models.fetch(NAME)
    whole_and_alone(tmp_path, models)


def test_a_secure_address_never_leads_to_an_insecure_one(
    tmp_path: Path, server: web.HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    insecure = server.at("/m.zip", web.whole(DATA))
    with web.running(context) as secure:
        models = store(tmp_path / "m", secure.at("/m.zip", web.redirect(insecure)), DATA)
        with pytest.raises(ModelError, match="not secure"):
            models.fetch(NAME)
        assert server.asked == []
        secure.at("/m.zip", web.whole(DATA))
        models.fetch(NAME)
        whole_and_alone(tmp_path / "m", models)


def test_an_unknown_certificate_is_refused(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with web.running(context) as secure:
        models = store(tmp_path, secure.at("/m.zip", web.whole(DATA)), DATA)
        with pytest.raises(ModelError, match="certificate"):
            models.fetch(NAME)
    assert left_in(tmp_path) <= {f".{NAME}.zip.part"}


def test_without_a_network_it_says_what_works_meanwhile(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/m.zip", "http://uncramp.invalid/m.zip"):
        with pytest.raises(ModelError, match="cannot be reached") as caught:
            store(tmp_path, url, DATA).fetch(NAME)
        assert "--from FILE" in str(caught.value)
        assert "English needs no model" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_without_a_checksum_the_structure_is_checked_and_verify_says_so(
    tmp_path: Path, server: web.HostileServer
) -> None:
    models = store(tmp_path, server.at("/m.zip", web.whole(WRONG)), None)
    with pytest.raises(ModelError, match="broken"):
        models.fetch(NAME)
    server.at("/m.zip", web.whole(b"<html>please log in to this network</html>"))
    with pytest.raises(ModelError, match="broken"):
        models.fetch(NAME)
    assert models.folder(NAME) is None
    server.at("/m.zip", web.whole(DATA))
    models.fetch(NAME)
    whole_and_alone(tmp_path, models)
    assert "no checksum" in models.verify(NAME).remarks[0]


def test_a_local_file_is_installed_without_any_network(tmp_path: Path) -> None:
    models = store(tmp_path / "m", "http://uncramp.invalid/m.zip", DATA)
    (tmp_path / "carried.zip").write_bytes(DATA)
    models.fetch(NAME, tmp_path / "carried.zip")
    whole_and_alone(tmp_path / "m", models)
    assert (tmp_path / "carried.zip").read_bytes() == DATA


@pytest.mark.parametrize("given", [DATA[:-1], WRONG, b"", archive(name="another")])
def test_a_wrong_local_file_is_refused(tmp_path: Path, given: bytes) -> None:
    models = store(tmp_path / "m", "http://uncramp.invalid/m.zip", DATA)
    (tmp_path / "carried.zip").write_bytes(given)
    with pytest.raises(ModelError, match="Nothing was installed"):
        models.fetch(NAME, tmp_path / "carried.zip")
    assert left_in(tmp_path / "m") == set()


def test_a_missing_local_file_is_one_sentence(tmp_path: Path) -> None:
    models = store(tmp_path / "m", "http://uncramp.invalid/m.zip", DATA)
    for path in (tmp_path / "none.zip", tmp_path):
        with pytest.raises(ModelError, match=r"cannot be read: .*\. Give the path"):
            models.fetch(NAME, path)


def test_a_whole_model_is_not_fetched_again_and_a_damaged_one_is(
    tmp_path: Path, server: web.HostileServer
) -> None:
    models = store(tmp_path, server.at("/m.zip", web.whole(DATA)), DATA)
    models.fetch(NAME)
    models.fetch(NAME)
    assert len(server.asked) == 1
    (tmp_path / NAME / "graph" / "Gr.fst").write_bytes(b"damaged")
    models.fetch(NAME)
    assert len(server.asked) == 2
    whole_and_alone(tmp_path, models)


def test_a_newer_archive_of_the_same_name_replaces_the_old(
    tmp_path: Path, server: web.HostileServer
) -> None:
    older = archive({**FILES, "README": b"older\n", "gone": b""})
    store(tmp_path, server.at("/m.zip", web.whole(older)), older).fetch(NAME)
    models = store(tmp_path, server.at("/m.zip", web.whole(DATA)), DATA)
    assert models.verify(NAME).faults == (
        "it was installed from another archive than the catalogue's",
    )
    models.fetch(NAME)
    whole_and_alone(tmp_path, models)


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path, server: web.HostileServer) -> None:
    (tmp_path / "file").write_bytes(b"")
    models = store(tmp_path / "file" / "m", server.at("/m.zip", web.whole(DATA)), DATA)
    with pytest.raises(StorageError, match=r"cannot be stored in .*file/m"):
        models.fetch(NAME)
    assert server.asked == []


def test_only_models_of_the_catalogue_are_fetched(tmp_path: Path) -> None:
    models = ModelStore(Catalog({NAME: entry("http://uncramp.invalid/m.zip", DATA)}), [tmp_path])
    for name in ("other", "../other", "", f"{NAME}/.."):
        with pytest.raises(ModelError, match=f"There is no model .* known: {NAME}"):
            models.fetch(name)
        with pytest.raises(ModelError, match="There is no model"):
            models.verify(name)
