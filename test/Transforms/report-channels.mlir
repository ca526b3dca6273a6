// RUN: rescale-opt %s -rescale-narrow -rescale-report="format=table channels output=-" -o /dev/null \
// RUN:   | FileCheck %s --match-full-lines --strict-whitespace
// RUN: rescale-compile %s --emit=rescale -o %t --report=- --report-channels \
// RUN:   | FileCheck %s --match-full-lines --strict-whitespace
// RUN: rescale-compile %s --emit=rescale -o %t --report=- | FileCheck %s --check-prefix=LAYERS
// LAYERS-NOT: {{^}}channel

// CHECK:conv2d_7, model/conv2d_7/Conv2D in net.tflite
// CHECK-EMPTY:
// CHECK-NEXT:channel     accumulators  multiplicand before   after  bits before  after  shift before  after    addend  product bits before  after  certificate
// CHECK-NEXT:      0  {{\[}}-32768, 32767]           1518500250   46341           31     16            38     23   4194304                   47     32       proved
// CHECK-NEXT:      1  {{\[}}-32768, 32767]           1718500250  419555           31     19            38     26  33554432                   47     35       proved
func.func @main(%x: tensor<2x2xi16>) -> tensor<2x2xi8> {
  %0 = rescale.requantize %x mul dense<[1518500250, 1718500250]> : tensor<2xsi32> shift [38, 38] axis 1
         round half_up : tensor<2x2xi16> -> tensor<2x2xi8> loc("model/conv2d_7/Conv2D"("net.tflite":0:0))
  return %0 : tensor<2x2xi8>
}
