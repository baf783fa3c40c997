"""The command line: one module per command, imported only when that command runs.

A command is a module in this folder that defines a click command named ``command``; its name is the module's
(underscores become dashes, a trailing one is dropped). Command modules import only click at the top.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import click

from beachhead import __version__
from beachhead.errors import BeachheadError, did_you_mean


class Commands(click.Group):
    """Finds its commands among the modules of this folder and imports one only when it is asked for."""

    def _modules(self) -> dict[str, str]:
        found = (m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
        return {name.rstrip("_").replace("_", "-"): name for name in found}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._modules())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        module = self._modules().get(name)
        return import_module(f"{__name__}.{module}").command if module else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self._modules():
            ctx.fail(f"there is no command {name!r}{did_you_mean(name, self._modules())}.")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="beachhead", message="beachhead %(version)s")
def commands() -> None:
    """Where a market stands on its life cycle, where each customer stands, what to do and say next."""


def main() -> None:
    """Run the command line. What Beachhead refuses is printed as a sentence, with exit code 2."""
    try:
        commands(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit("Stopped.")
    except click.ClickException as refused:
        refused.show()
        sys.exit(refused.exit_code)
    except BeachheadError as refused:
        click.echo(f"beachhead: {refused}", err=True)
        sys.exit(2)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(130)
