# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Small networks with unsigned codes, and what they must give."""

from dataclasses import dataclass

import numpy as np

#: Every code, and three dimensions of them.
CODES = np.arange(256, dtype=np.uint8)
MIXED = (np.arange(64) * 37 % 256).astype(np.uint8)
IMAGE = MIXED.reshape(1, 8, 8, 1)

_CONSTANTS = "".join(
    f'\n  %{name} = "tosa.const"() <{{values = dense<{value}> : '
    f"tensor<1x{type}>}}> : () -> tensor<1x{type}>"
    for name, value, type in (
        ("m", 1340000000, "i32"),
        ("s", 31, "i8"),
        ("zero", 0, "i8"),
        ("zero32", 0, "i32"),
    )
)


@dataclass(frozen=True)
class Case:
    """A network as the text of a function body.

    types: of the arguments and of the result.
    body: defines %y; %a, %b, ... are the arguments.
    expected: the result in terms of unsigned codes.
    in_reference: whether the reference model, which knows unsigned codes in
    tosa.rescale from and to i8 only, computes the same from the same bits.
    """

    name: str
    types: tuple[tuple[str, ...], str]
    body: str
    arguments: tuple[np.ndarray, ...]
    expected: np.ndarray
    in_reference: bool = False

    @property
    def text(self) -> str:
        arguments, result = self.types
        parameters = ", ".join(
            f"%{name}: tensor<{type}>"
            for name, type in zip("abc", arguments, strict=False)
        )
        return (
            f"func.func @main({parameters}) -> tensor<{result}> {{"
            f"{_CONSTANTS}\n{self.body}\n  return %y : tensor<{result}>\n}}\n"
        )


def _operation(
    name: str,
    types: tuple[tuple[str, ...], str],
    arguments: tuple[np.ndarray, ...],
    expected: np.ndarray,
    attributes: str = "",
    more: str = "",
    more_operands: tuple[tuple[str, str], ...] = (),
    in_reference: bool = False,
) -> Case:
    """A network of one operation, after the constants in `more`."""
    operands = [
        (f"%{n}", f"tensor<{t}>")
        for n, t in zip("abc", types[0], strict=False)
    ] + list(more_operands)
    names = ", ".join(n for n, _ in operands)
    signature = ", ".join(t for _, t in operands)
    return Case(
        name,
        types,
        f"{more}\n  %y = tosa.{name} {names} {attributes} : ({signature}) "
        f"-> tensor<{types[1]}>",
        arguments,
        expected,
        in_reference,
    )


def _shape(name: str, *sizes: int) -> tuple[str, tuple[str, str]]:
    """A constant shape, and the operand it is."""
    rank = len(sizes)
    return (
        f"  %{name} = tosa.const_shape {{values = dense<{list(sizes)}> : "
        f"tensor<{rank}xindex>}} : () -> !tosa.shape<{rank}>",
        (f"%{name}", f"!tosa.shape<{rank}>"),
    )


def _zero_point(name: str, value: int) -> tuple[str, tuple[str, str]]:
    return (
        f'  %{name} = "tosa.const"() <{{values = dense<{value}> : '
        "tensor<1xui8>}> : () -> tensor<1xui8>",
        (f"%{name}", "tensor<1xui8>"),
    )


def _rescale_flags(input_unsigned: bool, output_unsigned: bool) -> str:
    return (
        f"{{input_unsigned = {str(input_unsigned).lower()}, "
        f"output_unsigned = {str(output_unsigned).lower()}, "
        "per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}"
    )


def _scale(values: np.ndarray) -> np.ndarray:
    """What %m and %s do, with single rounding."""
    return (values.astype(np.int64) * 1340000000 + (1 << 30)) >> 31


