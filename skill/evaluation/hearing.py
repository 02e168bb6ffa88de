"""`uncramp evaluate hearing`: recordings in a bedroom, through everything up to the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tqdm import tqdm

from skill.app import App
from skill.audio.recording import read_recording
from skill.evaluation.bedroom import CONDITIONS, Bedroom
from skill.evaluation.labelled import read_recordings
from skill.evaluation.page import SYNTHETIC, Draw
from skill.evaluation.tables import Share, Table
from skill.evaluation.trials import QUIET, Count, Kind, Trial, grouped, judged
from skill.interpretation import NONE_INTENT, Context

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MANIFEST: Final = "manifest.tsv"
CALLING: Final = tuple(kind for kind in Kind if kind is not Kind.OTHER_TALK)
WORST: Final = 20
TARGETS: Final = {  # close and clean; at 10 dB
    Kind.COMPLAINT: ("95 %", "80 %"),
    Kind.DANGER: ("93 %", "75 %"),
    Kind.STOP: ("97 %", ""),
    Kind.YES_NO: ("93 %", ""),
    Kind.ANSWER: ("90 %", ""),
}
SITE_TARGETS: Final = ("90 %", "70 %")


@dataclass(frozen=True, slots=True)
class HearingReport:
    """Every recording under every condition."""

    trials: Sequence[Trial]

    def as_json(self) -> dict[str, Any]:
        """Return all of it for `--json`."""
        return {
            "recordings": len({trial.recorded.path for trial in self.trials}),
            "note": SYNTHETIC,
            "conditions": {name: _json(count) for name, count in self._by_condition()},
            "voices": [
                {"voice": voice, "condition": condition, **_json(count)}
                for (voice, condition), count in grouped(self.trials, _voice)
            ],
            "missed": [
                {"condition": one.condition, "voice": one.recorded.voice,
                 "said": one.recorded.said.text, "heard": one.text}
                for one in self.trials if not one.found
            ],
        }  # fmt: skip

    def tables(self) -> list[Table]:
        """Return all of it for people."""
        conditions = self._by_condition()
        names = tuple(name for name, _ in conditions)
        rows: list[tuple[object, ...]] = []
        for kind in CALLING:
            target = " / ".join(filter(None, TARGETS.get(kind, ())))
            rows.append((_title(kind), target, *(count.found[kind] for _, count in conditions)))
            if kind is Kind.COMPLAINT:
                asked = (str(count.asked) for _, count in conditions)
                rows.append(("... of them only asked about", "", *asked))
            if kind in (Kind.COMPLAINT, Kind.DANGER):
                what = "site" if kind is Kind.COMPLAINT else "flag"
                goal = " / ".join(SITE_TARGETS) if kind is Kind.COMPLAINT else ""
                shares = (count.right[kind] for _, count in conditions)
                rows.append((f"... with the right {what}, of all", goal, *shares))
        rows.append(("False starts on other talk", "", *(_starts(c) for _, c in conditions)))
        return [
            Table("What is heard", ("", "target close / at 10 dB", *names), tuple(rows), SYNTHETIC),
            Table(
                "Each voice",
                ("voice", "condition", "complaints", "right site", "dangers", "while coaching"),
                tuple(
                    (voice, condition, count.found[Kind.COMPLAINT], count.right[Kind.COMPLAINT],
                     count.found[Kind.DANGER], _while_coaching(count))
                    for (voice, condition), count in grouped(self.trials, _voice)
                ),
                SYNTHETIC,
            ),
            Table(
                "What is missed where it is quiet",
                ("voice", "said", "heard"),
                tuple(
                    (one.recorded.voice, one.recorded.said.text, one.text or "(nothing)")
                    for one in self.trials
                    if not one.found and one.condition == names[0]
                )[:WORST],
                SYNTHETIC,
            ),
        ]  # fmt: skip

    def plots(self) -> dict[str, Draw]:
        """Return what to draw."""
        return {"How much is heard in noise": self._draw_by_noise}

    def _by_condition(self) -> list[tuple[str, Count]]:
        groups = grouped(self.trials, lambda trial: (trial.condition, ""))
        return [(name, count) for (name, _), count in groups]

    def _draw_by_noise(self, axes: Axes) -> None:
        conditions = self._by_condition()
        places = range(len(conditions))
        for kind in (Kind.COMPLAINT, Kind.DANGER, Kind.STOP, Kind.YES_NO, Kind.ANSWER):
            found = [count.found[kind] for _, count in conditions]
            if all(one.total for one in found):
                shares = [one.hits / one.total for one in found]
                axes.plot(places, shares, marker="o", label=kind.value)
        axes.set_xticks(places, [name for name, _ in conditions])
        axes.set(xlabel="how it reaches the microphone", ylabel="share heard", ylim=(0, 1.02))
        axes.legend()


def is_labelled(folder: Path) -> bool:
    """Return whether the recordings of `folder` are labelled with what they call for."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return False
    with manifest.open(encoding="utf-8", errors="replace") as lines:
        return bool({"intent", "split"} & set(lines.readline().rstrip("\n").split("\t")))


def evaluate_hearing(app: App, data: Path) -> HearingReport:
    """Return what is heard of the test split of the recordings in `data`.

    Raises UncrampError when the manifest or a recording is missing or wrong, or pyroomacoustics.
    """
    bedroom = Bedroom()
    recordings = read_recordings(data / MANIFEST)
    sounds = {one.path: read_recording(one.path) for one in recordings}
    talk = {one.path for one in recordings if one.said.intent == NONE_INTENT}
    trials = []
    for recorded in tqdm(recordings, desc="Hearing", unit="recording", leave=False):
        talkers = [sounds[path] for path in sorted(talk - {recorded.path})]
        coaching = recorded.said.context is Context.COACHING
        name = str(recorded.path.relative_to(data))
        for condition in CONDITIONS:
            samples = bedroom.heard(sounds[recorded.path], condition, name, talkers)
            reactions = app.reactions(samples, coaching=coaching)
            trials.append(judged(recorded, condition.name, samples, reactions))
    return HearingReport(trials)


def _voice(trial: Trial) -> tuple[str, str]:
    return trial.recorded.voice, trial.condition


def _title(kind: Kind) -> str:
    title = kind.value.capitalize()
    return f"{title}: let pass" if kind in QUIET else title


def _starts(count: Count) -> str:
    rate = count.false_starts_an_hour
    if rate is None:
        return "none to count"
    return f"{rate:.1f} an hour ({count.false_starts} in {60 * count.quiet_hours:.1f} minutes)"


def _while_coaching(count: Count) -> Share:
    words = [count.found[kind] for kind in (Kind.STOP, Kind.YES_NO, Kind.ANSWER, Kind.WORD)]
    return Share(sum(one.hits for one in words), sum(one.total for one in words))


def _json(count: Count) -> dict[str, Any]:
    rate = count.false_starts_an_hour
    return {
        "found": {kind.value: one.as_json() for kind, one in count.found.items() if one.total},
        "right": {kind.value: one.as_json() for kind, one in count.right.items() if one.total},
        "asked": count.asked,
        "false_starts": count.false_starts,
        "other_talk_hours": round(count.quiet_hours, 4),
        "false_starts_an_hour": None if rate is None else round(rate, 2),
    }
