// The arithmetic of each rung. -canonicalize sorts constants, and reads the
// upper half of a product without its sign, which is the same.

// RUN: rescale-opt %s -convert-rescale-to-arith -canonicalize -cse | FileCheck %s

//===----------------------------------------------------------------------===//
// One product of 32 bits
//===----------------------------------------------------------------------===//

// A promise about sums says what those about operands do not.
// CHECK-LABEL: func @multiply_32
// CHECK-NOT: i64
// CHECK: %[[P:.+]] = arith.muli %{{.+}}, %{{.+}} : i32
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[P]], %{{.+}} : i32
// CHECK: arith.shrsi %[[SUM]]
// CHECK-NOT: i64
// CHECK: return
func.func @multiply_32(%x: i32, %m: i32, %b: i32) -> i8 {
  %s = arith.constant 20 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung multiply_32>,
          sum_range = array<i64: -2147483648, 2147483647>}
     : (i32, i32, i32, i8) -> i8
  return %y : i8
}

//===----------------------------------------------------------------------===//
// Two limbs
//===----------------------------------------------------------------------===//

// Addends without a lower part: it is nowhere.
// CHECK-LABEL: func @two_limbs
// CHECK-SAME: (%[[X:.+]]: i32, %[[M:.+]]: i32, %[[B:.+]]: i32)
// CHECK-DAG: %[[BITS:.+]] = arith.constant 8 : i32
// CHECK-DAG: %[[MASK:.+]] = arith.constant 255 : i32
// CHECK-DAG: %[[REST:.+]] = arith.constant 16 : i32
// CHECK: %[[DH:.+]] = arith.shrsi %[[X]], %[[BITS]] : i32
// CHECK-NEXT: %[[DL:.+]] = arith.andi %[[X]], %[[MASK]] : i32
// CHECK-NEXT: %[[LOW:.+]] = arith.muli %[[DL]], %[[M]] : i32
// CHECK-NEXT: %[[CARRY:.+]] = arith.shrui %[[LOW]], %[[BITS]] : i32
// CHECK-NEXT: %[[HIGH:.+]] = arith.muli %[[DH]], %[[M]] : i32
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[HIGH]], %[[B]] : i32
// CHECK-NEXT: %[[ALL:.+]] = arith.addi %[[SUM]], %[[CARRY]] : i32
// CHECK-NEXT: arith.shrsi %[[ALL]], %[[REST]] : i32
func.func @two_limbs(%x: i32, %m: i32, %b: i32) -> i8 {
  %s = arith.constant 24 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>, addend_shift = 8,
          input_range = array<i64: -300000, 300000>, multiplicand_bits = 20,
          addend_range = array<i64: 0, 1000000>}
     : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// The lower part of an addend that has one is unsigned, too.
// CHECK-LABEL: func @two_limbs_addend
// CHECK-SAME: (%[[X:.+]]: i32, %[[M:.+]]: i32, %[[B:.+]]: i32, %[[S:.+]]: i8)
// CHECK-DAG: %[[BITS:.+]] = arith.constant 8 : i32
// CHECK-DAG: %[[MASK:.+]] = arith.constant 255 : i32
// CHECK-DAG: %[[MOST:.+]] = arith.constant 31 : i32
// CHECK: %[[BH:.+]] = arith.shrsi %[[B]], %[[BITS]] : i32
// CHECK-NEXT: %[[BL:.+]] = arith.andi %[[B]], %[[MASK]] : i32
// CHECK-NEXT: %[[LOW:.+]] = arith.muli
// CHECK-NEXT: %[[LOWSUM:.+]] = arith.addi %[[LOW]], %[[BL]] : i32
// CHECK-NEXT: %[[CARRY:.+]] = arith.shrui %[[LOWSUM]], %[[BITS]] : i32
// CHECK-NEXT: %[[HIGH:.+]] = arith.muli
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[HIGH]], %[[BH]] : i32
// CHECK-NEXT: %[[ALL:.+]] = arith.addi %[[SUM]], %[[CARRY]] : i32
// CHECK-NEXT: %[[SHIFT:.+]] = arith.extui %[[S]] : i8 to i32
// CHECK-NEXT: %[[LESS:.+]] = arith.subi %[[SHIFT]], %[[BITS]] : i32
// CHECK-NEXT: %[[REST:.+]] = arith.minui %[[LESS]], %[[MOST]] : i32
// CHECK-NEXT: arith.shrsi %[[ALL]], %[[REST]] : i32
func.func @two_limbs_addend(%x: i32, %m: i32, %b: i32, %s: i8) -> i8 {
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>,
          input_range = array<i64: -300000, 300000>, multiplicand_bits = 20,
          shift_range = array<i64: 20, 40>}
     : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// Bytes where they do, else halves, else what does: 2^41 over 2^8 has more than
