"""Configurations by the thousand, drawn from the schema: accepted, or refused with the key's path; broken ones all refused.

`make test-slow` draws 10,000 and 1,000 (from other seeds each time), `make test` a few hundred of fixed ones.
"""

import argparse
import copy
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.helpers import ROOT

from vcop.commands.flags import add_flags, from_flags
from vcop.config.fields import Options, fields, flags
from vcop.config.reader import read_study
from vcop.config.schema import json_schema
from vcop.config.study import Study
from vcop.config.yaml_reader import read_yaml

SCHEMA = json_schema(Study)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
TASKS = st.builds(
    "{}-{}-{}{}".format, st.integers(1, 32), st.integers(0, 20), st.integers(2, 5), st.sampled_from(["", "-long", "-hard"])
)
SPECIAL = {
    "task": TASKS,
    "all_layers": st.lists(
        st.builds("{}/{}".format, st.sampled_from(["ucf101", "hmdb51"]), TASKS | st.just("random")), max_size=3
    ),
    "task_epochs": st.dictionaries(TASKS, st.integers(1, 500), max_size=3),
    "finetune_epochs": st.dictionaries(st.sampled_from(["ucf101", "ucf101/c3d"]), st.integers(1, 500)),
    "tasks": st.lists(TASKS | st.sampled_from(["arrow-16", "still-16-8-3"]), min_size=1, max_size=3, unique=True),
    "task_networks": st.just(["r3d"]),
    "backbones": st.just(["r3d", "mine"]),
    "pretrain_on": st.just(""),
    "groups": st.sampled_from(["none", "folders", "(day[0-9])"]),
    "mirror": st.sampled_from(["official", "https://example.org/a", "http://localhost:8000/x y", "ftp://x"]),
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9), lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x, max_size=3), max_leaves=5
)  # fmt: skip


def values(node, name=""):
    """What the schema allows at a place: mostly, since bounds of one key by another are no part of it."""
    if name in SPECIAL:
        return SPECIAL[name]
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if node["type"] == "object":
        known = node["properties"]
        lists = ["lists"] if name in ("ucf101", "hmdb51") else []
        needed = {key: values(known[key], key) for key in [*node.get("required", []), *lists]}
        rest = {key: values(one, key) for key, one in known.items() if key not in needed}
        made = st.fixed_dictionaries(needed, optional=rest)
        return made.filter(bool) if node.get("minProperties") else made
    if node["type"] == "array":
        return st.lists(values(node["items"]), max_size=4, unique_by=lambda v: v)
    low, high = node.get("minimum"), node.get("maximum")
    if node["type"] == "integer":
        return st.integers(low, min(low + 300, high or 2**70)) | st.integers(low, high)
    if node["type"] == "number":
        return st.floats(low, high, allow_nan=False) | st.integers(-(-low // 1) if low else 0, 3)
    return st.booleans() if node["type"] == "boolean" else TEXT


def judge(config):
    """The study, or None: then the line names a key of the schema, and nothing else is raised."""
    try:
        return read_study(config)
    except ValueError as refusal:
        line = str(refusal)
    assert "\n" not in line and line.startswith("config.yaml: ") and len(line) < 700
    line.encode()
    first = line.removeprefix("config.yaml: ").replace(":", ".").split(".")[0]
    # A number that no computer holds is refused wherever it stands, below an unknown key as well.
    assert first == "top level" or first in SCHEMA["properties"] or first in config, line
    return None


def accepted(config):
    """Whether it is; then it means the same as flags, so that no job stumbles over what the workflow let pass."""
    study = judge(config)
    if study is None:
        return False
    for f, _ in fields(Study):
        section = getattr(study, f.name)
        if isinstance(section, Options) and "videos" not in {x.name for x, _ in fields(type(section))}:
            parser = argparse.ArgumentParser(exit_on_error=False)
            add_flags(parser, type(section))
            assert from_flags(type(section), parser.parse_args(shlex.split(flags(section)))) == section
    for name in (study.task, *study.task_epochs):
        assert study.pretraining(name).epochs >= 1
    return True


def places(node=SCHEMA, path=()):
    """Every key of the schema with its row; of the data sets, one."""
    for key, one in node.get("properties", {}).items():
        if key != "hmdb51":
            yield (*path, key), one
            yield from places(one, (*path, key))


PLACES = list(places())
WRONG = {
    "integer": [1.5, "1", True, [], {}, None, float("nan"), float("inf"), 2**64],
    "number": ["1.0e-3", True, [1.0], {}, None, float("nan"), float("-inf"), 10**400],
    "boolean": [0, 1, "yes", None, []],
    "string": [3, 1.5, True, None, ["a"], {"a": "b"}, "", "-rf", "a\0b", "\ud800"],
    "array": ["a", 3, None, {"a": 1}, [None], [[1]], ["a", 3]],
    "object": [[], ["a"], "a", 3, True, None, {"surely no key": 1}, {3: 4}],
}


def wrong(node):
    """What the schema does not allow at a place."""
    if "enum" in node:
        return [*WRONG["string"], "none of these"]
    beyond = [node[key] + step for key, step in (("minimum", -1), ("maximum", 1)) if key in node]
    # An empty text is right where it is the default.
    return [value for value in WRONG[node["type"]] if value != "" or node.get("default") != ""] + beyond


@st.composite
def broken(draw, good):
    """A configuration that was accepted with one thing wrong, and the key that this is about."""
    config = copy.deepcopy(draw(good))
    way = draw(st.sampled_from(["value", "value", "value", "missing", "unknown"]))
    if way == "missing":
        path, key = draw(
            st.sampled_from([((), "study"), ((), "data"), (("data", "ucf101"), "videos"), (("data", "ucf101"), "lists")])
        )
    else:
        (*path, key), node = draw(st.sampled_from(PLACES))
    section = config
    for name in path:
        section = section.setdefault(name, {})
    if way == "missing":
        section.pop(key, None)
    elif way == "unknown":
        section[key + draw(st.sampled_from("xs_ -"))] = draw(ANYTHING)
    else:
        section[key] = draw(st.sampled_from(wrong(node)))
    return config, [*path[-1:], key]


def draw_configurations(count, seeds):
    """How many of so many drawn ones were accepted."""
    taken = []

    @settings(seeds, max_examples=count)
    @given(values(SCHEMA))
    def one(config):
        taken.append(accepted(config))

    one()
    return sum(taken)


def draw_broken(count, seeds):
    @settings(seeds, max_examples=count)
    @given(broken(values(SCHEMA).filter(accepted)))
    def one(made):
        config, keys = made
        with pytest.raises(ValueError) as refusal:
            read_study(config)
        assert judge(config) is None
        assert any(key in str(refusal.value) for key in keys)

    one()


COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck), "phases": [Phase.generate]}
SAME, OTHERS = settings(**COMMON, derandomize=True), settings(**COMMON)


