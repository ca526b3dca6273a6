// RUN: rescale-opt %s -rescale-unroll-loops -canonicalize -cse | FileCheck %s
// RUN: rescale-opt %s -rescale-unroll-loops=factor=1 | FileCheck %s --check-prefix=ONE

memref.global "private" constant @m : memref<16xi8> = dense<3>
memref.global "private" constant @b : memref<1xi32> = dense<4>

// The multiplicand goes to the loop over channels, the addend out of both.
// CHECK-LABEL: func.func @channels
// CHECK: %[[B:.*]] = memref.load %{{.*}}[%c0{{.*}}] : memref<1xi32>
// CHECK: scf.for %[[C:.*]] = %c0{{.*}} to %c16{{.*}} step %c1{{.*}} {
// CHECK-NEXT: %[[M:.*]] = memref.load %{{.*}}[%[[C]]] : memref<16xi8>
// CHECK-NEXT: scf.for %[[P:.*]] = %c0{{.*}} to %c256{{.*}} step %c4{{.*}} {
// CHECK-NEXT: memref.load %arg0[%[[P]], %[[C]]]
// CHECK-NEXT: rescale.apply %{{.*}} * %[[M]] + %[[B]]
// CHECK-NEXT: memref.store %{{.*}}, %arg1[%[[P]], %[[C]]]
// CHECK: %[[P3:.*]] = arith.addi %[[P]], %c3
// CHECK-NEXT: memref.load %arg0[%[[P3]], %[[C]]]
// CHECK-NEXT: rescale.apply
// CHECK-NEXT: memref.store %{{.*}}, %arg1[%[[P3]], %[[C]]]
// CHECK-NEXT: }

// ONE-LABEL: func.func @channels
// ONE: scf.for
// ONE-NEXT: memref.load %{{.*}} : memref<16xi8>
// ONE-NEXT: scf.for
// ONE-COUNT-1: rescale.apply
// ONE-NOT: rescale.apply
// ONE: return
func.func @channels(%x: memref<256x16xi32>, %y: memref<256x16xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c256 = arith.constant 256 : index
  %s = arith.constant 20 : i8
  %mt = memref.get_global @m : memref<16xi8>
  %bt = memref.get_global @b : memref<1xi32>
  scf.for %c = %c0 to %c16 step %c1 {
    scf.for %p = %c0 to %c256 step %c1 {
      %0 = memref.load %x[%p, %c] : memref<256x16xi32>
      %m = memref.load %mt[%c] : memref<16xi8>
      %b = memref.load %bt[%c0] : memref<1xi32>
      %1 = rescale.apply %0 * %m + %b shift %s round addend
          : (i32, i8, i32, i8) -> i8
      memref.store %1, %y[%p, %c] : memref<256x16xi8>
    }
  }
  return
}

// Ten are twice four, and two. A factor that is no constant stays where it is, since
// the loop may store to it.
// CHECK-LABEL: func.func @rest
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c8{{.*}} step %c4
// CHECK-COUNT-4: memref.load %arg1[%c0]
// CHECK: scf.for %{{.*}} = %c8{{.*}} to %c10{{.*}} step %c1
// CHECK-COUNT-1: memref.load %arg1[%c0]
func.func @rest(%x: memref<10xi32>, %m: memref<1xi8>, %y: memref<10xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %s = arith.constant 20 : i8
  scf.for %p = %c0 to %c10 step %c1 {
    %0 = memref.load %x[%p] : memref<10xi32>
    %1 = memref.load %m[%c0] : memref<1xi8>
    %2 = rescale.apply %0 * %1 shift %s round half_up : (i32, i8, i8) -> i8
    memref.store %2, %y[%p] : memref<10xi8>
  }
  return
}

// A sum in memory, and a body that does not requantize.
// CHECK-LABEL: func.func @unchanged
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c8{{.*}} step %c1
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c8{{.*}} step %c1
func.func @unchanged(%x: memref<8xi32>, %y: memref<8xi32>,
                     %sum: memref<1xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %m = arith.constant 3 : i8
  %s = arith.constant 20 : i8
  scf.for %p = %c0 to %c8 step %c1 {
    %0 = memref.load %x[%p] : memref<8xi32>
    %1 = rescale.apply %0 * %m shift %s round half_up : (i32, i8, i8) -> i32
    %2 = memref.load %sum[%c0] : memref<1xi32>
    %3 = arith.addi %1, %2 : i32
    memref.store %3, %sum[%c0] : memref<1xi32>
  }
  scf.for %p = %c0 to %c8 step %c1 {
    %0 = memref.load %x[%p] : memref<8xi32>
    memref.store %0, %y[%p] : memref<8xi32>
  }
  return
}

// A running sum in a global that is no constant is loaded where it is.
// CHECK-LABEL: func.func @variable
// CHECK: scf.for
// CHECK: scf.for
// CHECK: memref.load %{{.*}}[%c0
memref.global "private" @sum : memref<8xi32> = dense<0>
func.func @variable(%x: memref<8xi32>, %y: memref<8xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %m = arith.constant 77 : i8
  %s = arith.constant 9 : i8
  %sum = memref.get_global @sum : memref<8xi32>
  scf.for %q = %c0 to %c8 step %c1 {
    scf.for %p = %c0 to %c8 step %c1 {
      %0 = memref.load %sum[%c0] : memref<8xi32>
      %1 = memref.load %x[%p] : memref<8xi32>
      %2 = arith.addi %0, %1 : i32
      memref.store %2, %sum[%p] : memref<8xi32>
      %3 = rescale.apply %2 * %m shift %s round half_up : (i32, i8, i8) -> i8
      memref.store %3, %y[%p] : memref<8xi8>
    }
  }
  return
}
