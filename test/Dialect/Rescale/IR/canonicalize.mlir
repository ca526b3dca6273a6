// The exact rewrites, each with the case just outside of it.

// RUN: rescale-opt %s -canonicalize | FileCheck %s

//===----------------------------------------------------------------------===//
// A clamp of the whole range
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @whole_clamp
func.func @whole_clamp(%x: tensor<2xi32>, %a: i32, %m: i8)
    -> (tensor<2xi8>, tensor<2xi4>, i8, i8) {
  // CHECK: rescale.requantize %{{.+}} round floor :
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round floor
         clamp [-128, 127] : tensor<2xi32> -> tensor<2xi8>
  // CHECK: rescale.requantize %{{.+}} round floor unsigned_result :
  %1 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round floor
         clamp [0, 15] unsigned_result : tensor<2xi32> -> tensor<2xi4>
  // CHECK: rescale.apply %{{.+}} round floor :
  %2 = rescale.apply %a * %m shift %m round floor clamp [-128, 127]
     : (i32, i8, i8) -> i8
  // CHECK: rescale.apply %{{.+}} round floor unsigned_result :
  %3 = rescale.apply %a * %m shift %m round floor clamp [0, 255] unsigned_result
     : (i32, i8, i8) -> i8
  return %0, %1, %2, %3 : tensor<2xi8>, tensor<2xi4>, i8, i8
}

// CHECK-LABEL: func @part_of_the_range
func.func @part_of_the_range(%x: tensor<2xi32>, %a: i32, %m: i8)
    -> (tensor<2xi8>, i8, i8) {
  // CHECK: clamp [-127, 127]
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] round floor
         clamp [-127, 127] : tensor<2xi32> -> tensor<2xi8>
  // CHECK: clamp [-128, 126]
  %1 = rescale.apply %a * %m shift %m round floor clamp [-128, 126]
     : (i32, i8, i8) -> i8
  // CHECK: clamp [0, 127] unsigned_result
  %2 = rescale.apply %a * %m shift %m round floor clamp [0, 127] unsigned_result
     : (i32, i8, i8) -> i8
  return %0, %1, %2 : tensor<2xi8>, i8, i8
}

//===----------------------------------------------------------------------===//
// Lists of equal entries
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @equal_entries
func.func @equal_entries(%x: tensor<2xi32>)
    -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // CHECK: mul dense<3> : tensor<1xui8> shift [2] round addend addends [1] negative_addends [0] :
  %0 = rescale.requantize %x mul dense<3> : tensor<2xui8> shift [2, 2] axis 0
         round addend addends [1, 1] negative_addends [0, 0]
     : tensor<2xi32> -> tensor<2xi8>
  // CHECK: mul dense<[3, 4]> : tensor<2xui8> shift [2] axis 0 round floor :
  %1 = rescale.requantize %x mul dense<[3, 4]> : tensor<2xui8> shift [2, 2] axis 0
         round floor : tensor<2xi32> -> tensor<2xi8>
  // A second list that equals the first says nothing.
  // CHECK: mul dense<3> : tensor<1xui8> shift [2, 3] axis 0 round addend addends [1] :
  %2 = rescale.requantize %x mul dense<3> : tensor<2xui8> shift [2, 3] axis 0
         round addend addends [1, 1] negative_addends [1, 1]
     : tensor<2xi32> -> tensor<2xi8>
  return %0, %1, %2 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// CHECK-LABEL: func @different_entries
// CHECK: mul dense<[3, 4]> : tensor<2xui8> shift [2, 1] axis 0 round addend addends [1, 2] negative_addends [1, 0] :
func.func @different_entries(%x: tensor<2xi32>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<[3, 4]> : tensor<2xui8> shift [2, 1] axis 0
         round addend addends [1, 2] negative_addends [1, 0]
     : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// An axis that no list follows is no part of the formula.
// CHECK-LABEL: func @idle_axis
// CHECK: shift [2] round floor :
func.func @idle_axis(%x: tensor<1xi32>) -> tensor<1xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui8> shift [2] axis 0
         round floor : tensor<1xi32> -> tensor<1xi8>
  return %0 : tensor<1xi8>
}

