# REQUIRES: torch
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Rescaling-aware training, on networks of a few layers."""

import contextlib
import dataclasses
import io
import tempfile
import unittest
from fractions import Fraction
from pathlib import Path

import numpy as np
import rescale
import torch
from rescale import RescaleError
from rescale.network.graph import Quantization
from rescale.torch import (
    IntegerNetwork,
    Options,
    Rescaler,
    Trainer,
    TrainerOptions,
    from_torch,
    from_tosa,
    functional,
    trainer,
)
from rescale.torch.rescaler import Multiplicands
from torch import nn

SOURCE = Quantization(1 / 32, 3)


class Small(nn.Module):
    """Every kind of layer, and windows that do not reach the end."""

    def __init__(self, softmax: bool = False):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.point = nn.Conv2d(8, 8, 1)
        self.down = nn.Conv2d(8, 12, 3, stride=2, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.average = nn.AvgPool2d(2, 1)
        self.last = nn.Linear(12, 5)
        self.relu6 = nn.ReLU6()
        self.softmax = nn.Softmax(1) if softmax else nn.Identity()
        self.mean = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        x = torch.relu(self.norm(self.first(x)))
        y = self.point(self.relu6(self.depthwise(x)))
        x = self.average(self.down(torch.relu(x + y)))
        return self.softmax(self.last(self.mean(self.pool(x)).flatten(1)))


def small(softmax: bool = False, seed: int = 0) -> Small:
    torch.manual_seed(seed)
    module = Small(softmax)
    # Statistics that folding has something to do with.
    module.norm.running_mean.uniform_(-0.5, 0.5)
    module.norm.running_var.uniform_(0.5, 2)
    module.norm.weight.data.uniform_(0.5, 2)
    module.norm.bias.data.uniform_(-0.5, 0.5)
    # Logits that a loss can fall with: their range does not grow.
    module.last.weight.data *= 20
    return module.eval()


def samples(count: int, seed: int = 0, size: int = 10) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.integers(-128, 128, (count, size, size, 3), np.int8)


def network(options: Options | None = None, **arguments) -> IntegerNetwork:
    return from_torch(small(**arguments), samples(20), SOURCE, options)


def exactly(
    value: int, multiplier: int, shift: int, rounding: str, addend: int
) -> int:
    """docs/spec.md, section 1, in unbounded integers."""
    quotient = Fraction(multiplier * value, 2**shift)
    floor = quotient.numerator // quotient.denominator
    half = Fraction(1, 2)
    if shift == 0 and rounding != "addend":
        return floor
    match rounding:
        case "addend":
            return (multiplier * value + addend) >> shift
        case "floor":
            return floor
        case "half_up":
            return (quotient + half).__floor__()
        case "half_even":
            return round(quotient)
        case "half_away":
            sign = 1 if value >= 0 else -1
            return sign * (abs(quotient) + half).__floor__()
    assert rounding == "double"
    addend = 2 ** (shift - 1)
    if shift > 31:
        addend += 2**30 if value >= 0 else -(2**30)
    return (multiplier * value + addend) >> shift


class Multiplicand(unittest.TestCase):
    def scales(self) -> torch.Tensor:
        generator = torch.Generator().manual_seed(0)
        exponents = torch.rand(300, generator=generator).double() * 20 - 22
        edges = [0.25, 0.75, 1 - 2.0**-40, 0.5 + 2.0**-30]
        return torch.cat([2**exponents, torch.tensor(edges).double()])

    def test_neighbours(self):
        scales = self.scales()
        for bits in (1, 2, 4, 8, 31):
            rescaler = Rescaler(bits)
            nearest = rescaler.nearest(scales).value
            above = rescaler.above(scales).value
            below = rescaler.below(scales).value
            # A point of the grid may be missed by what doubles lose.
            self.assertTrue((above >= scales * (1 - 2.0**-39)).all())
            self.assertTrue((below <= scales * (1 + 2.0**-39)).all())
            step = 2.0 ** (1 - bits)
            self.assertTrue((above / below <= 1 + 2 * step).all())
            best = torch.minimum(above - scales, scales - below)
            error = (nearest - scales).abs()
            self.assertTrue((error <= best.abs() * (1 + 1e-6) + 1e-18).all())
            for by in (rescaler.nearest(scales), rescaler.above(scales)):
                self.assertLess(by.multiplier.max().item(), 2**bits)

    def test_of_31_bits_is_tensorflow_lites(self):
        from rescale.network.quantize import decompose

        scales = self.scales()
        by, expected = Rescaler().nearest(scales), decompose(scales.numpy())
        self.assertEqual(by.multiplier.tolist(), expected.multiplier.tolist())
        self.assertEqual(by.shift.tolist(), expected.shift.tolist())

    def test_shared_shift(self):
        scales = torch.tensor([0.7, 0.01, 0.3]).double()
        for bits in (4, 8):
            rescaler = Rescaler(bits, shared_shift=True)
            for by in (rescaler.nearest(scales), rescaler.above(scales)):
                self.assertEqual(len(set(by.shift.tolist())), 1)
                self.assertLess(by.multiplier.max().item(), 2**bits)
                self.assertGreater(by.multiplier.min().item(), 0)

    def test_shift_range(self):
        by = Rescaler(8, shift=(0, 7)).nearest(torch.tensor([0.01]).double())
        self.assertEqual((by.multiplier.item(), by.shift.item()), (1, 7))
        with self.assertRaisesRegex(
            RescaleError,
            "requires scales that 4 bits and a shift of at least 8 give, got "
            "0.5; raise the output's scale",
        ):
            Rescaler(4, shift=(8, 62)).nearest(torch.tensor([0.5]).double())

    def test_of_a_target(self):
        self.assertEqual(
            Rescaler.parse(
                '#rescale.target<"ours", multiplicand = ui8, shift = [0, 31], '
                "shift_per = layer, product_bits = 40, rounding = [floor], "
                "addend = free, addend_bits = 32>\n"
            ),
            Rescaler(8, (0, 31), "floor", "free", True),
        )
        self.assertEqual(
            Rescaler.parse(
                '#rescale.target<"x", multiplicand = si16, '
                "rounding = [double, half_up]>"
            ),
            Rescaler(15),
        )
        self.assertEqual(
            Rescaler.parse('// Ours.\n#rescale.target<"ours" like "ne16">'),
            Rescaler(8, (0, 31), "floor", "free"),
        )
        for text, message in (
            (
                "ne17",
                'ne17: requires the name of a preset, got "ne17"; the presets '
                "are cortex-m0, .*",
            ),
            (
                '#rescale.target<"ours", multiplicant = ui8>',
                '#rescale.target<"ours", multiplicant = ui8>: requires a '
                "field of targets, got multiplicant; docs/Dialect.md has them",
            ),
            ("8 bits", "8 bits: expected .*"),
        ):
            with self.assertRaisesRegex(
                RescaleError,
                "^requires #rescale.target<...> or the name of a preset, got "
                f"{message}$",
            ):
                Rescaler.parse(text)

    def test_of_presets(self):
        for name, expected in (
            ("cortex-m4", Rescaler(31)),
            ("tosa16", Rescaler(15, (2, 62))),
            ("xnnpack16", Rescaler(15, (7, 46), shared_shift=True)),
            ("ne16", Rescaler(8, (0, 31), "floor", "free")),
            ("gap-sq8", Rescaler(8, (1, 31))),
            ("cv18xx-qdm", Rescaler(31, (31, 62), "double")),
            ("nvdla", Rescaler(15, (0, 31), "half_away", shared_shift=True)),
        ):
            with self.subTest(name):
                self.assertEqual(Rescaler.parse(name), expected)
                text = f'#rescale.target<"{name}">\n'
                self.assertEqual(Rescaler.parse(text), expected)

    def test_errors(self):
        for arguments, text in (
            ({"bits": 0}, "multiplicands of 1 to 31 bits, got 0; 1 is a pure"),
            ({"bits": 32}, "multiplicands of 1 to 31 bits, got 32"),
            ({"shift": (5, 4)}, "a range of shifts in order.*got 5 to 4"),
            ({"rounding": "odd"}, "a rounding of half_up.*got odd"),
            ({"addend": "big"}, "an addend of none or free, got big"),
            (
                {"addend": "free", "rounding": "double"},
                "the rounding half_up or floor beside a free addend, got "
                "double; leave",
            ),
        ):
            with self.assertRaisesRegex(RescaleError, f"requires {text}"):
                Rescaler(**arguments)


class Arithmetic(unittest.TestCase):
    """Every way to compute a requantization, against unbounded integers."""

    def check(self, multiplier, shift, rounding, values, bound):
        by = functional.Requantization(
            Multiplicands(
                torch.tensor([multiplier]), torch.tensor([shift])
            ),
            rounding,
            torch.tensor([12345]) if rounding == "addend" else None,
            -128,
            127,
        )
        accumulators = torch.tensor(values).double().view(-1, 1, 1, 1)
        actual = functional.requantize(accumulators, by, bound)
        self.assertEqual(
            [int(v) for v in actual.flatten()],
            [
                exactly(v, multiplier, shift, rounding, 12345)
                for v in values
            ],
            (multiplier, shift, rounding),
        )

    def test_roundings(self):
        generator = np.random.default_rng(0)
        roundings = (
            "half_up double floor half_even half_away addend".split()
        )
        for rounding in roundings:
            for shift in (0, 1, 7, 31, 32, 40, 61):
                for multiplier in (1, 3, 255, 2**30 + 1, 2**31 - 1):
                    for bound in (2**12, 2**22, 2**31 - 1):
                        edges = [0, 1, -1, bound, -bound]
                        # Ties, where there are some.
                        tie = 2 ** max(shift - 1, 0)
                        ties = (tie, -tie, 3 * tie, -3 * tie)
                        edges += [t for t in ties if abs(t) <= bound]
                        drawn = generator.integers(-bound, bound + 1, 30)
                        self.check(
                            *(multiplier, shift, rounding),
                            [*edges, *drawn.tolist()],
                            bound,
                        )

    def convolve(self, weights, bits, dtype=np.int64):
        """A pointwise convolution of all codes, with its reference."""
        x = np.arange(-255, 256).reshape(1, 1, 1, -1)
        x = np.repeat(x, len(weights), 1)
        by = functional.Requantization(
            Rescaler(bits).nearest(torch.tensor([2.0**-12 * 0.77]).double()),
            "half_up",
            None,
            -128,
            127,
        )
        codes = functional.convolution(
            torch.tensor(x).float(),
            torch.tensor(weights).double().view(1, -1, 1, 1),
            torch.tensor([17.0]).double(),
            torch.ones(1).double(),
            by,
            functional.Window(),
            255,
        )
        sums = (x[0, :, 0].T @ np.array(weights)) + 17
        m, s = by.by.multiplier.item(), by.by.shift.item()
        expected = np.clip((sums * m + (1 << (s - 1))) >> s, -128, 127)
        self.assertEqual(codes.flatten().tolist(), expected.tolist())

    def test_sums_next_to_the_bounds(self):
        # 516 products of 127 and 255 are below 2^24, 519 are not.
        for count in (516, 519, 1000):
            for bits in (1, 4, 8, 31):
                self.convolve([127] * count, bits)
                self.convolve([127, -127] * (count // 2), bits)

    def test_refuses_more_than_int32(self):
        with self.assertRaisesRegex(
            RescaleError, "requires accumulators within 31 bits, got 2.2"
        ):
            self.convolve([127] * 70000, 8)


class Gradients(unittest.TestCase):
    """Straight through: those of the real network where nothing clips."""

    def convolution(self, low=-(10**6), high=10**6, bits=31):
        torch.manual_seed(0)
        x = torch.randint(-20, 20, (2, 3, 5, 5)).float().requires_grad_()
        w = torch.randint(-9, 9, (4, 3, 3, 3)).double().requires_grad_()
        b = torch.randint(-50, 50, (4,)).double().requires_grad_()
        scale = torch.tensor([0.1, 0.2, 0.05, 0.3]).double().requires_grad_()
        by = Rescaler(bits).nearest(scale)
        y = functional.convolution(
            x,
            w,
            b,
            scale,
            functional.Requantization(by, "half_up", None, low, high),
            functional.Window((2, 2), (0, 1, 0, 1)),
            20,
        )
        return (x, w, b, scale), y, by

    def expected(self, inputs, scale):
        x, w, b = (i.detach().double().requires_grad_() for i in inputs[:3])
        scale = scale.detach().requires_grad_()
        padded = nn.functional.pad(x, (0, 1, 0, 1))
        y = nn.functional.conv2d(padded, w, b, 2) * scale.view(1, -1, 1, 1)
        return (x, w, b, scale), y

    def test_convolution(self):
        for bits in (31, 2):
            inputs, y, by = self.convolution(bits=bits)
            real, expected = self.expected(inputs, by.value)
            self.assertLessEqual((y - expected).abs().max().item(), 0.5001)
            weights = torch.randn_like(expected)
            (y * weights).sum().backward()
            (expected * weights).sum().backward()
            for actual, of in zip(inputs, real, strict=True):
                torch.testing.assert_close(
                    actual.grad.double(), of.grad, rtol=1e-5, atol=1e-4
                )

    def test_nothing_outside_of_the_clamp(self):
        inputs, y, _ = self.convolution(-20, 20)
        real, expected = self.expected(inputs, inputs[3])
        inside = expected.detach().add(0.5).floor().abs() <= 20
        self.assertTrue(inside.any() and not inside.all())
        y.sum().backward()
        (expected * inside).sum().backward()
        torch.testing.assert_close(
            inputs[1].grad, real[1].grad, rtol=1e-5, atol=1e-4
        )

    def test_learned_scales_get_a_gradient(self):
        for mode in ("rat", "snap"):
            net = network(
                Options(Rescaler(8), mode, learn_scales=True)
            )
            net(torch.from_numpy(samples(4))).square().sum().backward()
            self.assertGreater(net.log_factors.grad.abs().max().item(), 0)
            if mode == "rat":
                grad = net.layers["first"].log_factor.grad
                self.assertGreater(grad.abs().max().item(), 0)


class Codes(unittest.TestCase):
    """PyTorch, the reference and the compiled network give the same."""

    def check(self, net: IntegerNetwork, **options) -> np.ndarray:
        codes = samples(12, seed=7)
        actual = net.codes(codes)
        net.verify(codes)
        with (
            tempfile.TemporaryDirectory() as folder,
            contextlib.redirect_stderr(io.StringIO()),
        ):
            path = Path(folder, "network.mlir")
            net.write_tosa(path)
            compiled = rescale.load(path, **options)
            np.testing.assert_array_equal(compiled(codes), actual)
        self.assertGreater(len(np.unique(actual)), 5)
        return actual

    def test_what_is_written_is_read(self):
        """Every number of a network, to go on training from its TOSA."""
        codes = samples(12, seed=7)
        for rescaler in (
            Rescaler(31, rounding="double"),
            Rescaler(4),
            Rescaler(8, rounding="floor"),
            Rescaler(8, addend="free"),
            Rescaler(5, rounding="half_even", shared_shift=True),
        ):
            for mode, add in (("rat", "tflite"), ("snap", "direct")):
                if rescaler.bits == 31:
                    add = "tflite"
                with (
                    self.subTest(rescaler=rescaler, mode=mode),
                    tempfile.TemporaryDirectory() as folder,
                ):
                    options = Options(rescaler, mode, add=add)
                    net = network(options, softmax=mode == "rat")
                    path = Path(folder, "network.mlir")
                    net.write_tosa(path)
                    again = from_tosa(path, options)
                    np.testing.assert_array_equal(
                        again.codes(codes), net.codes(codes)
                    )
                    # Logits too: there is the same to learn.
                    ours, theirs = again.outputs(codes), net.outputs(codes)
                    np.testing.assert_allclose(ours, theirs, rtol=1e-6)

    def test_bits_and_modes(self):
        for bits in (31, 8, 4, 2, 1):
            for mode in ("rat", "snap"):
                with self.subTest(bits=bits, mode=mode):
                    self.check(network(Options(Rescaler(bits), mode)))

    def test_c(self):
        self.check(network(Options(Rescaler(4), "snap")), backend="c")

    def test_targets(self):
        for rescaler in (
            Rescaler(31, rounding="double"),
            Rescaler(8, rounding="floor"),
            Rescaler(8, rounding="half_even"),
            Rescaler(8, rounding="half_away"),
            Rescaler(8, rounding="floor", addend="free"),
            Rescaler(4, addend="free"),
            Rescaler(4, shared_shift=True),
            Rescaler(8, shift=(0, 12)),
        ):
            with self.subTest(rescaler):
                mode = "snap" if rescaler.shared_shift else "rat"
                self.check(network(Options(rescaler, mode)))

    def test_weights_additions_and_grids(self):
        for options in (
            Options(Rescaler(4), "rat", weight_bits=4),
            Options(Rescaler(2), "snap", weight_bits=4, grid="best"),
            Options(Rescaler(4), "rat", add="direct"),
            Options(Rescaler(1), "snap", add="direct"),
            Options(Rescaler(2), "snap", per_channel_dense=True),
            Options(Rescaler(8), "snap", learn_scales=True),
        ):
            with self.subTest(options):
                net = network(options)
                self.check(net)
                greatest = 2 ** (options.weight_bits - 1) - 1
                for of in net.export().weighted.values():
                    self.assertLessEqual(np.abs(of.weights).max(), greatest)

    def test_softmax(self):
        actual = self.check(network(Options(Rescaler(8)), softmax=True))
        sums = (actual.astype(int) + 128).sum(1)
        self.assertTrue((abs(sums - 256) <= 3).all())

    def test_after_training(self):
        for options in (
            Options(Rescaler(4), "rat"),
            Options(Rescaler(1), "snap"),
            Options(Rescaler(4), "rat", learn_scales=True),
            Options(Rescaler(4, addend="free"), "rat"),
        ):
            with self.subTest(options):
                net = network(options)
                before = net.codes(samples(12, seed=7))
                labels = np.arange(20) % 5
                Trainer(
                    *(net, samples(20), labels),
                    TrainerOptions(epochs=3, batch=10, rate=0.001),
                ).fit()
                self.assertTrue((self.check(net) != before).any())

    def test_snapped_multiplicands_have_no_error(self):
        for bits in (1, 2, 4):
            model = network(Options(Rescaler(bits), "snap")).export()
            for layer in model.network.layers:
                of = model.weighted.get(layer.name)
                if of is None:
                    continue
                source = model.tensors[layer.input].scale
                real = source * of.weight_scales
                real /= model.tensors[layer.name].scale
                used = of.rescale.multiplier * 2.0**-of.rescale.shift.astype(
                    float
                )
                np.testing.assert_allclose(used, real, rtol=1e-12)
                self.assertLess(of.rescale.multiplier.max(), 2**bits)
            for of in model.additions.values():
                by = of.rescale
                self.assertLess(by.multiplier.max(), 2**bits)

    def test_corrected_biases(self):
        """Means over samples come near to those of the reference."""
        codes = samples(40, seed=5)
        reference = network()
        net = network(Options(Rescaler(2), "snap", weight_bits=3))

        def means(of):
            return of.outputs(codes).mean(0)

        before = np.abs(means(net) - means(reference)).max()
        net.correct_biases(codes, reference)
        after = np.abs(means(net) - means(reference)).max()
        self.assertLess(after, 0.3 * before)
        self.check(net)
        with self.assertRaisesRegex(
            RescaleError, "requires a reference with the same layers, got an"
        ):
            net.correct_biases(codes, network(softmax=True))

    def test_31_bits_are_near_the_real_network(self):
        codes = samples(50, seed=3)
        net = from_torch(small(), codes, SOURCE)
        images = (codes.astype(np.float32) - SOURCE.zero_point) * SOURCE.scale
        with torch.no_grad():
            real = small()(torch.from_numpy(images).permute(0, 3, 1, 2))
            ours = net(torch.from_numpy(codes))
        self.assertLess((real - ours).abs().max(), 0.1 * real.abs().max())


class Import(unittest.TestCase):
    def trace(self, module, size=4, channels=3):
        codes = np.zeros((2, size, size, channels), np.int8)
        return from_torch(module, codes, SOURCE)

    def test_ways_to_say_the_same(self):
        """Dimensions from either end, by name, and as modules."""

        class Way(nn.Module):
            def __init__(self, function):
                super().__init__()
                self.function = function
                self.c, self.l = nn.Conv2d(3, 4, 3), nn.Linear(4, 3)

            def forward(self, x):
                return self.function(self.l, self.c(x))

        codes = samples(30, size=4)
        f = nn.functional
        expected = None
        for way in (
            lambda l, x: l(x.mean((2, 3))),
            lambda l, x: l(torch.mean(x, dim=[-1, -2])),
            lambda l, x: l(x.mean((3, 2), True).flatten(1)),
            lambda l, x: l(torch.flatten(x.mean((2, 3), keepdim=True), -3, 3)),
            lambda l, x: l(
                torch.flatten(f.adaptive_avg_pool2d(x, 1), start_dim=1)
            ),
            lambda l, x: l(
                f.adaptive_avg_pool2d(x, output_size=(1, 1)).flatten(1, -1)
            ),
            lambda l, x: l(x.mean((2, 3)).flatten(1)),
            lambda l, x: l(f.dropout(x, training=l.training).mean((2, 3))),
            lambda l, x: l(f.max_pool2d(x, 1).mean((2, 3))),
            lambda l, x: l(f.max_pool2d(x, 1, stride=1).mean((2, 3))),
        ):
            for softmax in (
                lambda x: x,
                lambda x: torch.softmax(x, 1),
                lambda x: f.softmax(x, dim=-1),
                lambda x: x.softmax(dim=1),
            ):
                torch.manual_seed(0)
                module = Way(
                    lambda l, x, way=way, end=softmax: end(way(l, x))
                )
                actual = from_torch(module, codes, SOURCE).outputs(codes)
                expected = actual if expected is None else expected
                np.testing.assert_array_equal(actual, expected)

    def test_leaves_modes(self):
        module = nn.Sequential(
            nn.Conv2d(3, 4, 1), nn.Dropout(), nn.Sequential(nn.ReLU())
        )
        for part in (module[0], module[2]):
            part.eval()
        modes = [part.training for part in module.modules()]
        self.assertIn(True, modes)
        with contextlib.suppress(RescaleError):
            self.trace(module)
        self.assertEqual([p.training for p in module.modules()], modes)

    def test_flattened_images(self):
        torch.manual_seed(0)
        module = nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 3)
        )
        codes = samples(30, size=4)
        net = from_torch(module, codes, SOURCE)
        images = (codes.astype(np.float32) - SOURCE.zero_point) * SOURCE.scale
        with torch.no_grad():
            real = module(torch.from_numpy(images).permute(0, 3, 1, 2))
            ours = net(torch.from_numpy(codes))
        self.assertLess((real - ours).abs().max(), 0.05 * real.abs().max())

    def test_errors(self):
        class Used(nn.Module):
            def __init__(self):
                super().__init__()
                self.c = nn.Conv2d(3, 3, 1)

            def forward(self, x):
                y = self.c(x)
                return torch.relu(y) + y

        class Loop(nn.Module):
            def forward(self, x):
                return x if x.sum() > 0 else -x

        class Constant(nn.Module):
            def forward(self, x):
                return torch.sigmoid(x)

        class Function(nn.Module):
            def __init__(self, function):
                super().__init__()
                self.function = function
                self.c = nn.Conv2d(3, 4, 1)
                self.d = nn.Conv2d(3, 5, 1)
                self.p = nn.Parameter(torch.ones(4, 1, 1))

            def forward(self, x):
                return self.function(self, x)

        class Two(nn.Module):
            def forward(self, x, y):
                return x + y

        pool = nn.functional.max_pool2d
        mean = nn.functional.avg_pool2d
        conv = nn.Conv2d(3, 4, 1)
        for module, text in (
            (Two(), "a network of one input, got y"),
            (
                Function(lambda net, x: net.c(x) + net.p),
                "operands that layers compute, got p",
            ),
            (
                Function(lambda net, x: net.c(x) + 1.0),
                "additions of two computed tensors, got add",
            ),
            (
                Function(lambda net, x: net.c(x) + net.d(x)),
                "additions of tensors of one shape, got add",
            ),
            (
                Function(lambda net, x: [net.c(x), net.d(x)][0]),
                "a network whose last layer gives the output, got output",
            ),
            (
                Function(lambda net, x: pool(net.c(x), 2, dilation=2)),
                "pools of kernel, stride and padding, got",
            ),
            (nn.Sequential(conv, nn.Sigmoid()), "lists, got Sigmoid 1; ch"),
            (Constant(), "lists, got sigmoid; change the network"),
            (
                Function(lambda net, x: nn.functional.dropout(net.c(x))),
                "lists, got dropout",
            ),
            (Used(), "that nothing else uses, got relu"),
            (Loop(), "that torch.fx traces, got Loop: .*; leave out contr"),
            (
                nn.Sequential(nn.Conv2d(3, 4, 1, dilation=2)),
                "without dilation, of one group or depthwise, got Conv2d 0",
            ),
            (
                nn.Sequential(conv, nn.AvgPool2d(3, 1, 1)),
                "average pools without padding, got AvgPool2d 1",
            ),
            (
                nn.Sequential(conv, nn.Softmax(1), nn.Conv2d(4, 2, 1)),
                "a softmax only at the end, got Softmax 1",
            ),
            (nn.Sequential(nn.Flatten(), nn.Linear(7, 2)), "of a flattened"),
            (nn.Identity(), "a network that computes one output, got output"),
            (
                nn.Sequential(conv, nn.AvgPool2d(2, divisor_override=1)),
                "pools of kernel, stride and padding, got AvgPool2d 1",
            ),
            *(
                (
                    nn.Sequential(conv, nn.MaxPool2d(2, **more)),
                    "pools of kernel, stride and padding, got MaxPool2d 1",
                )
                for more in (
                    {"dilation": 2},
                    {"ceil_mode": True},
                    {"return_indices": True},
                )
            ),
            *(
                (
                    Function(lambda net, x, more=more: mean(net.c(x), *more)),
                    "pools of kernel, stride and padding, got avg_pool2d",
                )
                for more in ((2, 2, 0, True), (2, 2, 0, False, True, 1))
            ),
            (
                Function(lambda net, x: pool(net.c(x), 2, 2, 0, 2)),
                "pools of kernel, stride and padding, got",
            ),
            *(
                (
                    nn.Sequential(nn.Conv2d(3, 4, 4), layer, nn.Softmax(dim)),
                    "a softmax over the channels alone, got Softmax 2",
                )
                for layer, dim in (
                    (nn.Flatten(), 0),
                    (nn.Flatten(), -2),
                    (nn.Identity(), -1),
                    (nn.Identity(), 2),
                )
            ),
            (
                # Of all values, not of the channels at each place.
                nn.Sequential(conv, nn.Flatten(), nn.Softmax(1)),
                "a softmax over the channels alone, got Softmax 2",
            ),
            (
                Function(
                    lambda net, x: torch.softmax(net.c(x), 1, torch.float64)
                ),
                "a softmax over the channels alone, got softmax",
            ),
            *(
                (
                    nn.Sequential(conv, nn.Flatten(*dims), nn.Linear(16, 2)),
                    "flattening of all dimensions but the first, got Flat",
                )
                for dims in ((0,), (2,), (1, 2))
            ),
            (
                Function(lambda net, x: torch.flatten(net.c(x))),
                "flattening of all dimensions but the first, got flatten",
            ),
            (
                Function(lambda net, x: net.c(x).flatten(-2)),
                "flattening of all dimensions but the first, got flatten",
            ),
            *(
                (
                    Function(
                        lambda net, x, more=more: net.c(x).mean(*more)
                    ),
                    "means over height and width, got mean",
                )
                for more in ((), (1,), ((1, 2),), ((1, 2, 3), True))
            ),
            (
                Function(
                    lambda net, x: (y := net.c(x)).mean((2, 3), True)
                    + y.mean((2, 3))
                ),
                "additions of tensors of one shape, got add",
            ),
            (
                Function(lambda net, x: net.c(input=x)),
                "a first operand that is computed, and is not named, got "
                "Conv2d c",
            ),
            (
                nn.Sequential(conv, nn.Flatten()),
                "a linear layer behind an image that is flattened, got output",
            ),
            (
                nn.Sequential(conv, nn.AvgPool2d(4), nn.Linear(1, 4)),
                "linear layers of a flattened tensor, got Linear 2",
            ),
            (
                nn.Sequential(
                    conv, nn.BatchNorm2d(4, track_running_stats=False)
                ),
                "batch normalizations with running statistics, got Batch",
            ),
            (
                nn.Sequential(conv, nn.MaxPool2d(2), nn.BatchNorm2d(4)),
                "after a convolution that nothing else uses, got BatchNorm2d",
            ),
        ):
            with self.subTest(text), self.assertRaisesRegex(
                RescaleError, text
            ):
                self.trace(module)

    def test_samples(self):
        for codes, text in (
            (np.zeros((2, 4, 4, 3)), "int8 samples of .*got float64 of"),
            (
                np.zeros((0, 4, 4, 3), np.int8),
                "samples to calibrate with, got none",
            ),
            (np.zeros((2, 3), np.int8), r"samples of .*, got \(2, 3\)"),
        ):
            with self.assertRaisesRegex(RescaleError, f"requires {text}"):
                from_torch(nn.Sequential(nn.Conv2d(3, 4, 1)), codes, SOURCE)

    def test_options(self):
        for options, text in (
            ({"mode": "fast"}, "a mode of rat, snap, got fast"),
            ({"weight_bits": 1}, "weights of 2 to 8 bits, got 1"),
            ({"weight_bits": 99}, "weights of 2 to 8 bits, got 99"),
            ({"grid": "all"}, "a grid of above, best, got all"),
            ({"add": "sum"}, "an addition of tflite, direct, got sum"),
            (
                {"rescaler": Rescaler(31), "add": "direct"},
                "products of 31 bits in a direct addition, got .* of 31 bits",
            ),
        ):
            with self.assertRaisesRegex(RescaleError, f"requires {text}"):
                network(Options(**options))

    def test_input(self):
        with self.assertRaisesRegex(
            RescaleError,
            r"requires int8 codes of \(samples, 10, 10, 3\), got "
            r"torch.float32 of \(1, 10, 10, 3\)",
        ):
            network()(torch.zeros(1, 10, 10, 3))


class Training(unittest.TestCase):
    OPTIONS = TrainerOptions(epochs=4, batch=8, rate=0.001)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.checkpoint = Path(folder.name, "c.pt")
        self.codes = samples(30, seed=1)
        self.labels = np.arange(30) % 5

    def train(self, net=None, options=None, **arguments):
        net = net or network(Options(Rescaler(4), learn_scales=True))
        arguments = {"augment": trainer.flip, **arguments}
        made = Trainer(
            *(net, self.codes, self.labels),
            options or self.OPTIONS,
            **arguments,
        )
        return net, made.fit()

    def assert_same(self, first, second):
        for (name, a), b in zip(
            first.state_dict().items(),
            second.state_dict().values(),
            strict=True,
        ):
            self.assertTrue(torch.equal(a, b), name)

    def test_learns(self):
        _, epochs = self.train(
            network(Options(Rescaler(4))),
            TrainerOptions(30, 10, rate=0.003),
            augment=None,
        )
        self.assertEqual(len(epochs), 30)
        self.assertLess(epochs[-1].loss, 0.7 * epochs[0].loss)

    def test_sgd(self):
        options = TrainerOptions(20, 10, "sgd", 0.003)
        net = network(Options(Rescaler(4)))
        _, epochs = self.train(net, options)
        self.assertLess(epochs[-1].loss, 0.9 * epochs[0].loss)

    def test_seeds(self):
        first, second = self.train()[0], self.train()[0]
        self.assert_same(first, second)
        other = dataclasses.replace(self.OPTIONS, seed=1)
        third = self.train(options=other)[0]
        same = torch.equal(
            first.layers["first"].weight, third.layers["first"].weight
        )
        self.assertFalse(same)

    def test_resumes_where_it_was_interrupted(self):
        whole, epochs = self.train()

        def interrupt(codes, generator):
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            return trainer.flip(codes, generator)

        left = 10  # of 4 batches an epoch: in the third one
        with self.assertRaises(KeyboardInterrupt):
            self.train(augment=interrupt, checkpoint=self.checkpoint)
        resumed, again = self.train(checkpoint=self.checkpoint)
        self.assert_same(whole, resumed)
        self.assertEqual(epochs, again)
        # And one that has ended does nothing.
        self.assertEqual(self.train(checkpoint=self.checkpoint)[1], again)

    def test_checkpoints_of_others(self):
        self.train(checkpoint=self.checkpoint)
        options = dataclasses.replace(self.OPTIONS, rate=0.1)
        with self.assertRaisesRegex(
            RescaleError,
            "requires a checkpoint of the same training, got .*c.pt with "
            "another rate; remove it to begin anew",
        ):
            self.train(options=options, checkpoint=self.checkpoint)
        self.checkpoint.write_bytes(b"no checkpoint")
        with self.assertRaisesRegex(
            RescaleError, "requires a checkpoint of a training, got .*c.pt: "
        ):
            self.train(checkpoint=self.checkpoint)

    def test_damaged_checkpoints(self):
        self.train(checkpoint=self.checkpoint)
        whole = self.checkpoint.read_bytes()

        def remove(part):
            return lambda state: state.pop(part)

        def put(part, value):
            return lambda state: state.update({part: value})

        def change(part, function):
            return lambda state: function(state[part])

        def resize(tensors):
            tensors[name] = tensors[name].flatten()[:1]

        def spoil(tensors):
            tensors[name] = tensors[name] * torch.nan

        name = "layers.last.weight"
        moments = "exp_avg of the optimizer"
        for damage, text in (
            (remove("options"), "no options"),
            (put("options", None), "no options"),
            (put("epochs", 1), "no epochs"),
            (put("epochs", [{"loss": 1.0}]), "'accuracy'"),
            (change("epochs", lambda all: all.extend(all)), "8 epochs of 4"),
            (put("network", None), "no network"),
            (
                change("network", lambda all: all.pop(name)),
                f"no tensor {name} of the network",
            ),
            (
                change("network", put("more", torch.zeros(1))),
                "another tensor more of the network",
            ),
            (
                change("network", resize),
                rf"{name} of the network of shape \(1,\), not \(5, .*",
            ),
            (
                change("network", spoil),
                f"{name} of the network with no finite number",
            ),
            (remove("optimizer"), "no optimizer"),
            (change("optimizer", dict.clear), "no state"),
            (
                change("optimizer", change("state", dict.clear)),
                "no moments of the optimizer",
            ),
            (
                change("optimizer", change("state", put(99, {}))),
                "moments of other parameters",
            ),
            (
                change("optimizer", change("state", put(0, None))),
                "no tensors of the optimizer",
            ),
            (
                change(
                    "optimizer", change("state", change(0, remove("exp_avg")))
                ),
                f"no tensor {moments}",
            ),
            (
                change(
                    "optimizer",
                    change(
                        "state", change(0, put("exp_avg", torch.zeros(3)))
                    ),
                ),
                rf"{moments} of shape \(3,\), not .*",
            ),
        ):
            state = torch.load(io.BytesIO(whole), weights_only=True)
            damage(state)
            torch.save(state, self.checkpoint)
            self.assert_refused(text)
        torch.save([1], self.checkpoint)
        self.assert_refused("no options")
        torch.save(nn.Linear(1, 1), self.checkpoint)
        self.assert_refused("no file of tensors and numbers")
        self.checkpoint.write_bytes(b"")
        self.assert_refused("an empty file")
        for count in (1, 3000, len(whole) // 2, len(whole) - 1):
            self.checkpoint.write_bytes(whole[:count])
            self.assert_refused("File is not a zip file")
        # One bit of a tensor, which the file's checksums find.
        with torch.no_grad():
            tensor = torch.load(io.BytesIO(whole))["network"][name]
        start = whole.index(tensor.numpy().tobytes())
        damaged = bytearray(whole)
        damaged[start] ^= 1
        self.checkpoint.write_bytes(damaged)
        self.assert_refused("damaged in .*/data/[0-9]+")

    def assert_refused(self, text):
        """Asserts that no checkpoint is taken, nor a part of it."""
        net = network(Options(Rescaler(4), learn_scales=True))
        with self.subTest(text):
            with self.assertRaisesRegex(
                RescaleError,
                "^requires a checkpoint of a training, got .*c.pt: "
                f"{text}; remove it to begin anew$",
            ):
                self.train(net, checkpoint=self.checkpoint)
            self.assert_same(
                net, network(Options(Rescaler(4), learn_scales=True))
            )

    def test_distillation(self):
        net = network(Options(Rescaler(2)))
        with torch.no_grad():
            codes = torch.from_numpy(self.codes)
            teacher = network()(codes).numpy()

        def distance(of):
            with torch.no_grad():
                return np.square(of(codes).numpy() - teacher).mean()

        before = distance(net)
        options = TrainerOptions(
            20, 10, rate=0.0003, distillation=1.0, temperature=1.0
        )
        self.train(net, options, teacher=teacher, augment=None)
        self.assertLess(distance(net), 0.8 * before)

    def test_not_a_number(self):
        options = TrainerOptions(epochs=50, batch=10, rate=1e30)
        with self.assertRaisesRegex(
            RescaleError,
            "requires (finite losses and gradients|accumulators within 31 "
            "bits|finite scales), got .*; lower the learning rate",
        ):
            self.train(options=options)

        net = network()
        net.layers["last"].bias.data[0] = torch.nan
        with self.assertRaisesRegex(
            RescaleError, "requires biases of 32 bits, got nan; lower the"
        ):
            self.train(net)
        net = network()
        net.layers["last"].weight.data[0] = torch.nan
        with self.assertRaisesRegex(
            RescaleError, "requires accumulators within 31 bits, got nan"
        ):
            net(torch.from_numpy(self.codes))

        def corrupt(codes, generator):
            with torch.no_grad():
                net.log_factors.fill_(torch.nan)
            return codes

        net = network(Options(learn_scales=True))
        with self.assertRaisesRegex(
            RescaleError,
            "requires finite scales, got nan; lower the learning rate",
        ):
            self.train(net, augment=corrupt)

    def test_errors(self):
        net = network()
        for arguments, text in (
            ((self.codes[:0], self.labels[:0]), "samples to train on, got no"),
            (
                (self.codes, self.labels[:9]),
                "a label for each of 30 samples, got 9",
            ),
            (
                (self.codes, self.labels + 1),
                "labels from 0 to 4, got 1 to 5",
            ),
            (
                (
                    *(self.codes, self.labels),
                    TrainerOptions(distillation=0.5),
                ),
                r"a teacher's outputs .* \(30, 5\), got none",
            ),
        ):
            with self.assertRaisesRegex(RescaleError, f"requires {text}"):
                Trainer(net, *arguments)
        for arguments, text in (
            ({"epochs": -1}, "at least 0 epochs .*got -1 and 50"),
            ({"optimizer": "lion"}, "an optimizer of adamw, sgd, got lion"),
            ({"distillation": 2.0}, "from 0 to 1, got 2"),
            ({"rate": -0.1}, "finite rates of at least 0, got -0.1, 1, 0"),
            ({"scale_rate": float("nan")}, "rates .*, got 0.001, nan, 0"),
            ({"weight_decay": -1.0}, "rates .*, got 0.001, 1, -1"),
            ({"seed": -1}, "a seed from 0 to 4294967295, got -1"),
            ({"seed": 2**32}, "a seed from 0 to 4294967295, got 4294967296"),
            ({"temperature": 0.0}, "a finite temperature above 0, got 0"),
        ):
            with self.assertRaisesRegex(RescaleError, f"requires .*{text}"):
                TrainerOptions(**arguments)
        with self.assertRaisesRegex(
            RescaleError,
            "requires a writable output directory, got /none; create it",
        ):
            Trainer(net, self.codes, self.labels, checkpoint="/none/c.pt")
        with self.assertRaisesRegex(
            RescaleError, "requires samples to correct by, got none"
        ):
            net.correct_biases(self.codes[:0], net)

    def test_leaves_pytorch_as_it_was(self):
        memory = torch.utils.deterministic

        def settings():
            return (
                torch.are_deterministic_algorithms_enabled(),
                torch.is_deterministic_algorithms_warn_only_enabled(),
                memory.fill_uninitialized_memory,
            )

        def restore(before):
            torch.use_deterministic_algorithms(before[0], warn_only=before[1])
            memory.fill_uninitialized_memory = before[2]

        self.addCleanup(restore, settings())
        during = []

        def record(codes, generator):
            during.append(settings())
            return codes

        def fail(codes, generator):
            raise KeyboardInterrupt

        for own in ((False, False, True), (True, False, False)):
            restore(own)
            self.train(options=TrainerOptions(1), augment=record)
            self.assertEqual(settings(), own)
            with self.assertRaises(KeyboardInterrupt):
                self.train(options=TrainerOptions(1), augment=fail)
            self.assertEqual(settings(), own)
        self.assertEqual({*during}, {(True, True, False)})

    def test_verify_finds_a_difference(self):
        net = network()
        net.verify(self.codes)
        exported = net.export()
        exported.weighted["last"].bias[0] += 1000
        net.export = lambda: exported
        with self.assertRaisesRegex(
            RescaleError,
            r"requires a forward pass equal to the reference, got \d+ of 150 "
            "codes that differ; train on the CPU",
        ):
            net.verify(self.codes)


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
