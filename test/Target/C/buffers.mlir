// A buffer of the arena is called after the layer that fills it, each time. A
// layer that reads what it changes does not.

// RUN: rescale-translate --rescale-to-c %s | FileCheck %s

func.func private @fill(%x: memref<4xi8> {rescale.name = "output"}) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i8
  memref.store %zero, %x[%c0] : memref<4xi8>
  return
}
func.func private @copy(%x: memref<2x2xi8> {rescale.name = "input"},
                        %y: memref<4xi8> {rescale.name = "output"}) {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0, %c0] : memref<2x2xi8>
  memref.store %0, %y[%c0] : memref<4xi8>
  return
}
func.func private @increment(%x: memref<4xi8> {rescale.name = "inout"}) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i8
  %0 = memref.load %x[%c0] : memref<4xi8>
  %1 = arith.addi %0, %one : i8
  memref.store %1, %x[%c0] : memref<4xi8>
  return
}

// CHECK-LABEL: int net_run(void *arena, int8_t *output)
// CHECK-NEXT:   int8_t *const fill_output = arena;
// CHECK-NEXT:   fill(fill_output);
// CHECK-NEXT:   int8_t *const copy_output = (int8_t *)arena + 8;
// CHECK-NEXT:   copy(fill_output, copy_output);
// CHECK-NEXT:   increment(copy_output);
// CHECK-NEXT:   int8_t *const copy_output_2 = arena;
// CHECK-NEXT:   copy(copy_output, copy_output_2);
// CHECK-NEXT:   for (int32_t i = 0; i < 3; ++i) {
// CHECK-NEXT:     fill(copy_output);
// CHECK-NEXT:   }
// CHECK-NEXT:   copy(copy_output, output);
// CHECK-NEXT:   return 0;
func.func @net_run(%arena: memref<16xi8> {rescale.arena},
                   %output: memref<4xi8> {rescale.name = "output"}) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %status = arith.constant 0 : i32
  %0 = memref.view %arena[%c0][] : memref<16xi8> to memref<4xi8>
  %1 = memref.view %arena[%c8][] : memref<16xi8> to memref<4xi8>
  %2 = memref.expand_shape %0 [[0, 1]] output_shape [2, 2]
    : memref<4xi8> into memref<2x2xi8>
  %3 = memref.expand_shape %1 [[0, 1]] output_shape [2, 2]
    : memref<4xi8> into memref<2x2xi8>
  func.call @fill(%0) : (memref<4xi8>) -> ()
  func.call @copy(%2, %1) : (memref<2x2xi8>, memref<4xi8>) -> ()
  func.call @increment(%1) : (memref<4xi8>) -> ()
  func.call @copy(%3, %0) : (memref<2x2xi8>, memref<4xi8>) -> ()
  scf.for %i = %c0 to %c3 step %c1 {
    func.call @fill(%1) : (memref<4xi8>) -> ()
  }
  func.call @copy(%3, %output) : (memref<2x2xi8>, memref<4xi8>) -> ()
  return %status : i32
}
