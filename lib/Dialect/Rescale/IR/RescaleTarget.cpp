//===- RescaleTarget.cpp - What a rescaler can do -------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Text and rules of #rescale.target. The labels target_cN are the numbered
// rules of docs/spec.md.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Target.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include <tuple>

using namespace mlir;
using namespace mlir::rescale;

#include "rescale/Dialect/Rescale/IR/RescaleTargetEnums.cpp.inc"

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

llvm::hash_code rescale::hash_value(const LayoutEntry &entry) {
  return llvm::hash_combine(entry.field, entry.bits);
}

/// All fields but the lists.
static auto getScalars(const TargetFields &f) {
  return std::make_tuple(f.multiplicandBits, f.signedMultiplicand,
                         f.multiplicandPer, f.minShift, f.maxShift, f.shiftPer,
                         f.productBits, f.accumulatorBits, f.roundings,
                         f.addend, f.addendBits, f.inputZeroPoint, f.zeroPoint,
                         f.clamp, f.inputBits, f.resultBits, f.packing);
}

uint32_t TargetFields::getCost(Instruction instruction) const {
  auto get = [&](Instruction one) { return costs[static_cast<unsigned>(one)]; };
  if (uint32_t cost = get(instruction))
    return cost;
  switch (instruction) {
  case Instruction::MulHigh:
    return get(Instruction::Mul64);
  case Instruction::Mul16:
    return get(Instruction::Mul32);
  case Instruction::Saturate:
    return 2 * get(Instruction::Select);
  default:
    return 0;
  }
}

bool TargetFields::operator==(const TargetFields &other) const {
  return getScalars(*this) == getScalars(other) && layout == other.layout &&
         costs == other.costs;
}

llvm::hash_code rescale::hash_value(const TargetFields &fields) {
  return llvm::hash_combine(
      getScalars(fields), fields.layout,
      llvm::hash_combine_range(fields.costs.begin(), fields.costs.end()));
}

TargetFields
TargetFields::copyInto(AttributeStorageAllocator &allocator) const {
  TargetFields copy = *this;
  copy.layout = allocator.copyInto(layout);
  return copy;
}

