// RUN: rescale-opt %s -rescale-record-origins --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// A program that was written and read again: what two operations were fused to
// has them already, and new ones get numbers of their own.
// CHECK: tosa.clamp {{.*}} loc(fused<5 : i64>["tosa.clamp"("new")])
// CHECK: tosa.clamp {{.*}} loc(fused[fused<0 : i64>["tosa.rescale"("a")], fused<4 : i64>["tosa.clamp"("a")]])
func.func @f(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.clamp %x {min_val = 0 : i8, max_val = 9 : i8}
     : (tensor<4xi8>) -> tensor<4xi8> loc("new")
  %1 = tosa.clamp %0 {min_val = 0 : i8, max_val = 5 : i8}
     : (tensor<4xi8>) -> tensor<4xi8>
     loc(fused[fused<0 : i64>["tosa.rescale"("a")], fused<4 : i64>["tosa.clamp"("a")]])
  return %1 : tensor<4xi8>
}
