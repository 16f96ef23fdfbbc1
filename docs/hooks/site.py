"""Pages of the site that are made when it is built: configuration keys, command line, API, and two files of the repository.

mkdocs calls the functions whose names begin with ``on_``. The build fails where a public name of the package has no docstring, and
where a page names a file or a module that does not exist.
"""

from __future__ import annotations

import ast
import contextlib
import io
import logging
import os
import re
from pathlib import Path
from typing import Any

import griffe
import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
LOG = logging.getLogger("mkdocs.hooks.site")
NAMED = re.compile(r"`((?:src|tests|workflow|envs|profiles|benchmarks|docs)/[\w./-]+|vcop(?:\.\w+)+)`")
COPIES = {"contributing.md": ROOT / "CONTRIBUTING.md", "changelog.md": ROOT / "CHANGELOG.md"}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the API pages into the navigation, and read the package once."""
    package = griffe.load("vcop", search_paths=[ROOT / "src"])
    assert isinstance(package, griffe.Module)
    missing = undocumented(package)
    if missing:
        raise PluginError(f"{len(missing)} public names have no docstring:\n  " + "\n  ".join(missing))
    config.extra["package"] = package
    names = sorted(module.path for module in packages(package))  # griffe has the order of the file system
    pages = [{name: f"reference/api/{name}.md"} for name in names]
    for section in config.nav or []:
        for entry in section.get("Reference", []):
            if "API" in entry:
                entry["API"] = pages
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    pages = {"reference/configuration.md": configuration_page(), "reference/command-line.md": command_page()}
    for module in packages(config.extra["package"]):
        pages[f"reference/api/{module.path}.md"] = api_page(module)
    for name, source in COPIES.items():
        pages[name] = source.read_text().replace("](docs/", "](").replace("](CHANGELOG.md)", "](changelog.md)")
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Warn, which is an error with --strict, where a page names a file or a module that does not exist."""
    if page.file.src_uri.startswith("reference/") or page.file.src_uri == "changelog.md":
        return
    for name in sorted({match[1] for match in NAMED.finditer(markdown)}):
        known = is_defined(name, config.extra["package"]) if name.startswith("vcop.") else (ROOT / name).exists()
        if not known and not re.search(r"NAME|PACKAGE|MODULE", name):
            LOG.warning("%s names `%s`, which does not exist", page.file.src_uri, name)


def is_defined(path: str, package: griffe.Module) -> bool:
    """Whether a dotted path is a module, class, function or attribute of the package."""
    try:
        package[path.removeprefix("vcop.")]
    except KeyError:
        return False
    return True


def packages(module: griffe.Module) -> list[griffe.Module]:
    """The package and its public sub-packages, each before those inside it."""
    inner = [m for m in module.modules.values() if m.is_init_module and not m.is_alias and not m.name.startswith("_")]
    return [module, *(deeper for m in inner for deeper in packages(m))]


def undocumented(item: Any) -> list[str]:
    """Paths of the public modules, classes, functions and methods without a docstring."""
    paths = [] if item.has_docstring else [item.path]
    for name, member in item.members.items():
        if not member.is_alias and not name.startswith("_") and not member.is_attribute:
            paths += (
                undocumented(member) if member.is_module or member.is_class else [] if member.has_docstring else [member.path]
            )
    return paths


def api_page(package: griffe.Module) -> str:
    """The page of a package: its docstring, the names of the public API, then its modules."""
    parts = [f"# {package.path}\n", f"::: {package.path}\n    options: {{members: false, show_root_heading: false}}\n"]
    parts += exported_names(package)
    for name, module in sorted(package.modules.items()):
        if not module.is_init_module and not module.is_alias and not name.startswith("_"):
            parts.append(f"::: {module.path}\n")
    return "\n".join(parts)


def exported_names(package: griffe.Module) -> list[str]:
    """The names that ``import vcop`` offers, with links to their descriptions; nothing for other packages."""
    if package.path != "vcop":
        return []
    rows = [
        f"- `vcop.{name}`: " + (f"`{path}`" if name.isupper() else f"[`{path}`][{path}]") for name, path in exported(package)
    ]
    return ["## Names of the public API\n", *rows, ""] if rows else []


def exported(package: griffe.Module) -> list[tuple[str, str]]:
    """The names that a package imports from its modules, and where they are defined."""
    names: dict[str, str] = {}
    for node in ast.walk(ast.parse(Path(str(package.filepath)).read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vcop."):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return sorted(names.items())


def command_page() -> str:
    """The help texts of the command line."""
    from vcop import cli

    os.environ["COLUMNS"] = "100"
    parts = [
        "# Command line\n",
        "`vcop COMMAND ...` and `python -m vcop COMMAND ...` are the same. The workflow calls these commands; you can call them yourself.",
        "This page is made out of the help texts (`vcop COMMAND --help`).\n",
    ]
    for words in ([], *([verb] for verb in cli.COMMANDS)):
        title = " ".join(["vcop", *words])
        parts.append(f"## {title}\n\n```text\n{help_text(words).rstrip()}\n```\n")
    return "\n".join(parts)


def help_text(words: list[str]) -> str:
    """What a command prints for ``--help``."""
    from vcop import cli

    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        cli.main([*words, "--help"])
    return out.getvalue()


def configuration_page() -> str:
    """The keys of config.yaml, section by section."""
    properties = yaml.safe_load(SCHEMA.read_text())["properties"]
    parts = [
        "# Configuration keys\n",
        "A study is a folder with a `config.yaml`. This page lists every key of that file. It is made out of",
        "`workflow/schemas/config.schema.yaml`, which itself is made out of the option classes in `src/vcop/config/`.",
        "The defaults are the papers' values (Xu et al., CVPR 2019; Xiao et al., IEEE TMM 2020).\n",
        "## Keys outside sections\n",
        *table({name: key for name, key in properties.items() if "properties" not in key}),
    ]
    for name, key in properties.items():
        if "properties" in key:
            parts += [f"## {name}\n", f"{as_cell(key.get('description', ''))}\n"]
            if name == "data":
                parts.append("Keys of `data.ucf101`, of `data.hmdb51` and of a data set of any other name:\n")
                key = key["properties"]["ucf101"]
            parts += table(key["properties"], name)
    return "\n".join(parts)


def table(keys: dict[str, Any], section: str = "") -> list[str]:
    """A row for each key."""
    rows = ["| key | meaning | values | default |", "|---|---|---|---|"]
    for name, key in keys.items():
        default = f"`{yaml_value(key['default'])}`" if "default" in key else "none: must be given"
        if "default" not in key and not section and name not in {"study", "data"}:
            default = "–"
        rows.append(f"| `{name}` | {as_cell(key.get('description', ''))} | {values(key)} | {default} |")
    return [*rows, ""]


def values(key: dict[str, Any]) -> str:
    """The type of a key with its bounds, or its choices."""
    if "enum" in key:
        return ", ".join(f"`{choice}`" for choice in key["enum"])
    if key.get("type") == "array":
        return f"list of: {values(key['items'])}"
    names = {
        "integer": "whole number",
        "number": "number",
        "string": "text",
        "boolean": "`true`, `false`",
        "object": "mapping",
    }
    bounds = [f"{word} {key[bound]}" for bound, word in (("minimum", "at least"), ("maximum", "at most")) if bound in key]
    return ", ".join([names.get(key.get("type", ""), "any"), *bounds])


def yaml_value(value: object) -> str:
    """A value as it is written in config.yaml."""
    return "''" if value == "" else yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("\n...\n").strip()


def as_cell(text: str) -> str:
    """A description that does not break the table it stands in."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()