// 32 bits, 2^25 * (2^8 - 1) is above 2^32, and 2^42 over 2^11 has 32 bits with a
// sign while 2^20 * (2^16 - 1) is too much.
// CHECK-LABEL: func @limb_bits
// CHECK-DAG: %[[HALF:.+]] = arith.constant 65535 : i32
// CHECK-DAG: %[[SEVEN:.+]] = arith.constant 127 : i32
// CHECK-DAG: %[[TWELVE:.+]] = arith.constant 4095 : i32
// CHECK: arith.andi %{{.+}}, %[[HALF]] : i32
// CHECK: arith.andi %{{.+}}, %[[SEVEN]] : i32
// CHECK: arith.andi %{{.+}}, %[[TWELVE]] : i32
func.func @limb_bits(%x: i32, %m: i32) -> (i8, i8, i8) {
  %s = arith.constant 24 : i8
  %0 = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung two_limbs>,
          input_range = array<i64: -33554432, 33554431>, multiplicand_bits = 16}
     : (i32, i32, i8) -> i8
  %1 = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung two_limbs>,
          input_range = array<i64: -4096, 4095>, multiplicand_bits = 25}
     : (i32, i32, i8) -> i8
  %2 = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung two_limbs>,
          input_range = array<i64: -4194304, 4194303>, multiplicand_bits = 20}
     : (i32, i32, i8) -> i8
  return %0, %1, %2 : i8, i8, i8
}

// A shift of the limb's bits leaves none; a constant addend is split here.
// CHECK-LABEL: func @two_limbs_constant
// CHECK-DAG: %[[BH:.+]] = arith.constant 39 : i32
// CHECK-DAG: %[[BL:.+]] = arith.constant 16 : i32
// CHECK: arith.addi %{{.+}}, %[[BL]] : i32
// CHECK: arith.addi %{{.+}}, %[[BH]] : i32
// CHECK-NEXT: %[[Q:.+]] = arith.addi
// CHECK-NEXT: arith.maxsi %[[Q]]
func.func @two_limbs_constant(%x: i32, %m: i16) -> i8 {
  %s = arith.constant 8 : i8
  %b = arith.constant 10000 : i32
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>, multiplicand_bits = 10,
          input_range = array<i64: -3000000, 3000000>}
     : (i32, i16, i32, i8) -> i8
  return %y : i8
}

