"""The commands of `uncramp evaluate`, for those who change how it understands and hears."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skill.errors import StorageError, UncrampError
from skill.output import print_json, print_line

if TYPE_CHECKING:
    from skill.evaluation.hearing import HearingReport
    from skill.evaluation.other_sound import OtherSoundReport
    from skill.evaluation.understanding import UnderstandingReport

PAGE = click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the section of this page (default: docs/evaluation.md of the checkout; "
    "none with --data).",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Everything on one line.")


@click.group()
def evaluate() -> None:
    """Count on labelled sets how well it understands and hears; needs the group `evaluate`."""


@evaluate.command()
@click.option("--data", type=click.Path(path_type=Path),
              help="Folder with test.tsv: context, intent, slots, text.")  # fmt: skip
@AS_JSON
@PAGE
@click.pass_obj
def understanding(make_app: Any, data: Path | None, as_json: bool, page: Path | None) -> None:
    """Understand the utterances of the test split; count what is right, what is not and why."""
    from skill.evaluation.understanding import evaluate_understanding

    page = _page(page, data)
    app = make_app()
    learnt = _checkout("data", "understanding")
    report = evaluate_understanding(app, data or learnt, learnt)
    _tell("Understanding", report, page, as_json=as_json)


@evaluate.command()
@click.option("--data", type=click.Path(path_type=Path),
              help="Folder with a labelled manifest.tsv and its recordings; without one, "
              "every WAV and FLAC in it is other talk or noise, and false starts are "
              "counted.")  # fmt: skip
@AS_JSON
@PAGE
@click.pass_obj
def hearing(make_app: Any, data: Path | None, as_json: bool, page: Path | None) -> None:
    """Hear the recordings of the test split in a bedroom, quiet and noisy; takes a while."""
    from skill.evaluation.hearing import evaluate_hearing, is_labelled
    from skill.evaluation.other_sound import evaluate_other_sound

    page = _page(page, data)
    folder = data or _checkout("data", "speech")
    report: HearingReport | OtherSoundReport
    if not folder.is_dir():
        raise StorageError(f"There is no folder {folder}.", "Name another one with --data.")
    if data is None or is_labelled(folder):
        report = evaluate_hearing(make_app(), folder)
    else:
        report = evaluate_other_sound(make_app(), folder)
    _tell("Hearing", report, page, as_json=as_json)


def _checkout(*parts: str) -> Path:
    """Return a folder below tests/ of the checkout."""
    from skill.resources import tests_dir

    tests = tests_dir()
    if tests is None:
        raise UncrampError("The sets are not in an installed program.", "Evaluate in a checkout.")
    return tests.joinpath(*parts)


def _page(page: Path | None, data: Path | None) -> Path | None:
    """Return where to write; fail at once, not after all the work, where nothing can draw."""
    from skill.evaluation.page import require_plotting

    if page is None and data is None:
        page = _checkout().parent / "docs" / "evaluation.md"
    if page is not None:
        require_plotting()
    return page


def _tell(
    section: str,
    report: UnderstandingReport | HearingReport | OtherSoundReport,
    page: Path | None,
    *,
    as_json: bool,
) -> None:
    from skill.evaluation.page import write_section

    tables = report.tables()
    if as_json:
        print_json(report.as_json())
    else:
        for table in tables:
            print_line(table.text())
    if page is not None:
        text = "\n".join(table.markdown() for table in tables)
        write_section(page, section, text, report.plots())
