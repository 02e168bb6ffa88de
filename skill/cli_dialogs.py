"""The commands of `uncramp dialogs`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from skill.output import print_json, print_line

FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path))


@click.group()
def dialogs() -> None:
    """Check and list what Uncramp says and understands."""


@dialogs.command()
@FOLDER
@click.pass_obj
def check(make_app: Any, folder: Path | None) -> None:
    """Check every YAML file of the dialogs (or of FOLDER); one line a mistake."""
    folder = folder or make_app().dialogs
    _without_mistakes(folder)
    click.echo(f"{folder}: no mistakes found")


@dialogs.command()
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="One JSON object an id, then the counts.")
@click.option("--page", type=click.Path(path_type=Path),
              help="Write the page of first aid and sources (docs/first-aid.md).")  # fmt: skip
@click.pass_obj
def coverage(make_app: Any, folder: Path | None, as_json: bool, page: Path | None) -> None:
    """Tell which lines rest on each source id, or why none does; fail where one is forgotten."""
    from skill.dialog import coverage as covering
    from skill.dialog.folder import DialogFolder
    from skill.dialog.page import page_of
    from skill.errors import FileFaultsError

    folder = folder or make_app().dialogs
    _without_mistakes(folder)
    read = DialogFolder(folder)
    rows = covering.coverage(read)
    if page is not None:
        page.write_text(page_of(read), encoding="utf-8")
    elif as_json:
        for row in rows:
            print_json({"id": row.id, "category": row.source.category,
                        "treatment": row.source.treatment, "fate": row.fate,
                        "lines": row.lines, "why": row.why})  # fmt: skip
        print_json({"counts": covering.counts(rows)})
    else:
        for row in rows:
            treatment = row.source.treatment or "-"
            told = "; ".join(part for part in (", ".join(row.lines), row.why) if part)
            print_line(f"{row.id:<6} {treatment:<8} {told or 'FORGOTTEN'}")
        for table, groups in covering.counts(rows).items():
            print_line(f"by {table}:")
            for group, fates in groups.items():
                told = ", ".join(f"{count} {fate}" for fate, count in fates.items())
                print_line(f"  {group:<21} {sum(fates.values()):>3}: {told}")
    faults = covering.check_coverage(read)
    if faults:
        raise FileFaultsError(faults)


@dialogs.command("list")
@click.pass_obj
def list_prompts(make_app: Any) -> None:
    """List every prompt: id, text, word count, sources; one JSON object a line."""
    from skill.dialog.wording import all_lines

    for prompt, line in all_lines(make_app().script):
        print_json(
            {
                "id": prompt,
                "text": line.say,
                "words": len(line.say.split()),
                "sources": list(line.sources),
            }
        )


@dialogs.command()
@click.pass_obj
def grammar(make_app: Any) -> None:
    """Print the phrases for the recogniser, one a line."""
    for phrase in make_app().interpreter.phrases():
        click.echo(phrase)


def _without_mistakes(folder: Path) -> None:
    from skill.dialog_files import check_dialogs
    from skill.errors import FileFaultsError

    faults = check_dialogs(folder)
    if faults:
        raise FileFaultsError(faults)
