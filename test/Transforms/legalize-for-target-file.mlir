// Errors in a target's file name it, and the place in it.
// RUN: rm -rf %t && mkdir %t
// RUN: printf '\n#rescale.target<"ours",\n  foo>\n' > %t/fields
// RUN: not rescale-opt %s -rescale-legalize-for-target=target-file=%t/fields 2>&1 | FileCheck %s --check-prefix=FIELDS
// RUN: not rescale-compile %s --emit=rescale -o %t/out --rescaler=%t/fields 2>&1 | FileCheck %s --check-prefix=FIELDS
// FIELDS: fields:3:6: error: expected '='
// FIELDS: error: {{.*}}requires a #rescale.target<...> in '{{.*}}fields', got something else; docs/Dialect.md has its fields

// RUN: printf ' \n' > %t/empty
// RUN: not rescale-opt %s -rescale-legalize-for-target=target-file=%t/empty 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not rescale-compile %s --emit=rescale -o %t/out --rescaler=%t/empty 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY-NOT: error: expected
// EMPTY: error: {{.*}}requires a #rescale.target<...> in '{{.*}}empty', got nothing; docs/Dialect.md has its fields

// RUN: printf '// nothing\n' > %t/comment-empty
// RUN: not rescale-opt %s -rescale-legalize-for-target=target-file=%t/comment-empty 2>&1 | FileCheck %s --check-prefix=EMPTY

// Blanks and comments may stand before and behind it.
// RUN: printf '\n // The unit of ours.\n\n  #rescale.target<"ours", multiplicand = ui8> // 8 bits\n// The end.\n' > %t/comments
// RUN: rescale-opt %s -rescale-legalize-for-target=target-file=%t/comments | FileCheck %s --check-prefix=COMMENTS
// COMMENTS: rescale.target = #rescale.target<"ours", multiplicand = ui8>
// RUN: printf '// A comment.\n  #rescale.target<"ours", multiplicand = 8>\n' > %t/first
// RUN: not rescale-opt %s -rescale-legalize-for-target=target-file=%t/first 2>&1 | FileCheck %s --check-prefix=FIRST
// FIRST: first:2:41: error: expected non-function type
// RUN: printf '#rescale.target<"ours", multiplicand = ui8>\n#rescale.target<"ne16">\n' > %t/two
// RUN: not rescale-opt %s -rescale-legalize-for-target=target-file=%t/two 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: two:2:1: error: found trailing characters: '#rescale.target<"ne16">'

// What can be no target is not read, nor waited for.
// RUN: truncate -s 1048577 %t/large && mkfifo %t/pipe
// RUN: not rescale-opt %s -rescale-legalize-for-target=target-file=%t/large 2>&1 | FileCheck %s --check-prefix=LARGE
// RUN: not rescale-compile %s --emit=rescale -o %t/out --rescaler=%t/large 2>&1 | FileCheck %s --check-prefix=LARGE
// RUN: not rescale-opt %s -rescale-legalize-for-target=target-file=%t/pipe 2>&1 | FileCheck %s --check-prefix=PIPE
// RUN: not ls %t/out
// LARGE: error: {{.*}}requires a target's file that can be read, got '{{.*}}large': it has more than 1048576 bytes; choose another
// PIPE: error: {{.*}}requires a target's file that can be read, got '{{.*}}pipe': it is no regular file; choose another

func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}
