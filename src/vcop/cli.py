"""Video clip order prediction: self-supervised learning of spatio-temporal features (CVPR 2019, IEEE TMM 2020).

`vcop COMMAND --help` explains a command. Errors are printed as `vcop COMMAND: message`; the exit code is 0 if everything went well.
"""

# A command is the module of its name in `vcop.commands`. It is imported only when it is called, for importing torch takes seconds.

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.util
import math
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from vcop import __version__
from vcop.runtime import watchdog
from vcop.runtime.atomic_files import ADVICE
from vcop.runtime.file_lease import WAIT_LIMIT
from vcop.runtime.signals import RetryLater, end_with_workflow

MINIMUM_TORCH = (2, 11)  # as in pyproject.toml
EXIT_CLOSED_PIPE = 128 + 13  # as shells report a program that was ended by SIGPIPE, since nobody reads its output any more
COMMANDS = {
    "new": "Write a study for a folder of your own videos.",
    "list": "List your own videos, and draw which of them test and which validate.",
    "download": "Download the archives, official lists or annotations of a data set and unpack them.",
    "synthesise": "Make synthetic videos in the directory layout of UCF101, HMDB51 or ActivityNet-QA.",
    "decode": "Decode the videos of a data set into a frame store.",
    "initialise": "Write the initial weights of a backbone: random ones, or those of a file.",
    "pretrain": "Train a network by clip order prediction or another pretext task.",
    "mine": "Select the videos that a pretrained network finds difficult (sample-based curriculum).",
    "extract": "Compute features of the ten test clips of every video.",
    "retrieve": "Find the nearest training clips and videos of each test clip and test video.",
    "finetune": "Train a network to recognise actions, starting from given weights.",
    "answer": "Train a model to answer questions about videos from frozen clip features.",
    "probe": "Evaluate frozen features with a linear classifier and with nearest neighbours.",
    "audit": "Measure which cues a pretrained network uses to answer its pretext task.",
    "illustrate": "Record one shuffled tuple and the predictions of a pretrained network, for a figure.",
    "outline": "Write the structure of the three networks, for a figure.",
    "status": "Show the trainings of a study: running, interrupted, waiting or done.",
    "plan": "Estimate what a study still costs: jobs, hours, disk space and the longest chain of jobs.",
    "render": "Draw one table or figure of the papers.",
    "index": "Write the page that leads to all tables, figures and trainings of a study.",
    "publish": "Write the weights of a run into a folder for others, with their configuration and a model card.",
    "pack": "Pack the metrics of a finished study into one archive, to draw its tables and figures elsewhere.",
    "baselines": "Compute baselines of a data set that need no network.",
    "embed": "Compute embeddings of any videos, straight from their files, without a study.",
    "search": "Find the videos nearest to one, in a file of embeddings.",
    "neighbours": "Write a page with the nearest videos of each test video of your own.",
    "summarise": "Write the summary of a study of your own videos.",
    "duplicates": "List pairs of videos that are nearly the same, by their embeddings.",
    "outliers": "List the videos that are least similar to all others, by their embeddings.",
    "sizes": "Print parameters and multiply-adds of the networks.",
    "check": "Compare a data set with its official lists and counts, or check files of vcop for damage.",
    "schema": "Print the JSON schema of config.yaml.",
}


def build_parser(command: str | None) -> argparse.ArgumentParser:
    """Return the parser of the command line, with the flags of one command only, so that no other command is imported.

    Args:
        command: The command; None leaves out the flags of all.
    """
    top = argparse.ArgumentParser(prog="vcop", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--version", action="version", version=f"vcop {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        sub = commands.add_parser(name, help=text, description=text)
        if name == command:
            require_torch()
            module = _import_command(name)
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    return top


def _import_command(name: str) -> ModuleType:
    """Import the module of a command, without the collection of garbage, which would take a fifth of the time and find none."""
    gc.disable()
    try:
        return importlib.import_module(f"vcop.commands.{name}")
    finally:
        gc.enable()
        gc.freeze()  # what was imported stays


def require_torch() -> None:
    """Raise ValueError if PyTorch is too old, in an environment that was not made from pyproject.toml.

    Before 2.11 states cannot be read safely. The version is looked up in a file: importing PyTorch takes seconds, and an old one may
    lack what this package imports. An environment without PyTorch is accepted, since some commands do not need it.
    """
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    files = [Path(spec.origin).with_name("version.py"), Path(spec.origin)]
    text = "".join(file.read_text(errors="replace") for file in files if file.is_file())
    match = re.search(r"^__version__ = ['\"]((\d+)\.(\d+)[^'\"]*)", text, re.MULTILINE)
    if match and (int(match[2]), int(match[3])) < MINIMUM_TORCH:
        wanted = ".".join(map(str, MINIMUM_TORCH))
        raise ValueError(f"PyTorch {match[1]} in {files[0].parent} is too old: {wanted} or later is needed")


def idle_minutes(arguments: argparse.Namespace) -> float:
    """Return after how many minutes without activity a command is ended."""
    if arguments.command == "download":
        return math.inf  # it has time limits of its own
    minutes = float(getattr(arguments, "wait_minutes", watchdog.IDLE_MINUTES))
    alone = getattr(arguments, "gpus", 1) == getattr(arguments, "nodes", 1) == 1
    return (
        minutes if alone else 2 * (minutes + WAIT_LIMIT / 60)
    )  # limits of distributed training come first: their messages say more


def main(words: list[str] | None = None) -> int:
    """Run one command. Bad input ends with one line on standard error.

    Args:
        words: Arguments of the command line; None takes those of this process.

    Returns:
        Exit code: 0 if everything went well, 1 for an error, 75 if the command should be run again (``RetryLater``).
    """
    words = sys.argv[1:] if words is None else words
    command = words[0] if words and words[0] in COMMANDS else None
    end_with_workflow()
    try:
        try:
            arguments = build_parser(command).parse_args(words)
        finally:
            sys.stdout.flush()  # `--help` and `--version` end the program here
        with watchdog.require_activity(f"vcop {command}", idle_minutes(arguments)):
            arguments.run(arguments)
        sys.stdout.flush()
    except RetryLater as stop:
        return report_end(command, stop, stop.code)
    except BrokenPipeError:  # handled here, for the default action of SIGPIPE would also end a process that loses a connection
        return report_end(command, None, EXIT_CLOSED_PIPE)
    except (ValueError, OSError) as problem:
        # All files name themselves in errors, so an error of the disk without a name comes from standard output.
        printed = isinstance(problem, OSError) and problem.filename is None and problem.errno in ADVICE
        return report_end(command, f"cannot print: {problem}" if printed else problem, 1)
    except RuntimeError as problem:
        explanation = watchdog.explain_worker_error(str(problem))
        if explanation is None:
            raise
        watchdog.end_children()
        return report_end(command, explanation, 1)
    except KeyboardInterrupt:
        return report_end(command, "interrupted; the same command goes on from here", 130)
    return 0


def report_end(command: str | None, message: object, code: int) -> int:
    """Print why a command ends, if there is a message and standard error can be written, and return the exit code."""
    with suppress(OSError):
        if message is not None:
            print(f"vcop {command}: {message}", file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:  # otherwise the interpreter tries again when it ends, and prints an error of its own
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    return code
