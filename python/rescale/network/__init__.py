# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Quantized networks as layer graphs, in NumPy.

`graph` has the layers and their parameters, `evaluate` says what a network
computes, `quantize` turns float networks into int8 ones, `tflite_reader` reads
.tflite files, and `tosa_writer` writes TOSA. The shipped model and
`rescale.torch` are built on them.
"""