TargetAttr rescale::getTarget(Operation *op) {
  for (; op; op = op->getParentOp())
    if (auto target = op->getAttrOfType<TargetAttr>(kTargetAttrName))
      return target;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// The names of an enumeration's cases.
template <typename Enum>
static SmallVector<StringRef> getNames(uint32_t max,
                                       StringRef (*stringify)(Enum)) {
  SmallVector<StringRef> names;
  for (uint32_t i = 0; i <= max; ++i)
    names.push_back(stringify(static_cast<Enum>(i)));
  return names;
}

namespace {

/// Reads the fields after a target's name.
class FieldsParser {
public:
  FieldsParser(AsmParser &parser, TargetFields &fields)
      : parser(parser), fields(fields), layout(fields.layout) {}

  /// `, field = value` as often as they come.
  ParseResult parseAll() {
    while (succeeded(parser.parseOptionalComma())) {
      SMLoc loc = parser.getCurrentLocation();
      StringRef field;
      if (parser.parseKeyword(&field) || parser.parseEqual())
        return failure();
      if (!seen.insert(field).second)
        return parser.emitError(loc, "requires each field once, got ")
               << field << " again; remove one";
      if (parseValue(field, loc))
        return failure();
    }
    fields.layout = layout;
    return success();
  }
  bool isEmpty() const { return seen.empty(); }

private:
  ParseResult parseValue(StringRef field, SMLoc loc);

  /// One of the cases of an enumeration.
  template <typename Enum>
  ParseResult parseCase(StringRef field, Enum &value, uint32_t max,
                        StringRef (*stringify)(Enum)) {
    SmallVector<StringRef> names = getNames(max, stringify);
    SMLoc loc = parser.getCurrentLocation();
    StringRef keyword;
    if (parser.parseKeyword(&keyword))
      return failure();
    const auto *found = llvm::find(names, keyword);
    if (found == names.end())
      return parser.emitError(loc, "requires ")
             << field << " to be one of " << llvm::join(names, ", ") << ", got "
             << keyword << "; choose one of them";
    value = static_cast<Enum>(found - names.begin());
    return success();
  }

  /// Upstream's parser takes -1 for the greatest unsigned number.
  ParseResult parseNumber(unsigned &number) {
    SMLoc loc = parser.getCurrentLocation();
    int64_t value;
    if (parser.parseInteger(value))
      return failure();
    if (!llvm::isUInt<32>(value))
      return parser.emitError(loc, "requires numbers of 0 to 2^32 - 1, got ")
             << value << "; choose one of them";
    number = static_cast<unsigned>(value);
    return success();
  }

  /// Adds the member `number`, in words `name`, to the set that `field` is.
  ParseResult add(SMLoc loc, StringRef field, unsigned number,
                  const Twine &name, uint64_t &set) {
    if (set >> number & 1)
      return parser.emitError(loc, "requires each entry once in ")
             << field << ", got " << name << " again; remove one";
    set |= uint64_t(1) << number;
    return success();
  }

  ParseResult parseWidths(StringRef field, uint64_t &widths) {
    widths = 0;
    return parser.parseCommaSeparatedList(
        AsmParser::Delimiter::Square, [&]() -> ParseResult {
          SMLoc loc = parser.getCurrentLocation();
          unsigned width;
          if (parseNumber(width))
            return failure();
          // target_c7
          if (width < 1 || width > 64)
            return parser.emitError(loc, "requires widths of 1 to 64 in ")
                   << field << ", got " << width << "; remove it";
          return add(loc, field, width - 1, Twine(width), widths);
        });
  }

  ParseResult parseLayout() {
    layout.clear();
    if (parseCase("layout", fields.packing, getMaxEnumValForPacking(),
                  &stringifyPacking))
      return failure();
    return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
      LayoutEntry &entry = layout.emplace_back();
      return failure(parseCase("a parameter", entry.field,
                               getMaxEnumValForLayoutField(),
                               &stringifyLayoutField) ||
                     parser.parseColon() || parseNumber(entry.bits));
    });
  }

  ParseResult parseCosts() {
    fields.costs = {};
    uint64_t priced = 0;
    return parser.parseCommaSeparatedList(AsmParser::Delimiter::Braces, [&] {
      SMLoc loc = parser.getCurrentLocation();
      Instruction instruction = {};
      if (parseCase("a cost", instruction, getMaxEnumValForInstruction(),
                    &stringifyInstruction))
        return failure();
      auto number = static_cast<unsigned>(instruction);
      return failure(add(loc, "costs", number,
                         stringifyInstruction(instruction), priced) ||
                     parser.parseEqual() || parseNumber(fields.costs[number]));
    });
  }

  AsmParser &parser;
  TargetFields &fields;
  SmallVector<LayoutEntry> layout;
  llvm::StringSet<> seen;
};

} // namespace

