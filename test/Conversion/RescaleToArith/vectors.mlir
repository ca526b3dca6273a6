// Vectors lower as scalars do, of fixed and of scalable length. What upstream
// cannot legalize on vectors everywhere, arith.mulsi_extended, is not used.

// RUN: rescale-opt %s -convert-rescale-to-arith | FileCheck %s

// CHECK-NOT: mulsi_extended
// CHECK-NOT: mului_extended

// CHECK-LABEL: func @fixed
// CHECK-SAME: (%[[X:.+]]: vector<2x4xi32>, %[[M:.+]]: vector<2x4xi16>,
// CHECK: arith.extsi %[[X]] : vector<2x4xi32> to vector<2x4xi64>
// CHECK: arith.extsi %[[M]] : vector<2x4xi16> to vector<2x4xi64>
// CHECK: arith.muli {{.*}} : vector<2x4xi64>
// CHECK: arith.cmpi slt, {{.*}} : vector<2x4xi64>
// CHECK: arith.select {{.*}} : vector<2x4xi1>, vector<2x4xi64>
// CHECK: arith.trunci {{.*}} : vector<2x4xi64> to vector<2x4xi8>
func.func @fixed(%x: vector<2x4xi32>, %m: vector<2x4xi16>, %s: vector<2x4xi8>)
    -> vector<2x4xi8> {
  %y = rescale.apply %x * %m shift %s round double
     : (vector<2x4xi32>, vector<2x4xi16>, vector<2x4xi8>) -> vector<2x4xi8>
  return %y : vector<2x4xi8>
}

// CHECK-LABEL: func @scalable
// CHECK: arith.muli {{.*}} : vector<[4]xi32>
// CHECK: arith.constant dense<-128> : vector<[4]xi32>
func.func @scalable(%x: vector<[4]xi16>, %m: vector<[4]xi8>, %s: vector<[4]xi8>)
    -> vector<[4]xi8> {
  %y = rescale.apply %x * %m shift %s round floor
     : (vector<[4]xi16>, vector<[4]xi8>, vector<[4]xi8>) -> vector<[4]xi8>
  return %y : vector<[4]xi8>
}

// Splat constants prove as much as scalar ones; a table proves nothing.
// CHECK-LABEL: func @splat
// CHECK: arith.muli {{.*}} : vector<2xi32>
// CHECK: arith.constant dense<256> : vector<2xi32>
// CHECK: arith.muli {{.*}} : vector<2xi64>
func.func @splat(%x: vector<2xi16>) -> (vector<2xi8>, vector<2xi8>) {
  %m = arith.constant dense<77> : vector<2xi32>
  %t = arith.constant dense<[77, 78]> : vector<2xi32>
  %s = arith.constant dense<9> : vector<2xi8>
  %0 = rescale.apply %x * %m shift %s round half_up
     : (vector<2xi16>, vector<2xi32>, vector<2xi8>) -> vector<2xi8>
  %1 = rescale.apply %x * %t shift %s round half_up
     : (vector<2xi16>, vector<2xi32>, vector<2xi8>) -> vector<2xi8>
  return %0, %1 : vector<2xi8>, vector<2xi8>
}

// A scalar beside vectors is broadcast, a constant becomes a splat.
// CHECK-LABEL: func @scalars
// CHECK-SAME: (%{{.+}}: vector<2xi16>, %[[M:.+]]: i8, %[[B:.+]]: i16)
// CHECK: %[[MV:.+]] = vector.broadcast %[[M]] : i8 to vector<2xi8>
// CHECK: arith.extsi %[[MV]] : vector<2xi8> to vector<2xi32>
// CHECK: arith.constant dense<9> : vector<2xi32>
// CHECK: vector.broadcast %[[B]] : i16 to vector<2xi16>
// CHECK-NOT: rescale.apply
func.func @scalars(%x: vector<2xi16>, %m: i8, %b: i16) -> vector<2xi8> {
  %s = arith.constant 9 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend
     : (vector<2xi16>, i8, i16, i8) -> vector<2xi8>
  return %y : vector<2xi8>
}

// Other operations of the dialect are another pass's.
// CHECK-LABEL: func @requantize
// CHECK: rescale.requantize
func.func @requantize(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round half_up
     : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}
