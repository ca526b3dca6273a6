// Every computation in every width: the C, compiled by both compilers without
// and with optimization and under the sanitizers, gives what LLVM gives.

// REQUIRES: gcc, clang-22

// DEFINE: %{width} =
// DEFINE: %{flags} = -std=c99 -Wall -Wextra -Wconversion -Wshadow -pedantic \
// DEFINE:   -Wsign-conversion -Wundef -Wcast-align -Werror
// DEFINE: %{test} = sed 's/WIDTH/%{width}/g' %s > %t/ops.mlir && \
// DEFINE: rescale-translate --rescale-to-c %t/ops.mlir -o %t/ops.c && \
// DEFINE: rescale-opt %t/ops.mlir -convert-scf-to-cf -convert-to-llvm \
// DEFINE:   -reconcile-unrealized-casts -o %t/llvm.mlir && \
// DEFINE: mlir-translate --mlir-to-llvmir %t/llvm.mlir -o %t/ops.ll && \
// DEFINE: clang-22 -Wno-override-module -O2 -c %t/ops.ll -o %t/llvm.o && \
// DEFINE: gcc -std=c99 -DWIDTH=%{width} -c %S/Inputs/execute.c \
// DEFINE:   -o %t/execute.o && \
// DEFINE: gcc %{flags} -Dops=ops_c -O0 -c %t/ops.c -o %t/ops.o && \
// DEFINE: gcc %t/execute.o %t/ops.o %t/llvm.o -o %t/ops && %t/ops && \
// DEFINE: gcc %{flags} -Dops=ops_c -O2 -c %t/ops.c -o %t/ops.o && \
// DEFINE: gcc %t/execute.o %t/ops.o %t/llvm.o -o %t/ops && %t/ops && \
// DEFINE: gcc %{flags} -Dops=ops_c -O2 -DOPS_PORTABLE -c %t/ops.c \
// DEFINE:   -o %t/ops.o && \
// DEFINE: gcc %t/execute.o %t/ops.o %t/llvm.o -o %t/ops && %t/ops && \
// DEFINE: clang-22 %{flags} -Dops=ops_c -O0 -fsanitize=undefined,address \
// DEFINE:   -fno-sanitize-recover=all -c %t/ops.c -o %t/ops.o && \
// DEFINE: clang-22 -fsanitize=undefined,address %t/execute.o %t/ops.o \
// DEFINE:   %t/llvm.o -o %t/ops && %t/ops && \
// DEFINE: clang-22 %{flags} -Dops=ops_c -O2 -c %t/ops.c -o %t/ops.o && \
// DEFINE: clang-22 %t/execute.o %t/ops.o %t/llvm.o -o %t/ops && %t/ops

// RUN: rm -rf %t && mkdir %t
// REDEFINE: %{width} = 8
// RUN: %{test}
// REDEFINE: %{width} = 16
// RUN: %{test}
// REDEFINE: %{width} = 32
// RUN: %{test}
// REDEFINE: %{width} = 64
// RUN: %{test}

func.func private @is_small(%x: iWIDTH) -> i1 {
  %width = arith.constant WIDTH : iWIDTH
  %0 = arith.cmpi ult, %x, %width : iWIDTH
  return %0 : i1
}

func.func private @ring(%a: iWIDTH, %b: iWIDTH, %out: memref<64xiWIDTH>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %minus = arith.constant -77 : iWIDTH
  %add = arith.addi %a, %b : iWIDTH
  memref.store %add, %out[%c0] : memref<64xiWIDTH>
  %sub = arith.subi %a, %b : iWIDTH
  memref.store %sub, %out[%c1] : memref<64xiWIDTH>
  %mul = arith.muli %a, %b : iWIDTH
  memref.store %mul, %out[%c2] : memref<64xiWIDTH>
  %mul3 = arith.muli %mul, %minus : iWIDTH
  %sub3 = arith.subi %mul3, %minus : iWIDTH
  %add3 = arith.addi %sub3, %minus : iWIDTH
  memref.store %add3, %out[%c3] : memref<64xiWIDTH>
  %and = arith.andi %a, %b : iWIDTH
  %or = arith.ori %and, %minus : iWIDTH
  memref.store %or, %out[%c4] : memref<64xiWIDTH>
  %xor = arith.xori %a, %b : iWIDTH
  memref.store %xor, %out[%c5] : memref<64xiWIDTH>
  %abs = math.absi %a : iWIDTH
  memref.store %abs, %out[%c6] : memref<64xiWIDTH>
  return
}

