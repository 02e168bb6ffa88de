"""`uncramp evaluate understanding`: the labelled utterances, and what is understood of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from skill.app import App
from skill.evaluation.baselines import NearestPhrase, TemplatesAlone
from skill.evaluation.labelled import Labelled, read_utterances
from skill.evaluation.page import SYNTHETIC, Draw
from skill.evaluation.tables import Share, Table
from skill.evaluation.understood import (
    Bin,
    Confusion,
    by_intent,
    confusions,
    measures,
    outcomes,
    reliability,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TEST, TUNE, LEARNT = "test.tsv", "tune.tsv", "train.tsv"
# Settings and the values at which each is tried, the others staying as they are.
TRIED: Final[Mapping[str, tuple[float, ...]]] = {
    "complaint_threshold": (0.35, 0.5, 0.65, 0.8),
    "danger_threshold": (0.5, 0.65, 0.8, 0.9),
    "supported_threshold": (0.2, 0.35, 0.5, 0.65),
    "act_confidence": (0.5, 0.65, 0.8, 0.9),
}
MEASURES: Final[Mapping[str, tuple[str, str]]] = {
    "complaints": ("Complaints understood", "at least 97 %"),
    "complaint_site": ("... of them with the right site", "at least 96 %"),
    "complaint_side": ("... of them with the right side", ""),
    "complaint_who": ("... of them with the right person", ""),
    "complaints_answered": ("Complaints acted on or asked about", ""),
    "dangers": ("Dangers understood", "at least 98 %"),
    "danger_flag": ("... of them with the right flag", ""),
    "danger_line": ("... of them with the right line", ""),
    "other_idle": ("Other intents while idle", "at least 92 %"),
    "coaching": ("Intents while coaching", "at least 92 %"),
    "none_as_alarm": ("Idle talk taken for a complaint or danger", "at most 2 %"),
    "none_answered": ("Idle talk acted on or asked about", ""),
    "none_as_anything": ("Idle talk taken for anything", "at most 6 %"),
    "coaching_none_as_danger": ("Talk while coaching taken for a danger", ""),
    "coaching_none_as_anything": ("Talk while coaching taken for anything", ""),
}
OF_THRESHOLDS: Final = ("complaints_answered", "dangers", "none_as_alarm", "none_answered")
OURS, TEMPLATES, RAPIDFUZZ = "uncramp", "templates alone", "rapidfuzz"


@dataclass(frozen=True, slots=True)
class UnderstandingReport:
    """Everything counted on one set; `compared` and `per_second` by way of understanding."""

    utterances: int
    compared: dict[str, dict[str, Share]]
    per_second: dict[str, float]
    intents: dict[tuple[str, str], Share]
    confusions: list[Confusion]
    reliability: list[Bin]
    thresholds: dict[tuple[str, float], dict[str, Share]]

    def as_json(self) -> dict[str, Any]:
        """Return all of it for `--json`."""
        return {
            "utterances": self.utterances,
            "note": SYNTHETIC,
            "measures": {
                way: {name: found.as_json() for name, found in counted.items()}
                for way, counted in self.compared.items()
            },
            "per_second": {way: round(speed) for way, speed in self.per_second.items()},
            "intents": [
                {"context": context, "intent": intent, **found.as_json()}
                for (context, intent), found in self.intents.items()
            ],
            "confusions": [dataclasses.asdict(one) for one in self.confusions],
            "reliability": [
                {"low": one.low, "high": one.high, "mean": round(one.mean, 4),
                 **one.right.as_json()}
                for one in self.reliability
            ],
            "thresholds": [
                {"setting": setting, "value": value,
                 **{name: found.as_json() for name, found in counted.items()}}
                for (setting, value), counted in self.thresholds.items()
            ],
        }  # fmt: skip

    def tables(self) -> list[Table]:
        """Return all of it for people."""
        ways = tuple(self.compared)
        rows = [
            (title, target, *(str(self.compared[way][name]) for way in ways))
            for name, (title, target) in MEASURES.items()
        ]
        speeds = (f"{self.per_second[way]:.0f}" for way in ways)
        rows.append(("Utterances a second", "at least 200", *speeds))
        return [
            Table("What is understood", ("", "target", *ways), tuple(rows), SYNTHETIC),
            Table(
                "Each intent",
                ("context", "intent", "found"),
                tuple(
                    (context, intent, found) for (context, intent), found in self.intents.items()
                ),
                SYNTHETIC,
            ),
            Table(
                "The commonest confusions",
                ("context", "meant", "taken for", "times", "for example"),
                tuple(
                    (one.context, one.meant, one.taken_for, one.count, "; ".join(one.examples))
                    for one in self.confusions
                ),
                SYNTHETIC,
            ),
            Table(
                "What a confidence means",
                ("confidence", "mean", "right"),
                tuple(
                    (f"{one.low:.1f} to {one.high:.1f}", f"{one.mean:.2f}", one.right)
                    for one in self.reliability
                ),
                SYNTHETIC,
            ),
            Table(
                "What each threshold costs",
                ("setting", "value", *(MEASURES[name][0] for name in OF_THRESHOLDS)),
                tuple(
                    (setting, value, *(counted[name] for name in OF_THRESHOLDS))
                    for (setting, value), counted in self.thresholds.items()
                ),
                f"{SYNTHETIC} Counted on the tuning split, on which they are chosen.",
            ),
        ]

    def plots(self) -> dict[str, Draw]:
        """Return what to draw."""
        return {"How often a confidence is right": self._draw_reliability}

    def _draw_reliability(self, axes: Axes) -> None:
        counted = [one for one in self.reliability if one.right.total]
        axes.plot([0, 1], [0, 1], linestyle="--", color="grey", label="as it should be")
        axes.plot(
            [one.mean for one in counted],
            [one.right.hits / one.right.total for one in counted],
            marker="o",
            label="intents",
        )
        axes.set(
            xlabel="mean confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1.02)
        )
        axes.legend()


def evaluate_understanding(app: App, data: Path, learnt: Path) -> UnderstandingReport:
    """Return what is understood of `test.tsv` in `data`.

    `learnt` is the folder whose `train.tsv` the nearest phrases are taken from, where `data` has
    none of its own. Raises UncrampError when a file is missing or wrong, or rapidfuzz is.
    """
    utterances = read_utterances(data / TEST)
    own = data / LEARNT
    phrases = read_utterances(own if own.is_file() else learnt / LEARNT)
    templates = TemplatesAlone(app.dialogs / "sentences", app.settings.name)
    said = list(_with_lines(utterances, templates.danger_lines))
    nearest = NearestPhrase(_with_lines(phrases, templates.danger_lines))
    compared, speeds = {}, {}
    ours, speeds[OURS] = outcomes(said, app.interpret)
    compared[OURS] = measures(ours, app.settings.attention.policy)
    for way, understand in ((TEMPLATES, templates.understand), (RAPIDFUZZ, nearest.understand)):
        made, speeds[way] = outcomes(said, understand)
        compared[way] = measures(made, app.settings.attention.policy)
    return UnderstandingReport(
        utterances=len(said),
        compared=compared,
        per_second=speeds,
        intents=by_intent(ours),
        confusions=confusions(ours),
        reliability=reliability(ours),
        thresholds=_thresholds(app, learnt / TUNE, templates.danger_lines),
    )


def _thresholds(
    app: App, tune: Path, lines: Mapping[str, str]
) -> dict[tuple[str, float], dict[str, Share]]:
    said = list(_with_lines(read_utterances(tune), lines))
    counted = {}
    for setting, values in TRIED.items():
        for value in values:
            changed = app.changed({setting: value})
            understood, _ = outcomes(said, changed.interpret)
            counted[setting, value] = measures(understood, changed.settings.attention.policy)
    return counted


def _with_lines(said: Sequence[Labelled], lines: Mapping[str, str]) -> Iterable[Labelled]:
    """Yield what was said; each danger flag together with the line that is said for it."""
    for one in said:
        flag = one.slots.get("flag", "")
        if flag in lines and "line" not in one.slots:
            yield dataclasses.replace(one, slots={**one.slots, "line": lines[flag]})
        else:
            yield one
