// Proofs of what requantizations become, a line for each.

// RUN: rm -rf %t && mkdir %t
// RUN: rescale-compile %s --emit=c --verify -o %t 2>&1 | FileCheck %s
// RUN: rescale-compile %s --emit=linalg --verify=exhaustive -o %t 2>&1 | FileCheck %s
// RUN: rescale-compile %s --emit=c --narrow=6 --verify -o %t 2>&1 | FileCheck %s
// CHECK: proved line [[# @LINE + 49]]: 2 channels{{.*}}, {{[0-9]+[.][0-9]+}} s{{$}}
// CHECK: proved line [[# @LINE + 52]]: 1 channel{{.*}}, {{[0-9]+[.][0-9]+}} s{{$}}
// CHECK: not proved: 1 scaling by numbers that are known at run time only

// What a solver has to answer, tested with some that are none.
// RUN: printf '#!/bin/sh\nsed -n s/.check-sat./unsat/p $1\n' > %t/yes
// RUN: printf '#!/bin/sh\necho unknown\n' > %t/unknown
// RUN: printf '#!/bin/sh\necho unsat\n' > %t/short
// RUN: printf '#!/bin/sh\nsleep 60\n' > %t/slow
// RUN: printf '#!/bin/sh\nif grep -q get-value $1; then echo sat; echo "((accumulator (- 5)))"; else echo sat; echo unsat; fi\n' > %t/liar
// RUN: printf '#!/bin/sh\nif grep -q get-value $1; then echo sat; else echo sat; echo unsat; fi\n' > %t/silent
// RUN: printf '#!/bin/sh\nsed -n s/.check-sat./unsat/p $1\nexit 3\n' > %t/failing
// RUN: printf '#!/bin/sh\nkill -SEGV $$\n' > %t/crashing
// RUN: printf '#!/bin/sh\nif grep -q get-value $1; then echo sat; echo "((accumulator 99999999))"; else echo sat; echo unsat; fi\n' > %t/far
// RUN: printf '#!/bin/sh\nif grep -q get-value $1; then echo sat; echo "((accumulator 340282366920938463463374607431768211461))"; else echo sat; echo unsat; fi\n' > %t/huge
// RUN: chmod +x %t/failing %t/crashing %t/far %t/huge
// RUN: chmod +x %t/yes %t/unknown %t/short %t/slow %t/liar %t/silent
// RUN: rescale-compile %s --emit=c --verify=smt --smt-solver=%t/yes -o %t 2>&1 | FileCheck %s
// RUN: rm -f %t/*.c %t/*.h
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/unknown -o %t 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: rescale-compile: error: requires a solver that answers sat or unsat, got 'unknown' from '{{.*}}unknown'; take another with --smt-solver, or --verify=exhaustive
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/short -o %t 2>&1 | FileCheck %s --check-prefix=SHORT
// SHORT: rescale-compile: error: requires 2 answers of the solver '{{.*}}short', got 1; take another with --smt-solver, or --verify=exhaustive
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/slow --smt-timeout=1 -o %t 2>&1 | FileCheck %s --check-prefix=SLOW
// SLOW: rescale-compile: error: requires an answer of the solver '{{.*}}slow' within 1 seconds a layer, got none ({{.*}}); allow more with --smt-timeout, or take --verify=exhaustive
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/liar -o %t 2>&1 | FileCheck %s --check-prefix=LIAR
// LIAR: rescale-compile: error: requires a solver whose counterexamples are some, got accumulator -5 of channel 0, at which nothing is wrong; report this
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/silent -o %t 2>&1 | FileCheck %s --check-prefix=SILENT
// SILENT: rescale-compile: error: requires a solver that gives the value of what it found, got 'sat' from '{{.*}}silent'; take another with --smt-solver, or --verify=exhaustive
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/failing -o %t 2>&1 | FileCheck %s --check-prefix=FAILING
// FAILING: rescale-compile: error: requires a solver that succeeds, got the exit status 3 from '{{.*}}failing'; take another with --smt-solver, or --verify=exhaustive
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/crashing -o %t 2>&1 | FileCheck %s --check-prefix=CRASHING
// CRASHING: rescale-compile: error: cannot run the solver '{{.*}}crashing': {{.*[Ss]egmentation}}
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/far -o %t 2>&1 | FileCheck %s --check-prefix=FAR
// FAR: rescale-compile: error: requires a solver whose counterexamples are some, got accumulator 99999999 of channel 0, at which nothing is wrong; report this
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/huge -o %t 2>&1 | FileCheck %s --check-prefix=HUGE
// HUGE: rescale-compile: error: requires a solver that gives the value of what it found, got 'sat
// HUGE-NEXT: ((accumulator 340282366920938463463374607431768211461))' from '{{.*}}huge'; take another with --smt-solver, or --verify=exhaustive
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-timeout=0 -o %t 2>&1 | FileCheck %s --check-prefix=ZERO
// ZERO: rescale-compile: error: requires at least 1 second for --smt-timeout, got 0; leave it out for the default
// RUN: not rescale-compile %s --emit=c --verify --smt-timeout=5 -o %t 2>&1 | FileCheck %s --check-prefix=TIMEOUT
// TIMEOUT: rescale-compile: error: requires --verify=smt for --smt-timeout, got it without; add the one or leave out the other
// RUN: not rescale-compile %s --emit=c --verify=smt --smt-solver=%t/none -o %t 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: rescale-compile: error: requires a program for --smt-solver, got '{{.*}}none'; name a solver that reads SMT-LIB from a file
// RUN: not rescale-compile %s --emit=c --verify --smt-solver=%t/yes -o %t 2>&1 | FileCheck %s --check-prefix=WITHOUT
// WITHOUT: rescale-compile: error: requires --verify=smt for --smt-solver, got it without; add the one or leave out the other
// RUN: not ls %t/verify.c

func.func @main(%x: tensor<1x4x4x2xi16>, %a: tensor<4xi32>, %b: tensor<4xi32>) -> (tensor<1x4x4x2xi8>, tensor<4xi8>, tensor<4xi32>) {
  %0 = rescale.requantize %x mul dense<[1518500250, 1241513984]> : tensor<2xsi32> shift [38, 39] axis 3
    round double : tensor<1x4x4x2xi16> -> tensor<1x4x4x2xi8>
  %s = "tosa.const"() {values = dense<31> : tensor<1xi8>} : () -> tensor<1xi8>
  %1 = tosa.mul %a, %b, %s : (tensor<4xi32>, tensor<4xi32>, tensor<1xi8>) -> tensor<4xi32>
  %2 = rescale.requantize %a mul dense<1073741824> : tensor<1xsi32> shift [53]
    round half_up zero_point 3 : tensor<4xi32> -> tensor<4xi8>
  return %0, %2, %1 : tensor<1x4x4x2xi8>, tensor<4xi8>, tensor<4xi32>
}
