"""Sources of the data sets: the table of addresses and digests, and where a study expects each source.

If a page has moved, ``download.mirror`` in config.yaml or ``vcop download --from`` gives another address, and the digests tell
whether it has the same files. The digests of UCF101 and HMDB51 are those that torchvision's prototype data sets verify; that of
GloVe is used by several programs; those of ActivityNet-QA were computed from the files of its repository.

The Snakefile reads this module in every job, so it imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vcop.config.names import PAPER_DATASETS, QUESTIONS
from vcop.config.study import Study

Form = Literal["archive", "archives", "files", "file", "by hand"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """Files that are downloaded together.

    Attributes:
        form: "archive": an archive of which one directory is wanted; "archives": an archive of archives, whose contents together are
            wanted; "files": several files of one directory; "file": one file that is left as it is; "by hand": no program can fetch it.
        page: Page that describes the data set.
        address: Address of the directory with the files.
        files: Names of the files, with their SHA-256.
        inside: The wanted directory of an archive.
        unpacked_ratio: Size of the unpacked files, as a multiple of the size of the archive.
        lists: Data set whose lists or annotations these are, if any.
    """

    form: Form
    page: str
    address: str = ""
    files: dict[str, str]
    inside: str = ""
    unpacked_ratio: float = 0
    lists: str = ""


UCF101, HMDB51 = "https://www.crcv.ucf.edu/data/UCF101", "https://serre-lab.clps.brown.edu/wp-content/uploads/2013/10"
SOURCES = {
    "ucf101-lists": Source(
        form="archive",
        page="https://www.crcv.ucf.edu/data/UCF101.php",
        address=UCF101,
        files={
            "UCF101TrainTestSplits-RecognitionTask.zip": "5c0d1a53b8ed364a2ac830a73f405e51bece7d98ce1254fd19ed4a36b224bd27"
        },
        inside="ucfTrainTestlist",
        unpacked_ratio=100,
        lists="ucf101",
    ),
    "ucf101-videos": Source(
        form="archive",
        page="https://www.crcv.ucf.edu/data/UCF101.php",
        address=UCF101,
        files={"UCF101.rar": "ca8dfadb4c891cb11316f94d52b6b0ac2a11994e67a0cae227180cd160bd8e55"},
        inside="UCF-101",
        unpacked_ratio=1.1,
    ),
    "hmdb51-lists": Source(
        form="archive",
        page="https://serre.lab.brown.edu/hmdb51.html",
        address=HMDB51,
        files={"test_train_splits.rar": "229c94f845720d01eb3946d39f39292ea962d50a18136484aa47c1eba251d2b7"},
        inside="testTrainMulti_7030_splits",
        unpacked_ratio=100,
        lists="hmdb51",
    ),
    "hmdb51-videos": Source(
        form="archives",
        page="https://serre.lab.brown.edu/hmdb51.html",
        address=HMDB51,
        files={"hmdb51_org.rar": "9e714a0d8b76104d76e932764a7ca636f929fff66279cda3f2e326fa912a328e"},
        unpacked_ratio=2.2,
    ),
    f"{QUESTIONS}-lists": Source(
        form="files",
        page="https://github.com/MILVLG/activitynet-qa",
        address="https://raw.githubusercontent.com/MILVLG/activitynet-qa/master/dataset",
        files={
            "train_q.json": "a9db856c54af5870e9d24cb61bc14470f75eb31e9634e97ec0fb5a9d2b8acfc9",
            "train_a.json": "f7df4103d38939ac8fd7fbcf316cf3c13f5fab9de0c76eb10c9b772ec7aa6566",
            "val_q.json": "810299378d673bc93e88c507729c8268a1d84c985272f2ef0b7d9fb2bc89beb7",
            "val_a.json": "b388623af61ba18692e597a1441710f95c87aefb93a491c43e96a4ab9a61e2a9",
            "test_q.json": "54d729564c3dfa0e795217f4df6023f7e43197fbb2b1fa4fd943ca65bee7eab8",
            "test_a.json": "f8fffa0fd6d8dbdb788310c16fe7e6da0aa23758d811cc77b65060436acf97e5",
        },
        lists=QUESTIONS,
    ),
    f"{QUESTIONS}-videos": Source(form="by hand", page="http://activity-net.org/download.html", files={}),
    "glove": Source(
        form="file",
        page="https://nlp.stanford.edu/projects/glove/",
        address="https://nlp.stanford.edu/data",
        files={"glove.6B.zip": "617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb"},
    ),
}


def source_folders(study: Study) -> dict[str, Path]:
    """Return the path at which a study expects each source that it uses.

    Raises:
        ValueError: If the study generates its videos.
    """
    if study.synthesise:
        raise ValueError(
            "config.yaml: this study makes its videos itself (synthesise), so there is nothing to download; "
            "studies/paper is the study of the real data sets"
        )
    paths = {
        f"{name}-{part}": Path(getattr(study.data[name], part))
        for name in PAPER_DATASETS
        if name in study.data
        for part in ("lists", "videos")
    }
    if study.questions:
        paths[f"{QUESTIONS}-lists"] = Path(study.questions.annotations)
        paths[f"{QUESTIONS}-videos"] = Path(study.questions.videos)
        # The vectors may be named as a file in the archive (glove.6B.zip/glove.6B.300d.txt), or be something else than GloVe's.
        (archive,) = SOURCES["glove"].files
        vectors = Path(study.questions.vectors)
        for path in (vectors, vectors.parent):
            if path.name == archive:
                paths["glove"] = path
                break
    return paths


def manual_steps(name: str, path: Path) -> str:
    """Return what to do about a source that no program can fetch, as one line."""
    return (
        f"{name}: no program can fetch these videos: ask for them at {SOURCES[name].page} (a form), "
        f"and put them into {path} as v_NAME.mp4; docs/data.md says more"
    )


def record_files(study: Study, dataset: str = "") -> list[str]:
    """Return the records that the target `download` of the workflow makes: one for each source that a program can fetch.

    Args:
        study: Study whose data is wanted.
        dataset: Name of one data set; "" for all.

    Raises:
        ValueError: If the study does not use the data set or generates its videos, or if there is a record of a source that has been
            removed since.
    """
    records = []
    for name, path in source_folders(study).items():
        record = Path("results/download") / f"{name}.json"
        if SOURCES[name].form == "by hand" or not (name.startswith(dataset) or (name == "glove" and dataset == QUESTIONS)):
            continue
        if record.exists() and not path.exists():
            raise ValueError(
                f"{record} says that {path} was fetched, but it is not there: remove the record to fetch it again"
            )
        records.append(str(record))
    if not records:
        raise ValueError(
            f"config.yaml: {dataset or 'a data set of the papers'} is not there, so there is nothing to download for it"
        )
    return records


def manual_notice(study: Study) -> str:
    """Return the message of the target `download`: what is left to do by hand."""
    paths = {} if study.synthesise else source_folders(study)
    steps = [
        manual_steps(name, path) for name, path in paths.items() if SOURCES[name].form == "by hand" and not holds_files(path)
    ]
    return " ".join(["What a program can fetch is there.", *steps])


def holds_files(path: Path) -> bool:
    """Return whether a path is a directory that is not empty."""
    return path.is_dir() and any(path.iterdir())
