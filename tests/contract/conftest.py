from __future__ import annotations

from collections.abc import Iterator

import hostile_server as web
import pytest


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing stand between a test and the servers it starts."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[web.HostileServer]:
    with web.running() as started:
        yield started
