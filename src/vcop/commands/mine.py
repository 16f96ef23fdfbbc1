"""``vcop mine``: keep the videos that a pretrained network does not find simple (sample-based curriculum)."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import add_pretrained_arguments, add_validation_videos, model_session
from vcop.config.options import MineOptions, PretrainOptions
from vcop.pretext.hard_mining import count_by_class, hard_videos, predict_training_videos
from vcop.pretext.order_prediction import HEADER
from vcop.pretext.task_registry import find_task
from vcop.runtime.atomic_files import write_csv, write_result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_pretrained_arguments(parser)
    add_flags(parser, MineOptions)
    parser.add_argument("--seed", type=int, help="Seed of the pretraining (default: as the weights file says).")
    add_validation_videos(parser)
    parser.add_argument(
        "--predictions", type=Path, required=True, help="File to write: predictions for the training videos (.csv)."
    )
    parser.add_argument("--out", type=Path, required=True, help="File to write: names of the videos kept, one a line.")
    parser.add_argument("--classes", type=Path, required=True, help="File to write: videos kept and dropped by class (.csv).")


def run(arguments: argparse.Namespace) -> None:
    """Write the predictions and the list of hard videos, and say how many videos of which classes were dropped."""
    session = model_session(arguments, arguments.weights)
    options, mining = from_flags(PretrainOptions, arguments), from_flags(MineOptions, arguments)
    predictions = predict_training_videos(
        session,
        options,
        mining,
        find_task(arguments.task),
        arguments.weights,
        seed=arguments.seed,
        validation_videos=arguments.validation_videos,
    )
    kept = hard_videos(predictions, mining.threshold, options.batch_size)
    predicted = {prediction.video for prediction in predictions}
    store = session.store
    classes = count_by_class({v.name: store.classes[v.label] for v in store.videos if v.name in predicted}, kept)
    dropped = sum(n for _, _, n in classes)
    print(f"{session.network} {arguments.task}: {len(kept)} videos kept, {dropped} simple ones dropped")
    for name, stay, leave in classes:
        print(f"  {name}: {leave} of {stay + leave} dropped")
    write_csv(arguments.predictions, HEADER, predictions)
    write_csv(arguments.classes, ("class", "kept", "dropped"), classes)
    write_result(arguments.out, "".join(f"{name}\n" for name in kept))
