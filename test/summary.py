# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Closes a run of the test suite: reads lit's JSON, names what failed, what was
# skipped and for want of what, and counts. A run that tested nothing fails.

import json
import sys

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def missing_features(output):
    """What lit says a skipped test lacks: the last line of its output."""
    lines = output.strip().splitlines()
    return lines[-1].rpartition(": ")[2] if lines else "see the test"


def main():
    with open(sys.argv[1]) as file:
        tests = json.load(file)["tests"]
    passed = [t for t in tests if t["code"] in PASSED]
    skipped = [t for t in tests if t["code"] in SKIPPED]
    failed = [t for t in tests if t["code"] not in PASSED | SKIPPED]
    for test in sorted(skipped, key=lambda t: t["name"]):
        print(f"skipped: {test['name']} needs "
              f"{missing_features(test.get('output', ''))}")
    for test in sorted(failed, key=lambda t: t["name"]):
        print(f"failed: {test['name']}")
    print(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
