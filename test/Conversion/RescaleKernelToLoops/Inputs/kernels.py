# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Kernels as MLIR functions, and what they compute according to NumPy."""

import ctypes
import dataclasses
import re
import subprocess
from pathlib import Path

import numpy as np

PASSES = [
    "--convert-rescale-to-arith",
    "--canonicalize",
    "--cse",
    "--convert-scf-to-cf",
    "--expand-strided-metadata",
    "--finalize-memref-to-llvm",
    "--convert-func-to-llvm=use-bare-ptr-memref-call-conv",
    "--convert-arith-to-llvm",
    "--convert-cf-to-llvm",
    "--reconcile-unrealized-casts",
]

CHANNEL = "affine_map<(d0, d1, d2, d3) -> (d3)>"
SAME = "affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>"
ROW = "affine_map<(d0, d1, d2, d3) -> (0, d1, 0, d3)>"


def dense(values: np.ndarray) -> str:
    """`values` as an attribute of MLIR."""
    return f"dense<{values.tolist()}> : {type_of(values, 'tensor')}"


def type_of(values: np.ndarray, kind: str = "memref") -> str:
    """The type of `values` in MLIR."""
    sizes = "".join(f"{size}x" for size in values.shape)
    return f"{kind}<{sizes}i{8 * values.itemsize}>"


def integers(
    generator: np.random.Generator, shape: tuple[int, ...], dtype: type
) -> np.ndarray:
    """Random integers of all values of `dtype`."""
    limits = np.iinfo(dtype)
    return generator.integers(
        limits.min, limits.max, shape, dtype, endpoint=True
    )


@dataclasses.dataclass
class Kernel:
    """A kernel with one or two inputs, as its accumulators and its text.

    The text has `{y}` where the type of the result stands and `{epilogue}`
    where its epilogue does.
    """

    text: str
    inputs: list[np.ndarray]
    accumulators: np.ndarray
    epilogue: str = "none"

    def function(self, name: str, generator: np.random.Generator) -> str:
        """The function of the kernel; fixes its operands and its result."""
        acc = np.ascontiguousarray(self.accumulators)
        bits = 8 * acc.itemsize
        self.operands = list(self.inputs)
        shape = acc.shape
        if len(shape) == 3 or self.epilogue == "none":
            self.expected = acc
            region = (
                f"epilogue {{\n^bb0(%a: i{bits}):\n"
                f"rescale_kernel.yield %a : i{bits}\n}}"
            )
        else:
            # A multiplication that wraps, and the upper bits: every bit of the
            # accumulator counts.
            factors = integers(generator, shape[-1:], np.int32) | 1
            row = integers(generator, (1, *shape[1:2], 1, *shape[3:]), np.int16)
            same = integers(generator, shape, np.int8)
            self.operands += [factors, row, same]
            wide = acc.astype(np.int32) * factors + row + same
            self.expected = (wide >> 13).astype(np.int8)
            convert = "" if bits == 32 else "%t = arith.trunci %a : i64 to i32"
            region = f"""
  epilogue(%m, %r, %s : {type_of(factors)}, {type_of(row)}, {type_of(same)})
  maps [{CHANNEL}, {ROW}, {SAME}] {{
  ^bb0(%a: i{bits}, %f: i32, %w: i16, %e: i8):
    {convert}
    %0 = arith.muli {'%a' if bits == 32 else '%t'}, %f : i32
    %1 = arith.extsi %w : i16 to i32
    %2 = arith.addi %0, %1 : i32
    %3 = arith.extsi %e : i8 to i32
    %4 = arith.addi %2, %3 : i32
    %5 = arith.shrsi %4, %c13 : i32
    %6 = arith.trunci %5 : i32 to i8
    rescale_kernel.yield %6 : i8
  }}"""
        names = ["%x", "%z"][: len(self.inputs)]
        if len(self.operands) > len(self.inputs):
            names += ["%m", "%r", "%s"]
        arguments = "".join(
            f"{name}: {type_of(values)}, "
            for name, values in zip(names, self.operands, strict=True)
        )
        y = type_of(self.expected)
        text = self.text.replace("{y}", y).replace("{epilogue}", region)
        return f"""
func.func @{name}({arguments}%y: {y}) {{
  %c13 = arith.constant 13 : i32
  {text}
  return
}}
"""


