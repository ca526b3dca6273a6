# REQUIRES: models, torch, tflite, tosa-reference-model
# REQUIRES: gcc, arm-none-eabi-gcc, qemu-system-arm
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""resnet8 in PyTorch, as reference, and compiled: the same codes.

Imported, and after training steps; on the host, and on a microcontroller.
"""

import tempfile
import time
import unittest
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rescale
import torch
from Inputs import networks, reference_model
from rescale import RescaleError
from rescale.torch import (
    IntegerNetwork,
    Options,
    Rescaler,
    Trainer,
    TrainerOptions,
    from_tflite,
    from_tosa,
    trainer,
)

MODEL = networks.RESNET8.model
FLOATS = networks.MODELS / "mlperf_tiny/pretrainedResnet.tflite"
#: The multiplicands of a converter, so that the codes are the file's.
AS_IT_IS = Options(Rescaler(31, rounding="double"))
LABELS = np.loadtxt(networks.SAMPLES / f"{networks.CIFAR}.labels.txt", int)


class Resnet8(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "network.mlir")
        (self.codes,) = networks.RESNET8.inputs()

    def compiled(self, network, **options) -> rescale.Model:
        network.write_tosa(self.path)
        return rescale.load(self.path, **options)

    def check_golden(
        self, name: str, read: Callable[[Path], IntegerNetwork]
    ) -> None:
        for imported in (
            *(networks.RESNET8, networks.DS_CNN),
            *(networks.AD01, networks.VWW_96),
        ):
            with self.subTest(imported.model.stem):
                network = read(imported.model)
                (codes,) = imported.inputs()
                shape = network.network.input_shape
                actual = network.codes(codes.reshape(-1, *shape))
                golden = imported.golden().reshape(actual.shape)
                networks.assert_equal_samples(
                    f"{imported.model.stem}, {name}", actual, golden
                )

    def test_is_the_imported_network(self):
        """All samples of each network."""
        self.check_golden("PyTorch", lambda m: from_tflite(m, AS_IT_IS))
        network = from_tflite(MODEL, AS_IT_IS)
        networks.assert_equal_samples(
            "compiled",
            self.compiled(network)(self.codes),
            networks.RESNET8.golden(),
        )

    def test_tosa_is_the_imported_network(self):
        """Its scales are found again, but for what no code depends on."""

        def read(model: Path) -> IntegerNetwork:
            rescale.import_tflite(model, self.path)
            return from_tosa(self.path, AS_IT_IS)

        self.check_golden("TOSA", read)

    def test_trained_networks_are_the_same_everywhere(self):
        """Each width and mode, after a few steps.

        All 500 images in PyTorch, by the reference, on the host by both back
        ends, and in C on the Cortex-M4 that QEMU emulates.
        """
        for bits in (8, 4, 2, 1):
            for mode in ("rat", "snap"):
                with self.subTest(bits=bits, mode=mode):
                    network = from_tflite(
                        MODEL, Options(Rescaler(bits), mode), FLOATS
                    )
                    before = network.codes(self.codes)
                    Trainer(
                        *(network, self.codes[:100], LABELS[:100]),
                        TrainerOptions(epochs=1, batch=25, rate=1e-4),
                        augment=trainer.flip,
                    ).fit()
                    actual = network.codes(self.codes)
                    self.assertGreater((actual != before).mean(), 0.01)
                    accuracy = (actual.argmax(1) == LABELS).mean()
                    # Half of what an untrained rat of 1 bit has.
                    self.assertGreater(accuracy, 0.2)
                    # The reference unfolds all patches of what it is given.
                    for i in range(0, len(self.codes), 50):
                        network.verify(self.codes[i : i + 50])
                    for backend, target in (
                        *(("llvm", "host"), ("c", "host")),
                        ("c", "cortex-m4"),
                    ):
                        compiled = self.compiled(
                            network, backend=backend, target=target
                        )
                        networks.assert_equal_samples(
                            f"{bits} bits, {mode}, {backend}, {target}",
                            compiled(self.codes),
                            actual,
                        )

    def test_time_of_an_epoch(self):
        """3,000 images in at most 10 s of one thread, by 400 of them."""
        images = 400
        network = from_tflite(MODEL, Options(Rescaler(4), "rat"))
        made = Trainer(
            *(network, self.codes[:images], LABELS[:images]),
            TrainerOptions(epochs=1, rate=1e-5),
            augment=trainer.flip,
        )
        network.codes(self.codes[:50])
        start = time.process_time()
        made.fit()
        seconds = (time.process_time() - start) * 3000 / images
        print(f"an epoch takes {seconds:.1f} s of a core")
        self.assertLess(seconds, 10)

    def test_tosa_reference_model(self):
        network = from_tflite(MODEL, Options(Rescaler(4), "snap"))
        codes = self.codes[:3]
        actual = reference_model.run(
            network.tosa(), [codes], self.path.parent
        )
        np.testing.assert_array_equal(actual, network.codes(codes))

    def test_float_weights(self):
        """They give the int8 network, and others are refused."""
        options = Options(Rescaler(31, rounding="double"))
        network = from_tflite(MODEL, options, FLOATS)
        actual = network.codes(self.codes[:100])
        networks.assert_equal_samples(
            "float weights", actual, networks.RESNET8.golden()[:100]
        )
        path = networks.MODELS / "mlperf_tiny/kws_ref_model_float32.tflite"
        with self.assertRaisesRegex(
            RescaleError,
            "requires float weights of the same network, got .*kws.* with "
            "other layers",
        ):
            from_tflite(MODEL, options, path)
        with self.assertRaisesRegex(
            RescaleError, "requires a float network, got .*in int8"
        ):
            from_tflite(MODEL, options, MODEL)
        with self.assertRaisesRegex(
            RescaleError, "requires an int8 network, got .* in float; give"
        ):
            from_tflite(FLOATS, options)


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
