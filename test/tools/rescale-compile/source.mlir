// The first comment names the file that a model was imported from, and the MLIR
// that was compiled, which may have been changed since.

// RUN: rm -rf %t && mkdir -p %t && cp %s %t/model.mlir
// RUN: rescale-compile %t/model.mlir --emit=cmake --name=net --target=cortex-m4 -o %t
// RUN: FileCheck %s --input-file=%t/net.c
// RUN: FileCheck %s --input-file=%t/net.h
// RUN: FileCheck %s --input-file=%t/CMakeLists.txt --check-prefix=CMAKE
// RUN: rescale-compile %t/model.mlir --name=net --target=cortex-m4 -o %t/object
// RUN: FileCheck %s --input-file=%t/object/net.h
// CHECK:      /* net: a network compiled by rescale-compile.
// CHECK-NEXT: *
// CHECK-NEXT: * Version: {{[0-9.]+}} with LLVM 22.{{[0-9.]+$}}
// CHECK-NEXT: * Model: my net* /.tflite{{$}}
// CHECK-NEXT: * SHA-256: 0123{{$}}
// CHECK-NEXT: * Imported by: rescale 1.0, --batch=1{{$}}
// CHECK-NEXT: * MLIR: model.mlir{{$}}
// CHECK-NEXT: * SHA-256: {{[0-9a-f]+$}}
// CHECK-NEXT: * Options: --target=cortex-m4
// CMAKE:      # net: a network compiled by rescale-compile.
// CMAKE-NEXT: #{{$}}
// CMAKE-NEXT: # Version: {{[0-9.]+}} with LLVM 22.{{[0-9.]+$}}
// CMAKE-NEXT: # Model: my net* /.tflite{{$}}
// CMAKE:      # Options: --target=cortex-m4{{$}}
// CMAKE-NEXT: #{{$}}
// CMAKE-NEXT: # For a board

// RUN: sha256sum %t/model.mlir | cut -d ' ' -f 1 > %t/hash
// RUN: grep -F -f %t/hash %t/net.c

// The stages between keep it.
// RUN: rescale-compile %s --emit=linalg --name=net -o %t
// RUN: rescale-compile %t/net.linalg.mlir --emit=c --name=net -o %t/again
// RUN: FileCheck %s --input-file=%t/again/net.c --check-prefix=AGAIN
// AGAIN: * Model: my net* /.tflite{{$}}
// AGAIN: * MLIR: net.linalg.mlir{{$}}

// Codes that were unsigned are told at the port.
// RUN: FileCheck %s --input-file=%t/net.h --check-prefix=CODES
// CODES: #define NET_INPUT_SIZE 4
// CODES-NEXT: /* The model's codes are unsigned: these are less by 128. */
// CODES: #define NET_OUTPUT_SIZE 4
// CODES-NOT: unsigned
module attributes {rescale.source = {file = "my net*/.tflite", sha256 = "0123",
                                     importer = "rescale 1.0, --batch=1"}} {
  func.func @main(%x: tensor<4xi8> {rescale.code_offset = -128 : i64})
      -> tensor<4xi8> {
    %0 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
    return %0 : tensor<4xi8>
  }
}
