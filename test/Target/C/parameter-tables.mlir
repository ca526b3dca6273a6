// What tables of parameters take: 4 + 8 * 4 + 4 bytes of 3 * 4 numbers. Weights
// are none.

// RUN: rescale-translate --rescale-to-c %s | FileCheck %s

// CHECK: * Tables of multiplicands, addends and shifts: 40 bytes. With 32 bits for
// CHECK-NEXT: * each number they would be 48.
memref.global "private" constant @conv_multiplicand : memref<4xi8> = dense<1>
memref.global "private" constant @conv_addend_2 : memref<4xi64> = dense<1>
memref.global "private" constant @conv_shift : memref<2x2xi8> = dense<1>
memref.global "private" constant @conv_weights : memref<4xi8> = dense<1>
func.func @net_run(%i: index) -> i32 {
  %0 = memref.get_global @conv_multiplicand : memref<4xi8>
  %1 = memref.load %0[%i] : memref<4xi8>
  %2 = arith.extsi %1 : i8 to i32
  return %2 : i32
}
