"""``circle15``: parse, one call, print, exit code."""

from __future__ import annotations

import gc
import sys
import traceback
import warnings
from pathlib import Path

import click

from circle15.cli.commands import build_cli
from circle15.cli.system import system_sentence
from circle15.errors import Circle15Error
from circle15.words import LANGUAGES, say

FAULT_LOG = "circle15-fault.log"
# How many new objects make Python look for unreachable ones, and how often it looks among older ones: commands keep
# most of what they make, and looking would take a fifteenth of their time.
NEW_OBJECTS, OLDER = 50_000, 5


def command() -> int:
    """Run the command line as a planner does: what libraries warn of in words of their own is not for them."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    gc.set_threshold(NEW_OBJECTS, OLDER, OLDER)
    return main()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give the exit code: 0 good, 1 data or configuration, 2 usage."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a character shows ?, and goes on
    lang = _language(arguments)
    try:
        code = build_cli(lang).main(args=arguments, prog_name="circle15", standalone_mode=False)
    except click.exceptions.UsageError as fault:
        return _tell(_usage_sentence(fault, lang), exit_code=2)
    except Circle15Error as fault:
        return _tell(fault.sentence(lang), exit_code=fault.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _tell(say("cli.stopped", lang), exit_code=1)
    except OSError as fault:
        return _tell(system_sentence(fault, lang), exit_code=1)
    except Exception:  # noqa: BLE001  the last net: a planner gets a sentence, the details go to a file
        return _tell(say("cli.program_fault", lang, file=_write_fault_log()), exit_code=1)
    return code if isinstance(code, int) else 0


def _language(arguments: list[str]) -> str:
    """The language asked for, read before the commands are built, since their help is in it too."""
    for at, word in enumerate(arguments):
        if word == "--lang" and arguments[at + 1 : at + 2] and arguments[at + 1] in LANGUAGES:
            return arguments[at + 1]
        if word.startswith("--lang=") and word.removeprefix("--lang=") in LANGUAGES:
            return word.removeprefix("--lang=")
    return "zh"


def _tell(sentence: str, exit_code: int) -> int:
    click.echo(sentence, err=True)
    return exit_code


def _usage_sentence(fault: click.exceptions.UsageError, lang: str) -> str:
    """Tell click's finding in a planner's words."""
    command = fault.ctx.command_path if fault.ctx is not None else "circle15"
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return fault.message
    if isinstance(fault, click.exceptions.NoSuchCommand):
        return say("cli.no_such_command", lang, name=fault.command_name, command=command)
    if isinstance(fault, click.exceptions.NoSuchOption):
        return say("cli.no_such_option", lang, option=fault.option_name, command=command)
    if isinstance(fault, click.exceptions.MissingParameter):
        name = fault.param.make_metavar(fault.ctx) if fault.param is not None and fault.ctx is not None else ""
        return say("cli.missing", lang, name=name, command=command)
    if isinstance(fault, click.exceptions.BadParameter):
        return _value_sentence(fault.param, command, lang)
    return say("cli.usage", lang, command=command)


def _value_sentence(param: click.Parameter | None, command: str, lang: str) -> str:
    """What an option or argument takes, where it was given something else."""
    facts = {"option": param.opts[0] if param is not None else "", "command": command}
    kind = param.type if param is not None else None
    if isinstance(kind, click.Choice):
        return say("cli.bad_value", lang, choices="、".join(kind.choices), **facts)
    if isinstance(kind, click.IntRange | click.FloatRange) and kind.min is not None:
        number = say("cli.whole_number" if isinstance(kind, click.IntRange) else "cli.any_number", lang)
        if kind.max is None:
            return say("cli.bad_number", lang, number=number, low=kind.min, **facts)
        return say("cli.bad_number_between", lang, number=number, low=kind.min, high=kind.max, **facts)
    return say("cli.bad_other", lang, **facts)


def _write_fault_log() -> str:
    path = Path.cwd() / FAULT_LOG
    try:
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        return "-"
    return str(path)


if __name__ == "__main__":
    sys.exit(main())