def pad_to(
    values: np.ndarray, pad: list[int], fill: int, ends: tuple[int, int]
) -> np.ndarray:
    """`values` in i64 with `fill` around, and as far as `ends` reach."""
    top, _, left, _ = pad
    height = max(ends[0], top + values.shape[1])
    width = max(ends[1], left + values.shape[2])
    shape = (values.shape[0], height, width, values.shape[3])
    result = np.full(shape, fill, np.int64)
    result[
        :, top : top + values.shape[1], left : left + values.shape[2]
    ] = values
    return result


def windows(
    values: np.ndarray,
    window: list[int],
    stride: list[int],
    pad: list[int],
    dilation: list[int],
    fill: int,
) -> np.ndarray:
    """What windows see, as N x OH x OW x KH x KW x C."""
    sizes = [
        (values.shape[1 + i] + pad[2 * i] + pad[2 * i + 1]
         - (window[i] - 1) * dilation[i] - 1) // stride[i] + 1
        for i in range(2)
    ]
    ends = tuple(
        (sizes[i] - 1) * stride[i] + (window[i] - 1) * dilation[i] + 1
        for i in range(2)
    )
    padded = pad_to(values, pad, fill, ends)
    rows, columns = (
        np.arange(sizes[i])[:, None] * stride[i]
        + np.arange(window[i]) * dilation[i]
        for i in range(2)
    )
    return padded[:, rows[:, None, :, None], columns[None, :, None, :]]


def attributes(stride, pad, dilation, zero_point) -> str:
    """The attributes of a window in their textual form."""
    dilation = f"dilation {dilation} " if dilation else ""
    return (
        f"stride {stride} pad {pad} {dilation}input_zero_point {zero_point}"
    )


def convolution(
    generator: np.random.Generator,
    shape: tuple[int, ...],
    channels: int,
    window: list[int],
    stride: list[int] = [1, 1],
    pad: list[int] = [0, 0, 0, 0],
    dilation: list[int] = [1, 1],
    zero_point: int = 0,
    dtype: type = np.int8,
    weight: type = np.int8,
    accumulator: type = np.int32,
    depthwise: bool = False,
    epilogue: str = "all",
) -> Kernel:
    """A convolution; `channels` is the multiplier of a depthwise one."""
    x = integers(generator, shape, dtype)
    inner = shape[3]
    if depthwise:
        weights = integers(generator, (*window, inner, channels), weight)
    else:
        weights = integers(generator, (channels, *window, inner), weight)
    outer = inner * channels if depthwise else channels
    limit = 2**31 if generator.integers(2) else 2**10
    bias = generator.integers(-limit, limit, outer).astype(accumulator)
    seen = windows(x, window, stride, pad, dilation, zero_point) - zero_point
    rule = "nyxijc,ijcm->nyxcm" if depthwise else "nyxijc,oijc->nyxo"
    sums = np.einsum(rule, seen, weights.astype(np.int64))
    sums = sums.reshape(*sums.shape[:3], outer) + bias
    name = "depthwise_conv2d" if depthwise else "conv2d"
    text = f"""
  rescale_kernel.{name} ins(%x : {type_of(x)}) outs(%y : {{y}})
  weights {dense(weights)} bias {dense(bias)}
  {attributes(stride, pad, dilation, zero_point)} {{epilogue}}"""
    return Kernel(text, [x], sums.astype(accumulator), epilogue)


def matmul(
    generator: np.random.Generator,
    batch: int,
    rows: int,
    size: int,
    columns: int,
    zero_points: tuple[int, int] = (0, 0),
    dtype: type = np.int8,
    accumulator: type = np.int32,
) -> Kernel:
    """A product of two matrices."""
    lhs = integers(generator, (batch, rows, size), dtype)
    rhs = integers(generator, (batch, size, columns), dtype)
    sums = (lhs.astype(np.int64) - zero_points[0]) @ (
        rhs.astype(np.int64) - zero_points[1]
    )
    text = f"""
  rescale_kernel.matmul ins(%x, %z : {type_of(lhs)}, {type_of(rhs)})
  outs(%y : {{y}}) lhs_zero_point {zero_points[0]}
  rhs_zero_point {zero_points[1]} {{epilogue}}"""
    return Kernel(text, [lhs, rhs], sums.astype(accumulator))


