// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The first convolution of resnet8, see README.md; do not edit.

module {
  func.func @main(%input: tensor<1x16x16x3xi8>) -> (tensor<1x16x16x16xi32>, tensor<1x16x16x16xi8>) {
    %weights = "tosa.const"() <{values = dense<"0x1921D115F0C44B119AA7F64BF928F4ECD7EDAEFF08263A7FA8E82CF318A34AC0F528A5ECE7F1E1A98A9F7FE460BA262B321FEB61AB4FC4B2243F4320AC2D0530C9F4BCB6EBCFC3A77F05F81936EA07425DBD0407BA3CEB042DD001220FF07F130918D62DFAD7D907DBE01CF7813255AD25DB2702F0970E5CA3F7E20D251B6920DB60B9D54EACE94C1710BC81AEF0C9BBB6EEEACF0C09F06526F4FE1D52DE285565223EA141E8E962D61819CAC50D000799657FEE165C40C6C584EB53AB67A2AC71C2B92128071A4F0EEB1626CF01D29F463A8188FE1B375B2AA21567597F5FF3E8F5EE19942366918AEC35C613F5CBC6F90FEB4CE51FF4EEE5D0DB047F3061C5CCCFF2E80809F91013E12EE523BE64CB185F0C24F246F04AE1F71B89D0384706DDCAE9F381A81BD3BD02E6545C9A3CCCA5C9F40109CD1E457F50D7BE97EFD8ABDF2828C8A0C1FBC5BF4C177F352AC330EB2CCE0224FB54BAC841C81E17E2F88DE0338A2C5AA7F0DEE900EB0F5B7FC21E2F0A1CDEE7081F21204624EAFEF5D11737FB3ADAE9F32E362B342BEAD721E61C2EF7640E8160DC1EFC86CC0AE47FFF1DB90E56F099090A11F9C7065FDEBC043B"> : tensor<16x3x3x3xi8>}> : () -> tensor<16x3x3x3xi8>
    %bias = "tosa.const"() <{values = dense<[6836, 11436, 9908, 3365, 6658, 3309, 6877, 5073, 3511, 5800, 5789, 14659, 9415, -11951, -35108, 8659]> : tensor<16xi32>}> : () -> tensor<16xi32>
    %multipliers = "tosa.const"() <{values = dense<[1242405367, 1572401305, 1958940506, 1298758956, 2105523684, 1488287030, 2099891493, 1638298993, 1454413568, 1464338136, 1402045708, 1370583300, 1101019486, 1611122667, 1494439611, 1164674270]> : tensor<16xi32>}> : () -> tensor<16xi32>
    %shifts = "tosa.const"() <{values = dense<[39, 41, 40, 39, 40, 40, 40, 39, 40, 40, 41, 40, 39, 42, 41, 38]> : tensor<16xi8>}> : () -> tensor<16xi8>
    %output_zero_point = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
    %input_zero_point = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
    %weight_zero_point = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %no_zero_point = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
    %accumulators = tosa.conv2d %input, %weights, %bias, %input_zero_point, %weight_zero_point {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x16x16x3xi8>, tensor<16x3x3x3xi8>, tensor<16xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x16x16x16xi32>
    %codes = tosa.rescale %accumulators, %multipliers, %shifts, %no_zero_point, %output_zero_point {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = DOUBLE_ROUND, scale32 = true} : (tensor<1x16x16x16xi32>, tensor<16xi32>, tensor<16xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x16x16x16xi8>
    return %accumulators, %codes : tensor<1x16x16x16xi32>, tensor<1x16x16x16xi8>
  }
}
