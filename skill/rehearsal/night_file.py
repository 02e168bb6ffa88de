"""Night files: a scripted night in YAML, played against the real program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from skill.yaml_file import Strict, YamlFile

Seconds = Annotated[float, Field(ge=0, le=7200)]
KINDS = ("hear", "play", "speak", "wait", "until", "expect")


class Expectation(Strict):
    """What must, or must not, be said; or the state to be in."""

    said: str | None = None
    within: Seconds = 5
    not_said: str | None = None
    for_s: Annotated[float, Field(alias="for", ge=0, le=7200)] = 20
    state: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Expectation:
        if sum(part is not None for part in (self.said, self.not_said, self.state)) != 1:
            raise ValueError("give one of said, not_said, state")
        return self


class NightStep(Strict):
    """One step of a night; exactly one of hear, play, speak, wait, until, expect."""

    hear: str | None = None
    play: str | None = None
    speak: str | None = None
    voice: str = "espeak"
    over: Seconds | None = None
    wait: Seconds | None = None
    until: str | tuple[str, ...] | None = None
    within: Seconds = 60
    expect: Expectation | None = None

    @model_validator(mode="after")
    def _one(self) -> NightStep:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"give exactly one of {', '.join(KINDS)} in a step")
        return self


class Night(Strict):
    """A whole night: settings laid over the defaults, then its steps."""

    title: str
    config: dict[str, Any] = {}
    steps: tuple[NightStep, ...] = Field(min_length=1)


def load_night(path: Path) -> Night:
    """Read a night file; raise FileFaultsError naming every mistake."""
    return YamlFile(path).read(Night)
