// RUN: rescale-opt %s -verify-diagnostics -convert-rescale-to-smt

// expected-error @+1 {{requires a requantization with a certificate, found none; run rescale-certify and convert-rescale-to-linalg with keep-certificates before}}
module {
  func.func @identity(%x: tensor<4xi8>) -> tensor<4xi8> {
    return %x : tensor<4xi8>
  }
}
