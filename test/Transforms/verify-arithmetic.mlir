// Right arithmetic in all kinds of forms.

// RUN: rescale-opt %s -rescale-verify-arithmetic | FileCheck %s
// RUN: rescale-opt %s -rescale-verify-arithmetic -rescale-certify \
// RUN:   -convert-rescale-to-linalg=keep-certificates -convert-rescale-to-arith \
// RUN:   -rescale-verify-arithmetic -o /dev/null

#id = affine_map<(i) -> (i)>
#rows = affine_map<(i, j) -> (i, j)>
#columns = affine_map<(i, j) -> (j)>

// Constants of one channel, from outside and inside of the body.
// CHECK-LABEL: func @one_channel
func.func @one_channel(%x: tensor<4xi16>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %m = arith.constant 77 : i8
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi16>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [77], shifts = [9], rounding = half_up, input_zero_point = 0, zero_point = 3, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i16, %out: i8):
    %c9 = arith.constant 9 : i32
    %c1792 = arith.constant 1792 : i32
    %low = arith.constant -128 : i32
    %high = arith.constant 127 : i32
    %1 = arith.extsi %in : i16 to i32
    %2 = arith.extui %m : i8 to i32
    %3 = arith.muli %1, %2 overflow<nsw> : i32
    %4 = arith.addi %3, %c1792 : i32
    %5 = arith.shrsi %4, %c9 : i32
    %6 = arith.maxsi %5, %low : i32
    %7 = arith.minsi %6, %high : i32
    %8 = arith.trunci %7 : i32 to i8
    linalg.yield %8 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// Tables, and a splat; the codes of a comparison and a selection.
// CHECK-LABEL: func @tables
func.func @tables(%x: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %e = tensor.empty() : tensor<4x2xi8>
  %m = arith.constant dense<[3, -1]> : tensor<2xi8>
  %s = arith.constant dense<4> : tensor<2xi8>
  %0 = linalg.generic {indexing_maps = [#rows, #columns, #columns, #rows], iterator_types = ["parallel", "parallel"]}
    ins(%x, %m, %s : tensor<4x2xi32>, tensor<2xi8>, tensor<2xi8>) outs(%e : tensor<4x2xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-500, -20] high[500, 7]>, multiplicands = [3, 255], shifts = [4], rounding = half_away, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %k: i8, %l: i8, %out: i8):
    %c0 = arith.constant 0 : i32
    %c7 = arith.constant 7 : i32
    %c8 = arith.constant 8 : i32
    %c127 = arith.constant 127 : i32
    %cm128 = arith.constant -128 : i32
    %1 = arith.extui %k : i8 to i32
    %2 = arith.extsi %l : i8 to i32
    %3 = arith.muli %in, %1 : i32
    %4 = arith.cmpi slt, %in, %c0 : i32
    %5 = arith.select %4, %c7, %c8 : i32
    %6 = arith.addi %3, %5 : i32
    %7 = arith.shrsi %6, %2 : i32
    %8 = arith.cmpi sgt, %7, %c127 : i32
    %9 = arith.select %8, %c127, %7 : i32
    %10 = arith.maxsi %9, %cm128 : i32
    %11 = arith.trunci %10 : i32 to i8
    linalg.yield %11 : i8
  } -> tensor<4x2xi8>
  return %0 : tensor<4x2xi8>
}

// Two limbs, of which the lower one fits as an unsigned number only.
// CHECK-LABEL: func @two_limbs
func.func @two_limbs(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-34000] high[34000]>, multiplicands = [16000000], shifts = [32], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 16000000 : i32
    %mask = arith.constant 255 : i32
    %c8 = arith.constant 8 : i32
    %b = arith.constant 8388608 : i32
    %c24 = arith.constant 24 : i32
    %1 = arith.shrsi %in, %c8 : i32
    %2 = arith.andi %in, %mask : i32
    %3 = arith.muli %1, %m overflow<nsw> : i32
    %4 = arith.muli %2, %m : i32
    %5 = arith.shrui %4, %c8 : i32
    %6 = arith.addi %3, %5 : i32
    %7 = arith.addi %6, %b : i32
    %8 = arith.shrsi %7, %c24 : i32
    %9 = arith.trunci %8 : i32 to i8
    linalg.yield %9 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// An estimate by the upper bits of 62891, and what it leaves modulo 2^32.
// CHECK-LABEL: func @estimate
func.func @estimate(%x: tensor<4xi32>) -> tensor<4xi16> {
  %e = tensor.empty() : tensor<4xi16>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi16>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-90000] high[120000]>, multiplicands = [62891], shifts = [24], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-32768, 32767], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i16):
    %upper = arith.constant 245 : i32
    %m = arith.constant 62891 : i32
    %c16 = arith.constant 16 : i32
    %c24 = arith.constant 24 : i32
    %one = arith.constant 1 : i32
    %1 = arith.muli %in, %upper : i32
    %2 = arith.shrsi %1, %c16 : i32
    %3 = arith.subi %2, %one : i32
    %4 = arith.muli %in, %m {rescale.wraps} : i32
    %5 = arith.shli %3, %c24 {rescale.wraps} : i32
    %6 = arith.subi %4, %5 {rescale.wraps} : i32
    %7 = arith.shrui %6, %c24 : i32
    %8 = arith.addi %3, %7 : i32
    %9 = arith.trunci %8 : i32 to i16
    linalg.yield %9 : i16
  } -> tensor<4xi16>
  return %0 : tensor<4xi16>
}

