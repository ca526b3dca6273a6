# RUN: %python %s %rescale_source_dir

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Finds tests that check nothing, and rules that no test breaks.

FileCheck takes a directive without its colon for text, and lit never looks at
the directives of a prefix that no command names. Both pass for ever. The
numbered rules of docs/spec.md stand in the code that enforces them and in a
test: the three sets of labels have to be one.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

# What follows a prefix in a directive, and what lit itself reads.
SUFFIX = r"-(?:NEXT|SAME|NOT|DAG|LABEL|EMPTY|COUNT-\d+)"
KEYWORDS = {"RUN", "REQUIRES", "UNSUPPORTED", "XFAIL", "DEFINE", "REDEFINE"}
LABEL = re.compile(r"\b[a-z]+(?:_[a-z]+)*_c[1-9]\d*\b")


def commands(text: str) -> list[str]:
    """The RUN lines and what they expand, with continued ones joined."""
    lines = re.findall(r"^\W*(?:RUN|(?:RE)?DEFINE):(.*)$", text, re.MULTILINE)
    return "\n".join(lines).replace("\\\n", " ").splitlines()


def prefixes(text: str) -> set[str]:
    """The prefixes that the commands hand to FileCheck."""
    found = set()
    for command in commands(text):
        for part in command.split("|"):
            if not re.search(r"\bFileCheck\b", part):
                continue
            named = re.findall(r"--?check-prefix(?:es)?[= ]([\w,-]+)", part)
            found |= set(",".join(named).split(",")) if named else {"CHECK"}
    return found


def directives(text: str, is_python: bool) -> Iterator[tuple[int, str]]:
    """Numbered lines that open with a word in capitals.

    A directive may have a comment's sign before it; in Python it must.
    """
    sign = r"\s*#\s*" if is_python else r"\s*(?://|#|;)?\s*"
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(sign + r"([A-Z][A-Z0-9_]+\b.*)", line):
            yield number, match[1]


def lint_directives(text: str, is_python: bool) -> Iterator[tuple[int, str]]:
    """The faults of a test's directives, each with its line."""
    used = prefixes(text)
    known = "|".join(map(re.escape, sorted(used, key=len, reverse=True)))
    for number, line in directives(text, is_python):
        word = re.match(r"[A-Z0-9_]+", line)[0]
        if word in KEYWORDS:
            continue
        if match := re.match(rf"([A-Z][A-Z0-9_-]*?)(?:{SUFFIX})?:", line):
            if match[1] in used:
                continue
            near = known and re.match(rf"(?:{known})\b", line)
            if near:
                yield number, f"{near[0]} has no such directive: {line}"
            else:
                yield number, f"no command checks {match[1]}: {line}"
        elif known and re.match(rf"(?:{known})(?:{SUFFIX})?(?:\s|$)", line):
            yield number, f"a colon is missing: {line}"
    expected = re.search(r"^\s*// expected-", text, re.MULTILINE)
    if expected and "-verify-diagnostics" not in "\n".join(commands(text)):
        yield 1, "no command has -verify-diagnostics, but errors are expected"


def tests(root: Path) -> Iterator[Path]:
    """The files that lit runs."""
    for path in sorted((root / "test").rglob("*")):
        if path.suffix in {".mlir", ".test", ".py"}:
            if "Inputs" not in path.parts and commands(path.read_text()):
                yield path


def labels(root: Path, patterns: list[str]) -> set[str]:
    """The rules that files name; of a range, the two ends."""
    found = set()
    for pattern in patterns:
        for path in root.glob(pattern):
            if path.parent.name != "Lint":
                found |= set(LABEL.findall(path.read_text()))
    return found


def lint_labels(root: Path) -> Iterator[str]:
    """The rules that one of the three places lacks."""
    places = {
        "docs/spec.md": labels(root, ["docs/spec.md"]),
        "include and lib": labels(
            root, ["include/**/*.td", "include/**/*.h", "lib/**/*.cpp"]
        ),
        "test": labels(root, ["test/**/*.mlir", "test/**/*.py"]),
    }
    for label in sorted(set().union(*places.values())):
        missing = [place for place in places if label not in places[place]]
        if missing:
            yield f"{label}: not in {', nor in '.join(missing)}"


def main(root: Path) -> int:
    faults = list(lint_labels(root))
    for path in tests(root):
        name, text = path.relative_to(root), path.read_text()
        for number, fault in lint_directives(text, path.suffix == ".py"):
            faults.append(f"{name}:{number}: {fault}")
    print(*faults, sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
