// RUN: rescale-opt %s -rescale-drop-tosa-target | FileCheck %s

// CHECK: module attributes {test.kept}
// CHECK-NOT: tosa
module attributes {
    tosa.target_env = #tosa.target_env<specification_version = "1.0",
        level = none, profiles = [pro_int], extensions = [doubleround]>,
    test.kept} {
}
