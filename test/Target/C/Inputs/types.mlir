// Activations of several widths: where a layer reads one and writes another,
// they do not share memory.
func.func @main(%x: tensor<8x6xi32>) -> tensor<8xi16> {
  %sum = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<8x6xi32>) -> tensor<8x1xi32>
  %narrow = tosa.cast %sum : (tensor<8x1xi32>) -> tensor<8x1xi16>
  %s = tosa.const_shape {values = dense<[8]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %flat = tosa.reshape %narrow, %s : (tensor<8x1xi16>, !tosa.shape<1>) -> tensor<8xi16>
  %0 = tosa.reverse %flat {axis = 0 : i32} : (tensor<8xi16>) -> tensor<8xi16>
  return %0 : tensor<8xi16>
}
