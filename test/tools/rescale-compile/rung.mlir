// Everything in one rung, or only where it is exact.

// RUN: rescale-compile %s --name=net --emit=c --rescale-rung=two_limbs --report=- -o %t | FileCheck %s --check-prefix=LIMBS
// RUN: not rescale-compile %s --emit=c --rescale-rung=multiply_32 -o %t 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: rescale-compile %s --name=net --emit=c --target=cortex-m4 --rescale-rung=multiply_32,fallback --report=- -o %t | FileCheck %s --check-prefix=FALLBACK
// RUN: FileCheck %s --input-file=%t/net.c --check-prefix=C
// RUN: not rescale-compile %s --emit=c --rescale-rung=fallback -o %t 2>&1 | FileCheck %s --check-prefix=NAME

// LIMBS: Arithmetic for
// LIMBS: first_0 {{ *}}two_limbs
// LIMBS: second_0 {{ *}}two_limbs
// RUN: not rescale-compile %s --emit=c --rescale-rung= -o %t 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: requires a rung for --rescale-rung, got none; leave it out for the cheapest arithmetic
// ERROR: error: {{.*}}'rescale.requantize' op requires m*d + b in 32 bits with values in [{{.+}}] for the rung multiply_32; append ,fallback to it, or leave the rung out
// ERROR: note: {{.*}}in layer 'first'
// ERROR-NOT: error
// FALLBACK: Arithmetic for cortex-m4
// FALLBACK: first_0 {{ *}}multiply_high
// FALLBACK: second_0 {{ *}}multiply_32
// C: --rescale-rung=multiply_32,fallback
// NAME: error: requires a rung of {{.+}}, got 'fallback'; choose one of them
func.func @main(%x: tensor<4xi16>) -> (tensor<4xi8>, tensor<4xi8>) {
  %0 = rescale.requantize %x mul dense<1518500250> : tensor<1xsi32> shift [38]
         round double zero_point 3 : tensor<4xi16> -> tensor<4xi8> loc("first")
  %1 = rescale.requantize %x mul dense<3> : tensor<1xsi32> shift [8]
         round double zero_point 3 : tensor<4xi16> -> tensor<4xi8> loc("second")
  return %0, %1 : tensor<4xi8>, tensor<4xi8>
}
