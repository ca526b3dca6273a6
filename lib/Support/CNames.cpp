//===- CNames.cpp - Which names C takes -----------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lists. C99's functions are there whether or not their header is included:
// compilers know them, and warn of a function of another type.
//
//===----------------------------------------------------------------------===//

#include "rescale/Support/CNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using llvm::StringRef;

bool rescale::isCIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// Keywords of C99, and those that C11, C23 and C++ add.
static constexpr llvm::StringLiteral keywords[] = {
    "auto break case char const continue default do double else enum extern "
    "float for goto if inline int long register restrict return short signed "
    "sizeof static struct switch typedef union unsigned void volatile while",
    // C23 and C++
    "alignas alignof and and_eq asm bitand bitor bool catch class compl "
    "concept const_cast constexpr consteval constinit decltype delete "
    "dynamic_cast explicit export false friend module mutable namespace new "
    "noexcept not not_eq nullptr operator or or_eq private protected public "
    "reinterpret_cast requires static_assert static_cast template this "
    "thread_local throw true try typeid typename typeof typeof_unqual using "
    "virtual wchar_t xor xor_eq"};

/// The names of types and functions that the printed file declares or that
/// compilers know.
static constexpr llvm::StringLiteral reserved[] = {
    // Names that a translation unit has before its first line.
    "main linux unix arm i386 NULL EOF errno",
    // Types of the headers that are included.
    "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t "
    "intptr_t uintptr_t intmax_t uintmax_t size_t ptrdiff_t",
    // The printer's helpers.
    "add_i32 sub_i32 mul_i32 add_i64 sub_i64 mul_i64 min_i32 max_i32 min_i64 "
    "max_i64 min_u32 max_u32 min_u64 max_u64 clamp_i32 clamp_i64 "
    "clz_i32 clz_i64 abs_i32 abs_i64",
    // C99's library.
    "abort abs acos acosh asctime asin asinh assert atan atan2 atanh atexit "
    "atof atoi atol atoll bsearch cabs calloc carg cbrt ceil cexp cimag "
    "clearerr clock clog conj copysign cos cosh cpow cproj creal csin csqrt "
    "ctan ctime difftime div erf erfc exit exp exp2 expm1 fabs fclose fdim "
    "feof ferror fflush fgetc fgetpos fgets floor fma fmax fmin fmod fopen "
    "fprintf fputc fputs fread free freopen frexp fscanf fseek fsetpos ftell "
    "fwrite getc getchar getenv gets gmtime hypot ilogb imaxabs imaxdiv "
    "isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct "
    "isspace isupper isxdigit labs ldexp ldiv lgamma llabs lldiv llrint "
    "llround localeconv localtime log log10 log1p log2 logb longjmp lrint "
    "lround malloc mblen mbstowcs mbtowc memchr memcmp memcpy memmove memset "
    "mktime modf nan nearbyint nextafter nexttoward perror pow printf putc "
    "putchar puts qsort raise rand realloc remainder remove remquo rename "
    "rewind rint round scalbln scalbn scanf setbuf setjmp setlocale setvbuf "
    "signal sin sinh snprintf sprintf sqrt srand sscanf strcat strchr strcmp "
    "strcoll strcpy strcspn strerror strftime strlen strncat strncmp strncpy "
    "strpbrk strrchr strspn strstr strtod strtof strtok strtol strtold "
    "strtoll strtoul strtoull strxfrm system tan tanh tgamma time tmpfile "
    "tmpnam tolower toupper trunc ungetc vfprintf vprintf vscanf vsnprintf "
    "vsprintf wcstombs wctomb"};

/// C99's headers and those that C11 and C23 add; then others that the headers
/// of glibc, newlib and picolibc include, or that the printed file does.
static constexpr llvm::StringLiteral headers[] = {
    "assert complex ctype errno fenv float inttypes iso646 limits locale math "
    "setjmp signal stdalign stdarg stdatomic stdbit stdbool stdckdint stddef "
    "stdint stdio stdlib stdmchar stdnoreturn string tgmath threads time uchar "
    "wchar wctype",
    "alloca arm_acle endian features malloc memory newlib picolibc pthread "
    "sched strings unistd"};

/// Those of CMake's policy CMP0037, of all generators.
static constexpr llvm::StringLiteral cmakeTargets[] = {
    "all clean depend edit_cache help install list_install_components package "
    "package_source preinstall rebuild_cache test "
    "ALL_BUILD INSTALL PACKAGE RUN_TESTS ZERO_CHECK"};

static llvm::StringSet<> makeSet(llvm::ArrayRef<llvm::StringLiteral> lines) {
  llvm::StringSet<> set;
  for (StringRef line : lines) {
    llvm::SmallVector<StringRef, 0> names;
    line.split(names, ' ');
    set.insert_range(names);
  }
  return set;
}

bool rescale::isReservedInC(StringRef name) {
  static const llvm::StringSet<> set = makeSet(reserved);
  static const llvm::StringSet<> keywordSet = makeSet(keywords);
  if (name.starts_with("__") ||
      (name.size() > 1 && name[0] == '_' && llvm::isUpper(name[1])))
    return true;
  // INT8_MIN, UINT32_C and their like.
  StringRef macro = name;
  if ((macro.consume_front("INT") || macro.consume_front("UINT")) &&
      (macro.ends_with("_MIN") || macro.ends_with("_MAX") ||
       macro.ends_with("_C")))
    return true;
  // saturate_i8 and its like, which are helpers of the printer too.
  unsigned width;
  StringRef helper = name;
  if (helper.consume_front("saturate_")) {
    helper.consume_front("from_") || helper.consume_front("to_");
    if ((helper.consume_front("i") || helper.consume_front("u")) &&
        !helper.getAsInteger(10, width))
      return true;
  }
  return set.contains(name) || keywordSet.contains(name);
}

StringRef rescale::findNetworkNameFault(StringRef name) {
  static const llvm::StringSet<> keywordSet = makeSet(keywords);
  static const llvm::StringSet<> headerSet = makeSet(headers);
  if (!isCIdentifier(name))
    return "which is no identifier";
  if (keywordSet.contains(name))
    return "which is a keyword";
  // Some file systems do not tell cases apart.
  if (headerSet.contains(name.lower()))
    return "whose header would hide one of the C library";
  // Whatever has file scope in C; in C++, which includes the header, anywhere.
  if (name.starts_with("_") || name.contains("__"))
    return "whose underscores C and C++ keep for themselves";
  return "";
}

bool rescale::isReservedInCMake(StringRef name) {
  static const llvm::StringSet<> set = makeSet(cmakeTargets);
  return set.contains(name);
}

std::string rescale::makeCIdentifier(StringRef name) {
  std::string result;
  for (char c : name) {
    bool isLetter = llvm::isAlnum(c);
    // One for several, so that `a//b` is a_b.
    if (isLetter || result.empty() || result.back() != '_')
      result.push_back(isLetter ? c : '_');
  }
  if (result.empty())
    return result;
  if (llvm::isDigit(result.front()))
    result.insert(result.begin(), '_');
  if (isReservedInC(result))
    result.push_back('_');
  // What begins like a name of the implementation.
  return isReservedInC(result) ? "n" + result : result;
}
