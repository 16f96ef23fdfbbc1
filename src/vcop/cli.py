"""The command line: ``vcop VERB ...`` or ``python -m vcop VERB ...``; a verb is the module of its name.

Verbs are imported when asked for, since importing torch alone takes seconds.
"""

from __future__ import annotations

import argparse
import importlib
import signal
import sys

from vcop import __version__
from vcop.interrupts import TryAgain

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
    "check": "a data set's lists and videos against the official counts; or every frame of a frame store",
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
            module = importlib.import_module(f"vcop.{name}")
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    return top


def main(words: list[str] | None = None) -> int:
    """Run one verb; bad input ends in one line and a non-zero code."""
    words = sys.argv[1:] if words is None else words
    verb = words[0] if words and words[0] in VERBS else None
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        arguments = parser(verb).parse_args(words)
        arguments.run(arguments)
    except TryAgain as stop:
        print(f"vcop {verb}: {stop}", file=sys.stderr)
        return stop.code
    except (ValueError, OSError) as problem:
        print(f"vcop {verb}: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"vcop {verb}: interrupted; the same command goes on from here", file=sys.stderr)
        return 130
    return 0
