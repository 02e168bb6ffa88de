"""The commands of `uncramp models`."""

from __future__ import annotations

from pathlib import Path

import click

from skill.errors import UncrampError
from skill.output import print_json


@click.group()
def models() -> None:
    """List, fetch and verify the recognition models."""


@models.command("list")
def list_models() -> None:
    """List the known models, and which are installed; one JSON object a line."""
    from skill.hearing import models as store

    for model in store.list_models():
        print_json(
            {
                "name": model.name,
                **model.entry.model_dump(),
                "installed": model.folder is not None,
                "folder": str(model.folder) if model.folder else None,
            }
        )


@models.command()
@click.argument("name", required=False)
@click.option("--from", "source", type=click.Path(path_type=Path),
              help="Unpack this file instead of downloading it.")  # fmt: skip
@click.pass_context
def fetch(context: click.Context, name: str | None, source: Path | None) -> None:
    """Fetch the model NAME, or the small one of the language, from its publisher."""
    from skill.hearing import models as store
    from skill.hearing.catalog import Catalog

    if name is None:
        language = context.find_root().params["language"]
        name = Catalog.read().smallest(language)
    click.echo(f"{name} is ready in {store.fetch(name, source)}")


@models.command()
@click.argument("name", required=False)
def verify(name: str | None) -> None:
    """Check the files of the model NAME, or of all installed ones, against their checksums."""
    from skill.hearing import models as store

    installed = [model.name for model in store.list_models() if model.folder is not None]
    faults: list[str] = []
    for model in [name] if name else installed:
        checked = store.verify(model)
        faults += [f"{model}: {fault}" for fault in checked.faults]
        for remark in checked.remarks:
            click.echo(f"{model}: {remark}")
        if not checked.faults:
            click.echo(f"{model}: sound")
    if faults:
        raise UncrampError("\n".join(faults), "Fetch it again: uncramp models fetch NAME")