// An axis along which each channel has a range of its own stays.
// CHECK-LABEL: func @ranges_along_axis
// CHECK: mul dense<3> : tensor<1xui8> shift [2] axis 0 round floor {rescale.proved_range = #rescale.range<proved low[0, 1] high[8, 9]>}
func.func @ranges_along_axis(%x: tensor<2xi32>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<3> : tensor<2xui8> shift [2, 2] axis 0
         round floor
         {rescale.proved_range = #rescale.range<proved low[0, 1] high[8, 9]>}
     : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

//===----------------------------------------------------------------------===//
// A requantization by 2^s / 2^s after another one
//===----------------------------------------------------------------------===//

// [-100, 127] moved by 5 - 3 is [-98, 129], within [0, 100] it is [0, 100].
// CHECK-LABEL: func @fuse_clamp
// CHECK-SAME: (%[[X:.+]]: tensor<2x2xi32>)
// CHECK-NEXT: %[[Y:.+]] = rescale.requantize %[[X]] mul dense<[77, 91]> : tensor<2xui8> shift [9, 10] axis 1 round addend addends [256, 512] negative_addends [1, 2] input_zero_point 7 zero_point 12 clamp [0, 100] unsigned_input : tensor<2x2xi32> -> tensor<2x2xi16>
// CHECK-NEXT: return %[[Y]]
func.func @fuse_clamp(%x: tensor<2x2xi32>) -> tensor<2x2xi16> {
  %0 = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui8> shift [9, 10]
         axis 1 round addend addends [256, 512] negative_addends [1, 2]
         input_zero_point 7 zero_point 10 clamp [-100, 127] unsigned_input
     : tensor<2x2xi32> -> tensor<2x2xi8>
  %1 = rescale.requantize %0 mul dense<8> : tensor<1xui8> shift [3] round half_up
         input_zero_point 3 zero_point 5 clamp [0, 100]
     : tensor<2x2xi8> -> tensor<2x2xi16>
  return %1 : tensor<2x2xi16>
}

// Two clamps that do not meet: the second one's nearer end is the only code.
// CHECK-LABEL: func @fuse_disjoint
// CHECK: clamp [50, 50]
func.func @fuse_disjoint(%x: tensor<2xi32>) -> tensor<2xi8> {
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up clamp [-10, 10] : tensor<2xi32> -> tensor<2xi8>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui1> shift [0] round half_up
         clamp [50, 100] : tensor<2xi8> -> tensor<2xi8>
  return %1 : tensor<2xi8>
}

// uint8 to int8, the codes moved by 128.
// CHECK-LABEL: func @fuse_signs
// CHECK: rescale.requantize %{{.+}} zero_point -118 clamp [-128, 127]
// CHECK-NOT: unsigned
// CHECK-NOT: rescale.requantize
func.func @fuse_signs(%x: tensor<2xi32>) -> tensor<2xi16> {
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round double zero_point 10 unsigned_result
     : tensor<2xi32> -> tensor<2xi8>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui1> shift [0] round half_up
         input_zero_point 128 unsigned_input : tensor<2xi8> -> tensor<2xi16>
  return %1 : tensor<2xi16>
}

// CHECK-LABEL: func @fuse_not
func.func @fuse_not(%x: tensor<2xi32>)
    -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
        tensor<2xi8>, tensor<2xi4>) {
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up zero_point 3 : tensor<2xi32> -> tensor<2xi8>
  // The first has another user.
  // CHECK: %[[A:.+]] = rescale.requantize
  // CHECK-NEXT: rescale.requantize %[[A]]
  %1 = rescale.requantize %0 mul dense<8> : tensor<1xui8> shift [3] round half_up
         clamp [0, 100] : tensor<2xi8> -> tensor<2xi8>
  // The second has another scale.
  // CHECK-NEXT: %[[B:.+]] = rescale.requantize
  // CHECK-NEXT: rescale.requantize %[[B]] mul dense<7>
  %2 = rescale.requantize %x mul dense<78> : tensor<1xui8> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  %3 = rescale.requantize %2 mul dense<7> : tensor<1xui8> shift [3] round half_up
     : tensor<2xi8> -> tensor<2xi8>
  // Its addend is not discarded.
  // CHECK-NEXT: %[[C:.+]] = rescale.requantize
  // CHECK-NEXT: rescale.requantize %[[C]] mul dense<8>
  %4 = rescale.requantize %x mul dense<79> : tensor<1xui8> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  %5 = rescale.requantize %4 mul dense<8> : tensor<1xui8> shift [3] round addend
         addends [8] : tensor<2xi8> -> tensor<2xi8>
  // It reads the code as unsigned.
  // CHECK-NEXT: %[[D:.+]] = rescale.requantize
  // CHECK-NEXT: rescale.requantize %[[D]] mul dense<8>
  %6 = rescale.requantize %x mul dense<80> : tensor<1xui8> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  %7 = rescale.requantize %6 mul dense<8> : tensor<1xui8> shift [3] round half_up
         unsigned_input : tensor<2xi8> -> tensor<2xi8>
  // One of its channels has another scale.
  // CHECK-NEXT: %[[E:.+]] = rescale.requantize
  // CHECK-NEXT: rescale.requantize %[[E]] mul dense<[8, 9]>
  %8 = rescale.requantize %x mul dense<81> : tensor<1xui8> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  %9 = rescale.requantize %8 mul dense<[8, 9]> : tensor<2xui8> shift [3] axis 0
         round half_up : tensor<2xi8> -> tensor<2xi8>
  // Its type does not hold the zero point.
  // CHECK-NEXT: %[[F:.+]] = rescale.requantize
  // CHECK-NEXT: rescale.requantize %[[F]] mul dense<8>
  %10 = rescale.requantize %x mul dense<82> : tensor<1xui8> shift [9]
         round half_up zero_point 8 : tensor<2xi32> -> tensor<2xi8>
  %11 = rescale.requantize %10 mul dense<8> : tensor<1xui8> shift [3]
         round half_up : tensor<2xi8> -> tensor<2xi4>
  return %0, %1, %3, %5, %7, %9, %11
    : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>,
      tensor<2xi8>, tensor<2xi4>
}

//===----------------------------------------------------------------------===//
// A minimum or maximum after rescale.apply
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @bounds
func.func @bounds(%x: i32, %m: i8) -> (i8, i8) {
  %low = arith.constant -5 : i8
  %high = arith.constant 100 : i8
  // CHECK: %[[A:.+]] = rescale.apply {{.*}} clamp [-5, 100] :
  %0 = rescale.apply %x * %m shift %m round floor : (i32, i8, i8) -> i8
  %1 = arith.maxsi %0, %low : i8
  %2 = arith.minsi %high, %1 : i8
  // CHECK-NEXT: %[[B:.+]] = rescale.apply {{.*}} clamp [100, 251] unsigned_result :
  %3 = rescale.apply %x * %m shift %m round floor unsigned_result
     : (i32, i8, i8) -> i8
  %4 = arith.maxui %3, %high : i8
  %5 = arith.minui %4, %low : i8
  // CHECK-NEXT: return %[[A]], %[[B]]
  return %2, %5 : i8, i8
}

// A bound beyond the clamp: all codes become one.
// CHECK-LABEL: func @bounds_beyond
// CHECK: rescale.apply {{.*}} clamp [20, 20] :
// CHECK: rescale.apply {{.*}} clamp [-20, -20] :
func.func @bounds_beyond(%x: vector<2xi32>, %m: vector<2xi8>)
    -> (vector<2xi8>, vector<2xi8>) {
  %high = arith.constant dense<20> : vector<2xi8>
  %low = arith.constant dense<-20> : vector<2xi8>
  %0 = rescale.apply %x * %m shift %m round floor clamp [0, 10]
     : (vector<2xi32>, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  %1 = arith.maxsi %0, %high : vector<2xi8>
  %2 = rescale.apply %x * %m shift %m round floor clamp [0, 10]
     : (vector<2xi32>, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  %3 = arith.minsi %2, %low : vector<2xi8>
  return %1, %3 : vector<2xi8>, vector<2xi8>
}

// CHECK-LABEL: func @bounds_not
func.func @bounds_not(%x: vector<2xi32>, %m: vector<2xi8>)
    -> (vector<2xi8>, vector<2xi8>, vector<2xi8>, vector<2xi8>, vector<2xi8>,
        vector<2xi8>, vector<2xi8>) {
  %b = arith.constant dense<20> : vector<2xi8>
  %c = arith.constant dense<[20, 21]> : vector<2xi8>
  // The other reading of the code, both ways.
  // CHECK: arith.minui
  %0 = rescale.apply %x * %m shift %m round floor
     : (vector<2xi32>, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  %1 = arith.minui %0, %b : vector<2xi8>
  // CHECK: arith.maxui
  %2 = rescale.apply %x * %m shift %m round floor
     : (vector<2xi32>, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  %3 = arith.maxui %2, %b : vector<2xi8>
  // CHECK: arith.maxsi
  %4 = rescale.apply %x * %m shift %m round floor unsigned_result
     : (vector<2xi32>, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  %5 = arith.maxsi %4, %b : vector<2xi8>
  // A bound for each lane.
  // CHECK: arith.maxsi
  %6 = rescale.apply %x * %m shift %m round floor
     : (vector<2xi32>, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  %7 = arith.maxsi %6, %c : vector<2xi8>
  // No constant.
  // CHECK: arith.minsi
  %8 = rescale.apply %x * %m shift %m round floor
     : (vector<2xi32>, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  %9 = arith.minsi %8, %m : vector<2xi8>
  // Another user.
  // CHECK: arith.minsi
  %10 = rescale.apply %x * %m shift %m round floor
     : (vector<2xi32>, vector<2xi8>, vector<2xi8>) -> vector<2xi8>
  %11 = arith.minsi %10, %b : vector<2xi8>
  return %1, %3, %5, %7, %9, %10, %11
    : vector<2xi8>, vector<2xi8>, vector<2xi8>, vector<2xi8>, vector<2xi8>,
      vector<2xi8>, vector<2xi8>
}

// The type in between leaves the size open; input and result disagree on it, so
// that one op could not have both.
// CHECK-LABEL: func @fuse_not_shapes
func.func @fuse_not_shapes(%x: tensor<3xi32>) -> tensor<4xi8> {
  // CHECK-COUNT-2: rescale.requantize
  %0 = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up : tensor<3xi32> -> tensor<?xi8>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [0]
         round half_up clamp [0, 10] : tensor<?xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// Accumulators are those that they were; what was proved of other codes goes,
// and a target stays.
// CHECK-LABEL: func.func @fuse_certified
func.func @fuse_certified(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: rescale.requantize %arg0 mul dense<true> : tensor<1xui1> shift [2] round floor clamp [0, 10] {rescale.proved_range = #rescale.range<proved low[-128] high[127]>, rescale.target = #rescale.target<"ne16">} : tensor<4xi8> -> tensor<4xi8>
  // CHECK-NOT: rescale.requantize
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>,
     rescale.proved_range = #rescale.range<proved low[-128] high[127]>,
     rescale.target = #rescale.target<"ne16">} : tensor<4xi8> -> tensor<4xi8>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [0] round floor clamp [0, 10] {rescale.target = #rescale.target<"ne16">} : tensor<4xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// Figures of differences are of these codes, and would be lost.
// CHECK-LABEL: func.func @fuse_not_differences
func.func @fuse_not_differences(%x: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>) {
  // CHECK-COUNT-4: rescale.requantize
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-128] high[127]>, multiplicands = [8], shifts = [5], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [128], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [0] round floor clamp [0, 10] : tensor<4xi8> -> tensor<4xi8>
  %2 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor
    {rescale.certificate = #rescale.certificate<range = <observed low[-3] high[5]>, multiplicands = [8], shifts = [5], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 16570337523873030373>} : tensor<4xi8> -> tensor<4xi8>
  %3 = rescale.requantize %2 mul dense<1> : tensor<1xui8> shift [0] round floor clamp [0, 10] : tensor<4xi8> -> tensor<4xi8>
  return %1, %3 : tensor<4xi8>, tensor<4xi8>
}

// CHECK-LABEL: func.func @fuse_not_targets
func.func @fuse_not_targets(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK-COUNT-2: rescale.requantize
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [2] round floor {rescale.target = #rescale.target<"ne16">} : tensor<4xi8> -> tensor<4xi8>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui8> shift [0] round floor clamp [0, 10] : tensor<4xi8> -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// A histogram of two columns keeps the axis.
// CHECK-LABEL: func @histogram
func.func @histogram(%x: tensor<2xi32>) -> tensor<2xi8> {
  // CHECK: mul dense<3> : tensor<1xui2> shift [4] axis 0
  %0 = rescale.requantize %x mul dense<[3, 3]> : tensor<2xui2> shift [4] axis 0 round half_up {rescale.observed_histogram = {bin_bits = array<i8: 0, 0>, sizes = array<i64: 1, 1>, bins = dense<[7, 2]> : tensor<2xi64>, counts = dense<[640, 4]> : tensor<2xi64>}} : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// What was snapped has a record of its own; what was seen of accumulators stays.
// CHECK-LABEL: func @records
func.func @records(%x: tensor<2xi32>) -> (tensor<2xi8>, tensor<2xi8>) {
  // CHECK: requantize %{{.*}} shift [4] round half_up zero_point 3 clamp [-125, 127] {rescale.observed_histogram
  // CHECK: %[[Y:.*]] = rescale.requantize
  // CHECK: rescale.requantize %[[Y]] {{.*}} {rescale.snapped
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [4] round half_up {rescale.observed_histogram = {bin_bits = array<i8: 0>, sizes = array<i64: 1>, bins = dense<7> : tensor<1xi64>, counts = dense<640> : tensor<1xi64>}} : tensor<2xi32> -> tensor<2xi8>
  %1 = rescale.requantize %0 mul dense<1> : tensor<1xui1> shift [0] round half_up zero_point 3 : tensor<2xi8> -> tensor<2xi8>
  %2 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [4] round half_up : tensor<2xi32> -> tensor<2xi8>
  %3 = rescale.requantize %2 mul dense<1> : tensor<1xui1> shift [0] round half_up zero_point 3 {rescale.snapped = #rescale.snap<bits = 1, multiplicands = [3], shifts = [2], rounding = half_up, rescale_error = [0.0], largest_weight_error = [0.0], mean_weight_error = [0.0], code_bound = [0.0], clipped = [0], input_factor = 1.0, result_factor = 0.75>} : tensor<2xi8> -> tensor<2xi8>
  return %1, %3 : tensor<2xi8>, tensor<2xi8>
}
