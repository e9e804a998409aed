"""``stablecheck completion``: what makes a shell complete the other commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

VARIABLE = "_STABLECHECK_COMPLETE"


@click.command(short_help="Print what makes a shell complete commands and names.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options, checklists, runs and measures.

    \b
    Examples:
      stablecheck completion bash >> ~/.bashrc
      stablecheck completion zsh >> ~/.zshrc
      stablecheck completion fish > ~/.config/fish/completions/stablecheck.fish
    """
    completer = get_completion_class(shell)
    assert completer is not None  # click knows all three
    click.echo(completer(ctx.find_root().command, {}, "stablecheck", VARIABLE).source())