func.func private @shifts(%a: iWIDTH, %b: iWIDTH, %out: memref<64xiWIDTH>) {
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %c10 = arith.constant 10 : index
  %c11 = arith.constant 11 : index
  %c12 = arith.constant 12 : index
  %c13 = arith.constant 13 : index
  %c14 = arith.constant 14 : index
  %three = arith.constant 3 : iWIDTH
  %small = func.call @is_small(%b) : (iWIDTH) -> i1
  // The shift that is not selected may be by too much.
  %left = arith.shli %a, %b : iWIDTH
  %guarded_left = arith.select %small, %left, %three : iWIDTH
  memref.store %guarded_left, %out[%c8] : memref<64xiWIDTH>
  %right = arith.shrsi %a, %b : iWIDTH
  %guarded_right = arith.select %small, %right, %three : iWIDTH
  memref.store %guarded_right, %out[%c9] : memref<64xiWIDTH>
  %logical = arith.shrui %a, %b : iWIDTH
  %guarded_logical = arith.select %small, %logical, %three : iWIDTH
  memref.store %guarded_logical, %out[%c10] : memref<64xiWIDTH>
  %left3 = arith.shli %b, %three : iWIDTH
  memref.store %left3, %out[%c11] : memref<64xiWIDTH>
  %right3 = arith.shrsi %b, %three : iWIDTH
  memref.store %right3, %out[%c12] : memref<64xiWIDTH>
  %logical3 = arith.shrui %b, %three : iWIDTH
  memref.store %logical3, %out[%c13] : memref<64xiWIDTH>
  %zeros = math.ctlz %a : iWIDTH
  memref.store %zeros, %out[%c14] : memref<64xiWIDTH>
  return
}

func.func private @order(%a: iWIDTH, %b: iWIDTH, %out: memref<64xiWIDTH>) {
  %c16 = arith.constant 16 : index
  %c17 = arith.constant 17 : index
  %c18 = arith.constant 18 : index
  %c19 = arith.constant 19 : index
  %c20 = arith.constant 20 : index
  %c21 = arith.constant 21 : index
  %c22 = arith.constant 22 : index
  %low = arith.constant -128 : iWIDTH
  %high = arith.constant 127 : iWIDTH
  %six = arith.constant 6 : iWIDTH
  %min = arith.minsi %a, %b : iWIDTH
  memref.store %min, %out[%c16] : memref<64xiWIDTH>
  %max = arith.maxsi %a, %b : iWIDTH
  memref.store %max, %out[%c17] : memref<64xiWIDTH>
  %umin = arith.minui %a, %b : iWIDTH
  memref.store %umin, %out[%c18] : memref<64xiWIDTH>
  %umax = arith.maxui %a, %b : iWIDTH
  memref.store %umax, %out[%c19] : memref<64xiWIDTH>
  %at_least = arith.maxsi %a, %low : iWIDTH
  %saturated = arith.minsi %at_least, %high : iWIDTH
  memref.store %saturated, %out[%c20] : memref<64xiWIDTH>
  %at_most = arith.minsi %b, %six : iWIDTH
  %clamped = arith.maxsi %at_most, %low : iWIDTH
  memref.store %clamped, %out[%c21] : memref<64xiWIDTH>
  // A maximum of which the minimum is not a clamp.
  %kept = arith.maxsi %b, %low : iWIDTH
  %other = arith.minsi %six, %kept : iWIDTH
  memref.store %other, %out[%c22] : memref<64xiWIDTH>
  return
}

func.func private @comparisons(%a: iWIDTH, %b: iWIDTH,
                               %out: memref<64xiWIDTH>) {
  %c24 = arith.constant 24 : index
  %c25 = arith.constant 25 : index
  %true = arith.constant true
  %zero = arith.constant 0 : iWIDTH
  %one = arith.constant 1 : iWIDTH
  %eq = arith.cmpi eq, %a, %b : iWIDTH
  %ne = arith.cmpi ne, %a, %b : iWIDTH
  %slt = arith.cmpi slt, %a, %b : iWIDTH
  %sle = arith.cmpi sle, %a, %b : iWIDTH
  %sgt = arith.cmpi sgt, %a, %b : iWIDTH
  %sge = arith.cmpi sge, %a, %b : iWIDTH
  %ult = arith.cmpi ult, %a, %b : iWIDTH
  %ule = arith.cmpi ule, %a, %b : iWIDTH
  %ugt = arith.cmpi ugt, %a, %b : iWIDTH
  %uge = arith.cmpi uge, %a, %b : iWIDTH
  %0 = arith.select %eq, %one, %zero : iWIDTH
  %1 = arith.extui %ne : i1 to iWIDTH
  %2 = arith.extsi %slt : i1 to iWIDTH
  %both = arith.andi %sle, %ult : i1
  %either = arith.ori %both, %sgt : i1
  %not = arith.xori %either, %true : i1
  %differ = arith.xori %sge, %ule : i1
  %less = arith.cmpi slt, %ugt, %uge : i1
  %chosen = arith.select %less, %not, %differ : i1
  %3 = arith.extui %chosen : i1 to iWIDTH
  %4 = arith.extui %either : i1 to iWIDTH
  %two = arith.addi %one, %one : iWIDTH
  %d0 = arith.muli %0, %two : iWIDTH
  %d1 = arith.addi %d0, %1 : iWIDTH
  %d2 = arith.muli %d1, %two : iWIDTH
  %d3 = arith.addi %d2, %2 : iWIDTH
  %d4 = arith.muli %d3, %two : iWIDTH
  %d5 = arith.addi %d4, %3 : iWIDTH
  %d6 = arith.muli %d5, %two : iWIDTH
  %d7 = arith.addi %d6, %4 : iWIDTH
  memref.store %d7, %out[%c24] : memref<64xiWIDTH>
  %odd = arith.trunci %a : iWIDTH to i1
  %small = scf.if %odd -> (iWIDTH) {
    %5 = arith.addi %a, %b : iWIDTH
    scf.yield %5 : iWIDTH
  } else {
    scf.yield %one : iWIDTH
  }
  memref.store %small, %out[%c25] : memref<64xiWIDTH>
  return
}