def pool(
    generator: np.random.Generator,
    kind: str,
    shape: tuple[int, ...],
    kernel: list[int],
    stride: list[int] = [1, 1],
    pad: list[int] = [0, 0, 0, 0],
    zero_point: int = 0,
    dtype: type = np.int8,
) -> Kernel:
    """A maximum or an average."""
    x = integers(generator, shape, dtype)
    one = [1, 1]
    if kind == "max":
        lowest = np.iinfo(dtype).min
        seen = windows(x, kernel, stride, pad, one, lowest)
        accumulators = seen.max((3, 4)).astype(dtype)
    else:
        seen = windows(x, kernel, stride, pad, one, zero_point)
        sums = (seen - zero_point).sum((3, 4))
        inside = windows(np.ones_like(x), kernel, stride, pad, one, 0)
        counts = inside.sum((3, 4))
        # TOSA's reciprocal_scale: k = 32 - clz(count - 1).
        k = np.vectorize(lambda count: int(count - 1).bit_length())(counts)
        multipliers = ((2**30 + 1) << k) // counts
        shifts = 30 + k
        accumulators = (
            (sums * multipliers + (1 << (shifts - 1))) >> shifts
        ).astype(np.int32)
    text = f"""
  rescale_kernel.pool2d {kind} ins(%x : {type_of(x)}) outs(%y : {{y}})
  kernel {kernel} {attributes(stride, pad, None, zero_point)} {{epilogue}}"""
    epilogue = "none" if kind == "max" else "all"
    return Kernel(text, [x], accumulators, epilogue)


class Library:
    """Functions of kernels, compiled for the host."""

    def __init__(
        self, kernels: dict[str, Kernel], target: str, folder: Path, cc: str
    ):
        generator = np.random.default_rng(7)
        source = folder / f"{target}.mlir"
        source.write_text(
            "".join(
                kernel.function(name, generator)
                for name, kernel in kernels.items()
            )
        )
        loops = run(
            "rescale-opt",
            source,
            f"--convert-rescale-kernel-to-loops=target={target}",
        )
        #: Function, argument and distance in bytes, where the result may begin
        #: that far before the argument or farther; and where it may begin
        #: exactly there.
        self.overlaps: list[tuple[str, int, int]] = []
        self.aliases: list[tuple[str, int]] = []
        for line in loops.splitlines():
            if function := re.search(r"func @(\w+)\(", line):
                for pair in re.findall(r"\[(\d+), (\d+)\]", line):
                    self.overlaps.append((function[1], *map(int, pair)))
                for number in re.findall(r"may_alias = \[(.*?)\]", line):
                    for argument in number.split(", "):
                        self.aliases.append((function[1], int(argument)))
        llvm = folder / f"{target}.ll"
        lowered = run("rescale-opt", "-", *PASSES, text=loops)
        llvm.write_text(
            run("mlir-translate", "--mlir-to-llvmir", "-", text=lowered)
        )
        library = folder / f"{target}.so"
        run(cc, "-O1", "-w", "-shared", "-fPIC", llvm, "-o", library)
        self.functions = ctypes.CDLL(str(library))
        self.kernels = kernels

    def call(self, name: str, pointers: list[int]) -> None:
        """Calls a function with addresses."""
        self.functions[name](*map(ctypes.c_void_p, pointers))

    def result(self, name: str) -> np.ndarray:
        """What a kernel computes into memory of its own."""
        kernel = self.kernels[name]
        result = np.full_like(kernel.expected, 99)
        self.call(name, [v.ctypes.data for v in [*kernel.operands, result]])
        return result

    def result_in_place(
        self, name: str, argument: int, distance: int
    ) -> np.ndarray:
        """What it computes where the result overlaps one of the inputs."""
        kernel = self.kernels[name]
        source = kernel.operands[argument]
        size = max(kernel.expected.nbytes, distance + source.nbytes)
        memory = np.zeros(size + 8, np.uint8)
        begin = -memory.ctypes.data % 8
        start = begin + distance
        memory[start : start + source.nbytes] = source.ravel().view(np.uint8)
        pointers = [values.ctypes.data for values in kernel.operands]
        pointers[argument] = memory.ctypes.data + start
        self.call(name, [*pointers, memory.ctypes.data + begin])
        result = memory[begin : begin + kernel.expected.nbytes]
        return result.view(kernel.expected.dtype).reshape(
            kernel.expected.shape
        )


def run(*command: str | Path, text: str | None = None) -> str:
    """The output of a command; its errors where it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        input=text,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{command} failed: {done.stderr[-3000:]}")
    return done.stdout