// Two addends are selected as they are.
// CHECK-LABEL: func @two_limbs_pair
// CHECK-SAME: (%[[X:.+]]: i32, %{{.+}}: i32, %[[B:.+]]: i16, %[[N:.+]]: i16)
// CHECK-DAG: %[[ZERO:.+]] = arith.constant 0 : i32
// CHECK-DAG: %[[P:.+]] = arith.extsi %[[B]] : i16 to i32
// CHECK-DAG: %[[Q:.+]] = arith.extsi %[[N]] : i16 to i32
// CHECK: %[[NEGATIVE:.+]] = arith.cmpi slt, %[[X]], %[[ZERO]] : i32
// CHECK: %[[ONE:.+]] = arith.select %[[NEGATIVE]], %[[Q]], %[[P]] : i32
// CHECK: arith.addi %{{.+}}, %[[ONE]] : i32
func.func @two_limbs_pair(%x: i32, %m: i32, %b: i16, %n: i16) -> i8 {
  %s = arith.constant 24 : i8
  %y = rescale.apply %x * %m + %b negative %n shift %s round addend
         {rung = #rescale<rung two_limbs>, addend_shift = 8,
          input_range = array<i64: -300000, 300000>, multiplicand_bits = 20}
     : (i32, i32, i16, i16, i8) -> i8
  return %y : i8
}

// CHECK-LABEL: func @two_limbs_vector
// CHECK-SAME: (%[[X:.+]]: vector<8xi32>, %[[M:.+]]: vector<8xi32>, %[[B:.+]]: i32)
// CHECK-NOT: i64
// CHECK: vector.broadcast %[[B]] : i32 to vector<8xi32>
// CHECK: arith.shrui {{.*}} : vector<8xi32>
// CHECK-NOT: i64
// CHECK: return
func.func @two_limbs_vector(%x: vector<8xi32>, %m: vector<8xi32>, %b: i32)
    -> vector<8xi8> {
  %s = arith.constant 24 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung two_limbs>, addend_shift = 8,
          input_range = array<i64: -300000, 300000>, multiplicand_bits = 20,
          addend_range = array<i64: 0, 1000000>}
     : (vector<8xi32>, vector<8xi32>, i32, i8) -> vector<8xi8>
  return %y : vector<8xi8>
}

//===----------------------------------------------------------------------===//
// An estimate
//===----------------------------------------------------------------------===//

// The remainder is meant modulo 2^32, and says so; the estimate is not.
// CHECK-LABEL: func @estimate
// CHECK-SAME: (%[[X:.+]]: i32, %[[M:.+]]: i32, %[[B:.+]]: i32)
// CHECK-DAG: %[[LEAST:.+]] = arith.constant -300000 : i32
// CHECK-DAG: %[[E:.+]] = arith.constant 12 : i32
// CHECK-DAG: %[[REST:.+]] = arith.constant 16 : i32
// CHECK-DAG: %[[S:.+]] = arith.constant 28 : i32
// CHECK: %[[BH:.+]] = arith.shrsi %[[B]], %[[E]] : i32
// CHECK-NEXT: %[[C:.+]] = arith.addi %[[BH]], %[[LEAST]] : i32
// CHECK-NEXT: %[[MH:.+]] = arith.shrsi %[[M]], %[[E]] : i32
// CHECK-NEXT: %[[P:.+]] = arith.muli %[[X]], %[[MH]] : i32
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[P]], %[[C]] : i32
// CHECK-NEXT: %[[Y0:.+]] = arith.shrsi %[[SUM]], %[[REST]] : i32
// CHECK-NEXT: %[[R0:.+]] = arith.muli %[[X]], %[[M]] {rescale.wraps} : i32
// CHECK-NEXT: %[[R1:.+]] = arith.addi %[[R0]], %[[B]] {rescale.wraps} : i32
// CHECK-NEXT: %[[BACK:.+]] = arith.shli %[[Y0]], %[[S]] {rescale.wraps} : i32
// CHECK-NEXT: %[[R:.+]] = arith.subi %[[R1]], %[[BACK]] {rescale.wraps} : i32
// CHECK-NEXT: %[[OFF:.+]] = arith.shrui %[[R]], %[[S]] : i32
// CHECK-NEXT: arith.addi %[[Y0]], %[[OFF]] : i32
func.func @estimate(%x: i32, %m: i32, %b: i32) -> i8 {
  %s = arith.constant 28 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung estimate>, multiplicand_bits = 20,
          input_range = array<i64: -300000, 300000>}
     : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// Without a negative difference there is nothing to subtract, and without an
