"""Help pages whose headings speak the planner's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

# click's own headings, and the keys of ours.
HEADINGS = {"Options": "cli.heading_options", "Commands": "cli.heading_commands"}
LONGEST = 400  # characters of a command's sentence


def help_formatter(lang: str) -> Callable[..., click.HelpFormatter]:
    """A formatter of help pages in ``lang``, as a click context wants it."""

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or say("cli.heading_usage", lang))

        def section(self, name: str) -> Any:  # noqa: ANN401  click keeps its type to itself
            return super().section(say(HEADINGS[name], lang) if name in HEADINGS else name)

    return Formatter


class Commands(click.Group):
    """Commands told in the order of the work, each with its whole sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's own
        """The commands as they were given, and not by the alphabet."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands; click itself cuts their sentences short."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.commands[name].get_short_help_str(LONGEST)) for name in self.commands])


@click.pass_context
def help_without_command(ctx: click.Context, /, **_: object) -> None:
    """Show the help where nothing is to be done."""
    if ctx.invoked_subcommand is None:
        raise click.exceptions.NoArgsIsHelpError(ctx)


def context_class(lang: str) -> type[click.Context]:
    """A click context whose help pages are in ``lang``."""
    return type("Context", (click.Context,), {"formatter_class": staticmethod(help_formatter(lang))})
