"""The command `uncramp setup`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from skill.errors import UncrampError


@click.command()
@click.option("--from", "source", type=click.Path(path_type=Path),
              help="Take the answers from this YAML file and ask nothing.")  # fmt: skip
@click.pass_context
def setup(context: click.Context, source: Path | None) -> None:
    """Ask for country, numbers, name and persons, and write them to the configuration file."""
    from skill.app import App
    from skill.config import Settings, config_file
    from skill.resources import dialogs_dir
    from skill.setup.configuration import Configuration
    from skill.setup.interview import Interview
    from skill.setup.texts import FILE_NAME, read_texts
    from skill.yaml_file import YamlFile

    options = context.parent.params if context.parent else {}
    texts = read_texts(dialogs_dir(options["language"]) / FILE_NAME)
    configuration = Configuration(config_file(options["config"]))
    path = str(configuration.path)
    for line in texts.disclaimer:
        click.echo(line)
    click.echo()
    if source is not None:
        answers = YamlFile(source)
        answers.read(Settings)
        changes = dict(answers.data or {})
    else:
        click.confirm(texts.accept, abort=True)
        changes = Interview(
            texts,
            configuration.settings,
            _ask,
            click.echo,
            lambda name: App(Settings(), options["language"]).interpreter.name_fault(name),
        ).hold()
        if not click.confirm(texts.write.replace("{path}", path), default=True):
            click.echo(texts.not_written)
            return
    comments = configuration.has_comments
    configuration.change(changes)
    click.echo(texts.written.replace("{path}", path))
    if comments:
        click.echo(texts.comments_lost)


def _ask(question: str, default: str, check: Callable[[str], str]) -> str:
    def checked(answer: str) -> str:
        try:
            return check(answer.strip())
        except UncrampError as error:
            raise click.UsageError(str(error)) from None

    return str(
        click.prompt(question, default=default, value_proc=checked, show_default=bool(default))
    )
