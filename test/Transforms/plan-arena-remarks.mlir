// RUN: rescale-opt %s -rescale-plan-arena -o /dev/null \
// RUN:   --remarks-filter=rescale-plan-arena 2>&1 | FileCheck %s

// The plan: each buffer after the layer that has it first, with the operations
// of the function that use it; and the sum.
// CHECK:      remark: [Analysis] arena-buffer | Category:rescale-plan-arena | Function=net | Buffer=one_0.output, Bytes=8, First=0, Last=1, Offset=0
// CHECK:      remark: [Analysis] arena-buffer {{.*}} | Buffer=two_0.scratch, Bytes=3, First=1, Last=1, Offset=8
// CHECK:      remark: [Analysis] arena-size | Category:rescale-plan-arena | Function=net | Bytes=11, LowerBound=8
// CHECK-NOT:  remark
func.func private @one_0(memref<8xi8> {rescale.name = "input"},
                         memref<8xi8> {rescale.name = "output"})
func.func private @two_0(%x: memref<8xi8> {rescale.name = "input"},
                         %y: memref<8xi8> {rescale.name = "output"}) {
  %0 = memref.alloc() : memref<3xi8>
  %c0 = arith.constant 0 : i8
  linalg.fill ins(%c0 : i8) outs(%0 : memref<3xi8>)
  return
}
func.func @net(%x: memref<8xi8>, %y: memref<8xi8>) {
  %0 = memref.alloc() : memref<8xi8>
  call @one_0(%x, %0) : (memref<8xi8>, memref<8xi8>) -> ()
  call @two_0(%0, %y) : (memref<8xi8>, memref<8xi8>) -> ()
  return
}