def _rescales() -> list[Case]:
    centred = CODES.astype(np.int64) - 200
    wide = np.arange(-400, 624, 4, dtype=np.int32)
    zero_point, operand = _zero_point("z", 200)
    signless = (
        '  %z = "tosa.const"() <{values = dense<-56> : tensor<1xi8>}> : () '
        "-> tensor<1xi8>"
    )
    cases = []
    for more, kind in ((zero_point, operand[1]), (signless, "tensor<1xi8>")):
        cases += [
            Case(
                f"rescale from ui8, zero point {kind}",
                (("256xui8",), "256xi8"),
                f"{more}\n  %y = tosa.rescale %a, %m, %s, %z, %zero "
                f"{_rescale_flags(True, False)} : (tensor<256xui8>, "
                f"tensor<1xi32>, tensor<1xi8>, {kind}, tensor<1xi8>) -> "
                "tensor<256xi8>",
                (CODES,),
                np.clip(_scale(centred), -128, 127).astype(np.int8),
                True,
            ),
            *(
                Case(
                    f"rescale to ui8, zero point {kind}",
                    ((f"256x{of}",), "256xui8"),
                    f"{more}\n  %y = tosa.rescale %a, %m, %s, %{zero}, %z "
                    f"{_rescale_flags(False, True)} : (tensor<256x{of}>, "
                    f"tensor<1xi32>, tensor<1xi8>, tensor<1x{of}>, {kind}) "
                    "-> tensor<256xui8>",
                    (values,),
                    np.clip(_scale(values) + 200, 0, 255).astype(np.uint8),
                    of == "i8",
                )
                for of, zero, values in (
                    ("i8", "zero", CODES.view(np.int8)),
                    ("i32", "zero32", wide),
                )
            ),
        ]
    cases.append(
        Case(
            "rescale to ui16",
            (("256xi32",), "256xui16"),
            '  %z = "tosa.const"() <{values = dense<32768> : tensor<1xui16>}>'
            " : () -> tensor<1xui16>\n  %y = tosa.rescale %a, %m, %s, "
            f"%zero32, %z {_rescale_flags(False, True)} : (tensor<256xi32>, "
            "tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xui16>) -> "
            "tensor<256xui16>",
            (wide * 200,),
            np.clip(_scale(wide * 200) + 32768, 0, 65535).astype(np.uint16),
        )
    )
    return cases


def _moves() -> list[Case]:
    block = MIXED.reshape(1, 8, 8)
    start, start_operand = _shape("start", 0, 1, 2)
    size, size_operand = _shape("size", 1, 5, 4)
    shape, shape_operand = _shape("shape", 4, 16)
    times, times_operand = _shape("times", 1, 2, 3)
    padding, padding_operand = _shape("padding", 0, 0, 1, 2, 3, 0)
    nine, nine_operand = _zero_point("nine", 9)
    indices = np.array([[7, 0, 3]], np.int32)
    first, second = MIXED[:32].reshape(4, 8), MIXED[32:].reshape(4, 8)
    choice = first > 100
    return [
        _operation(
            "concat",
            (("4x8xui8", "4x8xui8"), "4x16xui8"),
            (first, second),
            np.concatenate((first, second), 1),
            "{axis = 1 : i32}",
            in_reference=True,
        ),
        _operation(
            "slice",
            (("1x8x8xui8",), "1x5x4xui8"),
            (block,),
            block[:, 1:6, 2:6],
            more=f"{start}\n{size}",
            more_operands=(start_operand, size_operand),
            in_reference=True,
        ),
        _operation(
            "reshape",
            (("1x8x8xui8",), "4x16xui8"),
            (block,),
            block.reshape(4, 16),
            more=shape,
            more_operands=(shape_operand,),
            in_reference=True,
        ),
        _operation(
            "transpose",
            (("1x8x8xui8",), "8x8x1xui8"),
            (block,),
            block.transpose(2, 1, 0),
            "{perms = array<i32: 2, 1, 0>}",
            in_reference=True,
        ),
        _operation(
            "reverse",
            (("1x8x8xui8",), "1x8x8xui8"),
            (block,),
            block[:, ::-1],
            "{axis = 1 : i32}",
            in_reference=True,
        ),
        _operation(
            "tile",
            (("1x8x8xui8",), "1x16x24xui8"),
            (block,),
            np.tile(block, (1, 2, 3)),
            more=times,
            more_operands=(times_operand,),
            in_reference=True,
        ),
        _operation(
            "pad",
            (("1x8x8xui8",), "1x11x11xui8"),
            (block,),
            np.pad(block, ((0, 0), (1, 2), (3, 0)), constant_values=9),
            more=f"{padding}\n{nine}",
            more_operands=(padding_operand, nine_operand),
            in_reference=True,
        ),
        _operation(
            "gather",
            (("1x8x8xui8", "1x3xi32"), "1x3x8xui8"),
            (block, indices),
            block[:, indices[0]],
            in_reference=True,
        ),
        _operation(
            "select",
            (("4x8xi1", "4x8xui8", "4x8xui8"), "4x8xui8"),
            (choice, first, second),
            np.where(choice, first, second),
            in_reference=True,
        ),
    ]