// addend nothing to add.
// CHECK-LABEL: func @estimate_positive
// CHECK: %[[P:.+]] = arith.muli %{{.+}} : i32
// CHECK-NEXT: arith.shrsi %[[P]]
// CHECK-NEXT: %[[R:.+]] = arith.muli %{{.+}} {rescale.wraps} : i32
// CHECK-NEXT: %[[BACK:.+]] = arith.shli
// CHECK-NEXT: arith.subi %[[R]], %[[BACK]] {rescale.wraps} : i32
func.func @estimate_positive(%x: i32, %m: i32) -> i8 {
  %s = arith.constant 28 : i8
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung estimate>, multiplicand_bits = 20,
          input_range = array<i64: 0, 300000>}
     : (i32, i32, i8) -> i8
  return %y : i8
}

// Run-time shifts, two addends, vectors: all lanes have 32 bits.
// CHECK-LABEL: func @estimate_vector
// CHECK-NOT: i64
// CHECK: arith.select {{.*}} : vector<4xi1>, vector<4xi32>
// CHECK: arith.muli {{.*}} {rescale.wraps} : vector<4xi32>
// CHECK: arith.shrui {{.*}} : vector<4xi32>
// CHECK-NOT: i64
// CHECK: return
func.func @estimate_vector(%x: vector<4xi32>, %m: vector<4xi32>,
                           %b: vector<4xi32>, %n: vector<4xi32>, %s: i8)
    -> vector<4xi8> {
  %y = rescale.apply %x * %m + %b negative %n shift %s round addend
         {rung = #rescale<rung estimate>, multiplicand_bits = 20,
          shift_range = array<i64: 25, 29>,
          input_range = array<i64: -300000, 300000>}
     : (vector<4xi32>, vector<4xi32>, vector<4xi32>, vector<4xi32>, i8)
       -> vector<4xi8>
  return %y : vector<4xi8>
}

//===----------------------------------------------------------------------===//
// The upper half of a product
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @multiply_high
// CHECK-SAME: (%[[X:.+]]: i32, %[[M:.+]]: i32, %[[B:.+]]: i8)
// CHECK-DAG: %[[WORD:.+]] = arith.constant 32 : i64
// CHECK-DAG: %[[REST:.+]] = arith.constant 3 : i32
// CHECK: %[[D64:.+]] = arith.extsi %[[X]] : i32 to i64
// CHECK-NEXT: %[[M64:.+]] = arith.extsi %[[M]] : i32 to i64
// CHECK-NEXT: %[[P:.+]] = arith.muli %[[D64]], %[[M64]] : i64
// CHECK-NEXT: %[[WIDE:.+]] = arith.shr{{[su]}}i %[[P]], %[[WORD]] : i64
// CHECK-NEXT: %[[HIGH:.+]] = arith.trunci %[[WIDE]] : i64 to i32
// CHECK-NEXT: %[[BH:.+]] = arith.extsi %[[B]] : i8 to i32
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[HIGH]], %[[BH]] : i32
// CHECK-NEXT: arith.shrsi %[[SUM]], %[[REST]] : i32
func.func @multiply_high(%x: i32, %m: i32, %b: i8) -> i8 {
  %s = arith.constant 35 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung multiply_high>, addend_shift = 32}
     : (i32, i32, i8, i8) -> i8
  return %y : i8
}

