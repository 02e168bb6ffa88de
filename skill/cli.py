"""The command line: parse, call, print; one function a command."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skill.cli_dialogs import dialogs
from skill.cli_evaluate import evaluate
from skill.cli_models import models
from skill.cli_setup import setup
from skill.errors import UncrampError
from skill.output import print_json, print_line

if TYPE_CHECKING:
    from skill.app import App

CONTEXTS = click.Choice(["idle", "coaching"])
RECORDING = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="Settings file (YAML).")
@click.option("--language", default="en", show_default=True, help="Folder under dialogs/.")
@click.option("--verbose", is_flag=True, help="Log what happens to standard error.")
@click.version_option(package_name="uncramp", prog_name="uncramp")
@click.pass_context
def cli(context: click.Context, config: Path | None, language: str, verbose: bool) -> None:
    """Say what cramps into the dark, and a calm voice walks you through it. Works offline."""
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(message)s", stream=sys.stderr)
    context.obj = lambda: _app(config, language)


def _app(config: Path | None, language: str) -> App:
    from skill.app import App
    from skill.config import load_settings

    return App(load_settings(config), language)


@cli.command()
@click.pass_obj
def run(make_app: Any) -> None:
    """Listen and coach on the microphone and speaker, until SIGTERM or Ctrl-C."""
    make_app().run(ready=lambda: click.echo("Listening.", err=True))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a check.")
@click.pass_obj
def doctor(make_app: Any, as_json: bool) -> None:
    """Tell whether it hears and speaks well, and what to do where it does not."""
    from skill.daemon.doctor import Status

    failed = False
    for check in make_app().examination().checks():
        failed = failed or check.status is Status.FAILED
        if as_json:
            print_json(dataclasses.asdict(check))
        else:
            print_line(f"{check.status:<8} {check.check}: {check.detail} {check.fix}".rstrip())
    if failed:
        raise UncrampError("Something failed that Uncramp cannot do without; see above.")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Everything on one line.")
@click.pass_obj
def bench(make_app: Any, as_json: bool) -> None:
    """Measure start-up, memory, CPU and latency here; takes some minutes, best when idle."""
    measured = make_app().bench()
    if as_json:
        print_json(measured)
    else:
        print_line(json.dumps(measured, indent=2))


@cli.command()
@click.argument("nights", nargs=-1, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=Path("rehearsal"),
              show_default=True, help="Folder for night.wav and night.jsonl.")  # fmt: skip
@click.option("--realtime", is_flag=True, help="Wait as a real night would.")
@click.pass_obj
def rehearse(make_app: Any, nights: tuple[Path, ...], out: Path, realtime: bool) -> None:
    """Hold a scripted night from recorded speech; the bundled one without NIGHT.yaml."""
    from skill.nights import rehearse

    rehearse(make_app(), nights, out, realtime=realtime, print_line=print_line)


@cli.command()
@click.option("--context", "spoken_in", type=CONTEXTS, default="idle", show_default=True)
@click.pass_obj
def understand(make_app: Any, spoken_in: str) -> None:
    """Tell what each line of standard input means, as one JSON object a line."""
    from skill.interpretation import Context, Interpretation

    interpreter = make_app().interpreter
    for line in sys.stdin.buffer:
        raw = line.removesuffix(b"\n").removesuffix(b"\r")
        try:
            understood = interpreter.interpret(raw.decode("utf-8"), Context(spoken_in))
        except UnicodeDecodeError:
            understood = Interpretation(raw.decode("utf-8", errors="replace"))
        print_json(
            {
                "text": understood.text,
                "intent": understood.intent,
                "slots": dict(understood.slots),
                "confidence": round(understood.confidence, 3),
                "by": understood.by,
                **({"addressed": True} if understood.addressed else {}),
            }
        )


@cli.command()
@click.argument("files", nargs=-1, required=True, type=RECORDING)
@click.option("--context", "spoken_in", type=CONTEXTS, default="idle", show_default=True)
@click.option("--addressed", is_flag=True, help="As if the attention window were open.")
@click.option("--engine", type=click.Choice(["auto", "vosk", "moonshine"]), default=None)
@click.pass_obj
def hear(
    make_app: Any, files: tuple[Path, ...], spoken_in: str, addressed: bool, engine: str | None
) -> None:
    """Hear each recording as if it came from the microphone; one JSON object a file."""
    app = make_app()
    if engine is not None:
        app = app.changed({"engine": engine})
    unreadable = False
    for heard in app.hear(files, coaching=spoken_in == "coaching", addressed=addressed):
        print_json(heard)
        unreadable = unreadable or "error" in heard
    if unreadable:
        raise UncrampError("Some recordings could not be read; see their lines above.")


@cli.command()
@click.argument("text")
@click.option("--out", type=click.Path(path_type=Path), help="Write a WAV instead of playing it.")
@click.option("--voice", type=click.Choice(["auto", "piper", "espeak"]), default=None)
@click.pass_obj
def say(make_app: Any, text: str, out: Path | None, voice: str | None) -> None:
    """Speak TEXT with the configured voice."""
    app = make_app()
    app.say(text, out, voice)


@cli.command()
@click.pass_obj
def voices(make_app: Any) -> None:
    """List the voices, and what to do to get those that are missing; one JSON object a line."""
    from skill.voice.voices import installed_voices

    make_app()
    for voice in installed_voices():
        print_json(dataclasses.asdict(voice))


cli.add_command(dialogs)
cli.add_command(evaluate)
cli.add_command(models)
cli.add_command(setup)


def main() -> None:
    """Run the program; every failure is one clear sentence and exit code 1."""
    try:
        cli(standalone_mode=False)
    except UncrampError as error:
        _fail(str(error))
    except click.exceptions.Exit as asked:
        sys.exit(asked.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(f"{error.filename or 'A file'} cannot be used: {error.strerror}.")
    except Exception as error:
        logging.getLogger(__name__).info("The place:", exc_info=True)
        _fail(f"Uncramp has a mistake of its own: {error!r}. Tell its makers; --verbose helps.")


def _fail(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
