"""Names of backbones: the package's own, a module each, and a user's, a file ``networks/NAME.py`` each in the study's folder.

Both are found by listing files. Nothing is imported, so Snakemake can ask in every job.
"""

from __future__ import annotations

from pathlib import Path

from vcop.config.names import PAPER_NETWORKS
from vcop.runtime.user_modules import find_names, module_digest

PACKAGE = Path(__file__).parents[1] / "networks" / "backbones"
FOLDER = "networks"  # of a study


def package_networks() -> list[str]:
    """Return the names of the package's backbones, those of the papers first."""
    return [*PAPER_NETWORKS, *(name for name in find_names(PACKAGE) if name not in PAPER_NETWORKS)]


def known_networks(study: Path = Path()) -> list[str]:
    """Return the names of all backbones that a study can use.

    Args:
        study: The study's folder; by default the working folder, which is that of a job.
    """
    return list(dict.fromkeys([*package_networks(), *find_names(study / FOLDER)]))


def network_choices(network: str, study: Path = Path()) -> str:
    """Return what to do about the name of a backbone that is not known, for messages."""
    return f"choose one of {', '.join(known_networks(study))}, or write {study / FOLDER / network}.py"


def own_file(network: str, study: Path = Path()) -> Path | None:
    """Return the user's file of a backbone; None for one of the package.

    Raises:
        ValueError: There is no such backbone, or two. The message lists the known ones.
    """
    file, own = study / FOLDER / f"{network}.py", network in find_names(study / FOLDER)
    if network in package_networks():
        if own:
            raise ValueError(f"{file}: vcop has a network of this name: give yours another one")
        return None
    if not own:
        raise ValueError(f"network: there is no {network!r}; {network_choices(network, study)}")
    return file


def network_identity(network: str) -> dict[str, str]:
    """Return what a result of a backbone depends on besides its name: the digest of the user's file, nothing for one of the package."""
    return {"network_file": module_digest(FOLDER, network)} if own_file(network) else {}