// Addends of fewer zeros: the difference is moved instead, and less remains to
// be shifted.
// CHECK-LABEL: func @multiply_high_moved
// CHECK-SAME: (%[[X:.+]]: i32, %[[M:.+]]: i32, %[[B:.+]]: i32, %[[N:.+]]: i32, %[[S:.+]]: i8)
// CHECK-DAG: %[[UP:.+]] = arith.constant 7 : i32
// CHECK-DAG: %[[LESS:.+]] = arith.constant 25 : i32
// CHECK-DAG: %[[MOST:.+]] = arith.constant 31 : i32
// CHECK: %[[D:.+]] = arith.shli %[[X]], %[[UP]] : i32
// CHECK: %[[D64:.+]] = arith.extsi %[[D]] : i32 to i64
// CHECK: %[[P:.+]] = arith.muli %[[D64]], %{{.+}} : i64
// CHECK: %[[HIGH:.+]] = arith.trunci %{{.+}} : i64 to i32
// CHECK-DAG: %[[SHIFT:.+]] = arith.subi %{{.+}}, %[[LESS]] : i32
// CHECK-DAG: %[[REST:.+]] = arith.minui %[[SHIFT]], %[[MOST]] : i32
// CHECK-DAG: %[[BH:.+]] = arith.select %{{.+}}, %[[N]], %[[B]] : i32
// CHECK: %[[SUM:.+]] = arith.addi %[[HIGH]], %[[BH]] : i32
// CHECK-NEXT: arith.shrsi %[[SUM]], %[[REST]] : i32
func.func @multiply_high_moved(%x: i32, %m: i32, %b: i32, %n: i32, %s: i8)
    -> i8 {
  %y = rescale.apply %x * %m + %b negative %n shift %s round addend
         {rung = #rescale<rung multiply_high>, addend_shift = 25,
          input_range = array<i64: -16777216, 16777215>,
          addend_range = array<i64: -1000, 1000>,
          shift_range = array<i64: 25, 60>}
     : (i32, i32, i32, i32, i8) -> i8
  return %y : i8
}

// Without addends it is moved by what the least shift allows.
// CHECK-LABEL: func @multiply_high_floor
// CHECK-DAG: %[[UP:.+]] = arith.constant 4 : i32
// CHECK: arith.shli %{{.+}}, %[[UP]] : i32
// CHECK: %[[HIGH:.+]] = arith.trunci
// CHECK-NEXT: arith.maxsi %[[HIGH]]
func.func @multiply_high_floor(%x: i32, %m: i32) -> i8 {
  %s = arith.constant 28 : i8
  %y = rescale.apply %x * %m shift %s round floor
         {rung = #rescale<rung multiply_high>,
          input_range = array<i64: -16777216, 16777215>}
     : (i32, i32, i8) -> i8
  return %y : i8
}

// Half-up is an addend without a lower part where the shift is constant and at
// least 33; an unsigned multiplicand of 31 bits is a signed one.
// CHECK-LABEL: func @multiply_high_half_up
// CHECK: %[[HALF:.+]] = arith.constant 2 : i32
// CHECK: arith.extsi %{{.+}} : i32 to i64
// CHECK: arith.extsi %{{.+}} : i32 to i64
// CHECK: %[[HIGH:.+]] = arith.trunci
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[HIGH]], %[[HALF]] : i32
// CHECK-NEXT: arith.shrsi %[[SUM]], %[[HALF]] : i32
func.func @multiply_high_half_up(%x: i32, %m: i32) -> i8 {
  %s = arith.constant 34 : i8
  %y = rescale.apply %x * %m shift %s round half_up unsigned_multiplicand
         {rung = #rescale<rung multiply_high>, multiplicand_bits = 31}
     : (i32, i32, i8) -> i8
  return %y : i8
}

// CHECK-LABEL: func @multiply_high_vector
// CHECK: arith.muli {{.*}} : vector<4xi64>
// CHECK: arith.trunci {{.*}} : vector<4xi64> to vector<4xi32>
// CHECK: arith.shrsi {{.*}} : vector<4xi32>
func.func @multiply_high_vector(%x: vector<4xi32>, %m: vector<4xi32>,
                                %b: vector<4xi32>, %s: vector<4xi8>)
    -> vector<4xi8> {
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung multiply_high>, addend_shift = 32,
          addend_range = array<i64: -1000, 1000>,
          shift_range = array<i64: 32, 45>}
     : (vector<4xi32>, vector<4xi32>, vector<4xi32>, vector<4xi8>)
       -> vector<4xi8>
  return %y : vector<4xi8>
}