// One of two addends by a mask of the sign.
// CHECK-LABEL: func @sign_mask
func.func @sign_mask(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-500] high[500]>, multiplicands = [3], shifts = [4], rounding = addend, addends = [8], negative_addends = [5], input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %m = arith.constant 3 : i32
    %b = arith.constant 8 : i32
    %less = arith.constant -3 : i32
    %c4 = arith.constant 4 : i32
    %c31 = arith.constant 31 : i32
    %1 = arith.muli %in, %m : i32
    %2 = arith.shrsi %in, %c31 : i32
    %3 = arith.andi %2, %less : i32
    %4 = arith.addi %3, %b : i32
    %5 = arith.addi %1, %4 : i32
    %6 = arith.shrsi %5, %c4 : i32
    %7 = arith.trunci %6 : i32 to i8
    linalg.yield %7 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// A single accumulator: whatever is computed of it is a constant.
// CHECK-LABEL: func @constant
func.func @constant(%x: tensor<4xi32>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-5] high[-5]>, multiplicands = [1], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 8, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i8):
    %c7 = arith.constant 7 : i32
    %1 = arith.andi %in, %c7 : i32
    %2 = arith.trunci %1 : i32 to i8
    linalg.yield %2 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// Unsigned accumulators and codes.
// CHECK-LABEL: func @unsigned
func.func @unsigned(%x: tensor<4xi8>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi8>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[0] high[255]>, multiplicands = [3], shifts = [1], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [0, 255], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i8, %out: i8):
    %c3 = arith.constant 3 : i32
    %c1 = arith.constant 1 : i32
    %c255 = arith.constant 255 : i32
    %1 = arith.extui %in : i8 to i32
    %2 = arith.muli %1, %c3 : i32
    %3 = arith.shrui %2, %c1 : i32
    %4 = arith.minui %3, %c255 : i32
    %5 = arith.trunci %4 overflow<nuw> : i32 to i8
    linalg.yield %5 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// So many accumulators that intervals are halved between thresholds.
// CHECK-LABEL: func @wide
func.func @wide(%x: tensor<4xi48>) -> tensor<4xi8> {
  %e = tensor.empty() : tensor<4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi48>) outs(%e : tensor<4xi8>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-140737488355328] high[140737488355327]>, multiplicands = [21000], shifts = [50], rounding = addend, addends = [77], negative_addends = [5], input_zero_point = 0, zero_point = -3, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i48, %out: i8):
    %m = arith.constant 21000 : i64
    %c0 = arith.constant 0 : i64
    %positive = arith.constant 77 : i64
    %negative = arith.constant 5 : i64
    %c50 = arith.constant 50 : i64
    %z = arith.constant -3 : i64
    %low = arith.constant -128 : i64
    %high = arith.constant 127 : i64
    %1 = arith.extsi %in : i48 to i64
    %2 = arith.muli %1, %m : i64
    %3 = arith.cmpi slt, %1, %c0 : i64
    %4 = arith.select %3, %negative, %positive : i64
    %5 = arith.addi %2, %4 : i64
    %6 = arith.shrsi %5, %c50 : i64
    %7 = arith.addi %6, %z : i64
    %8 = arith.maxsi %7, %low : i64
    %9 = arith.minsi %8, %high : i64
    %10 = arith.trunci %9 : i64 to i8
    linalg.yield %10 : i8
  } -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// More codes than thresholds are made for.
// CHECK-LABEL: func @many_codes
func.func @many_codes(%x: tensor<4xi32>) -> tensor<4xi32> {
  %e = tensor.empty() : tensor<4xi32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
    ins(%x : tensor<4xi32>) outs(%e : tensor<4xi32>)
    attrs = {rescale.certificate = #rescale.certificate<range = <proved low[-9000000] high[9000000]>, multiplicands = [3], shifts = [1], rounding = half_even, input_zero_point = 0, zero_point = 0, clamp = [-2147483648, 2147483647], largest_difference = [0], differing = [0], digest = 0>} {
  ^bb0(%in: i32, %out: i32):
    %c3 = arith.constant 3 : i32
    %c1 = arith.constant 1 : i32
    %1 = arith.muli %in, %c3 : i32
    %2 = arith.shrsi %1, %c1 : i32
    %3 = arith.andi %2, %c1 : i32
    %4 = arith.addi %1, %3 : i32
    %5 = arith.shrsi %4, %c1 : i32
    linalg.yield %5 : i32
  } -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// What convert-rescale-to-arith makes of every mode.
// CHECK-LABEL: func @lowered
func.func @lowered(%x: tensor<4x2xi16>, %y: tensor<2xi32>) -> (tensor<4x2xi8>, tensor<2xi16>, tensor<2xi32>, tensor<2xi32>, tensor<2xi16>) {
  %0 = rescale.requantize %x mul dense<[77, 91]> : tensor<2xui7> shift [9, 10] axis 1
    round half_even zero_point 3 : tensor<4x2xi16> -> tensor<4x2xi8>
  %1 = rescale.requantize %y mul dense<1073741825> : tensor<1xsi32> shift [40]
    round double : tensor<2xi32> -> tensor<2xi16>
  %2 = rescale.requantize %0 mul dense<[77, 91]> : tensor<2xui7> shift [9, 10] axis 1
    round half_away : tensor<4x2xi8> -> tensor<4x2xi8>
  %3 = rescale.requantize %1 mul dense<1073741825> : tensor<1xsi32> shift [20]
    round double : tensor<2xi16> -> tensor<2xi32>
  %4 = rescale.requantize %1 mul dense<3> : tensor<1xui2> shift [63]
    round half_up : tensor<2xi16> -> tensor<2xi32>
  %5 = rescale.requantize %1 mul dense<3> : tensor<1xui2> shift [2]
    round floor unsigned_input unsigned_result : tensor<2xi16> -> tensor<2xi16>
  return %2, %1, %3, %4, %5 : tensor<4x2xi8>, tensor<2xi16>, tensor<2xi32>, tensor<2xi32>, tensor<2xi16>
}
