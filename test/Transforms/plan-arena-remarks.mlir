// RUN: rescale-opt %s -rescale-plan-arena -o /dev/null \
// RUN:   --remarks-filter=rescale-plan-arena 2>&1 | FileCheck %s

// The plan, from the start of the arena: each buffer after the layer that has it
// first, with the operations of the function that use it; and the sum. What one
// offset has at different times is in the order of time.
// CHECK:      remark: [Analysis] arena-buffer | Category:rescale-plan-arena | Function=net | Buffer=two_0.output, Bytes=16, First=1, Last=2, Offset=0
// CHECK-NEXT: {{^}}  %1 = memref.alloc
// CHECK:      remark: [Analysis] arena-buffer {{.*}} | Buffer=four_0.scratch, Bytes=3, First=3, Last=3, Offset=0
// CHECK:      remark: [Analysis] arena-buffer {{.*}} | Buffer=one_0.output, Bytes=8, First=0, Last=1, Offset=16
// CHECK:      remark: [Analysis] arena-buffer {{.*}} | Buffer=three_0.output, Bytes=8, First=2, Last=3, Offset=16
// CHECK:      remark: [Analysis] arena-size | Category:rescale-plan-arena | Function=net | Bytes=24, LowerBound=24
// CHECK-NOT:  remark
func.func private @one_0(memref<8xi8> {rescale.name = "input"},
                         memref<8xi8> {rescale.name = "output"})
func.func private @two_0(memref<8xi8> {rescale.name = "input"},
                         memref<16xi8> {rescale.name = "output"})
func.func private @three_0(memref<16xi8> {rescale.name = "input"},
                           memref<8xi8> {rescale.name = "output"})
func.func private @four_0(%x: memref<8xi8> {rescale.name = "input"},
                          %y: memref<8xi8> {rescale.name = "output"}) {
  %0 = memref.alloc() : memref<3xi8>
  %c0 = arith.constant 0 : i8
  linalg.fill ins(%c0 : i8) outs(%0 : memref<3xi8>)
  return
}
func.func @net(%x: memref<8xi8>, %y: memref<8xi8>) {
  %0 = memref.alloc() : memref<8xi8>
  %1 = memref.alloc() : memref<16xi8>
  %2 = memref.alloc() : memref<8xi8>
  call @one_0(%x, %0) : (memref<8xi8>, memref<8xi8>) -> ()
  call @two_0(%0, %1) : (memref<8xi8>, memref<16xi8>) -> ()
  call @three_0(%1, %2) : (memref<16xi8>, memref<8xi8>) -> ()
  call @four_0(%2, %y) : (memref<8xi8>, memref<8xi8>) -> ()
  return
}
