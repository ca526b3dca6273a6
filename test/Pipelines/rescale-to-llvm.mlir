// RUN: rescale-opt %s --rescale-to-llvm=entry-point=net_run | FileCheck %s
// RUN: rescale-opt %s --rescale-to-llvm=entry-point=net_run | FileCheck %s --check-prefix=NONE
// RUN: sed "s/^module/& attributes {dlti.dl_spec = #dlti.dl_spec<index = 32 : i32>}/" %s \
// RUN:   | rescale-opt --rescale-to-llvm="entry-point=net_run index-bitwidth=32" \
// RUN:   | FileCheck %s --check-prefix=NARROW

// Bare pointers in and out, the first one the arena; a status; a function for
// each layer; buffers without a heap, and no call of a run-time library of MLIR.
// RUN: rescale-opt %s --rescale-to-llvm="entry-point=net_run static-arena" | FileCheck %s --check-prefix=STATIC
// CHECK-NOT:   llvm.mlir.global
// CHECK:       llvm.func @concat_0(%{{.*}} {llvm.noalias}, {{.*}}noinline
// CHECK-LABEL: llvm.func @net_run(
// CHECK-SAME:    !llvm.ptr
// CHECK-SAME:    !llvm.ptr
// CHECK-SAME:    !llvm.ptr
// CHECK-SAME:    -> i32
// NONE-NOT:    unrealized_conversion_cast
// NONE-NOT:    @malloc
// NONE-NOT:    @memrefCopy
// NONE-NOT:    @unused

// With an arena of its own, the function takes inputs and outputs only.
// STATIC:       llvm.mlir.global private @arena() {{.*}}alignment = 4
// STATIC-LABEL: llvm.func @net_run(%{{[^:]*}}: !llvm.ptr, %{{[^:]*}}: !llvm.ptr) -> i32

// The same with pointers of 32 bits: only data is wider.
// NARROW-LABEL: llvm.func @net_run(
// NARROW-NOT:   unrealized_conversion_cast
// NARROW-NOT:   i64
// NARROW:       llvm.return

module {
func.func private @unused(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
// Both inputs of the concatenation are copied into strided views.
func.func @main(%x: tensor<1x4x4x2xi16>) -> tensor<1x4x4x4xi16> {
  %0 = tosa.reverse %x {axis = 1 : i32}
    : (tensor<1x4x4x2xi16>) -> tensor<1x4x4x2xi16>
  %1 = tosa.concat %x, %0 {axis = 3 : i32}
    : (tensor<1x4x4x2xi16>, tensor<1x4x4x2xi16>) -> tensor<1x4x4x4xi16>
  %2 = tosa.reverse %1 {axis = 3 : i32}
    : (tensor<1x4x4x4xi16>) -> tensor<1x4x4x4xi16>
  return %2 : tensor<1x4x4x4xi16>
}
}