ParseResult FieldsParser::parseValue(StringRef field, SMLoc loc) {
  if (field == "multiplicand") {
    Type type;
    if (parser.parseType(type))
      return failure();
    auto port = dyn_cast<IntegerType>(type);
    // target_c2
    if (!port || port.isSignless())
      return parser.emitError(loc, "requires multiplicand to be the type of a "
                                   "port, got ")
             << type << "; write it as in multiplicand = ui8";
    fields.multiplicandBits = port.getWidth();
    fields.signedMultiplicand = port.isSigned();
    return success();
  }
  if (field == "shift")
    return failure(parser.parseLSquare() || parseNumber(fields.minShift) ||
                   parser.parseComma() || parseNumber(fields.maxShift) ||
                   parser.parseRSquare());
  if (field == "rounding") {
    uint64_t roundings = 0;
    ParseResult result =
        parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
          SMLoc loc = parser.getCurrentLocation();
          Rounding rounding = {};
          return failure(parseCase("rounding", rounding,
                                   getMaxEnumValForRounding(),
                                   &stringifyRounding) ||
                         add(loc, field, static_cast<unsigned>(rounding),
                             stringifyRounding(rounding), roundings));
        });
    fields.roundings = static_cast<uint32_t>(roundings);
    return result;
  }
  if (field == "input_zero_point") {
    ZeroPointForm form = {};
    if (parseCase(field, form, getMaxEnumValForZeroPointForm(),
                  &stringifyZeroPointForm))
      return failure();
    if (form == ZeroPointForm::InAddend)
      return parser.emitError(loc, "requires input_zero_point to be none or "
                                   "any, got in_addend; choose one of them");
    fields.inputZeroPoint = form == ZeroPointForm::Any;
    return success();
  }
  if (field == "multiplicand_per")
    return parseCase(field, fields.multiplicandPer,
                     getMaxEnumValForGranularity(), &stringifyGranularity);
  if (field == "shift_per")
    return parseCase(field, fields.shiftPer, getMaxEnumValForGranularity(),
                     &stringifyGranularity);
  if (field == "addend")
    return parseCase(field, fields.addend, getMaxEnumValForAddendForm(),
                     &stringifyAddendForm);
  if (field == "zero_point")
    return parseCase(field, fields.zeroPoint, getMaxEnumValForZeroPointForm(),
                     &stringifyZeroPointForm);
  if (field == "clamp")
    return parseCase(field, fields.clamp, getMaxEnumValForClampForm(),
                     &stringifyClampForm);
  if (field == "product_bits")
    return parseNumber(fields.productBits);
  if (field == "accumulator_bits")
    return parseNumber(fields.accumulatorBits);
  if (field == "addend_bits")
    return parseNumber(fields.addendBits);
  if (field == "input_bits")
    return parseWidths(field, fields.inputBits);
  if (field == "result_bits")
    return parseWidths(field, fields.resultBits);
  if (field == "layout")
    return parseLayout();
  if (field == "costs")
    return parseCosts();
  return parser.emitError(loc, "requires a field of targets, got ")
         << field << "; docs/Dialect.md has them";
}

/// What is wrong with fields behind the name of a preset.
static void emitPresetName(InFlightDiagnostic error, StringRef name) {
  error << "requires a name of its own for a target with fields, "
           "got that of the preset \""
        << name << "\"; write \"mine\" like \"" << name << "\"";
}

Attribute TargetAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  std::string name, base;
  if (parser.parseLess() || parser.parseString(&name))
    return {};
  // target_c1
  auto emitNoPreset = [&](StringRef got) {
    parser.emitError(loc, "requires the name of a preset, got \"")
        << got << "\"; the presets are "
        << llvm::join(getTargetPresetNames(), ", ")
        << ", and one's own target has fields";
  };
  TargetFields fields;
  bool isDerived = succeeded(parser.parseOptionalKeyword("like"));
  if (isDerived) {
    if (parser.parseString(&base))
      return {};
    std::optional<TargetFields> preset = getTargetPreset(base);
    if (!preset)
      return emitNoPreset(base), Attribute();
    fields = *preset;
  }
  FieldsParser fieldsParser(parser, fields);
  if (fieldsParser.parseAll() || parser.parseGreater())
    return {};
  std::optional<TargetFields> own = getTargetPreset(name);
  if (!isDerived && fieldsParser.isEmpty()) {
    if (!own)
      return emitNoPreset(name), Attribute();
    fields = *own;
  } else if (own) {
    // Even where they are the preset's.
    emitPresetName(parser.emitError(loc), name);
    return {};
  }
  return parser.getChecked<TargetAttr>(loc, parser.getContext(),
                                       StringRef(name), fields);
}

/// The members of a set of bits, as `[a, b]`.
static void printSet(raw_ostream &os, uint64_t set,
                     function_ref<void(unsigned)> print) {
  SmallVector<unsigned> members;
  for (unsigned i = 0; i < 64; ++i)
    if (set >> i & 1)
      members.push_back(i);
  os << '[';
  llvm::interleaveComma(members, os, print);
  os << ']';
}

static void printLayout(raw_ostream &os, Packing packing,
                        ArrayRef<LayoutEntry> layout) {
  os << stringifyPacking(packing) << " [";
  llvm::interleaveComma(layout, os, [&](const LayoutEntry &entry) {
    os << stringifyLayoutField(entry.field) << " : " << entry.bits;
  });
  os << ']';
}