func.func private @divisions(%a: iWIDTH, %b: iWIDTH, %out: memref<64xiWIDTH>) {
  %c32 = arith.constant 32 : index
  %c33 = arith.constant 33 : index
  %c34 = arith.constant 34 : index
  %c35 = arith.constant 35 : index
  %c36 = arith.constant 36 : index
  %one = arith.constant 1 : iWIDTH
  %mask = arith.constant 127 : iWIDTH
  %low = arith.andi %b, %mask : iWIDTH
  %d = arith.ori %low, %one : iWIDTH
  %u = arith.ori %b, %one : iWIDTH
  %quotient = arith.divsi %a, %d : iWIDTH
  memref.store %quotient, %out[%c32] : memref<64xiWIDTH>
  %rest = arith.remsi %a, %d : iWIDTH
  memref.store %rest, %out[%c33] : memref<64xiWIDTH>
  %uquotient = arith.divui %a, %u : iWIDTH
  memref.store %uquotient, %out[%c34] : memref<64xiWIDTH>
  %urest = arith.remui %a, %u : iWIDTH
  memref.store %urest, %out[%c35] : memref<64xiWIDTH>
  return
}

func.func private @casts(%a: iWIDTH, %b: iWIDTH, %out: memref<64xiWIDTH>) {
  %c40 = arith.constant 40 : index
  %c41 = arith.constant 41 : index
  %c42 = arith.constant 42 : index
  %c43 = arith.constant 43 : index
  %nibble = arith.constant 15 : index
  %base = arith.constant 48 : index
  %i = arith.index_cast %a : iWIDTH to index
  %masked = arith.andi %i, %nibble : index
  %position = arith.addi %masked, %base overflow<nsw> : index
  %back = arith.index_cast %position : index to iWIDTH
  memref.store %back, %out[%c40] : memref<64xiWIDTH>
  memref.store %b, %out[%position] : memref<64xiWIDTH>
  %u = arith.index_castui %b : iWIDTH to index
  %umasked = arith.andi %u, %nibble : index
  %uposition = arith.addi %umasked, %base overflow<nsw> : index
  %last = memref.load %out[%uposition] : memref<64xiWIDTH>
  memref.store %a, %out[%uposition] : memref<64xiWIDTH>
  memref.store %last, %out[%c41] : memref<64xiWIDTH>
  // A signed true is -1.
  %less = arith.cmpi slt, %a, %b : iWIDTH
  %truth = arith.index_cast %less : i1 to index
  %truth_back = arith.index_cast %truth : index to iWIDTH
  memref.store %truth_back, %out[%c42] : memref<64xiWIDTH>
  %utruth = arith.index_castui %less : i1 to index
  %utruth_back = arith.index_castui %utruth : index to iWIDTH
  memref.store %utruth_back, %out[%c43] : memref<64xiWIDTH>
  return
}

func.func @ops(%a: iWIDTH, %b: iWIDTH, %out: memref<64xiWIDTH>)
    attributes {llvm.emit_c_interface} {
  func.call @ring(%a, %b, %out) : (iWIDTH, iWIDTH, memref<64xiWIDTH>) -> ()
  func.call @shifts(%a, %b, %out) : (iWIDTH, iWIDTH, memref<64xiWIDTH>) -> ()
  func.call @order(%a, %b, %out) : (iWIDTH, iWIDTH, memref<64xiWIDTH>) -> ()
  func.call @comparisons(%a, %b, %out)
    : (iWIDTH, iWIDTH, memref<64xiWIDTH>) -> ()
  func.call @divisions(%a, %b, %out)
    : (iWIDTH, iWIDTH, memref<64xiWIDTH>) -> ()
  func.call @casts(%a, %b, %out) : (iWIDTH, iWIDTH, memref<64xiWIDTH>) -> ()
  return
}
