// The cheapest form by the table of a target, among those that the lowering has.

// RUN: rescale-opt %s -rescale-narrow -rescale-verify-certificates \
// RUN:   --remarks-filter=rescale-narrow 2>&1 | FileCheck %s
// RUN: rescale-opt %s -rescale-narrow=goal=cost -o /dev/null \
// RUN:   --remarks-filter=rescale-narrow 2>&1 \
// RUN:   | FileCheck %s --check-prefix=REMARK
// RUN: rescale-opt %s -rescale-narrow=goal=bits \
// RUN:   | FileCheck %s --check-prefix=BITS

module attributes {rescale.target = #rescale.target<"cortex-m0">} {

// The original's shifts cannot become one: raised, the second multiplicand has 32
// bits and no instruction. Its product has 64: 2 + 49, 2 + 2 for the addend and
// 2 + 1 for the shift of the upper half. Narrow ones are raised to one shift of
// 32 bits: 2 + 1, 1 and 1.
// REMARK: narrowed {{.*}}CostAfter=5, CostBefore=58
// CHECK-LABEL: func @one_shift
// CHECK: mul dense<[91, 65]> : tensor<2xui7> shift [14, 13] axis 1
func.func @one_shift(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %y = rescale.requantize %x mul dense<[1518500250, 1073741825]> : tensor<2xsi32>
         shift [38, 37] axis 1 round half_up : tensor<4x2xi8> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

// Two more bits are cheaper than a choice of addends.
// REMARK: narrowed {{.*}}BitsAfter=8, {{.*}}CostAfter=3
// CHECK-LABEL: func @one_addend
// CHECK: mul dense<231> : tensor<1xui8> shift [12] round half_up
// BITS-LABEL: func @one_addend
// BITS: mul dense<57> : tensor<1xui6> shift [10] round addend addends [560] negative_addends [462]
func.func @one_addend(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1921919273> : tensor<1xsi32> shift [35]
         round double : tensor<4xi8> -> tensor<4xi8>
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
