"""The page `docs/evaluation.md`: one section for each evaluation, each written on its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from skill.errors import StorageError
from skill.evaluation.baselines import missing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE: Final = "# How well it understands and hears\n"
SYNTHETIC: Final = (
    "Every utterance was written and all speech is synthetic; "
    "no recorded human complaint was available."
)
SECTIONS: Final = ("Understanding", "Hearing")
FIGURE_INCHES: Final = (6.4, 4.0)

Draw = Callable[["Axes"], None]


def require_plotting() -> None:
    """Raise UncrampError when matplotlib is not installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise missing("matplotlib") from None


def write_section(page: Path, name: str, text: str, plots: Mapping[str, Draw]) -> None:
    """Write one of SECTIONS with its plots into `page`; the other section stays as it is.

    `plots` gives for each title what draws it; they become SVG files in a folder beside the page.
    Raises StorageError when something cannot be written.
    """
    folder = page.with_suffix("")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drawn = [_plot(folder, title, draw) for title, draw in plots.items()]
        before = page.read_text(encoding="utf-8") if page.exists() else ""
        sections = _sections(before)
        sections[name] = "\n".join([*drawn, text.strip()]) + "\n"
        written = [f"## {one}\n\n{sections[one]}" for one in SECTIONS if one in sections]
        page.write_text("\n".join([TITLE, *written]), encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{error.filename or page} cannot be written: {error.strerror}.",
            "Choose another page with --page.",
        ) from None


def _sections(page: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)[1:]
    return {
        name: text.strip("\n") + "\n" for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def _plot(folder: Path, title: str, draw: Draw) -> str:
    """Draw one plot; return the Markdown that shows it."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "uncramp"  # the same figures give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=FIGURE_INCHES, layout="constrained")
    axes.set_title(f"{title}\n(synthetic, no recorded human complaint)", fontsize="medium")
    draw(axes)
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") + ".svg"
    figure.savefig(folder / name, metadata={"Date": None})
    pyplot.close(figure)
    return f"![{title}]({folder.name}/{name})\n"
