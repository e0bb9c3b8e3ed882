"""What every command is built of: its options, its help in one language."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from circle15 import __version__
from circle15.words import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = click.Path(path_type=Path)


class Finite(click.FloatRange):
    """A number within a range; ``nan`` and ``inf``, which Python takes for numbers, are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """The number that was typed; what is none is refused as one out of range is."""
        found = float(super().convert(value, param, ctx))
        if not math.isfinite(found):
            self.fail(str(value), param, ctx)
        return found


# What the degrees of a list can be on.
DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")


def command(name: str, lang: str, callback: Callable[..., None], *params: click.Parameter) -> click.Command:
    """A command with its help (``cli.help_<name>``) in ``lang``, and the options that every command has."""
    return click.Command(
        name=name,
        callback=callback,
        help=say(f"cli.help_{name}", lang),
        params=[*params, language_option(lang), help_option(lang)],
        add_help_option=False,
        options_metavar=say("cli.options_metavar", lang),
    )


def options_of(room: str, lang: str) -> Callable[..., click.Option]:
    """A maker of options whose words lie in one room: ``<room>.help_<name>`` and ``<room>.<name>_metavar``."""

    def option(
        name: str,
        kind: click.ParamType[Any] = click.STRING,
        called: str = "",
        **more: Any,  # noqa: ANN401  click's own
    ) -> click.Option:
        """``--name``, which the command's function takes as ``called``, else by its own name."""
        told, metavar = say(f"{room}.help_{name}", lang), say(f"{room}.{name}_metavar", lang)
        names = [f"--{name}", called or name]
        return click.Option(names, type=kind, help=told, metavar=metavar, show_default=False, **more)

    return option


def folder_option(lang: str) -> click.Option:
    """``--folder``: the workspace."""
    told, metavar = say("changes.help_folder", lang), say("changes.folder_metavar", lang)
    return click.Option(["--folder"], type=FILE, default=Path(), show_default=False, help=told, metavar=metavar)


def two_periods(lang: str) -> tuple[click.Parameter, ...]:
    """The two periods of a place that are held against each other: ``old``, ``new``, ``--place`` and ``--folder``."""
    return (
        *(click.Argument([name], metavar=say(f"changes.{name}_metavar", lang)) for name in ("old", "new")),
        click.Option(["--place"], help=say("changes.help_place", lang), metavar=say("changes.place_metavar", lang)),
        folder_option(lang),
    )


def language_option(lang: str) -> click.Option:
    """``--lang``; read beforehand, so that its value need not be handed on."""
    return click.Option(
        ["--lang"], type=click.Choice(LANGUAGES), default=lang, help=say("cli.help_lang", lang), expose_value=False
    )


def help_option(lang: str) -> click.Option:
    """``--help``."""
    return _telling("--help", say("cli.help_help", lang), lambda ctx: ctx.get_help())


def version_option(lang: str) -> click.Option:
    """``--version``."""
    return _telling("--version", say("cli.help_version", lang), lambda _: f"circle15 {__version__}")


def _telling(name: str, help_text: str, text: Callable[[click.Context], str]) -> click.Option:
    """An option that tells something and ends the command."""

    def tell(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo(text(ctx))
            ctx.exit()

    return click.Option([name], is_flag=True, is_eager=True, expose_value=False, callback=tell, help=help_text)