def _comparisons() -> list[Case]:
    first, second = CODES.reshape(16, 16), CODES.reshape(16, 16).T.copy()
    second[0, 0] = 255
    two = ("16x16xui8", "16x16xui8")
    return [
        _operation(
            "clamp",
            (("256xui8",), "256xui8"),
            (CODES,),
            np.clip(CODES, 3, 200),
            "{min_val = 3 : ui8, max_val = 200 : ui8}",
        ),
        _operation(
            "clamp",
            (("256xui16",), "256xui16"),
            (CODES.astype(np.uint16) * 257,),
            np.clip(CODES.astype(np.uint16) * 257, 1000, 40000),
            "{min_val = 1000 : ui16, max_val = 40000 : ui16}",
        ),
        _operation(
            "maximum",
            (two, "16x16xui8"),
            (first, second),
            np.maximum(first, second),
        ),
        _operation(
            "minimum",
            (two, "16x16xui8"),
            (first, second),
            np.minimum(first, second),
        ),
        *(
            _operation(
                name, (two, "16x16xi1"), (first, second), expected
            )
            for name, expected in (
                ("equal", first == second),
                ("greater", first > second),
                ("greater_equal", first >= second),
            )
        ),
        _operation(
            "argmax",
            (("16x16xui8",), "16xi32"),
            (second,),
            second.argmax(1).astype(np.int32),
            "{axis = 1 : i32}",
        ),
        _operation(
            "reduce_max",
            (("16x16xui8",), "16x1xui8"),
            (second,),
            second.max(1, keepdims=True),
            "{axis = 1 : i32}",
        ),
        _operation(
            "reduce_min",
            (("16x16xui8",), "16x1xui8"),
            (second,),
            second.min(1, keepdims=True),
            "{axis = 1 : i32}",
        ),
    ]


def _windows(image: np.ndarray, size: int) -> np.ndarray:
    """Non-overlapping windows of a 1x8x8x1 image: (1, h, w, 1, size^2)."""
    count = 8 // size
    windows = image.reshape(1, count, size, count, size, 1)
    return windows.transpose(0, 1, 3, 5, 2, 4).reshape(
        1, count, count, 1, size * size
    )