//===----------------------------------------------------------------------===//
// One product of 64 bits
//===----------------------------------------------------------------------===//

// A rung that is asked for is taken, if 32 bits were enough or not.
// CHECK-LABEL: func @multiply_64
// CHECK: arith.muli {{.*}} : i64
// CHECK: arith.muli {{.*}} : vector<2xi64>
func.func @multiply_64(%x: i8, %m: i8, %v: vector<2xi8>, %s: i8)
    -> (i8, vector<2xi8>) {
  %0 = rescale.apply %x * %m shift %s round half_even
         {rung = #rescale<rung multiply_64>} : (i8, i8, i8) -> i8
  %1 = rescale.apply %v * %m shift %s round half_up
         {rung = #rescale<rung multiply_64>} : (vector<2xi8>, i8, i8) -> vector<2xi8>
  return %0, %1 : i8, vector<2xi8>
}

//===----------------------------------------------------------------------===//
// The rounded upper half of twice a product
//===----------------------------------------------------------------------===//

// The operand is what is left of the addend without the half that the
// multiplication adds.
// CHECK-LABEL: func @rounding_high
// CHECK-SAME: (%[[X:.+]]: i32, %[[M:.+]]: i32, %[[B:.+]]: i8)
// CHECK-DAG: %[[REST:.+]] = arith.constant 4 : i32
// CHECK-DAG: %[[ALL:.+]] = arith.constant 31 : i64
// CHECK-DAG: %[[HALF:.+]] = arith.constant 1073741824 : i64
// CHECK: %[[D64:.+]] = arith.extsi %[[X]] : i32 to i64
// CHECK-NEXT: %[[M64:.+]] = arith.extsi %[[M]] : i32 to i64
// CHECK-NEXT: %[[P:.+]] = arith.muli %[[D64]], %[[M64]] : i64
// CHECK-NEXT: %[[SUM:.+]] = arith.addi %[[P]], %[[HALF]] : i64
// CHECK-NEXT: %[[WIDE:.+]] = arith.shr{{[su]}}i %[[SUM]], %[[ALL]] : i64
// CHECK-NEXT: %[[HIGH:.+]] = arith.trunci %[[WIDE]] overflow<nsw> : i64 to i32
// CHECK-NEXT: %[[BH:.+]] = arith.extsi %[[B]] : i8 to i32
// CHECK-NEXT: %[[Q:.+]] = arith.addi %[[HIGH]], %[[BH]] : i32
// CHECK-NEXT: arith.shrsi %[[Q]], %[[REST]] : i32
func.func @rounding_high(%x: i32, %m: i32, %b: i8) -> i8 {
  %s = arith.constant 35 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung rounding_high>, addend_shift = 31, addend_half,
          multiplicand_bits = 31, input_range = array<i64: -1073741824, 1073741823>}
     : (i32, i32, i8, i8) -> i8
  return %y : i8
}

// Half-up with a shift of 31 is the multiplication alone.
// CHECK-LABEL: func @rounding_high_half_up
// CHECK: %[[HIGH:.+]] = arith.trunci %{{.+}} overflow<nsw> : i64 to i32
// CHECK-NEXT: arith.maxsi %[[HIGH]]
func.func @rounding_high_half_up(%x: i32, %m: i32) -> i8 {
  %s = arith.constant 31 : i8
  %y = rescale.apply %x * %m shift %s round half_up unsigned_multiplicand
         {rung = #rescale<rung rounding_high>, multiplicand_bits = 31}
     : (i32, i32, i8) -> i8
  return %y : i8
}

// Addends of fewer zeros: the difference is moved instead. Other rungs have to
// add the half themselves.
// CHECK-LABEL: func @rounding_high_moved
// CHECK-DAG: %[[UP:.+]] = arith.constant 6 : i32
// CHECK-DAG: %[[LESS:.+]] = arith.constant 25 : i32
// CHECK: arith.shli %{{.+}}, %[[UP]] : i32
// CHECK: %[[HIGH:.+]] = arith.trunci %{{.+}} overflow<nsw> : i64 to i32
// CHECK: %[[BH:.+]] = arith.select %{{.+}}, %{{.+}}, %{{.+}} : i32
// CHECK: %[[Q:.+]] = arith.addi %[[HIGH]], %[[BH]] : i32
// CHECK: %[[REST:.+]] = arith.subi %{{.+}}, %[[LESS]] : i32
// CHECK-NEXT: arith.shrsi %[[Q]], %[[REST]] : i32
// CHECK-LABEL: func @multiply_64_half
// CHECK-DAG: %[[UNIT:.+]] = arith.constant 25 : i64
// CHECK-DAG: %[[HALF:.+]] = arith.constant 16777216 : i64
// CHECK: %[[B:.+]] = arith.shli %{{.+}}, %[[UNIT]] : i64
// CHECK: arith.addi %[[B]], %[[HALF]] : i64
func.func @rounding_high_moved(%x: i32, %m: i32, %b: i32, %n: i32, %s: i8)
    -> i8 {
  %y = rescale.apply %x * %m + %b negative %n shift %s round addend
         {rung = #rescale<rung rounding_high>, addend_shift = 25, addend_half,
          input_range = array<i64: -16777216, 16777215>,
          addend_range = array<i64: -1000, 1000>, multiplicand_bits = 30,
          shift_range = array<i64: 25, 50>}
     : (i32, i32, i32, i32, i8) -> i8
  return %y : i8
}
func.func @multiply_64_half(%x: i32, %m: i32, %b: i32) -> i8 {
  %s = arith.constant 35 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend
         {rung = #rescale<rung multiply_64>, addend_shift = 25, addend_half,
          multiplicand_bits = 30}
     : (i32, i32, i32, i8) -> i8
  return %y : i8
}

// All but the accumulator and its zero point is of 16 bits, and so are lanes.
// CHECK-LABEL: func @rounding_high_16
// CHECK: arith.subi %{{.+}}, %{{.+}} : vector<8xi32>
// CHECK: arith.trunci %{{.+}} : vector<8xi32> to vector<8xi16>
// CHECK: %[[P:.+]] = arith.muli %{{.+}}, %{{.+}} : vector<8xi32>
// CHECK: %[[SUM:.+]] = arith.addi %[[P]], %{{.+}} : vector<8xi32>
// CHECK: arith.shrsi %[[SUM]], %{{.+}} : vector<8xi32>
// CHECK: %[[HIGH:.+]] = arith.trunci %{{.+}} overflow<nsw> : vector<8xi32> to vector<8xi16>
// CHECK: %[[SUM:.+]] = arith.addi %[[HIGH]], %{{.+}} : vector<8xi16>
// CHECK: arith.shrsi %[[SUM]], %{{.+}} : vector<8xi16>
// CHECK: arith.maxsi %{{.+}} : vector<8xi16>
func.func @rounding_high_16(%x: vector<8xi32>, %m: vector<8xi16>)
    -> vector<8xi8> {
  %b = arith.constant 3 : i8
  %s = arith.constant 17 : i8
  %y = rescale.apply %x * %m + %b shift %s round addend input_zero_point 40000
         {rung = #rescale<rung rounding_high_16>, addend_shift = 15,
          addend_half, multiplicand_bits = 15,
          input_range = array<i64: 10000, 70000>}
     : (vector<8xi32>, vector<8xi16>, i8, i8) -> vector<8xi8>
  return %y : vector<8xi8>
}
