// RUN: rescale-opt %s -rescale-order-loops=scalar -split-input-file | FileCheck %s
// RUN: rescale-opt %s -rescale-order-loops -split-input-file | FileCheck %s --check-prefix=VECTORS

// The channel comes first, the pixels become one dimension.
// CHECK-DAG: #[[$X:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-DAG: #[[$M:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func.func @channels_last
// CHECK-DAG: %[[X:.*]] = memref.collapse_shape %arg0 {{\[\[}}0, 1, 2], [3]]
// CHECK-DAG: %[[Y:.*]] = memref.collapse_shape %arg1 {{\[\[}}0, 1, 2], [3]]
// CHECK: linalg.generic {indexing_maps = [#[[$X]], #[[$M]], #[[$X]]]
// CHECK-SAME: ins(%[[X]], %{{.*}} : memref<16x8xi32>, memref<8xi32>)
// CHECK-SAME: outs(%[[Y]] : memref<16x8xi32>)

// VECTORS-LABEL: func.func @channels_last
// VECTORS-NOT: collapse_shape
// VECTORS: linalg.generic {{.*}} ["parallel", "parallel", "parallel", "parallel"]
#id = affine_map<(n, h, w, c) -> (n, h, w, c)>
#c = affine_map<(n, h, w, c) -> (c)>
memref.global "private" constant @b : memref<8xi32> = dense<1>
func.func @channels_last(%x: memref<1x4x4x8xi32>, %y: memref<1x4x4x8xi32>) {
  %b = memref.get_global @b : memref<8xi32>
  linalg.generic {indexing_maps = [#id, #c, #id],
                  iterator_types = ["parallel", "parallel", "parallel",
                                    "parallel"]}
      ins(%x, %b : memref<1x4x4x8xi32>, memref<8xi32>)
      outs(%y : memref<1x4x4x8xi32>) {
  ^bb0(%0: i32, %1: i32, %2: i32):
    %3 = arith.addi %0, %1 : i32
    linalg.yield %3 : i32
  }
  return
}

// -----

// Pixels around the channel stay two dimensions.
// CHECK-DAG: #[[$X:.*]] = affine_map<(d0, d1, d2) -> (d1, d0, d2)>
// CHECK-DAG: #[[$M:.*]] = affine_map<(d0, d1, d2) -> (d0)>
// CHECK-LABEL: func.func @channels_first
// CHECK: linalg.generic {indexing_maps = [#[[$X]], #[[$M]], #[[$X]]]
// CHECK-SAME: : memref<2x8x16xi32>, memref<8xi32>)
#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
#c = affine_map<(n, c, h, w) -> (c)>
memref.global "private" constant @b : memref<8xi32> = dense<1>
func.func @channels_first(%x: memref<2x8x4x4xi32>, %y: memref<2x8x4x4xi32>) {
  %b = memref.get_global @b : memref<8xi32>
  linalg.generic {indexing_maps = [#id, #c, #id],
                  iterator_types = ["parallel", "parallel", "parallel",
                                    "parallel"]}
      ins(%x, %b : memref<2x8x4x4xi32>, memref<8xi32>)
      outs(%y : memref<2x8x4x4xi32>) {
  ^bb0(%0: i32, %1: i32, %2: i32):
    %3 = arith.addi %0, %1 : i32
    linalg.yield %3 : i32
  }
  return
}

// -----

// Without tables, all is one loop.
// CHECK-LABEL: func.func @no_table
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel"]
// CHECK-SAME: memref<128xi32>
#id = affine_map<(h, w, c) -> (h, w, c)>
func.func @no_table(%x: memref<4x4x8xi32>, %y: memref<4x4x8xi32>) {
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : memref<4x4x8xi32>) outs(%y : memref<4x4x8xi32>) {
  ^bb0(%0: i32, %1: i32):
    linalg.yield %0 : i32
  }
  return
}

// -----

// An operand that is broadcast, and may change.
// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$C:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @broadcast
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$C]], #[[$ID]]]
// CHECK-SAME: memref<16x8xi32>, memref<8xi32>
#id = affine_map<(h, w, c) -> (h, w, c)>
#c = affine_map<(h, w, c) -> (c)>
func.func @broadcast(%x: memref<4x4x8xi32>, %b: memref<8xi32>,
                     %y: memref<4x4x8xi32>) {
  linalg.generic {indexing_maps = [#id, #c, #id],
                  iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %b : memref<4x4x8xi32>, memref<8xi32>)
      outs(%y : memref<4x4x8xi32>) {
  ^bb0(%0: i32, %1: i32, %2: i32):
    %3 = arith.addi %0, %1 : i32
    linalg.yield %3 : i32
  }
  return
}

// -----

// Few pixels, tables of two dimensions, an operand that may change, views with
// gaps, two names of a buffer, and loops in a loop: all as they were.
// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$C:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[$R:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func.func @unchanged
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$C]], #[[$ID]]]
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$C]], #[[$R]], #[[$ID]]]
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$C]], #[[$ID]]]
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ID]]]
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ID]]]
// CHECK: scf.for
// CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ID]]]
#id = affine_map<(p, c) -> (p, c)>
#c = affine_map<(p, c) -> (c)>
#r = affine_map<(p, c) -> (p)>
memref.global "private" constant @b : memref<8xi32> = dense<1>
func.func @unchanged(%few: memref<3x8xi32>, %x: memref<8x8xi32>,
                     %f: memref<8xi32>,
                     %gaps: memref<8x8xi32, strided<[16, 1]>>,
                     %y: memref<8x8xi32>, %n: index) {
  %b = memref.get_global @b : memref<8xi32>
  linalg.generic {indexing_maps = [#id, #c, #id],
                  iterator_types = ["parallel", "parallel"]}
      ins(%few, %b : memref<3x8xi32>, memref<8xi32>)
      outs(%few : memref<3x8xi32>) {
  ^bb0(%0: i32, %1: i32, %2: i32):
    %3 = arith.addi %0, %1 : i32
    linalg.yield %3 : i32
  }
  linalg.generic {indexing_maps = [#id, #c, #r, #id],
                  iterator_types = ["parallel", "parallel"]}
      ins(%x, %b, %b : memref<8x8xi32>, memref<8xi32>, memref<8xi32>)
      outs(%y : memref<8x8xi32>) {
  ^bb0(%0: i32, %1: i32, %2: i32, %3: i32):
    %4 = arith.addi %0, %1 : i32
    %5 = arith.addi %4, %2 : i32
    linalg.yield %5 : i32
  }
  linalg.generic {indexing_maps = [#id, #c, #id],
                  iterator_types = ["parallel", "parallel"]}
      ins(%x, %f : memref<8x8xi32>, memref<8xi32>) outs(%y : memref<8x8xi32>) {
  ^bb0(%0: i32, %1: i32, %2: i32):
    %3 = arith.addi %0, %1 : i32
    linalg.yield %3 : i32
  }
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel"]}
      ins(%gaps : memref<8x8xi32, strided<[16, 1]>>)
      outs(%y : memref<8x8xi32>) {
  ^bb0(%0: i32, %1: i32):
    linalg.yield %0 : i32
  }
  %e = memref.expand_shape %y [[0, 1], [2]] output_shape [1, 8, 8]
      : memref<8x8xi32> into memref<1x8x8xi32>
  %again = memref.collapse_shape %e [[0, 1], [2]]
      : memref<1x8x8xi32> into memref<8x8xi32>
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel"]}
      ins(%again : memref<8x8xi32>) outs(%y : memref<8x8xi32>) {
  ^bb0(%0: i32, %1: i32):
    %2 = arith.addi %0, %0 : i32
    linalg.yield %2 : i32
  }
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    linalg.generic {indexing_maps = [#id, #id],
                    iterator_types = ["parallel", "parallel"]}
        ins(%x : memref<8x8xi32>) outs(%y : memref<8x8xi32>) {
    ^bb0(%0: i32, %1: i32):
      linalg.yield %0 : i32
    }
  }
  return
}

// -----

// Upstream collapses no operand that is broadcast along a dimension of one
// element.
// CHECK-LABEL: func.func @broadcast_of_one
// CHECK-NOT: collapse_shape
// CHECK: linalg.generic {{.*}} ["parallel", "parallel", "parallel"]
func.func @broadcast_of_one(%x: memref<1x1x13xi32>, %y: memref<2x2x13xi32>,
                            %z: memref<2x2x13xi32>) {
  linalg.generic {indexing_maps = [affine_map<(h, w, c) -> (0, 0, c)>,
                                   affine_map<(h, w, c) -> (h, w, c)>,
                                   affine_map<(h, w, c) -> (h, w, c)>],
                  iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %y : memref<1x1x13xi32>, memref<2x2x13xi32>)
      outs(%z : memref<2x2x13xi32>) {
  ^bb0(%0: i32, %1: i32, %2: i32):
    %3 = arith.addi %0, %1 : i32
    linalg.yield %3 : i32
  }
  return
}
