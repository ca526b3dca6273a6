# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The error of everything that a user can put right."""


class RescaleError(Exception):
    """A rule, what was found instead, and the way out, in one line.

    details: what another program said about it, in its own words.
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details
