// RUN: rescale-opt %s --pass-pipeline="builtin.module(convert-tosa-to-rescale-kernel{functions=b,c})" | FileCheck %s
// RUN: not rescale-opt %s --pass-pipeline="builtin.module(convert-tosa-to-rescale-kernel{functions=b,d})" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not rescale-opt %s --pass-pipeline="builtin.module(convert-tosa-to-rescale-kernel{functions=table})" 2>&1 | FileCheck %s --check-prefix=TABLE
// RUN: not rescale-opt %s --pass-pipeline="builtin.module(func.func(convert-tosa-to-rescale-kernel{functions=b}))" 2>&1 | FileCheck %s --check-prefix=NESTED

// UNKNOWN: error: 'builtin.module' op requires functions= to name functions of the module, got 'd'; there are a, b, c
// TABLE: error: 'builtin.module' op requires functions= to name functions of the module, got 'table'; there are a, b, c
// NESTED: error: 'func.func' op requires a module to choose functions in, got one operation of it; run the pass with functions= on the module
memref.global "private" @table : memref<4xi8>

// CHECK-LABEL: func.func @a(
// CHECK: tosa.max_pool2d
func.func @a(%x: tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8> {
  %0 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
     : (tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8>
  return %0 : tensor<1x1x1x1xi8>
}

// CHECK-LABEL: func.func @b(
// CHECK: rescale_kernel.pool2d
func.func @b(%x: tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8> {
  %0 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
     : (tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8>
  return %0 : tensor<1x1x1x1xi8>
}

// CHECK-LABEL: func.func private @c(
func.func private @c(tensor<1xi8>)
