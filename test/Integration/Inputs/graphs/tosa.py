# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Graphs of TOSA operations, as text for LLVM 22, and parts of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

#: The element type of values that are only an operand of a data movement.
SHAPE = 0


@dataclass(frozen=True)
class Type:
    """A ranked tensor of signless integers, or a shape of `bits` SHAPE."""

    shape: tuple[int, ...]
    bits: int

    def __str__(self) -> str:
        if self.bits == SHAPE:
            return f"!tosa.shape<{self.shape[0]}>"
        sizes = "".join(f"{size}x" for size in self.shape)
        return f"tensor<{sizes}i{self.bits}>"

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def dtype(self) -> np.dtype:
        """What an array of this type has; bool for i1."""
        return np.dtype(bool if self.bits == 1 else f"int{self.bits}")


@dataclass(frozen=True)
class Node:
    """A value and the operation that gives it.

    kind: "input", "constant", or the name of an operation after `tosa.`.
    low, high: bounds of all elements.
    mean, spread: about where elements lie, and how far from there, so that
        scales can be chosen with which codes do not all saturate.
    """

    kind: str
    operands: tuple[int, ...]
    type: Type
    attributes: str = ""
    values: np.ndarray | None = None
    location: str = ""
    low: int = 0
    high: int = 0
    mean: float = 0.0
    spread: float = 0.0


@dataclass(frozen=True)
class Graph:
    """Nodes in the order of execution; operands are indices of nodes."""

    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]

    @property
    def inputs(self) -> list[int]:
        return [i for i, n in enumerate(self.nodes) if n.kind == "input"]

    def types(self, values: Sequence[int]) -> list[Type]:
        return [self.nodes[i].type for i in values]

    @property
    def operations(self) -> list[str]:
        """What the graph computes, without constants."""
        return [
            f"{n.kind} -> {n.type}"
            for n in self.nodes
            if n.kind not in ("input", "constant")
        ]

    def live(self) -> Graph:
        """The graph without what no output needs."""
        needed = set(self.outputs)
        for i in reversed(range(len(self.nodes))):
            if i in needed:
                needed.update(self.nodes[i].operands)
        index = {old: new for new, old in enumerate(sorted(needed))}
        nodes = [
            replace(
                self.nodes[old],
                operands=tuple(index[i] for i in self.nodes[old].operands),
            )
            for old in sorted(needed)
        ]
        return Graph(tuple(nodes), tuple(index[i] for i in self.outputs))

    def smaller(self) -> Iterator[Graph]:
        """Graphs that compute less, those that compute least first.

        Some have one output of several, or an earlier value as output; some
        have an input in place of an int8 or int16 value.
        """
        graphs = [
            Graph(self.nodes, (i,)).live() for i in reversed(self.outputs)
        ] * (len(self.outputs) > 1)
        computed = [
            i
            for i, node in enumerate(self.nodes)
            if node.kind not in ("input", "constant")
        ]
        for i in computed:
            if i not in self.outputs and self.nodes[i].type.bits in (8, 16):
                graphs.append(Graph(self.nodes, (i,)).live())
        for i in computed:
            node = self.nodes[i]
            # An input takes every code, so that bounds must not be narrower.
            if node.type.bits in (8, 16) and i not in self.outputs:
                nodes = list(self.nodes)
                nodes[i] = Node("input", (), node.type)
                graphs.append(Graph(tuple(nodes), self.outputs).live())
        yield from sorted(
            (
                graph
                for graph in graphs
                if graph.operations
                and len(graph.nodes) + len(graph.outputs)
                < len(self.nodes) + len(self.outputs)
            ),
            key=lambda graph: len(graph.operations),
        )

    def body(self, prefix: str = "") -> list[str]:
        """The lines of the function's body, without the return."""
        constants = [
            _constant(f"%{prefix}{i}", node)
            for i, node in enumerate(self.nodes)
            if node.kind == "constant"
        ]
        operations = []
        for i, node in enumerate(self.nodes):
            if node.kind in ("input", "constant"):
                continue
            operands = ", ".join(f"%{prefix}{j}" for j in node.operands)
            types = ", ".join(map(str, self.types(node.operands)))
            attributes = f" {{{node.attributes}}}" * bool(node.attributes)
            location = f' loc("{node.location}")' * bool(node.location)
            operations.append(
                f"%{prefix}{i} = tosa.{node.kind} {operands}{attributes} : "
                f"({types}) -> {node.type}{location}"
            )
        return constants + operations


def function(name: str, parts: Sequence[Graph]) -> str:
    """A function that computes all of `parts`, one after the other."""
    prefixes = [f"g{number}_" for number in range(len(parts))]
    if len(parts) == 1:
        prefixes = [""]
    numbered = list(zip(prefixes, parts, strict=True))
    arguments = ", ".join(
        f"%{prefix}{i}: {graph.nodes[i].type}"
        for prefix, graph in numbered
        for i in graph.inputs
    )
    results = ", ".join(
        f"%{prefix}{i}" for prefix, graph in numbered for i in graph.outputs
    )
    types = ", ".join(
        str(type_)
        for graph in parts
        for type_ in graph.types(graph.outputs)
    )
    lines = [line for prefix, g in numbered for line in g.body(prefix)]
    body = "\n".join(f"  {line}" for line in lines)
    return (
        f"func.func @{name}({arguments}) -> ({types}) {{\n{body}\n"
        f"  return {results} : {types}\n}}\n"
    )


def _constant(name: str, node: Node) -> str:
    values = node.values.tolist()
    if node.type.bits == SHAPE:
        rank = node.type.shape[0]
        return (
            f"{name} = tosa.const_shape {{values = dense<{values}> : "
            f"tensor<{rank}xindex>}} : () -> {node.type}"
        )
    if node.type.bits == 1:
        values = str(values).lower()
    return (
        f'{name} = "tosa.const"() <{{values = dense<{values}> : {node.type}'
        f"}}> : () -> {node.type}"
    )