def _products() -> list[Case]:
    sums = _windows(IMAGE, 2).astype(np.int64).sum(-1)
    # AVG_POOL2D of four: (sum - 4 zi) * 2^32 / 2^34 with single rounding,
    # which TOSA computes with (2^30 + 1) / 2^32.
    means = ((sums - 4 * 125) * ((1 << 30) + 1) + (1 << 31)) >> 32
    zi, zi_operand = _zero_point("zi", 125)
    zo, zo_operand = _zero_point("zo", 140)
    zw, zw_operand = _zero_point("zw", 131)
    pool = (
        "{acc_type = i32, kernel = array<i64: 2, 2>, "
        "pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}"
    )
    kernel = np.array([[3, 250, 131], [0, 128, 255], [77, 7, 200]])
    padded = np.pad(IMAGE[0, :, :, 0].astype(int) - 125, 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    convolved = (windows * (kernel - 131)).sum((2, 3)).astype(np.int32)
    weights = (
        '  %w = "tosa.const"() <{values = dense<'
        f"{kernel.reshape(1, 3, 3, 1).tolist()}> : tensor<1x3x3x1xui8>}}> : "
        "() -> tensor<1x3x3x1xui8>"
    )
    depthwise = weights.replace("1x3x3x1", "3x3x1x1").replace(
        str(kernel.reshape(1, 3, 3, 1).tolist()),
        str(kernel.reshape(3, 3, 1, 1).tolist()),
    )
    block = MIXED.reshape(1, 8, 8)
    centred = block[0].astype(np.int64) - 125
    convolution = (
        "{acc_type = i32, dilation = array<i64: 1, 1>, "
        "pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>}"
    )
    types = (("1x8x8x1xui8",), "1x8x8x1xi32")
    return [
        _operation(
            "max_pool2d",
            (("1x8x8x1xui8",), "1x4x4x1xui8"),
            (IMAGE,),
            _windows(IMAGE, 2).max(-1),
            pool.replace("acc_type = i32, ", ""),
        ),
        _operation(
            "max_pool2d",
            (("1x8x8x1xui8",), "1x5x5x1xui8"),
            (IMAGE,),
            # Padding never wins, not even over a 0.
            np.pad(IMAGE[0, :, :, 0], 1)
            .reshape(5, 2, 5, 2)
            .max((1, 3))
            .reshape(1, 5, 5, 1),
            pool.replace("acc_type = i32, ", "").replace(
                "pad = array<i64: 0, 0, 0, 0>", "pad = array<i64: 1, 1, 1, 1>"
            ),
        ),
        _operation(
            "avg_pool2d",
            (("1x8x8x1xui8",), "1x4x4x1xui8"),
            (IMAGE,),
            np.clip(means + 140, 0, 255).astype(np.uint8),
            pool,
            f"{zi}\n{zo}",
            (zi_operand, zo_operand),
        ),
        _operation(
            "conv2d",
            types,
            (IMAGE,),
            convolved.reshape(1, 8, 8, 1),
            convolution,
            f"{weights}\n{zi}\n{zw}",
            (
                ("%w", "tensor<1x3x3x1xui8>"),
                ("%zero32", "tensor<1xi32>"),
                zi_operand,
                zw_operand,
            ),
        ),
        _operation(
            "depthwise_conv2d",
            types,
            (IMAGE,),
            convolved.reshape(1, 8, 8, 1),
            convolution,
            f"{depthwise}\n{zi}\n{zw}",
            (
                ("%w", "tensor<3x3x1x1xui8>"),
                ("%zero32", "tensor<1xi32>"),
                zi_operand,
                zw_operand,
            ),
        ),
        _operation(
            "matmul",
            (("1x8x8xui8", "1x8x8xui8"), "1x8x8xi32"),
            (block, block),
            (centred @ centred).astype(np.int32)[np.newaxis],
            more=zi,
            more_operands=(zi_operand, zi_operand),
        ),
        _operation(
            "negate",
            (("256xui8",), "256xui8"),
            (CODES,),
            np.clip(125 - CODES.astype(int) + 140, 0, 255).astype(np.uint8),
            more=f"{zi}\n{zo}",
            more_operands=(zi_operand, zo_operand),
        ),
    ]


def _others() -> list[Case]:
    entries = (CODES.astype(int) * 91 + 5) % 256
    table = (
        '  %t = "tosa.const"() <{values = dense<'
        f"{entries.tolist()}> : tensor<256xui8>}}> : () -> tensor<256xui8>"
    )
    signed = CODES.view(np.int8)
    wide = np.arange(-70000, 70000, 547, dtype=np.int32)[:256]
    words = (np.arange(256) * 257).astype(np.uint16)
    scale = (
        _shape("scale", 4, 2, 4, 2),
        _shape("offset", 0, 0),
        _shape("border", 2, 2),
    )
    return [
        _operation(
            "table",
            (("256xi8",), "256xui8"),
            (signed,),
            entries[signed.astype(int) + 128].astype(np.uint8),
            more=table,
            more_operands=(("%t", "tensor<256xui8>"),),
            in_reference=True,
        ),
        _operation(
            "resize",
            (("1x8x8x1xui8",), "1x16x16x1xui8"),
            (IMAGE,),
            # Rounds half up: 0 1 1 2 2 ... 7 7 7.
            IMAGE[:, np.minimum(np.arange(1, 17) // 2, 7)][
                :, :, np.minimum(np.arange(1, 17) // 2, 7)
            ],
            "{mode = NEAREST_NEIGHBOR}",
            "\n".join(text for text, _ in scale),
            tuple(operand for _, operand in scale),
            in_reference=True,
        ),
        *(
            _operation("cast", ((f"256x{of}",), f"256x{to}"), (a,), expected)
            for of, to, a, expected in (
                ("ui8", "i32", CODES, CODES.astype(np.int32)),
                ("ui16", "i32", words, words.astype(np.int32)),
                ("i32", "ui8", wide, wide.astype(np.uint8)),
                ("i32", "ui16", wide, wide.astype(np.uint16)),
                ("ui16", "ui8", words, words.astype(np.uint8)),
                ("ui16", "i8", words, words.astype(np.int8)),
                ("i8", "ui8", signed, CODES),
                ("ui8", "i8", CODES, signed),
                ("i8", "ui16", signed, signed.astype(np.uint16)),
            )
        ),
    ]


CASES = [*_rescales(), *_moves(), *_comparisons(), *_products(), *_others()]


def flip(values: np.ndarray) -> np.ndarray:
    """Unsigned codes as signed ones and back; others as they are."""
    if values.dtype == np.uint8:
        return (values ^ 0x80).view(np.int8)
    if values.dtype == np.uint16:
        return (values ^ 0x8000).view(np.int16)
    return values
