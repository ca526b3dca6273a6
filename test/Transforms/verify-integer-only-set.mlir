// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -verify-integer-only="allowed-dialects=builtin,func,arith allowed-ops=memref.load"

func.func @allowed(%m: memref<4xi8>, %i: index) -> i8 {
  %0 = memref.load %m[%i] : memref<4xi8>
  %1 = arith.addi %0, %0 : i8
  return %1 : i8
}

// -----

func.func @outside(%m: memref<4xi8>, %i: index) {
  %0 = memref.load %m[%i] : memref<4xi8>
  // expected-error @+1 {{'memref.store' op requires an op of the target's set; lower it first, or add it to allowed-ops}}
  memref.store %0, %m[%i] : memref<4xi8>
  // expected-error @+1 {{'math.absi' op requires an op of the target's set}}
  %1 = math.absi %0 : i8
  return
}

// -----

// Both checks report.
func.func @float_outside(%x: f32) -> f32 { // expected-error {{'func.func' op requires integers, got 'f32'}}
  // expected-note @+2 {{2 more ops have floats, from here on}}
  // expected-error @+1 {{'math.exp' op requires an op of the target's set}}
  %0 = math.exp %x : f32
  return %0 : f32
}
