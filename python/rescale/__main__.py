# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""`python -m rescale` is the command `rescale`."""

import sys


def main() -> int:
    """Runs the command and returns its exit code."""
    try:
        # Loading NumPy takes long enough to be interrupted.
        from . import cli
    except KeyboardInterrupt:
        print("rescale: interrupted", file=sys.stderr)
        return 130
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
