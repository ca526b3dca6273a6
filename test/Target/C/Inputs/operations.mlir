// Operations without a kernel of their own, several inputs and outputs, and
// numbers of 1 to 32 bits.
func.func @main(%x: tensor<1x6x6x4xi8>, %y: tensor<1x6x6x4xi8>,
                %n: tensor<5xi32>, %h: tensor<4xi16>)
    -> (tensor<1x3x6x8xi8>, tensor<5xi32>, tensor<1x6x6x4xi1>,
        tensor<4xi16>, tensor<4xi16>) {
  %greater = tosa.greater %x, %y
    : (tensor<1x6x6x4xi8>, tensor<1x6x6x4xi8>) -> tensor<1x6x6x4xi1>
  %chosen = tosa.select %greater, %x, %y
    : (tensor<1x6x6x4xi1>, tensor<1x6x6x4xi8>, tensor<1x6x6x4xi8>)
      -> tensor<1x6x6x4xi8>
  %table = "tosa.const"() <{values = dense<"0xE9FE42B70FD3EADE77BBB09F13861124C112E165B49828C55CF550497654CBBA36BC99CAA59EB1478BE31C5988CF7931F95B9D260DEBEE57D9FA0C32DD7BEF27A2523C3F9C696B537443A31415A925716090C6221F238439D60A09560420899517E6A8A0DC1D66BF4C8F2A94934F45E8E5BEF02D68A7AC40AABD46D42E6F3D0E6D34216201E2E05AC883FDC7D73303DFB5922B9A4E0BF4D07D5EEC85291B82CC165F8C5D2CC0673E7A08AE64B37F96484D30AB81D280B655F84BD1A12F19A48E6ADA4A75F6CEADF1583B8DF770E73887DBB96C37AFF2028AF30605ED511A973AFCB8FF72B200C4FB9B6E63D5E4077C1835C961A67873C27E1E4110C3CDD89144"> : tensor<256xi8>}>
    : () -> tensor<256xi8>
  %looked = tosa.table %chosen, %table
    : (tensor<1x6x6x4xi8>, tensor<256xi8>) -> tensor<1x6x6x4xi8>
  %pooled = tosa.max_pool2d %looked {kernel = array<i64: 2, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 1>}
    : (tensor<1x6x6x4xi8>) -> tensor<1x3x6x4xi8>
  %turned = tosa.transpose %y {perms = array<i32: 0, 2, 1, 3>}
    : (tensor<1x6x6x4xi8>) -> tensor<1x6x6x4xi8>
  %start = tosa.const_shape {values = dense<[0, 1, 0, 0]> : tensor<4xindex>}
    : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 3, 6, 4]> : tensor<4xindex>}
    : () -> !tosa.shape<4>
  %part = tosa.slice %turned, %start, %size
    : (tensor<1x6x6x4xi8>, !tosa.shape<4>, !tosa.shape<4>)
      -> tensor<1x3x6x4xi8>
  %clamped = tosa.clamp %part {min_val = -100 : i8, max_val = 100 : i8}
    : (tensor<1x3x6x4xi8>) -> tensor<1x3x6x4xi8>
  %joined = tosa.concat %pooled, %clamped {axis = 3 : i32}
    : (tensor<1x3x6x4xi8>, tensor<1x3x6x4xi8>) -> tensor<1x3x6x8xi8>

  %zeros = tosa.clz %n : (tensor<5xi32>) -> tensor<5xi32>
  %positive = tosa.abs %n : (tensor<5xi32>) -> tensor<5xi32>
  %shifted = tosa.logical_left_shift %positive, %zeros
    : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi32>
  %back = tosa.arithmetic_right_shift %shifted, %zeros {round = true}
    : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi32>
  %seven = "tosa.const"() <{values = dense<7> : tensor<5xi32>}>
    : () -> tensor<5xi32>
  %divided = tosa.intdiv %back, %seven
    : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi32>
  %mixed = tosa.bitwise_xor %divided, %n
    : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi32>
  %sum = tosa.add %mixed, %positive
    : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi32>

  %z = "tosa.const"() <{values = dense<0> : tensor<1xi16>}>
    : () -> tensor<1xi16>
  %less = tosa.negate %h, %z, %z
    : (tensor<4xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<4xi16>
  %most = tosa.maximum %less, %h
    : (tensor<4xi16>, tensor<4xi16>) -> tensor<4xi16>
  %reversed = tosa.reverse %most {axis = 0 : i32}
    : (tensor<4xi16>) -> tensor<4xi16>

  // Each has one outcome, which compilers know.
  %wide = tosa.cast %h : (tensor<4xi16>) -> tensor<4xi32>
  %low = "tosa.const"() <{values = dense<-32768> : tensor<1xi32>}>
    : () -> tensor<1xi32>
  %above = tosa.greater_equal %wide, %low
    : (tensor<4xi32>, tensor<1xi32>) -> tensor<4xi1>
  %four = "tosa.const"() <{values = dense<4> : tensor<1xi32>}>
    : () -> tensor<1xi32>
  %bit = tosa.bitwise_and %wide, %four
    : (tensor<4xi32>, tensor<1xi32>) -> tensor<4xi32>
  %eight = "tosa.const"() <{values = dense<8> : tensor<1xi32>}>
    : () -> tensor<1xi32>
  %other = tosa.equal %bit, %eight
    : (tensor<4xi32>, tensor<1xi32>) -> tensor<4xi1>
  %taken = tosa.select %above, %most, %h
    : (tensor<4xi1>, tensor<4xi16>, tensor<4xi16>) -> tensor<4xi16>
  %kept = tosa.select %other, %h, %taken
    : (tensor<4xi1>, tensor<4xi16>, tensor<4xi16>) -> tensor<4xi16>
  return %joined, %sum, %greater, %reversed, %kept
    : tensor<1x3x6x8xi8>, tensor<5xi32>, tensor<1x6x6x4xi1>, tensor<4xi16>,
      tensor<4xi16>
}
