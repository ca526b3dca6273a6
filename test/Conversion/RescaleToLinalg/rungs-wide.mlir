// Where no other rung is exact, 64 bits, whatever they cost: here there is no
// room to shift 32 bits to the left, and no addend that is a multiple of 2^32.

// RUN: rescale-opt %s -convert-rescale-to-linalg=target=cortex-m0 | FileCheck %s
// RUN: rescale-opt %s -convert-rescale-to-linalg=target=cortex-m4 | FileCheck %s
// RUN: rescale-opt %s -convert-rescale-to-linalg=target=host | FileCheck %s

// CHECK: rescale.apply {{.+}} rung = #rescale<rung multiply_64>
func.func @all_accumulators(%x: tensor<4xi32>) -> tensor<4xi16> {
  %y = rescale.requantize %x mul dense<1342177281> : tensor<1xui32>
         shift [47] round double : tensor<4xi32> -> tensor<4xi16>
  return %y : tensor<4xi16>
}
