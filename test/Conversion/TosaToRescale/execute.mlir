// Runs rescalings with run-time parameters, and again with the functions
// inlined, which makes the parameters constants and a rescale.requantize of them.

// DEFINE: %{lower} = --convert-tosa-to-rescale --convert-rescale-to-linalg \
// DEFINE:   --convert-rescale-to-arith --tosa-to-arith --canonicalize \
// DEFINE:   --one-shot-bufferize=bufferize-function-boundaries \
// DEFINE:   --convert-linalg-to-loops --convert-scf-to-cf --convert-vector-to-llvm \
// DEFINE:   --expand-strided-metadata --finalize-memref-to-llvm --convert-to-llvm \
// DEFINE:   --reconcile-unrealized-casts
// DEFINE: %{run} = mlir-runner -e main -entry-point-result=void \
// DEFINE:   -shared-libs=%llvm_library_dir/libmlir_c_runner_utils.so

// RUN: rescale-opt %s %{lower} | %{run} > %t.dynamic
// RUN: FileCheck %s --input-file=%t.dynamic
// RUN: rescale-opt %s --inline %{lower} | %{run} | diff %t.dynamic -

func.func private @per_channel(%x: tensor<4x2xi32>, %m: tensor<2xi32>, %s: tensor<2xi8>, %zi: tensor<1xi32>, %zo: tensor<1xi8>) -> tensor<4x2xi8> {
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<4x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %y : tensor<4x2xi8>
}

func.func private @from_unsigned(%x: tensor<6xi8>, %m: tensor<1xi16>, %s: tensor<1xi8>, %zi: tensor<1xi8>, %zo: tensor<1xi8>) -> tensor<6xi8> {
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = true, output_unsigned = false} : (tensor<6xi8>, tensor<1xi16>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<6xi8>
  return %y : tensor<6xi8>
}

func.func private @to_unsigned(%x: tensor<6xi8>, %m: tensor<1xi32>, %s: tensor<1xi8>, %zi: tensor<1xi8>, %zo: tensor<1xi16>) -> tensor<6xi16> {
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = true} : (tensor<6xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi16>) -> tensor<6xi16>
  return %y : tensor<6xi16>
}

func.func private @wide(%x: tensor<5xi48>, %m: tensor<1xi16>, %s: tensor<1xi8>, %zi: tensor<1xi48>, %zo: tensor<1xi32>) -> tensor<5xi32> {
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<5xi48>, tensor<1xi16>, tensor<1xi8>, tensor<1xi48>, tensor<1xi32>) -> tensor<5xi32>
  return %y : tensor<5xi32>
}

func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index

  // As in RescaleToTosa/fold.mlir, and the zero point 100: a tie of the second
  // rounding, and of the first.
  %x0 = arith.constant dense<[[-1537, -2147483648], [-1536, -1073741825],
                              [1536, -1073741824], [30000, 1073741824]]> : tensor<4x2xi32>
  %m0 = "tosa.const"() <{values = dense<[1, 3]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %s0 = "tosa.const"() <{values = dense<[10, 33]> : tensor<2xi8>}> : () -> tensor<2xi8>
  %zi0 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo0 = "tosa.const"() <{values = dense<100> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y0 = func.call @per_channel(%x0, %m0, %s0, %zi0, %zo0) : (tensor<4x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  scf.for %i = %c0 to %c4 step %c1 {
    scf.for %j = %c0 to %c2 step %c1 {
      %e = tensor.extract %y0[%i, %j] : tensor<4x2xi8>
      vector.print %e : i8
    }
  }
  // CHECK:      {{^}}98
  // CHECK-NEXT: {{^}}99
  // CHECK-NEXT: {{^}}99
  // CHECK-NEXT: {{^}}99
  // CHECK-NEXT: {{^}}102
  // CHECK-NEXT: {{^}}100
  // CHECK-NEXT: {{^}}127
  // CHECK-NEXT: {{^}}101

  // 3 * (x - 200) / 4 - 7 for the unsigned 0, 128, 199, 200, 201 and 255.
  %x1 = arith.constant dense<[0, -128, -57, -56, -55, -1]> : tensor<6xi8>
  %m1 = "tosa.const"() <{values = dense<3> : tensor<1xi16>}> : () -> tensor<1xi16>
  %s1 = "tosa.const"() <{values = dense<2> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi1 = "tosa.const"() <{values = dense<-56> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zo1 = "tosa.const"() <{values = dense<-7> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y1 = func.call @from_unsigned(%x1, %m1, %s1, %zi1, %zo1) : (tensor<6xi8>, tensor<1xi16>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<6xi8>
  scf.for %i = %c0 to %c6 step %c1 {
    %e = tensor.extract %y1[%i] : tensor<6xi8>
    vector.print %e : i8
  }
  // CHECK-NEXT: {{^}}-128
  // CHECK-NEXT: {{^}}-61
  // CHECK-NEXT: {{^}}-8
  // CHECK-NEXT: {{^}}-7
  // CHECK-NEXT: {{^}}-6
  // CHECK-NEXT: {{^}}34

  // 2^31 - 1 is far beyond TOSA's range for the shift, and saturates. The codes
  // are the unsigned 0, 32768 and 65535.
  %x2 = arith.constant dense<[-128, -3, -2, -1, 0, 127]> : tensor<6xi8>
  %m2 = "tosa.const"() <{values = dense<2147483647> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zi2 = "tosa.const"() <{values = dense<-2> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zo2 = "tosa.const"() <{values = dense<-32768> : tensor<1xi16>}> : () -> tensor<1xi16>
  %y2 = func.call @to_unsigned(%x2, %m2, %s1, %zi2, %zo2) : (tensor<6xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi16>) -> tensor<6xi16>
  scf.for %i = %c0 to %c6 step %c1 {
    %e = tensor.extract %y2[%i] : tensor<6xi16>
    vector.print %e : i16
  }
  // CHECK-NEXT: {{^}}0
  // CHECK-NEXT: {{^}}0
  // CHECK-NEXT: {{^}}-32768
  // CHECK-NEXT: {{^}}-1
  // CHECK-NEXT: {{^}}-1
  // CHECK-NEXT: {{^}}-1

  // 32767 * x / 2^30 at the ends of 48 bits and around a tie.
  %x3 = arith.constant dense<[-140737488355328, -16385, 16384, 16385, 140737488355327]> : tensor<5xi48>
  %m3 = "tosa.const"() <{values = dense<32767> : tensor<1xi16>}> : () -> tensor<1xi16>
  %s3 = "tosa.const"() <{values = dense<30> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi3 = "tosa.const"() <{values = dense<0> : tensor<1xi48>}> : () -> tensor<1xi48>
  %zo3 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %y3 = func.call @wide(%x3, %m3, %s3, %zi3, %zo3) : (tensor<5xi48>, tensor<1xi16>, tensor<1xi8>, tensor<1xi48>, tensor<1xi32>) -> tensor<5xi32>
  scf.for %i = %c0 to %c5 step %c1 {
    %e = tensor.extract %y3[%i] : tensor<5xi32>
    vector.print %e : i32
  }
  // CHECK-NEXT: {{^}}-2147483648
  // CHECK-NEXT: {{^}}-1
  // CHECK-NEXT: {{^}}0
  // CHECK-NEXT: {{^}}1
  // CHECK-NEXT: {{^}}2147483647
  return
}
