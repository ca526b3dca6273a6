// RUN: rescale-opt %s -rescale-name-tables | FileCheck %s

// What numbers are used for names their table, after the first function that
// reads it; a name that C takes stays. What is looked up by a number that was
// computed is a table, whatever is done with its elements.

// CHECK-DAG: memref.global "private" constant @conv_multiplicand : memref<4xi32>
// CHECK-DAG: memref.global "private" constant @conv_shift : memref<4xi8>
// CHECK-DAG: memref.global "private" constant @conv_addend : memref<2x2xi32>
// CHECK-DAG: memref.global "private" constant @conv_addend_2 : memref<2xi32>
// CHECK-DAG: memref.global "private" constant @conv_table : memref<4xi8>
// CHECK-DAG: memref.global "private" constant @conv_table_2 : memref<256xi8>
// CHECK-DAG: memref.global "private" constant @sine : memref<4xi8>
// CHECK-DAG: memref.global "private" constant @__unused : memref<1xi8>
memref.global "private" constant @__constant_4xi32 : memref<4xi32> = dense<1>
memref.global "private" constant @__constant_4xi8 : memref<4xi8> = dense<2>
memref.global "private" constant @__constant_2x2xi32 : memref<2x2xi32> = dense<3>
memref.global "private" constant @__constant_2xi32 : memref<2xi32> = dense<4>
memref.global "private" constant @__constant_4xi8_0 : memref<4xi8> = dense<5>
memref.global "private" constant @__constant_256xi8 : memref<256xi8> = dense<6>
memref.global "private" constant @sine : memref<4xi8> = dense<6>
memref.global "private" constant @__unused : memref<1xi8> = dense<7>

func.func private @conv(%x: i32, %i: index) -> i32 {
  %c0 = arith.constant 0 : index
  // CHECK: memref.get_global @conv_multiplicand : memref<4xi32>
  %0 = memref.get_global @__constant_4xi32 : memref<4xi32>
  %1 = memref.load %0[%i] : memref<4xi32>
  %2 = arith.muli %1, %x : i32
  %3 = memref.get_global @__constant_4xi8 : memref<4xi8>
  %4 = memref.load %3[%i] : memref<4xi8>
  %5 = arith.extsi %4 : i8 to i32
  %6 = arith.shrsi %2, %5 : i32
  %7 = memref.get_global @__constant_2x2xi32 : memref<2x2xi32>
  %8 = memref.collapse_shape %7 [[0, 1]] : memref<2x2xi32> into memref<4xi32>
  %9 = memref.load %8[%i] : memref<4xi32>
  %10 = arith.addi %6, %9 : i32
  %11 = memref.get_global @__constant_2xi32 : memref<2xi32>
  %12 = memref.load %11[%c0] : memref<2xi32>
  %13 = arith.subi %10, %12 : i32
  %14 = memref.get_global @__constant_4xi8_0 : memref<4xi8>
  %15 = memref.load %14[%i] : memref<4xi8>
  %16 = arith.extsi %15 : i8 to i32
  %17 = arith.xori %13, %16 : i32
  %18 = memref.get_global @sine : memref<4xi8>
  %19 = memref.load %18[%i] : memref<4xi8>
  %20 = arith.extsi %19 : i8 to i32
  %21 = arith.muli %17, %20 : i32
  %22 = arith.index_castui %21 : i32 to index
  %23 = memref.get_global @__constant_256xi8 : memref<256xi8>
  %24 = memref.load %23[%22] : memref<256xi8>
  %25 = arith.extsi %24 : i8 to i32
  %26 = arith.addi %21, %25 : i32
  return %26 : i32
}
