"""The command line: ``vcop VERB ...`` or ``python -m vcop VERB ...``; a verb is the module of its name in ``vcop.commands``.

Verbs are imported when asked for, since importing torch alone takes seconds.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import math
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

from vcop import __version__
from vcop.runtime import watchdog
from vcop.runtime.atomic_files import ADVICE
from vcop.runtime.file_lease import WAIT_LIMIT
from vcop.runtime.signals import RetryLater, end_with_workflow

MINIMUM_TORCH = (2, 11)  # the floor
EXIT_CLOSED_PIPE = 128 + 13  # as shells say of a program whose output nobody reads any more (SIGPIPE)
VERBS = {
    "download": "fetch a data set's archives, lists or annotations and lay them out",
    "synthesise": "make encoded videos in the layout of UCF101, HMDB51 or ActivityNet-QA",
    "decode": "decode a data set's videos into a frame store",
    "initialise": "write a backbone's random initial weights",
    "pretrain": "learn to predict the order of shuffled clips",
    "mine": "keep the videos that a pretrained network does not find simple",
    "extract": "features of the ten test clips of every video",
    "retrieve": "nearest neighbours of test clips and videos among the training ones",
    "finetune": "learn to recognise actions from given weights",
    "answer": "learn to answer questions about videos from frozen clip features",
    "probe": "what frozen features tell a linear classifier and nearest neighbours",
    "audit": "by what a pretrained network tells the order of clips",
    "illustrate": "one shuffled tuple through a pretrained network, for a picture",
    "outline": "what the three networks are made of, for a picture",
    "status": "the training runs of a study: running, interrupted, waiting, done",
    "plan": "what a study still costs: runs, hours, disk, and the longest chain of jobs",
    "render": "draw one table or figure of the papers",
    "pack": "a finished study's metrics in one archive, to draw its tables and figures elsewhere",
    "baselines": "what can be told of a data set without a network",
    "sizes": "parameters and multiply-adds of the networks",
    "check": "a data set's lists and videos against the official counts; or whether files of ours are as they were written",
    "schema": "the JSON schema of config.yaml",
}


def parser(verb: str | None) -> argparse.ArgumentParser:
    """The parser with the flags of ``verb`` alone, so that no other verb is imported."""
    top = argparse.ArgumentParser(prog="vcop", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--version", action="version", version=f"vcop {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, text in VERBS.items():
        sub = verbs.add_parser(name, help=text, description=text)
        if name == verb:
            require_torch()
            module = importlib.import_module(f"vcop.commands.{name}")
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    return top


def require_torch() -> None:
    """As pyproject.toml asks for, where an environment was made by other means. Before 2.11 states cannot be read safely.

    Looked up and not imported: that takes seconds, and an old one may lack what our modules import.
    """
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return  # an environment for videos alone
    files = [Path(spec.origin).with_name("version.py"), Path(spec.origin)]
    text = "".join(file.read_text(errors="replace") for file in files if file.is_file())
    found = re.search(r"^__version__ = ['\"]((\d+)\.(\d+)[^'\"]*)", text, re.MULTILINE)
    if found and (int(found[2]), int(found[3])) < MINIMUM_TORCH:
        wanted = ".".join(map(str, MINIMUM_TORCH))
        raise ValueError(f"PyTorch {found[1]} in {files[0].parent} is too old: {wanted} or later is needed")


def idle_minutes(arguments: argparse.Namespace) -> float:
    """Minutes in which a verb must do something."""
    if arguments.verb == "download":
        return math.inf  # with limits of its own
    minutes = float(getattr(arguments, "wait_minutes", watchdog.IDLE_MINUTES))
    alone = getattr(arguments, "gpus", 1) == getattr(arguments, "nodes", 1) == 1
    return minutes if alone else 2 * (minutes + WAIT_LIMIT / 60)  # other processes have their limit, and say more


def main(words: list[str] | None = None) -> int:
    """Run one verb; bad input ends in one line and a non-zero code."""
    words = sys.argv[1:] if words is None else words
    verb = words[0] if words and words[0] in VERBS else None
    end_with_workflow()
    try:
        try:
            arguments = parser(verb).parse_args(words)
        finally:
            sys.stdout.flush()  # help, which ends the program
        with watchdog.require_activity(f"vcop {verb}", idle_minutes(arguments)):
            arguments.run(arguments)
        sys.stdout.flush()
    except RetryLater as stop:
        return _leave(verb, stop, stop.code)
    except BrokenPipeError:  # nobody reads on; SIGPIPE's own end would meet lost connections, too
        return _leave(verb, None, EXIT_CLOSED_PIPE)
    except (ValueError, OSError) as problem:
        # All other writing names its file.
        printed = isinstance(problem, OSError) and problem.filename is None and problem.errno in ADVICE
        return _leave(verb, f"what it prints: {problem}" if printed else problem, 1)
    except RuntimeError as problem:
        said = watchdog.explain_worker_error(str(problem))
        if said is None:
            raise
        watchdog.end_children()
        return _leave(verb, said, 1)
    except KeyboardInterrupt:
        return _leave(verb, "interrupted; the same command goes on from here", 130)
    return 0


def _leave(verb: str | None, why: object, code: int) -> int:
    """Say why, if there is anything to say and as far as it can be printed, and return the exit code."""
    with suppress(OSError):
        if why is not None:
            print(f"vcop {verb}: {why}", file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:  # or the interpreter would try again when it ends, and say so in its own words
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    return code
