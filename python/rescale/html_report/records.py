# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Results in files, of which a page takes those that are what it needs.

What is read here is described member by member, so that whoever uses it need
not ask again. Other members may be there, and are nobody's concern.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import evaluation
from ..errors import RescaleError

#: Of what `rescale search` writes.
SEARCH_FORMAT, SEARCH_VERSION = "rescale-search", 1

#: Beyond these, a double is not every integer, and the margins and logarithms
#: of a picture are no doubles.
_MOST, _LARGEST = 2**53, 1e100

#: Characters of a value that are shown.
_SHOWN = 40


@dataclass(frozen=True)
class _Value:
    """What is neither an object nor a list: its name, and what tells it."""

    name: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class _OrNull:
    """null in place of another; may_miss: or nothing at all."""

    of: _Description
    may_miss: bool = False


@dataclass(frozen=True)
class _List:
    """A list, of one entry at least unless it may be empty."""

    of: _Description
    may_be_empty: bool = False


@dataclass(frozen=True)
class _Map:
    """An object with members of any name."""

    of: _Description


#: A mapping describes an object with those members.
_Description = _Value | _OrNull | _List | _Map | Mapping[str, Any]


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST


def _is_number(value: Any) -> bool:
    # Comparing it with an integer of any size, or with NaN, is safe.
    return type(value) in (int, float) and -_LARGEST <= value <= _LARGEST


def _is_text(value: Any) -> bool:
    # JSON can spell half of a surrogate pair, which no page can have.
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)


_ANY = _Value("anything", lambda value: True)
_COUNT = _Value("an integer from 0 to 2^53", _is_count)
_NUMBER = _Value("a number from -1e100 to 1e100", _is_number)
_ERROR = _Value(
    "a number from 0 to 1e100", lambda value: _is_number(value) and value >= 0
)
_TEXT = _Value("text", _is_text)
_BOOL = _Value("true or false", lambda value: isinstance(value, bool))
_SHA256 = _Value(
    "a SHA-256",
    lambda value: isinstance(value, str)
    and bool(re.fullmatch("[0-9a-f]{64}", value)),
)
_METRIC = _Value(
    f"one of {', '.join(evaluation.METRICS)}",
    lambda value: isinstance(value, str) and value in evaluation.METRICS,
)

_SHA256S = {"sha256": _SHA256, "source_sha256": _OrNull(_SHA256, True)}
_NETWORK = {"file": _TEXT} | _SHA256S

_ESTIMATE = {
    "value": _NUMBER,
    "standard_error": _OrNull(_ERROR),
    "reference": _OrNull(_NUMBER),
    "reference_standard_error": _OrNull(_ERROR),
    "difference": _OrNull(_NUMBER),
    "difference_standard_error": _OrNull(_ERROR),
    "z": _OrNull(_NUMBER),
}


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    what, made_by: for messages.
    format: its name and version, where it has one.
    """

    what: str
    made_by: str
    members: Mapping[str, Any]
    format: tuple[str, int] | None = None


EVALUATION = Kind(
    "an evaluation",
    "rescale eval --json",
    {
        "results": _List(
            {"metric": _METRIC, "n": _COUNT, "definition": _TEXT} | _ESTIMATE
        ),
        "model": _OrNull(
            _NETWORK | {"narrow": _TEXT, "options": _List(_TEXT, True)}
        ),
        "reference": _OrNull(_NETWORK),
    },
    (evaluation.FORMAT, evaluation.VERSION),
)

SEARCH = Kind(
    "a search",
    "rescale search",
    {
        "model": _NETWORK,
        "metric": _METRIC,
        "unit": _TEXT,
        "budget": _ERROR,
        "cost": _TEXT,
        "cost_unit": _TEXT,
        "target": _TEXT,
        "n": _COUNT,
        "candidates": _List(
            {
                "trial": _COUNT,
                "cost": _COUNT,
                "loss": _NUMBER,
                "standard_error": _OrNull(_ERROR),
                "within_budget": _BOOL,
                "on_front": _BOOL,
                "layers": _Map(_TEXT),
            }
        ),
        "best": _OrNull(_COUNT),
        "holdout": _OrNull(
            {"n": _COUNT, "loss": _NUMBER, "standard_error": _OrNull(_ERROR)}
        ),
    },
    (SEARCH_FORMAT, SEARCH_VERSION),
)

MEASUREMENTS = Kind(
    "measurements",
    "rescale bench network --json",
    {
        "model": _TEXT,
        **_SHA256S,
        "target": _TEXT,
        "counter": _TEXT,
        "cc": _TEXT,
        "optimization": _TEXT,
        "instructions": _COUNT,
        "arena_bytes": _COUNT,
        "code_bytes": _COUNT,
        "const_bytes": _COUNT,
        "stack_bytes": _COUNT,
        "layers": _List({"name": _TEXT, "instructions": _COUNT}, True),
    },
)


class _Mismatch(Exception):
    """Says how a file is not as described, after its name."""


def _show(value: Any) -> str:
    """Returns a value for a message, in ASCII and not much of it."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _check(value: Any, description: _Description, place: str) -> None:
    """Raises _Mismatch where a value is not as described.

    place: of the value, such as results[0].n; empty for the whole.
    """

    def expect(holds: bool, name: str) -> None:
        if not holds:
            got = f"{_show(value)} for {place}" if place else _show(value)
            raise _Mismatch(f"with {got}, which has to be {name}")

    match description:
        case _Value(name, holds):
            expect(holds(value), name)
        case _OrNull(of):
            if value is not None:
                _check(value, of, place)
        case _List(of, may_be_empty):
            expect(isinstance(value, list), "a list")
            expect(bool(value) or may_be_empty, "a list of one or more")
            for i, entry in enumerate(value):
                _check(entry, of, f"{place}[{i}]")
        case _Map(of):
            expect(isinstance(value, dict), "an object")
            for key, entry in value.items():
                # Any text may be a name, but for what no page can have.
                _check(key, _TEXT, f"a name in {place}")
                _check(entry, of, f"{place}[{_show(key)}]")
        case _:
            expect(isinstance(value, dict), "an object")
            for key, of in description.items():
                member = f"{place}.{key}" if place else key
                if key in value:
                    _check(value[key], of, member)
                elif not (isinstance(of, _OrNull) and of.may_miss):
                    raise _Mismatch(f"without {member}")


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Returns what is in a file of a kind.

    Raises RescaleError where it cannot be read, or is something else.
    """
    write_it = f"write it with {kind.made_by}"
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise RescaleError(
            f"requires a file that can be read, got {path}: {error.strerror}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise RescaleError(
            f"requires JSON, got {path}: {error}; {write_it}"
        ) from error
    try:
        if kind.format:
            _check(data, {"format": _ANY, "version": _ANY}, "")
            if (data["format"], data["version"]) != kind.format:
                name, version = kind.format
                raise RescaleError(
                    f"requires {name} of version {version}, got {path}; "
                    f"{write_it}"
                )
        _check(data, kind.members, "")
    except _Mismatch as error:
        raise RescaleError(
            f"requires {kind.what}, got {path} {error}; {write_it}"
        ) from error
    return data
