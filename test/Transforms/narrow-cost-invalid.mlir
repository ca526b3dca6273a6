// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -rescale-narrow=goal=cost

func.func @no_target(%x: tensor<4xi16>) -> tensor<4xi8> {
  // expected-error@+1 {{requires a target with costs for the goal cost, got none; set rescale.target on the module}}
  %y = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [3]
         round floor : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// -----

func.func @no_costs(%x: tensor<4xi16>) -> tensor<4xi8>
    attributes {rescale.target = #rescale.target<"ne16">} {
  // expected-error@+1 {{requires a target with costs for the goal cost, got one without; set rescale.target on the module}}
  %y = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [3]
         round floor : tensor<4xi16> -> tensor<4xi8>
  return %y : tensor<4xi8>
}
