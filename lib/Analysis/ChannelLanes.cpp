//===- ChannelLanes.cpp - Many accumulators at once -----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each step is one loop over all lanes that compilers vectorize. A value takes
// the narrowest of 32, 64 and 128 bits that holds it, extended by its sign.
//
//===----------------------------------------------------------------------===//

#include "rescale/Analysis/LoweredArithmetic.h"

#include <algorithm>
#include <type_traits>

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;

namespace {

template <typename T>
struct MakeUnsigned {
  using type = std::make_unsigned_t<T>;
};
template <>
struct MakeUnsigned<Int128> {
  using type = unsigned __int128;
};
template <typename T>
using Unsigned = typename MakeUnsigned<T>::type;

/// The lower `width` bits.
template <typename T>
Unsigned<T> getMask(unsigned width) {
  return Unsigned<T>(-1) >> (sizeof(T) * 8 - width);
}

/// The lower `width` bits, extended by their sign.
template <typename T>
T extend(Unsigned<T> bits, unsigned width) {
  unsigned unused = sizeof(T) * 8 - width;
  return T(bits << unused) >> unused;
}

/// Calls `function` with a null pointer to what holds `width` bits.
template <typename Function>
auto dispatch(unsigned width, Function function) {
  if (width <= 32)
    return function(static_cast<int32_t *>(nullptr));
  if (width <= 64)
    return function(static_cast<int64_t *>(nullptr));
  return function(static_cast<Int128 *>(nullptr));
}

} // namespace

struct ChannelLanes::Storage {
  explicit Storage(const LoweredArithmetic &arithmetic)
      : arithmetic(arithmetic) {
    offsets.reserve(arithmetic.getNumValues());
    size_t size = 0;
    for (unsigned i = 0, e = arithmetic.getNumValues(); i < e; ++i) {
      offsets.push_back(size);
      dispatch(arithmetic.getWidth(i),
               [&](auto *type) { size += kMaxLanes * sizeof(*type); });
    }
    // New memory is aligned for every type, and each size is a multiple of it.
    memory = std::make_unique<char[]>(size);
    isUniform.resize(arithmetic.getNumValues());
    for (unsigned i = 0, e = arithmetic.getNumValues(); i < e; ++i)
      isUniform[i] = arithmetic.isConstant(i);
  }

  template <typename T>
  T *get(unsigned value) {
    return reinterpret_cast<T *>(memory.get() + offsets[value]);
  }

  void evaluate(const ArithStep &step);

  const LoweredArithmetic &arithmetic;
  std::unique_ptr<char[]> memory;
  SmallVector<size_t> offsets;
  /// Of values that are the same in all lanes of a channel.
  SmallVector<bool> isUniform;
  /// The other steps.
  SmallVector<const ArithStep *> varying;
  unsigned count = 0;

private:
  /// `function` of the operands in every lane.
  template <typename T, typename R, typename Function>
  void map(const ArithStep &step, Function function) {
    R *__restrict result = get<R>(step.result);
    const T *__restrict a = get<T>(step.operands[0]);
    const T *__restrict b = get<T>(step.operands[1]);
    // Shifts by one amount are vector instructions, by others often not.
    if (isUniform[step.operands[1]]) {
      const T constant = b[0];
      for (unsigned i = 0; i < count; ++i)
        result[i] = function(a[i], constant);
      return;
    }
    for (unsigned i = 0; i < count; ++i)
      result[i] = function(a[i], b[i]);
  }
  template <typename T>
  void evaluateInteger(const ArithStep &step);
  template <typename T>
  void compare(const ArithStep &step);
  template <typename T>
  void select(const ArithStep &step);
  template <typename T, typename R>
  void resize(const ArithStep &step);
};

