// RUN: rescale-opt %s -rescale-lower-layer-attributes | FileCheck %s

// Only the dialect's attributes go, and only layers must keep their functions.
// CHECK-LABEL: func.func private @layer(
// CHECK-SAME:    %{{.*}}: memref<4xi8> {llvm.noalias}) attributes {passthrough = ["noinline"]}
// CHECK-LABEL: func.func @run(
// CHECK-SAME:    %{{.*}}: memref<0xi8>, %{{.*}}: memref<4xi8>) -> i32 {
func.func private @layer(%x: memref<4xi8> {llvm.noalias, rescale.name = "input"})
    attributes {rescale.layer = {name = "", ops = []}} {
  return
}
func.func @run(%a: memref<0xi8> {rescale.arena, rescale.name = "arena"},
               %x: memref<4xi8> {rescale.name = "input"}) -> i32
    attributes {rescale.arena = {size = 0, alignment = 4, lower_bound = 0},
                rescale.entry_point} {
  call @layer(%x) : (memref<4xi8>) -> ()
  %c0 = arith.constant 0 : i32
  return %c0 : i32
}
