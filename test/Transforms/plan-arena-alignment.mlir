// RUN: not rescale-opt %s -rescale-plan-arena=alignment=12 2>&1 | FileCheck %s --check-prefix=ODD
// RUN: rescale-opt %s -rescale-plan-arena=alignment=16 | FileCheck %s

// ODD: error: requires an alignment that is a power of two, got 12; choose 4, 8 or 16

// CHECK: rescale.arena = {alignment = 16 : i64, lower_bound = 0 : i64, size = 17 : i64}
// CHECK-DAG: arith.constant 16 : index
func.func private @use(memref<1xi8>, memref<1xi8>)
func.func @main() {
  %0 = memref.alloc() : memref<1xi8>
  %1 = memref.alloc() : memref<1xi8>
  call @use(%0, %1) : (memref<1xi8>, memref<1xi8>) -> ()
  return
}