/// Sums and products of unsigned numbers wrap, as those of two's complement do;
/// the amounts of shifts are masked, since what is too long is reported.
template <typename T>
void ChannelLanes::Storage::evaluateInteger(const ArithStep &step) {
  using U = Unsigned<T>;
  const unsigned width = arithmetic.getWidth(step.result);
  const U mask = getMask<T>(width);
  const U amounts = sizeof(T) * 8 - 1;
  auto apply = [&](auto function) {
    // Numbers that fill their lanes need no extension.
    if (width == sizeof(T) * 8)
      return map<T, T>(step, function);
    map<T, T>(step,
              [=](T a, T b) { return extend<T>(U(function(a, b)), width); });
  };
  switch (step.opcode) {
  case ArithOpcode::Add:
    return apply([](T a, T b) { return T(U(a) + U(b)); });
  case ArithOpcode::Sub:
    return apply([](T a, T b) { return T(U(a) - U(b)); });
  case ArithOpcode::Mul:
    return apply([](T a, T b) { return T(U(a) * U(b)); });
  case ArithOpcode::ShiftLeft:
    return apply([=](T a, T b) { return T(U(a) << (U(b) & amounts)); });
  case ArithOpcode::ShiftRightSigned:
    return map<T, T>(step, [=](T a, T b) { return a >> (U(b) & amounts); });
  case ArithOpcode::ShiftRightUnsigned:
    return apply(
        [=](T a, T b) { return T((U(a) & mask) >> (U(b) & amounts)); });
  case ArithOpcode::And:
    return map<T, T>(step, [](T a, T b) { return a & b; });
  case ArithOpcode::Or:
    return map<T, T>(step, [](T a, T b) { return a | b; });
  case ArithOpcode::Xor:
    return map<T, T>(step, [](T a, T b) { return a ^ b; });
  case ArithOpcode::MinSigned:
    return map<T, T>(step, [](T a, T b) { return a < b ? a : b; });
  case ArithOpcode::MaxSigned:
    return map<T, T>(step, [](T a, T b) { return a > b ? a : b; });
  // Extension by the sign keeps the order of unsigned numbers.
  case ArithOpcode::MinUnsigned:
    return map<T, T>(step, [](T a, T b) { return U(a) < U(b) ? a : b; });
  case ArithOpcode::MaxUnsigned:
    return map<T, T>(step, [](T a, T b) { return U(a) > U(b) ? a : b; });
  default:
    llvm_unreachable("not an operation of one type");
  }
}

template <typename T>
void ChannelLanes::Storage::compare(const ArithStep &step) {
  using U = Unsigned<T>;
  using Predicate = arith::CmpIPredicate;
  auto apply = [&](auto function) {
    map<T, int32_t>(step, [=](T a, T b) { return -int32_t(function(a, b)); });
  };
  switch (step.predicate) {
  case Predicate::eq:
    return apply([](T a, T b) { return a == b; });
  case Predicate::ne:
    return apply([](T a, T b) { return a != b; });
  case Predicate::slt:
    return apply([](T a, T b) { return a < b; });
  case Predicate::sle:
    return apply([](T a, T b) { return a <= b; });
  case Predicate::sgt:
    return apply([](T a, T b) { return a > b; });
  case Predicate::sge:
    return apply([](T a, T b) { return a >= b; });
  case Predicate::ult:
    return apply([](T a, T b) { return U(a) < U(b); });
  case Predicate::ule:
    return apply([](T a, T b) { return U(a) <= U(b); });
  case Predicate::ugt:
    return apply([](T a, T b) { return U(a) > U(b); });
  case Predicate::uge:
    return apply([](T a, T b) { return U(a) >= U(b); });
  }
}

template <typename T>
void ChannelLanes::Storage::select(const ArithStep &step) {
  T *__restrict result = get<T>(step.result);
  const int32_t *__restrict condition = get<int32_t>(step.operands[0]);
  const T *__restrict a = get<T>(step.operands[1]);
  const T *__restrict b = get<T>(step.operands[2]);
  for (unsigned i = 0; i < count; ++i)
    result[i] = condition[i] ? a[i] : b[i];
}

template <typename T, typename R>
void ChannelLanes::Storage::resize(const ArithStep &step) {
  const unsigned width = arithmetic.getWidth(step.result);
  const Unsigned<T> mask = getMask<T>(arithmetic.getWidth(step.operands[0]));
  R *__restrict result = get<R>(step.result);
  const T *__restrict a = get<T>(step.operands[0]);
  if (step.opcode == ArithOpcode::ExtendUnsigned)
    for (unsigned i = 0; i < count; ++i)
      result[i] = R(Unsigned<T>(a[i]) & mask);
  else if (width == sizeof(R) * 8 || step.opcode == ArithOpcode::ExtendSigned)
    for (unsigned i = 0; i < count; ++i)
      result[i] = R(a[i]);
  else
    for (unsigned i = 0; i < count; ++i)
      result[i] = extend<R>(Unsigned<R>(a[i]), width);
}

