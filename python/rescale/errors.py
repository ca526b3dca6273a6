# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The error of everything that a user can put right."""

import sys


class RescaleError(Exception):
    """A rule, what was found instead, and the way out, in one line.

    details: what another program said about it, in its own words.
    is_told: whether that is all there is to say.
    """

    def __init__(
        self, message: str, details: str = "", is_told: bool = False
    ) -> None:
        super().__init__(message)
        self.details = details
        self.is_told = is_told

    def tell(self) -> None:
        """Tells the user of a command."""
        sys.stderr.write(self.details)
        if not self.is_told:
            print(f"rescale: error: {self}", file=sys.stderr)
