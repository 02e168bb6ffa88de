"""Settings: a YAML file laid over the defaults, every fault with its line."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from skill.country import CountryCode, PhoneNumber, countries
from skill.dialog.attention import AttentionSettings
from skill.dialog.script import Fact
from skill.errors import UncrampError
from skill.understanding.judge import Thresholds
from skill.understanding.policy import PolicySettings
from skill.yaml_file import Strict, YamlFile

SYSTEM_CONFIG = Path("/etc/uncramp/config.yaml")


def time_of_day(text: str) -> time:
    """Return the time of day that `20:00` means; raise ValueError when it means none."""
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise ValueError(f"{text!r} is not a time of day; write it like '20:00'") from None


def _checked_time(text: str) -> str:
    time_of_day(text)
    return text


class Person(Strict):
    """Somebody who sleeps here, and what first aid must know about them."""

    name: str = Field(min_length=1)
    groups: tuple[Fact, ...] = ()


class Settings(Strict):
    """Everything a household can set. Units are in the names."""

    name: str = Field(default="Luna", min_length=2, pattern=r"^[^\W\d_]+$")
    voice: Literal["auto", "piper", "espeak"] = "auto"
    engine: Literal["auto", "vosk", "moonshine"] = "auto"
    microphone: str | None = None
    speaker: str | None = None
    country: CountryCode = ""  # ISO 3166, two capitals; gives the numbers that are not set
    emergency_number: PhoneNumber = ""
    urgent_number: PhoneNumber = ""
    persons: tuple[Person, ...] = ()
    attention_seconds: float = Field(default=60, ge=0, le=600)
    refractory_seconds: float = Field(default=120, ge=0, le=3600)
    evening: Annotated[str, AfterValidator(_checked_time)] = "20:00"  # ends a pause asked for
    act_confidence: float = Field(default=0.65, ge=0, le=1)
    confirm_confidence: float = Field(default=0.35, ge=0, le=1)
    supported_threshold: float = Field(default=0.5, ge=0, le=1)
    complaint_threshold: float = Field(default=0.65, ge=0, le=1)
    danger_threshold: float = Field(default=0.65, ge=0, le=1)
    other_threshold: float = Field(default=0.3, ge=0, le=1)
    suspicion_threshold: float = Field(default=0.3, ge=0, le=1)
    end_silence_seconds: float = Field(default=0.5, ge=0.1, le=3)
    unfinished_silence_seconds: float = Field(default=1.2, ge=0.1, le=3)  # after "it's my ..."

    @property
    def emergency(self) -> str:
        """The emergency number to speak; empty when it is not known."""
        return self.emergency_number or (self.country and countries()[self.country].emergency)

    @property
    def urgent(self) -> str:
        """The number of the nurse or doctor line at night; empty when it is not known."""
        return self.urgent_number or (self.country and countries()[self.country].urgent)

    @property
    def facts(self) -> frozenset[str]:
        """What holds for whoever speaks: with several persons, the stricter union."""
        return frozenset(group for person in self.persons for group in person.groups)

    @property
    def thresholds(self) -> Thresholds:
        """The probabilities from which on something is believed."""
        return Thresholds(
            found=self.supported_threshold,
            complaint=self.complaint_threshold,
            danger=self.danger_threshold,
            other=self.other_threshold,
            suspicion=self.suspicion_threshold,
        )

    @property
    def attention(self) -> AttentionSettings:
        """When it listens without its name, and the confidences from which on it acts or asks."""
        return AttentionSettings(
            window_s=self.attention_seconds,
            refractory_s=self.refractory_seconds,
            policy=PolicySettings(
                act_confidence=self.act_confidence,
                confirm_confidence=self.confirm_confidence,
            ),
        )

    @property
    def alone(self) -> bool:
        """Whether at most one person is set up: then it is known who speaks."""
        return len(self.persons) <= 1


def config_file(path: Path | None = None) -> Path:
    """Return the configuration that counts: `path`, or the first usual place that has one."""
    if path is not None:
        return path
    own = Path(platformdirs.user_config_dir("uncramp")) / "config.yaml"
    return next((place for place in (own, SYSTEM_CONFIG) if place.is_file()), own)


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings of `path`, or of the first usual place that has them, or the defaults.

    Raises FileFaultsError naming every mistake.
    """
    file = config_file(path)
    return Settings() if path is None and not file.is_file() else YamlFile(file).read(Settings)


def laid_over(settings: Settings, changes: dict[str, Any]) -> Settings:
    """Return the settings with some changed; raise UncrampError when they do not fit."""
    try:
        return TypeAdapter(Settings).validate_python({**settings.model_dump(), **changes})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(map(str, first["loc"]))
        told = first.get("ctx", {}).get("error", first["msg"])
        raise UncrampError(f"The setting '{name}' does not fit: {told}.") from None