void TargetAttr::print(AsmPrinter &printer) const {
  const TargetFields &f = getFields();
  const TargetFields defaults;
  raw_ostream &os = printer.getStream();
  os << '<';
  printer.printString(getName());
  if (std::optional<TargetFields> preset = getTargetPreset(getName());
      preset && *preset == f) {
    os << '>';
    return;
  }
  // Always said, so that there is a field.
  os << ", multiplicand = " << (f.signedMultiplicand ? "si" : "ui")
     << f.multiplicandBits;
  auto say = [&](StringRef field, auto value, auto expected, auto print) {
    if (value == expected)
      return;
    os << ", " << field << " = ";
    print(value);
  };
  auto number = [&](unsigned value) { os << value; };
  auto granularity = [&](Granularity per) { os << stringifyGranularity(per); };
  auto zeroPoint = [&](ZeroPointForm form) {
    os << stringifyZeroPointForm(form);
  };
  auto widths = [&](uint64_t set) {
    printSet(os, set, [&](unsigned i) { os << i + 1; });
  };
  say("multiplicand_per", f.multiplicandPer, defaults.multiplicandPer,
      granularity);
  say("shift", std::make_pair(f.minShift, f.maxShift),
      std::make_pair(defaults.minShift, defaults.maxShift), [&](auto range) {
        os << '[' << range.first << ", " << range.second << ']';
      });
  say("shift_per", f.shiftPer, defaults.shiftPer, granularity);
  say("product_bits", f.productBits, defaults.productBits, number);
  say("accumulator_bits", f.accumulatorBits, defaults.accumulatorBits, number);
  say("rounding", f.roundings, defaults.roundings, [&](uint32_t set) {
    printSet(os, set, [&](unsigned i) {
      os << stringifyRounding(static_cast<Rounding>(i));
    });
  });
  say("addend", f.addend, defaults.addend,
      [&](AddendForm form) { os << stringifyAddendForm(form); });
  say("addend_bits", f.addendBits, defaults.addendBits, number);
  say("input_zero_point", f.inputZeroPoint, defaults.inputZeroPoint,
      [&](bool any) { os << (any ? "any" : "none"); });
  say("zero_point", f.zeroPoint, defaults.zeroPoint, zeroPoint);
  say("clamp", f.clamp, defaults.clamp,
      [&](ClampForm form) { os << stringifyClampForm(form); });
  say("input_bits", f.inputBits, defaults.inputBits, widths);
  say("result_bits", f.resultBits, defaults.resultBits, widths);
  if (f.packing != defaults.packing || !f.layout.empty()) {
    os << ", layout = ";
    printLayout(os, f.packing, f.layout);
  }
  if (f.hasCosts()) {
    os << ", costs = {";
    llvm::ListSeparator separator;
    for (auto [i, cost] : llvm::enumerate(f.costs))
      if (cost != 0)
        os << separator << stringifyInstruction(static_cast<Instruction>(i))
           << " = " << cost;
    os << '}';
  }
  os << '>';
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

/// Refuses a layout that is narrower than what the other fields admit: what is
/// legalized for them could not be packed. Biases of convolutions, zero points
/// and clamps are the layers' own.
static LogicalResult verifyWidths(function_ref<InFlightDiagnostic()> emitError,
                                  const TargetFields &f) {
  SmallVector<LayoutEntry> layout(f.layout);
  // What does not fit, and what each other field would be if it had to.
  SmallVector<std::string> found, narrower;
  unsigned addendBits = f.addendBits;
  auto say = [](SmallVector<std::string> &list, const Twine &text) {
    list.push_back(text.str());
  };
  for (LayoutEntry &entry : layout) {
    unsigned bits = entry.bits;
    std::string field =
        (stringifyLayoutField(entry.field) + " : " + Twine(bits)).str();
    StringRef port = f.signedMultiplicand ? "si" : "ui";
    bool isAddend = entry.field == LayoutField::Addend ||
                    entry.field == LayoutField::NegativeAddend;
    if (entry.field == LayoutField::Multiplicand && f.multiplicandBits > bits) {
      say(found, field + " for " + port + Twine(f.multiplicandBits));
      // No port has a sign alone.
      say(narrower, bits == 1 ? "multiplicand = ui1"
                              : "multiplicand = " + port + Twine(bits));
      entry.bits = f.multiplicandBits;
    } else if (entry.field == LayoutField::Shift &&
               unsigned(llvm::bit_width(f.maxShift)) > bits) {
      say(found, field + " for shifts up to " + Twine(f.maxShift));
      unsigned greatest = (1u << bits) - 1;
      say(narrower, "shift = [" + Twine(std::min(f.minShift, greatest)) + ", " +
                        Twine(greatest) + "]");
      entry.bits = llvm::bit_width(f.maxShift);
    } else if (((isAddend && f.addend >= AddendForm::Free) ||
                (entry.field == LayoutField::Bias &&
                 f.addend == AddendForm::InBias)) &&
               f.addendBits > bits) {
      say(found, field + " for addend_bits = " + Twine(f.addendBits));
      addendBits = std::min(addendBits, bits);
      entry.bits = f.addendBits;
    }
  }
  if (found.empty())
    return success();
  if (addendBits < f.addendBits)
    say(narrower, "addend_bits = " + Twine(addendBits));
  std::string wide;
  llvm::raw_string_ostream os(wide);
  printLayout(os, f.packing, layout);
  return emitError() << "requires a layout that holds what other fields admit, "
                        "got "
                     << llvm::join(found, ", ") << "; say layout = " << wide
                     << ", or " << llvm::join(narrower, ", ");
}

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringRef name, TargetFields f) {
  // target_c1
  if (name.empty())
    return emitError() << "requires a name, got \"\"; name the machine";
  if (std::optional<TargetFields> preset = getTargetPreset(name);
      preset && !(*preset == f)) {
    emitPresetName(emitError(), name);
    return failure();
  }
  // target_c2
  unsigned least = f.signedMultiplicand ? 2 : 1;
  if (f.multiplicandBits < least || f.multiplicandBits > 32)
    return emitError() << "requires a port of ui1 to ui32 or si2 to si32, got "
                       << (f.signedMultiplicand ? "si" : "ui")
                       << f.multiplicandBits
                       << "; no multiplicand fits another one";
  // target_c3
  if (f.minShift > f.maxShift || f.maxShift > 63)
    return emitError() << "requires shifts from 0 to 63 in order, got ["
                       << f.minShift << ", " << f.maxShift
                       << "]; give the least and the greatest";
  // target_c4
  std::tuple<StringRef, unsigned, unsigned> registers[] = {
      {"product_bits", f.productBits, 128},
      {"accumulator_bits", f.accumulatorBits, 64},
      {"addend_bits", f.addendBits, 64}};
  for (auto [field, bits, most] : registers)
    if (bits < 1 || bits > most)
      return emitError() << "requires " << field << " from 1 to " << most
                         << ", got " << bits << "; give the register's width";
  // target_c5
  uint32_t all = (1u << getMaxEnumValForRounding()) - 1;
  if (f.roundings == 0 || (f.roundings & ~all) != 0)
    return emitError() << "requires at least one rounding mode and not addend, "
                          "got "
                       << (f.roundings ? "addend" : "none")
                       << "; the field addend has what an addend may be";
  // target_c6
  if (f.multiplicandPer == Granularity::Layer &&
      f.shiftPer == Granularity::Channel)
    return emitError() << "requires shift_per = layer with multiplicand_per = "
                          "layer, got channel; change the one or the other";
  // target_c8
  uint32_t seen = 0;
  for (const LayoutEntry &entry : f.layout) {
    if (entry.bits < 1 || entry.bits > 64)
      return emitError() << "requires 1 to 64 bits of a parameter, got "
                         << entry.bits << " of "
                         << stringifyLayoutField(entry.field)
                         << "; give its width in memory";
    uint32_t bit = 1u << static_cast<unsigned>(entry.field);
    if (entry.field != LayoutField::Padding && (seen & bit))
      return emitError() << "requires each parameter once in layout, got "
                         << stringifyLayoutField(entry.field)
                         << " again; remove one";
    seen |= bit;
  }
  return verifyWidths(emitError, f);
}
