// RUN: rescale-opt %s -rescale-dump-layers | FileCheck %s
// RUN: rescale-opt %s -rescale-dump-layers -rescale-plan-arena | FileCheck %s --check-prefix=PLAN

// Every output of a layer is copied at once, by one function for each type. What
// is no layer, and what C has no type for, is not.
// CHECK-LABEL: func.func private @dump(
// CHECK-SAME:    %[[X:.*]]: memref<4xi8> {rescale.name = "input"}, %[[Y:.*]]: memref<4xi8> {rescale.name = "output"})
// CHECK-NEXT:    linalg.copy ins(%[[X]] : memref<4xi8>) outs(%[[Y]] : memref<4xi8>)
// CHECK-LABEL: func.func private @dump_0(
// CHECK-SAME:    memref<2x2xi32>
// CHECK-LABEL: func.func @net(
// CHECK-SAME:    %[[IN:[^:]*]]: memref<4xi8>, %[[OUT:[^:]*]]: memref<4xi8>,
// CHECK-SAME:    %[[A:[^:]*]]: memref<4xi8> {rescale.name = "one_0"},
// CHECK-SAME:    %[[B:[^:]*]]: memref<4xi8> {rescale.name = "two_0_0"},
// CHECK-SAME:    %[[C:[^:]*]]: memref<2x2xi32> {rescale.name = "two_0_1"},
// CHECK-SAME:    %[[D:[^:]*]]: memref<4xi8> {rescale.name = "three_0"})
// CHECK:         call @one_0(%[[IN]], %[[T:[^)]*]])
// CHECK-NEXT:    call @dump(%[[T]], %[[A]])
// CHECK-NEXT:    call @two_0(%[[T]], %[[U:[^,]*]], %[[V:[^,]*]], %{{[^,]*}})
// CHECK-DAG:     call @dump(%[[U]], %[[B]])
// CHECK-DAG:     call @dump_0(%[[V]], %[[C]])
// CHECK:         call @three_0(%[[U]], %[[V]], %{{[^,]*}}, %[[OUT]])
// CHECK-NEXT:    call @dump(%[[OUT]], %[[D]])
// CHECK-NEXT:    call @helper
// CHECK-NEXT:    return

// In place, the input is gone after the copy, not before.
// PLAN-LABEL: func.func @net(
// PLAN-DAG:     %[[A:.*]] = memref.view %{{.*}}[%[[O:.*]]][]
// PLAN-DAG:     %[[B:.*]] = memref.view %{{.*}}[%[[P:.*]]][]
// PLAN-DAG:     %[[O]] = arith.constant 48 : index
// PLAN-DAG:     %[[P]] = arith.constant 48 : index
// PLAN:         call @dump(%[[A]], %{{.*}})
// PLAN-NEXT:    call @two_0(%[[A]], %[[B]],
func.func private @one_0(memref<4xi8> {rescale.name = "input"},
                         memref<4xi8> {rescale.name = "output"})
    attributes {rescale.layer = {name = "", ops = []}}
func.func private @two_0(memref<4xi8> {rescale.name = "input"},
                         memref<4xi8> {rescale.name = "output0", rescale.may_alias = [0]},
                         memref<2x2xi32> {rescale.name = "output1"},
                         memref<4xi48> {rescale.name = "output2"})
    attributes {rescale.layer = {name = "", ops = []}}
func.func private @three_0(memref<4xi8> {rescale.name = "input0"},
                           memref<2x2xi32> {rescale.name = "input1"},
                           memref<4xi48> {rescale.name = "input2"},
                           memref<4xi8> {rescale.name = "output"})
    attributes {rescale.layer = {name = "", ops = []}}
func.func private @helper(memref<4xi8> {rescale.name = "output"})
func.func @net(%x: memref<4xi8>, %y: memref<4xi8>) {
  %0 = memref.alloc() : memref<4xi8>
  %1 = memref.alloc() : memref<4xi8>
  %2 = memref.alloc() : memref<2x2xi32>
  %3 = memref.alloc() : memref<4xi48>
  call @one_0(%x, %0) : (memref<4xi8>, memref<4xi8>) -> ()
  call @two_0(%0, %1, %2, %3)
      : (memref<4xi8>, memref<4xi8>, memref<2x2xi32>, memref<4xi48>) -> ()
  call @three_0(%1, %2, %3, %y)
      : (memref<4xi8>, memref<2x2xi32>, memref<4xi48>, memref<4xi8>) -> ()
  call @helper(%y) : (memref<4xi8>) -> ()
  return
}
