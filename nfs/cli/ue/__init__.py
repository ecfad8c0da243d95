"""`agentnf ue`: phones on a running testbed, one file for each of its commands."""

from __future__ import annotations

import typer

from nfs.cli.ue import attach, say, scenario, storm

app = typer.Typer(help="A phone: say something, or play a scenario.", no_args_is_help=True)
app.command("say")(say.say)
app.command("scenario")(scenario.scenario)
app.command("attach")(attach.attach)
app.command("storm")(storm.storm)