def test_drawn_configurations_are_accepted_or_refused_by_key():
    assert draw_configurations(500, SAME) > 50


def test_broken_configurations_are_refused_by_key():
    draw_broken(200, SAME)


@pytest.mark.slow
def test_10000_drawn_and_1000_broken_configurations():
    assert draw_configurations(10_000, OTHERS) > 1000
    draw_broken(1000, OTHERS)


GOOD = "study: a test\ndata: {ucf101: {videos: v, lists: l}}\n"
LAUGHS = "a: &a0 [ha, ha]\n" + "".join(f"b{n}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(12))
# What the file holds, and what the one line says of it.
TEXTS = {
    "twice": (GOOD + "pretrain:\n  epochs: 3\n  batch_size: 4\n  epochs: 300\n", "line 6: the key 'epochs' occurs twice"),
    "twice in one line": (GOOD.replace("lists: l", "lists: l, lists: m"), "line 2: the key 'lists' occurs twice"),
    "two merges": (GOOD + "pretrain: {<<: {epochs: 1}, <<: {epochs: 2}}\n", "line 3: the key '<<' occurs twice"),
    "laughs": (GOOD + LAUGHS, "anchors that expand to too many values"),
    "within itself": (GOOD + "seeds: &a [*a]\n", "an anchor that contains itself"),
    "nested": (GOOD + "seeds: " + "[" * 100 + "]" * 100, "line 3: nested more than 20 deep"),
    "nested deeply": (GOOD + "seeds: " + "[" * 50_000, "nested too deep"),
    "long": (GOOD + "#" * 300_000, "but a configuration has at most 262144"),
    "nan": (GOOD + "pretrain: {momentum: .nan}\n", "pretrain.momentum: nan is not a finite number"),
    "inf": (GOOD + "pretrain: {learning_rate: .inf}\n", "pretrain.learning_rate: inf is not a finite number"),
    "1e999": (GOOD + "pretrain: {learning_rate: 1e999}\n", "pretrain.learning_rate: '1e999' is not of type 'number'"),
    "1.0e+999": (GOOD + "pretrain: {learning_rate: 1.0e+999}\n", "pretrain.learning_rate: inf is not a finite number"),
    "large": (GOOD + "pretrain: {epochs: 18446744073709551616}\n", "pretrain.epochs: a whole number beyond 64 bits"),
    "larger": (GOOD + f"pretrain: {{epochs: {'9' * 5000}}}\n", "line 3: Exceeds the limit"),
    "larger, hexadecimal": (GOOD + f"pretrain: {{epochs: 0x{'f' * 9000}}}\n", "pretrain.epochs: a whole number beyond 64 bits"),
    "no day": (GOOD + "task: 2020-13-45\n", "line 3: month must be in 1..12"),
    "empty": ("", "no keys and values at the top level"),
    "comments": ("# nothing\n", "no keys and values at the top level"),
    "list": ("- study\n- data\n", "no keys and values at the top level"),
    "word": ("study", "no keys and values at the top level"),
    "two documents": (GOOD + "---\n" + GOOD, "expected a single document"),
    "tab": (GOOD + "pretrain:\n\tepochs: 3\n", r"line 4: .*\(indent with spaces\)"),
    "not UTF-8": (GOOD.encode() + b"# caf\xe9\n", "not UTF-8: invalid continuation byte at byte"),
    "zeros": (GOOD.encode() + b"\0\0", "not text: the character '\\x00' at "),
    "a zero, escaped": (GOOD.replace("a test", r'"a\0b"'), "study: 'a\\x00b' contains a NUL character"),
    "half a character": (GOOD.replace("a test", r'"\ud800"'), "study: '\\ud800' contains an unpaired surrogate"),
    "a flag": (GOOD.replace("videos: v", "videos: --out"), "data.ucf101.videos: '--out' begins with '-'"),
    "python": (GOOD + "task: !!python/object/apply:os.system ['touch canary']\n", "could not determine a constructor for the tag"),
    "python name": (GOOD + "task: !!python/name:os.system\n", "could not determine a constructor for the tag"),
    "template": (GOOD + "__use_yte__: true\n?import os; os.system('touch canary')\n", ""),
    "template, well formed": (
        GOOD + "__use_yte__: true\n__definitions__:\n  - import os\n  - os.system('touch canary')\n",
        "'__use_yte__' is not a key of a configuration",
    ),
    "paths": (GOOD + "pathvars: {results: elsewhere}\n", "'pathvars' is not a key of a configuration"),
    "no word": (GOOD + "? [a, b]\n: 3\n", "line 3: a key that is not a plain word"),
    "number as key": (GOOD + "task_epochs: {16: 3}\n", "task_epochs: the key 16 is not text: quote it"),
    "null": (GOOD + "pretrain:\n", "pretrain: None is not of type 'object'"),
    "list for mapping": (GOOD + "pretrain: [epochs]\n", "pretrain: ['epochs'] is not of type 'object'"),
    "broken": (GOOD + "pretrain: {epochs: 3\n", "line 4: while parsing a flow mapping"),
}  # fmt: skip
FINE = {
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "anchors": GOOD.replace("{ucf101: {", "{ucf101: &one {").replace("}}", "}, hmdb51: *one}").encode(),
    "merge": (GOOD + "pretrain: &p {epochs: 3, momentum: 0.5}\nfinetune: {<<: *p, epochs: 4}\n").replace("momentum: 0.5", "batch_size: 2").encode(),
    "carriage returns": GOOD.replace("\n", "\r\n").encode(),
    "JSON": b'{"study": "a test", "data": {"ucf101": {"videos": "v", "lists": "l"}}, "pretrain": {"epochs": 3.0}}',
}  # fmt: skip


def written(folder, text):
    path = folder / "config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_no_configuration_is_one_line(tmp_path, name, monkeypatch):
    text, said = TEXTS[name]
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, text)
    with pytest.raises(ValueError) as refusal:
        read_study(read_yaml(path), str(path))
    line = str(refusal.value)
    assert line.startswith(f"{path}: ") and "\n" not in line
    assert re.search(said if ".*" in said else re.escape(said), line)
    assert [p.name for p in tmp_path.iterdir()] == ["config.yaml"]


