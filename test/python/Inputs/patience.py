# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""No word of waiting: import `setUpModule` into a test that checks output."""

import unittest
from unittest import mock

from rescale import progress


def setUpModule() -> None:
    """What is written while a slow machine compiles is no part of a message.

    The patience of before is back after the module's tests.
    """
    patience = mock.patch.object(progress, "_PATIENCE", 3600)
    patience.start()
    unittest.addModuleCleanup(patience.stop)
