"""What a benchmark leaves behind: a document and a table."""

from __future__ import annotations

import argparse
import json
import pathlib
from typing import Protocol

import machine
import ratios


class Outcome(Protocol):
    def as_json(self) -> dict: ...

    def table(self) -> str: ...


class Report:
    """Written after each round, so that an interrupted benchmark leaves what it has."""

    def __init__(self, name: str, arguments: argparse.Namespace) -> None:
        self._name = name
        self._folder: pathlib.Path = arguments.artifacts / "bench"
        # Where things are on this machine says nothing about the figures.
        places = ("tools", "artifacts", "porthole")
        self._arguments = {
            name: str(v) if isinstance(v, pathlib.Path) else v for name, v in vars(arguments).items() if name not in places
        }
        self._machine = machine.describe()

    def write(self, outcome: Outcome, checks: list[ratios.Check]) -> tuple[str, str]:
        data = {
            "version": 1,
            "machine": self._machine,
            "arguments": self._arguments,
            **outcome.as_json(),
            "checks": [check.as_json() for check in checks],
        }
        table = "\n\n".join(part for part in (outcome.table(), ratios.text(checks)) if part)
        text = json.dumps(data, indent=2)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{self._name}.json").write_text(text + "\n")
        (self._folder / f"{self._name}.txt").write_text(table + "\n")
        return table, text
