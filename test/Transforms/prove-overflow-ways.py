# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A sum that doubles has many ways to its start, and is proved at once."""

import subprocess
import unittest


def doubled(count: int) -> str:
    """An accumulator that is doubled `count` times before its epilogue."""
    additions = "\n".join(
        f"%s{i + 1} = arith.addi %s{i}, %s{i} : i64" for i in range(count)
    )
    return f"""
func.func private @epilogue(%a: i64 {{rescale.name = "accumulator"}}) {{
  return
}}
func.func @f(%s0: i64) {{
  {additions}
  call @epilogue(%s{count}) : (i64) -> ()
  return
}}
"""


class Ways(unittest.TestCase):
    def test_ways(self):
        for count in (1, 8, 64, 512):
            with self.subTest(count=count):
                text = subprocess.run(
                    ["rescale-opt", "--rescale-prove-overflow"],
                    input=doubled(count),
                    check=True,
                    capture_output=True,
                    text=True,
                    timeout=60,
                ).stdout
                self.assertIn(f"may_wrap = {count} : i64", text)


if __name__ == "__main__":
    unittest.main()
