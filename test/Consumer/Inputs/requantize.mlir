func.func @f(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9] round half_up
     : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}
