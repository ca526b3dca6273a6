# What an MLIR of another major version says of itself; other-llvm.test uses it.
set(LLVM_VERSION_MAJOR 21)
set(LLVM_VERSION 21.1.8)
