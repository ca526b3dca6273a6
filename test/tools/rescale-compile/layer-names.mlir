// Imported files have no lines, so that errors and reports say the layer.
// RUN: not rescale-compile %s --emit=parameters --rescaler=ne16 -o %t 2>&1 | FileCheck %s --check-prefix=ERROR --implicit-check-not=note
// RUN: rescale-compile %s --emit=rescale -o %t --report=%t/report.json
// RUN: FileCheck %s --check-prefix=REPORT --input-file=%t/report.json

// ERROR: models/net.tflite:0:0: error: 'rescale.requantize' op requires a fit for target "ne16"
// ERROR-NEXT: models/net.tflite:0:0: note: in layer 'model/relu;model/conv2d_7/Conv2D'
// ERROR-NEXT: models/net.tflite:0:0: error: {{.*}}requires a fit
// ERROR-NEXT: models/net.tflite:0:0: note: in layer 'model/dense/MatMul'
// Without a name there is nothing to say.
// ERROR-NEXT: models/net.tflite:0:0: error: {{.*}}requires a fit

// REPORT: "location": "model/relu;model/conv2d_7/Conv2D in net.tflite",
// REPORT: "location": "model/dense/MatMul in net.tflite",
// REPORT: "location": "net.tflite",
// REPORT: "location": "layer-names.mlir:[[#@LINE+11]]:8",

#file = loc("models/net.tflite":0:0)
func.func @main(%x: tensor<4xi16>, %y: tensor<4xi32>) -> (tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>) {
  %0 = rescale.requantize %x mul dense<1090785345> : tensor<1xsi32> shift [36]
         round half_up : tensor<4xi16> -> tensor<4xi8> loc("model/relu;model/conv2d_7/Conv2D"(#file))
  %1 = rescale.requantize %x mul dense<1090785347> : tensor<1xsi32> shift [36]
         round half_up : tensor<4xi16> -> tensor<4xi8> loc("model/dense/MatMul"(#file))
  %2 = rescale.requantize %x mul dense<1090785349> : tensor<1xsi32> shift [36]
         round half_up : tensor<4xi16> -> tensor<4xi8> loc(#file)
  // One that fits.
  %3 = rescale.requantize %y mul dense<1> : tensor<1xsi32> shift [20]
         round floor : tensor<4xi32> -> tensor<4xi8>
  return %0, %1, %2, %3 : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>
}
