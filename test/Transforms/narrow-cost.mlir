// The cheapest form by the table of a target. What is priced: the product, an
// addend and its loads, a choice of two, the shift, and the loads of what
// differs between channels.

// RUN: rescale-opt %s -rescale-narrow -rescale-verify-certificates \
// RUN:   --remarks-filter=rescale-narrow 2>&1 | FileCheck %s
// RUN: rescale-opt %s -rescale-narrow=goal=cost -o /dev/null \
// RUN:   --remarks-filter=rescale-narrow 2>&1 \
// RUN:   | FileCheck %s --check-prefix=REMARK
// RUN: rescale-opt %s -rescale-narrow=goal=bits \
// RUN:   | FileCheck %s --check-prefix=BITS

module attributes {rescale.target = #rescale.target<"cortex-m0">} {

// One shift for both channels costs more bits and fewer instructions: a
// constant shift of the 32 bits, and neither shift nor addend to load.
// The product had 64 bits: 2 + 49 for it, 2 + 2 for the addend, 2 + 9 for the
// shift. It has 32 now: 2 + 1, 1 and 1.
// REMARK: narrowed {{.*}}CostAfter=5, CostBefore=66
// CHECK-LABEL: func @one_shift
// CHECK: shift [{{[0-9]+}}] axis 1
// BITS-LABEL: func @one_shift
// BITS: shift [{{[0-9]+}}, {{[0-9]+}}] axis 1
func.func @one_shift(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %y = rescale.requantize %x mul dense<[1518500250, 1073741825]> : tensor<2xsi32>
         shift [38, 37] axis 1 round half_up : tensor<4x2xi8> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// 20 bits are slower: of the sum only the high word had to be shifted, by 6, and
// now both would, by 27.
// REMARK: not-narrowed {{.*}}Reason="no form gets cheaper, or narrower at the same cost"
// CHECK-LABEL: func @not_slower
// CHECK: mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<4xi16>
// BITS-LABEL: func @not_slower
// BITS: mul dense<{{[0-9]+}}> : tensor<1xui20> shift [27]
func.func @not_slower(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
         round double : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// Nothing is cheaper, and as cheap nothing is narrower.
// REMARK: not-narrowed {{.*}}Reason="no form gets cheaper, or narrower at the same cost"
// CHECK-LABEL: func @cheap
// CHECK: mul dense<true> : tensor<1xui1> shift [3] round floor : tensor<4xi16>
func.func @cheap(%x: tensor<4xi16>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [3]
         round floor : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

}