void ChannelLanes::Storage::evaluate(const ArithStep &step) {
  switch (step.opcode) {
  case ArithOpcode::Compare:
    return dispatch(arithmetic.getWidth(step.operands[0]), [&](auto *type) {
      compare<std::remove_pointer_t<decltype(type)>>(step);
    });
  case ArithOpcode::Select:
    return dispatch(arithmetic.getWidth(step.result), [&](auto *type) {
      select<std::remove_pointer_t<decltype(type)>>(step);
    });
  case ArithOpcode::ExtendSigned:
  case ArithOpcode::ExtendUnsigned:
  case ArithOpcode::Truncate:
    return dispatch(arithmetic.getWidth(step.operands[0]), [&](auto *from) {
      dispatch(arithmetic.getWidth(step.result), [&](auto *to) {
        resize<std::remove_pointer_t<decltype(from)>,
               std::remove_pointer_t<decltype(to)>>(step);
      });
    });
  default:
    return dispatch(arithmetic.getWidth(step.result), [&](auto *type) {
      evaluateInteger<std::remove_pointer_t<decltype(type)>>(step);
    });
  }
}

ChannelLanes::ChannelLanes(const LoweredArithmetic &arithmetic, int64_t channel)
    : arithmetic(arithmetic), storage(std::make_unique<Storage>(arithmetic)) {
  for (unsigned i = 0, e = arithmetic.getNumValues(); i < e; ++i)
    if (arithmetic.isConstant(i))
      dispatch(arithmetic.getWidth(i), [&](auto *type) {
        using T = std::remove_pointer_t<decltype(type)>;
        std::fill_n(storage->get<T>(i), kMaxLanes,
                    T(arithmetic.getConstant(i, channel)));
      });
  storage->count = kMaxLanes;
  for (const ArithStep &step : arithmetic.getSteps()) {
    unsigned numOperands = step.op->getNumOperands();
    if (llvm::all_of(ArrayRef(step.operands).take_front(numOperands),
                     [&](unsigned i) { return storage->isUniform[i]; })) {
      storage->isUniform[step.result] = true;
      storage->evaluate(step);
    } else {
      storage->varying.push_back(&step);
    }
  }
}

ChannelLanes::~ChannelLanes() = default;

void ChannelLanes::evaluate(Int128 first, unsigned numLanes) {
  count = storage->count = numLanes;
  unsigned width = arithmetic.getWidth(0);
  dispatch(width, [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    using U = Unsigned<T>;
    T *accumulators = storage->get<T>(0);
    for (unsigned i = 0; i < count; ++i)
      accumulators[i] = extend<T>(U(first) + U(i), width);
  });
  for (const ArithStep *step : storage->varying)
    storage->evaluate(*step);
}

Int128 ChannelLanes::get(unsigned value, unsigned lane) const {
  return dispatch(arithmetic.getWidth(value), [&](auto *type) {
    using T = std::remove_pointer_t<decltype(type)>;
    return Int128(storage->get<T>(value)[lane]);
  });
}

std::optional<unsigned> ChannelLanes::findOther(unsigned begin, unsigned end,
                                                int64_t code) const {
  unsigned result = arithmetic.getResult();
  Int128 expected = wrapSigned(code, arithmetic.getWidth(result));
  return dispatch(
      arithmetic.getWidth(result), [&](auto *type) -> std::optional<unsigned> {
        using T = std::remove_pointer_t<decltype(type)>;
        const T *codes = storage->get<T>(result);
        T differences = 0;
        for (unsigned i = begin; i < end; ++i)
          differences |= codes[i] ^ T(expected);
        if (!differences)
          return std::nullopt;
        const T *found = std::find_if(codes + begin, codes + end, [&](T value) {
          return value != T(expected);
        });
        return found - codes;
      });
}

std::optional<unsigned>
ChannelLanes::findOther(ArrayRef<int64_t> expected) const {
  unsigned result = arithmetic.getResult();
  unsigned width = arithmetic.getWidth(result);
  return dispatch(width, [&](auto *type) -> std::optional<unsigned> {
    using T = std::remove_pointer_t<decltype(type)>;
    const T *codes = storage->get<T>(result);
    T differences = 0;
    if (width == sizeof(T) * 8)
      for (unsigned i = 0, e = expected.size(); i < e; ++i)
        differences |= codes[i] ^ T(expected[i]);
    else
      for (unsigned i = 0, e = expected.size(); i < e; ++i)
        differences |= codes[i] ^ extend<T>(Unsigned<T>(expected[i]), width);
    if (!differences)
      return std::nullopt;
    unsigned i = 0;
    while (codes[i] == T(wrapSigned(expected[i], width)))
      ++i;
    return i;
  });
}

std::optional<unsigned>
ChannelLanes::findOverflow(const ArithStep &step) const {
  for (unsigned i = 0; i < count; ++i)
    if (!fits(arithmetic, step, get(step.operands[0], i),
              get(step.operands[1], i)))
      return i;
  return std::nullopt;
}
