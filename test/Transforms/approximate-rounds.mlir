// Functions are approximated in their order, which here is against that of the
// codes: with every round the next one gets codes that the round before has
// changed. What four rounds do not settle is proved for all that the type holds,
// so that nothing changes it any more. Found by a search over such chains.

// RUN: rescale-opt %s "-rescale-approximate=bits=2 criterion=thresholds" \
// RUN:   -rescale-verify-certificates | FileCheck %s

// Gets no more than [-8, 10].
// CHECK-LABEL: func private @f0
// CHECK: range = <proved low[-128] high[127]>
func.func private @f0(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1165> : tensor<1xui12> shift [10]
         round floor : tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// CHECK-LABEL: func private @f1
// CHECK: range = <proved low[7] high[30]>
func.func private @f1(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<818> : tensor<1xui12> shift [10]
         round floor zero_point -13 : tensor<4xi8> -> tensor<4xi8>
  %z = call @f0(%y) : (tensor<4xi8>) -> tensor<4xi8>
  return %z : tensor<4xi8>
}

// CHECK-LABEL: func private @f2
// CHECK: range = <proved low[-4] high[19]>
func.func private @f2(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<899> : tensor<1xui12> shift [10]
         round floor zero_point 13 : tensor<4xi8> -> tensor<4xi8>
  %z = call @f1(%y) : (tensor<4xi8>) -> tensor<4xi8>
  return %z : tensor<4xi8>
}

func.func private @f3(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1256> : tensor<1xui12> shift [10]
         round floor : tensor<4xi8> -> tensor<4xi8>
  %z = call @f2(%y) : (tensor<4xi8>) -> tensor<4xi8>
  return %z : tensor<4xi8>
}

func.func private @f4(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<807> : tensor<1xui12> shift [10]
         round half_up : tensor<4xi8> -> tensor<4xi8>
  %z = call @f3(%y) : (tensor<4xi8>) -> tensor<4xi8>
  return %z : tensor<4xi8>
}

func.func private @f5(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1270> : tensor<1xui12> shift [10]
         round half_up : tensor<4xi8> -> tensor<4xi8>
  %z = call @f4(%y) : (tensor<4xi8>) -> tensor<4xi8>
  return %z : tensor<4xi8>
}

func.func private @f6(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = rescale.requantize %x mul dense<1060> : tensor<1xui12> shift [10]
         round half_up : tensor<4xi8> -> tensor<4xi8>
  %z = call @f5(%y) : (tensor<4xi8>) -> tensor<4xi8>
  return %z : tensor<4xi8>
}

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  %c = tosa.clamp %x {min_val = 0 : i8, max_val = 13 : i8}
     : (tensor<4xi8>) -> tensor<4xi8>
  %y = call @f6(%c) : (tensor<4xi8>) -> tensor<4xi8>
  return %y : tensor<4xi8>
}
