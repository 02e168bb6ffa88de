"""The virtual sound card, for every test that hears or speaks live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from virtual_card import VirtualCard

from skill.audio import devices

pytest.register_assert_rewrite("recognizer_contract")


# The same invented nights for everybody, so that a failure can be repeated;
# `pytest --hypothesis-profile=new-nights` invents others.
settings.register_profile("same-nights", derandomize=True)
settings.register_profile("new-nights", derandomize=False)
settings.load_profile("same-nights")


@pytest.fixture(scope="session")
def virtual_card() -> Iterator[VirtualCard]:
    """One sound server for all tests that leave it in order."""
    with VirtualCard() as card:
        yield card


def plug_in(card: VirtualCard, monkeypatch: pytest.MonkeyPatch) -> VirtualCard:
    """Make a card the only one this process and its children see."""
    for name, value in card.env.items():
        monkeypatch.setenv(name, value)
    devices.refresh()
    return card


@pytest.fixture
def card(virtual_card: VirtualCard, monkeypatch: pytest.MonkeyPatch) -> VirtualCard:
    """The common card."""
    return plug_in(virtual_card, monkeypatch)


@pytest.fixture
def own_card(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualCard]:
    """A card of the test's own, to be broken."""
    with VirtualCard() as card:
        yield plug_in(card, monkeypatch)
