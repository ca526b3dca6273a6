// The module's target from a preset or a file, and what neither is.

// RUN: split-file %s %t
// RUN: rescale-opt %t/model.mlir -rescale-legalize-for-target=target=tosa32 \
// RUN:   | FileCheck %s --check-prefix=PRESET
// PRESET: module attributes {rescale.target = #rescale.target<"tosa32">}
// PRESET: mul dense<3> : tensor<1xsi32> shift [2] round half_up :

// RUN: rescale-opt %t/model.mlir -rescale-legalize-for-target=target-file=%t/ours.target \
// RUN:   | FileCheck %s --check-prefix=FILE
// FILE: module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui2, costs = {mul32 = 4}>}
// FILE: mul dense<3> : tensor<1xui2> shift [2] round half_up :

// RUN: not rescale-opt %t/model.mlir -rescale-legalize-for-target=target=ne61 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NAME
// NAME: error: 'builtin.module' op requires the name of a preset as target, got "ne61"; the presets are cortex-m0, cortex-m4, {{.*}} ethos-u55, and target-file takes one's own

// RUN: not rescale-opt %t/model.mlir \
// RUN:   "-rescale-legalize-for-target=target=ne16 target-file=%t/ours.target" \
// RUN:   2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH: error: 'builtin.module' op requires target or target-file, got both; leave out one

// RUN: not rescale-opt %t/model.mlir -rescale-legalize-for-target=target-file=%t/none \
// RUN:   2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: 'builtin.module' op requires a target's file that can be read, got '{{.*}}none': No such file or directory; choose another

// RUN: not rescale-opt %t/model.mlir -rescale-legalize-for-target=target-file=%t/other \
// RUN:   2>&1 | FileCheck %s --check-prefix=OTHER
// OTHER: error: 'builtin.module' op requires a #rescale.target<...> in '{{.*}}other', got something else; docs/Dialect.md has its fields

// RUN: not rescale-opt %t/model.mlir -rescale-legalize-for-target=target-file=%t/impossible \
// RUN:   2>&1 | FileCheck %s --check-prefix=IMPOSSIBLE
// IMPOSSIBLE: error: requires a port of ui1 to ui32 or si2 to si32, got ui0; no multiplicand fits another one

//--- model.mlir
func.func @f(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2]
         round half_up : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

//--- ours.target
#rescale.target<"ours", multiplicand = ui2,
  costs = {mul32 = 4}>

//--- other
"ne16"

//--- impossible
#rescale.target<"ours", multiplicand = ui0>
