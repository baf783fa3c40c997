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
from beachhead.cli._streams import ReaderGone, clean_streams, silence
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


# what the system's loader says where a library finds no memory to be loaded into
_NO_ROOM = ("allocate memory", "failed to map segment")


def main() -> None:
    """Run the command line and exit: 0 done, 1 problems found or refused, 2 usage, 70 our fault, 130 interrupted.

    The one place where no exception passes: what is refused is a sentence; what should not happen is told with what
    to report, and without anything from the customer's data.
    """
    with clean_streams():
        code = _run()
    sys.exit(code)


def _run() -> int:
    try:
        code = commands(standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except BeachheadError as refused:
        return _refused(str(refused))
    except ReaderGone:
        silence()
        return 130
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except OSError as error:
        from beachhead.tables.writing import why

        if error.filename is None:
            silence()  # what cannot be flushed now cannot be at exit either
            return _refused(f"The output cannot be written: {why(error)}.")
        return _refused(f"{error.filename}: it cannot be read or written: {why(error)}.")
    except BaseException as fault:
        if _no_memory(fault):
            return _refused("There is not enough memory for this.")
        from beachhead.cli._fault import report

        click.echo(report(fault), err=True)
        return 70


def _no_memory(fault: BaseException) -> bool:
    """Whether memory ended, also while the system's loader looked for room for a library."""
    loading = isinstance(fault, ImportError) and any(sign in str(fault) for sign in _NO_ROOM)
    return loading or isinstance(fault, MemoryError)


def _refused(sentence: str) -> int:
    click.echo(f"beachhead: {sentence}", err=True)
    return 1
