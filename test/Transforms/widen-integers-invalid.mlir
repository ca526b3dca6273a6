// RUN: rescale-opt %s --rescale-widen-integers -split-input-file -verify-diagnostics

func.func @shift(%a: i48) -> i48 {
  // expected-error@+1 {{'arith.shrui' op requires integers of 8, 16, 32 or 64 bits, got 'i48'; use signed arithmetic for others}}
  %0 = arith.shrui %a, %a : i48
  return %0 : i48
}

// -----

func.func @compare(%a: i48) -> i1 {
  // expected-error@+1 {{'arith.cmpi' op requires integers of 8, 16, 32 or 64 bits, got 'i48'}}
  %0 = arith.cmpi ult, %a, %a : i48
  return %0 : i1
}

// -----

func.func @extend(%a: i48) -> i64 {
  // expected-error@+1 {{'arith.extui' op requires integers of 8, 16, 32 or 64 bits, got 'i48'}}
  %0 = arith.extui %a : i48 to i64
  return %0 : i64
}
