// The arithmetic of a target, what it costs, and why it is exact.

// RUN: rescale-opt %s -rescale-report="target=cortex-m0 output=-" -o /dev/null | FileCheck %s --check-prefix=M0
// RUN: rescale-opt %s -rescale-report="target=cortex-m4 format=table output=-" -o /dev/null | FileCheck %s --check-prefix=M4
// RUN: rescale-opt %s -rescale-report="rung=multiply_64,fallback output=-" -o /dev/null | FileCheck %s --check-prefix=WIDE
// RUN: rescale-opt %s -rescale-report="output=-" -o /dev/null | FileCheck %s --check-prefix=NONE

// M0: "target": "cortex-m0"
// M0: "name": "requantize_0"
// M0:        "rung": "two_limbs"
// M0-NEXT:   "cost": {{[1-9][0-9]*}}
// M0-NEXT:   "conditions": [
// M0-NEXT:     {
// M0-NEXT:       "got": "m up to 2097151",
// M0-NEXT:       "needs": "m*(2^8 - 1) < 2^32"
// M0-NEXT:     },
// M0-NEXT:     {
// M0-NEXT:       "got": "values in [{{.*}}]",
// M0-NEXT:       "needs": "(m*d + b) / 2^8 in 32 bits"
// M0-NEXT:     }
// M0-NEXT:   ]
// M0-NEXT:   "snapped": null
// More codes than the solver takes: as it is, whatever that costs.
// M0: "name": "requantize_1"
// M0:        "rung": "multiply_64"
// M0-NEXT:   "cost": null
// M0-NEXT:   "conditions": [
// M0-NEXT:     {
// M0-NEXT:       "got": "values in [{{.*}}]",
// M0-NEXT:       "needs": "m*d + b in 64 bits"

// M4-LABEL: Arithmetic for cortex-m4
// M4:      layer         rung           cost  exact because of
// M4-NEXT: requantize_0  multiply_high  {{ *[0-9]+}}  d*2^16 in 32 bits with values in [-2147483648, 2147418112], (m*d + b) / 2^16 in 32 bits with values in [{{.*}}]
// M4-NEXT: requantize_1  multiply_64    -     m*d + b in 64 bits with values in [

// WIDE: "target": ""
// WIDE: "rung": "multiply_64"
// WIDE-NEXT: "cost": null
// NONE-NOT: "target"
// NONE-NOT: "rung"
func.func @codes(%x: tensor<4x2xi16>) -> tensor<4x2xi8> {
  %y = rescale.requantize %x mul dense<[1518500250, 1342177281]> : tensor<2xui32>
         shift [38, 37] axis 1 round double zero_point -128
       : tensor<4x2xi16> -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}
func.func @more(%x: tensor<4xi32>) -> tensor<4xi32> {
  %y = rescale.requantize %x mul dense<3> : tensor<1xui32>
         shift [1] round half_up : tensor<4xi32> -> tensor<4xi32>
  return %y : tensor<4xi32>
}
