"""A YAML file whose values are checked by a model, and that knows the line of every key.

Scalars are read as they are written: ``mnc: 01`` is ``01`` and no number.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError
from pydantic_core import ErrorDetails

MAX_FILE = 1 << 20
"""Octets of a configuration file."""
MAX_VALUES = 20_000
"""Values of one file, those that aliases repeat counted as often as they are repeated."""
MAX_DEPTH = 32
MAX_PROBLEMS = 10
"""Problems of one file that are told at a time."""

Location = tuple[int | str, ...]


class ConfigError(ValueError):
    """A configuration file cannot be used; the text names file, line and key, and what to do."""


class Tree:
    """A file's values as they are written, the line of each, and which of them were asked for."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigError."""
        root = read(path)
        self.path = path
        self._lines = {} if root is None else _lines_of(path, root)
        self.value: Any = _value(root)
        self._used: set[Location] = set()

    def get(self, *location: int | str) -> Any:
        """The value there, None when there is none."""
        self._used.add(location)
        value = self.value
        for step in location:
            inside = isinstance(value, dict) and step in value
            if not inside and not (isinstance(value, list) and isinstance(step, int)):
                return None
            value = value[step]
        return value

    def items(self, *location: int | str) -> list[Location]:
        """Where the items of a list are, or the one value that stands in its place."""
        value = self.get(*location)
        if isinstance(value, list):
            return [(*location, index) for index in range(len(value))]
        return [] if value is None else [location]

    def where(self, *location: int | str) -> str:
        """``gnb.yaml:12: amfConfigs.0.address``, of a key or of what would hold it."""
        return _where(self.path, self._lines, location)

    def taken(self, depth: int = 2) -> list[str]:
        """Keys, no deeper than ``depth``, of which something was asked for."""
        return [".".join(map(str, key)) for key in self._keys(depth) if self._asked(key)]

    def left(self, depth: int = 2) -> list[str]:
        """Keys, no deeper than ``depth``, of which nothing was asked for."""
        keys = self._keys(depth)
        unread = [key for key in keys if not self._asked(key)]
        return [".".join(map(str, key)) for key in unread if key[:-1] not in unread]

    def _keys(self, depth: int) -> list[Location]:
        """In the order of the file; of a mapping that is deeper, its keys in its place."""
        keys = [key for key in self._lines if 0 < len(key) <= depth]
        deeper = {key[:-1] for key in keys if isinstance(key[-1], str)}
        return sorted((k for k in keys if k not in deeper), key=self._lines.__getitem__)

    def _asked(self, key: Location) -> bool:
        return any(used[: len(key)] == key or key[: len(used)] == used for used in self._used)


class Section(BaseModel):
    """A mapping of the file; what is not known of it is kept and has no effect."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)


class Document(Section):
    """A whole file."""

    _path: Path = PrivateAttr(default=Path())
    _lines: dict[Location, int] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises ConfigError."""
        tree = Tree(path)
        lines = tree._lines
        try:
            document = cls.model_validate(tree.value)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False)[:MAX_PROBLEMS]
            text = "\n".join(_problem(path, lines, problem) for problem in problems)
            raise ConfigError(text) from None
        document._path, document._lines = path, lines
        return document

    @property
    def path(self) -> Path:
        return self._path

    def where(self, *location: int | str) -> str:
        """``gnb.yaml:12: amfConfigs.0.address``, of a key or of what would hold it."""
        return _where(self._path, self._lines, location)

    @property
    def without_effect(self) -> list[str]:
        """Where the keys are that nobody reads."""
        return [self.where(key) for key in self.model_extra or ()]


def read(path: Path) -> yaml.Node | None:
    """The file's YAML tree; raises ConfigError."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(MAX_FILE + 1)
        if len(text) > MAX_FILE:
            raise ConfigError(f"{path}: larger than {MAX_FILE} octets")
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.BaseLoader)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not YAML: {error}") from error
    return node


def _value(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        pairs = ((k.value, _value(v)) for k, v in node.value if isinstance(k, yaml.ScalarNode))
        return {key: value for key, value in pairs if value not in ("", "~", "null")}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return {} if node is None else node.value


def _lines_of(path: Path, root: yaml.Node) -> dict[Location, int]:
    """Raises ConfigError for what is larger or deeper than any configuration."""
    lines: dict[Location, int] = {}
    waiting: list[tuple[Location, yaml.Node, yaml.Node]] = [((), root, root)]
    while waiting:
        location, mark, node = waiting.pop()
        lines[location] = mark.start_mark.line + 1
        if len(location) > MAX_DEPTH or len(lines) + len(waiting) > MAX_VALUES:
            raise ConfigError(f"{path}: holds more than {MAX_VALUES} values, or deeper ones")
        if isinstance(node, yaml.MappingNode):
            waiting += [((*location, k.value), k, v) for k, v in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [((*location, i), item, item) for i, item in enumerate(node.value)]
    return lines


def _where(path: Path, lines: dict[Location, int], location: Location) -> str:
    there = location
    while there not in lines and there:
        there = there[:-1]
    key = ".".join(map(str, location))
    return f"{path}:{lines.get(there, 1)}: {key or 'the file'}"


def _problem(path: Path, lines: dict[Location, int], problem: ErrorDetails) -> str:
    location = problem["loc"]
    if problem["type"] == "missing":
        return f"{_where(path, lines, location)} is missing"
    said = problem["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    # What stands there may be a key, which no log is to show.
    secret = any(part in {"key", "k", "op", "opc"} for part in location)
    given = "" if secret or not isinstance(problem["input"], str) else f", not {problem['input']!r}"
    return f"{_where(path, lines, location)}: {said}{given}"
