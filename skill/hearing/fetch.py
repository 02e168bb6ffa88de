"""Downloading a model's archive: resumed where it broke off, and believed only by its checksum.

requests does the talking (vosk brings it along): redirects, proxies, certificates, time-outs.
pooch, the other well-kept choice, cannot continue a partial download.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NoReturn
from urllib.parse import urlsplit

import requests
from tqdm import tqdm

from skill.errors import ModelError
from skill.hearing.catalog import CatalogEntry

CONNECT_S: Final = 15.0
STALL_S: Final = 30.0  # no byte for this long: the connection is dead
ATTEMPTS: Final = 4  # connections; each continues where the last broke off
MAX_REDIRECTS: Final = 5
CHUNK_BYTES: Final = 16 * 1024  # a broken connection loses at most this much
MAX_ARCHIVE_BYTES: Final = 2 * 1024**3  # where the catalogue does not know the size
MEANWHILE: Final = (
    "You can also carry the zip here and add `--from FILE`. Meanwhile English needs no model: "
    "the built-in Moonshine hears it."
)

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")


class WrongArchiveError(ModelError):
    """The archive arrived, or lies here, but is not the one of the catalogue."""


def download(name: str, entry: CatalogEntry, part: Path, *, stall_s: float = STALL_S) -> None:
    """Bring the archive of `name` into the file `part` and check it.

    What `part` already holds is continued when the catalogue has a checksum to judge the whole
    by; if the whole then proves wrong, it is fetched once more from nothing. Shows a progress
    bar when standard error is a terminal. Raises ModelError when the archive cannot be had
    (what arrived stays in `part`) or is wrong (`part` is gone); OSError when it cannot be
    written.
    """
    has_some = part.exists() and part.stat().st_size > 0
    resume = has_some and entry.sha256 is not None
    while True:
        try:
            with part.open("r+b" if resume else "wb") as sink:
                _Download(name, entry, sink, stall_s).run()
            with part.open("rb") as archive:
                check_archive(name, entry, archive)
            return
        except WrongArchiveError:
            part.unlink()
            if not resume:
                raise
            resume = False


def check_archive(name: str, entry: CatalogEntry, archive: IO[bytes]) -> str:
    """Return the SHA-256 of `archive`, left at its start.

    Raises WrongArchiveError when size or checksum are not the catalogue's.
    """
    archive.seek(0)
    digest = hashlib.file_digest(archive, "sha256").hexdigest()  # type: ignore[arg-type]
    size = archive.tell()
    archive.seek(0)
    if entry.bytes is not None and size != entry.bytes:
        raise WrongArchiveError(
            f"The archive of {name} has {size} bytes instead of {entry.bytes}.",
            "Nothing was installed; get it again.",
        )
    if entry.sha256 is not None and digest != entry.sha256:
        raise WrongArchiveError(
            f"The archive of {name} is not the one of the catalogue: its checksum differs.",
            "Nothing was installed; get it again.",
        )
    return digest


class _Download:
    """Fills one file from one address, over at most ATTEMPTS connections."""

    def __init__(self, name: str, entry: CatalogEntry, sink: IO[bytes], stall_s: float) -> None:
        self._name = name
        self._entry = entry
        self._sink = sink
        self._timeout = (min(CONNECT_S, stall_s), stall_s)
        self._host = urlsplit(entry.url).hostname or entry.url
        self._limit = entry.bytes if entry.bytes is not None else MAX_ARCHIVE_BYTES
        self._held = sink.seek(0, 2)
        self._arrived = 0

    def run(self) -> None:
        if self._held > self._limit:
            self._go_to(0)
        reason = ""
        with _session(self._entry.url) as session, self._bar() as bar:
            for _ in range(ATTEMPTS):
                if self._held == self._entry.bytes:
                    return
                try:
                    with self._ask(session) as answer:
                        if self._begin(answer) and self._receive(answer, bar):
                            return
                except requests.RequestException as error:
                    reason = _reason(error)
        raise self._failed(reason)

    def _bar(self) -> tqdm[NoReturn]:
        return tqdm(
            desc=self._name, total=self._entry.bytes, initial=self._held, file=sys.stderr,
            disable=None, unit="B", unit_scale=True,
        )  # fmt: skip

    @contextmanager
    def _ask(self, session: requests.Session) -> Iterator[requests.Response]:
        headers = {"Accept-Encoding": "identity"}
        if self._held:
            headers["Range"] = f"bytes={self._held}-"
        try:
            answer = session.get(
                self._entry.url, headers=headers, stream=True, timeout=self._timeout
            )
        except requests.exceptions.InvalidSchema:
            raise self._refused("passes the download on to an address that is not secure") from None
        except requests.TooManyRedirects:
            raise self._refused("passes the download on and on") from None
        except requests.exceptions.SSLError:
            raise self._refused(
                "has no valid certificate, or this computer's clock is wrong"
            ) from None
        with answer:
            if 400 <= answer.status_code < 500 and answer.status_code != 416:
                raise self._refused(f"does not give it out (it answers {answer.status_code})")
            if answer.status_code >= 500:
                raise requests.HTTPError(f"it answers {answer.status_code}")
            yield answer

    def _begin(self, answer: requests.Response) -> bool:
        """Place the file where this answer begins; False when it fits nowhere."""
        if answer.status_code == 206:
            match = _CONTENT_RANGE.match(answer.headers.get("Content-Range", ""))
            fits = match is not None and int(match[1]) == self._held
        else:
            fits = answer.status_code == 200
        if answer.status_code != 206 or not fits:
            self._go_to(0)
        return fits

    def _receive(self, answer: requests.Response, bar: tqdm[NoReturn]) -> bool:
        """Write what comes; True when that is all there is."""
        bar.n = self._held
        for chunk in answer.iter_content(CHUNK_BYTES):
            if self._held + len(chunk) > self._limit:
                raise WrongArchiveError(
                    f"More arrives for {self._name} than the {self._limit} bytes it should have.",
                    "Nothing was installed; try again later.",
                )
            self._sink.write(chunk)
            self._held += len(chunk)
            self._arrived += len(chunk)
            bar.update(len(chunk))
        return self._entry.bytes is None or self._held == self._entry.bytes

    def _go_to(self, position: int) -> None:
        self._sink.seek(position)
        self._sink.truncate()
        self._held = position

    def _refused(self, what: str) -> ModelError:
        return ModelError(f"{self._host} {what}: {self._name} was not fetched.", MEANWHILE)

    def _failed(self, reason: str) -> ModelError:
        if self._arrived:
            return ModelError(
                f"{self._host} stopped sending {self._name} after {self._held / 1e6:.1f} MB.",
                "Run the same command again; it continues from there. " + MEANWHILE,
            )
        return ModelError(
            f"{self._host} cannot be reached to fetch {self._name}{reason}.",
            "Check the network and run the same command again. " + MEANWHILE,
        )


def _session(url: str) -> requests.Session:
    """A session that follows redirects, but from https never to http."""
    session = requests.Session()
    session.max_redirects = MAX_REDIRECTS
    if url.startswith("https:"):
        del session.adapters["http://"]
    return session


def _reason(error: requests.RequestException) -> str:
    return f" ({error})" if isinstance(error, requests.HTTPError) else ""