@pytest.mark.parametrize("name", FINE)
def test_what_is_odd_and_well_formed_is_read(tmp_path, name):
    study = read_study(read_yaml(written(tmp_path, FINE[name])))
    assert isinstance(study.pretrain.epochs, int)
    assert study.study == "a test"


# What is left to Snakemake's own reader, or might be: real dry runs.
RUN = ["twice", "laughs", "nested deeply", "empty", "not UTF-8", "template, well formed", "python", "paths"]


def snakemake(folder, *words):
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(ROOT / "Snakefile"),
        "--directory",
        str(folder),
        "-n",
        "-c1",
    ]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [*command, *words], capture_output=True, text=True, cwd=folder, env=environment, check=False, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", RUN)
def test_a_real_run_says_it_in_one_line(tmp_path, name):
    written(tmp_path, TEXTS[name][0])
    code, said = snakemake(tmp_path)
    assert code == 1
    assert "Traceback" not in said
    assert sum(TEXTS[name][1] in line for line in said.splitlines()) == 1, said
    assert {p.name for p in tmp_path.iterdir()} <= {"config.yaml", ".snakemake"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--config", "epochs=3"], "Additional properties are not allowed ('epochs' was unexpected)"),
        (
            ["--config", "pretrain={epochs: many}"],
            "config.yaml with --config: pretrain.epochs: 'many' is not of type 'integer'",
        ),
        (["--config", "pretrain={epochs: 2.5}"], "pretrain.epochs: 2.5 is not of type 'integer'"),
        (["--config", "pretrain={epochs: 2, epochs: 3}"], "--config pretrain: line 1: the key 'epochs' occurs twice"),
        (["--config", "study=a;b", "seeds="], "seeds: None is not of type 'array'"),
        (["--configfile", "twice.yaml"], "twice.yaml: line 2: the key 'epochs' occurs twice"),
    ],
)
def test_what_the_command_line_says_is_judged_the_same_way(tmp_path, words, said):
    written(tmp_path, GOOD)
    (tmp_path / "twice.yaml").write_text("pretrain: {epochs: 3,\n epochs: 4}\n")
    code, text = snakemake(tmp_path, *words)
    assert code == 1
    assert "Traceback" not in text
    assert said in text
