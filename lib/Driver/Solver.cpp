//===- Solver.cpp - Questions to a program that reads SMT-LIB -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs a solver, and believes its answers only where there is one for each
// question.
//
//===----------------------------------------------------------------------===//

#include "Solver.h"

#include "rescale/Support/Constants.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Expected<Solver> Solver::find(StringRef path, unsigned seconds) {
  bool isDefault = path.empty();
  llvm::ErrorOr<std::string> program =
      llvm::sys::findProgramByName(isDefault ? "z3" : path);
  // A path is found whatever there is.
  if (program && llvm::sys::fs::can_execute(*program))
    return Solver(std::move(*program), seconds);
  if (isDefault)
    return makeError("requires a solver for --verify=smt, found no z3 in the "
                     "PATH; install one with `pip install z3-solver`, name one "
                     "with --smt-solver, or take --verify=exhaustive, which "
                     "needs none");
  return makeError("requires a program for --smt-solver, got '" + path +
                   "'; name a solver that reads SMT-LIB from a file");
}

llvm::Expected<Solver::Answer> Solver::run(StringRef script) const {
  SmallString<128> input, output;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("rescale-question", "smt2", input))
    return makeError("cannot write a question for the solver: " +
                     error.message());
  llvm::FileRemover inputRemover(input);
  llvm::sys::RemoveFileOnSignal(input);
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("rescale-answer", "txt", output))
    return makeError("cannot make a file for the solver's answer: " +
                     error.message());
  llvm::FileRemover outputRemover(output);
  llvm::sys::RemoveFileOnSignal(output);
  std::error_code code;
  llvm::raw_fd_ostream os(input, code);
  os << script;
  os.close();
  if (code || os.has_error()) {
    os.clear_error();
    return makeError("cannot write a question for the solver to '" + input +
                     "'");
  }
  std::optional<StringRef> redirects[] = {StringRef(), StringRef(output),
                                          StringRef(output)};
  std::string message;
  bool failed = false;
  auto start = std::chrono::steady_clock::now();
  int status =
      llvm::sys::ExecuteAndWait(program, {program, input},
                                /*Env=*/std::nullopt, redirects, seconds,
                                /*MemoryLimit=*/0, &message, &failed);
  bool isLate =
      std::chrono::steady_clock::now() - start >= std::chrono::seconds(seconds);
  if (failed || status == -1 || (status == -2 && !isLate))
    return makeError("cannot run the solver '" + program + "': " + message);
  if (status == -2)
    return makeError("requires an answer of the solver '" + program +
                     "' within " + llvm::Twine(seconds) +
                     " seconds a layer, got none (" + message +
                     "); allow more with --smt-timeout, or take "
                     "--verify=exhaustive");
  auto buffer = llvm::MemoryBuffer::getFile(output);
  if (!buffer)
    return makeError("cannot read the answer of the solver '" + program +
                     "': " + buffer.getError().message());
  return Answer{status, (*buffer)->getBuffer().str()};
}

llvm::Expected<SmallVector<bool>> Solver::solve(StringRef script,
                                                size_t count) const {
  llvm::Expected<Answer> answer = run(script);
  if (!answer)
    return answer.takeError();
  SmallVector<bool> answers;
  SmallVector<StringRef> lines;
  StringRef(answer->text)
      .split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef line : lines) {
    line = line.trim();
    if (line != "sat" && line != "unsat")
      return makeError("requires a solver that answers sat or unsat, got '" +
                       line + "' from '" + program +
                       "'; take another with --smt-solver, or "
                       "--verify=exhaustive");
    answers.push_back(line == "sat");
  }
  if (answer->status != 0)
    return makeError("requires a solver that succeeds, got the exit status " +
                     llvm::Twine(answer->status) + " from '" + program +
                     "'; take another with --smt-solver, or "
                     "--verify=exhaustive");
  if (answers.size() != count)
    return makeError("requires " + llvm::Twine(count) +
                     " answers of the solver '" + program + "', got " +
                     llvm::Twine(answers.size()) +
                     "; take another with --smt-solver, or "
                     "--verify=exhaustive");
  return answers;
}

/// Reads `((name 12))` or `((name (- 12)))`.
static std::optional<Int128> parseValue(StringRef text, StringRef name) {
  if (!text.consume_front("((") || !text.consume_front(name))
    return std::nullopt;
  text = text.trim();
  bool isNegative = text.consume_front("(-");
  text = text.ltrim();
  APInt number;
  StringRef digits = text.take_while(llvm::isDigit);
  if (digits.empty() || digits.getAsInteger(10, number) ||
      number.getActiveBits() > 127)
    return std::nullopt;
  // Digits have no sign.
  Int128 value = toInt128(number.zext(number.getBitWidth() + 1));
  return isNegative ? -value : value;
}

llvm::Expected<Int128> Solver::getValue(StringRef script,
                                        StringRef name) const {
  // The export ends with a reset, behind which there is nothing to ask for.
  std::string question = script.str();
  size_t reset = question.rfind("(reset)");
  question.insert(reset == std::string::npos ? question.size() : reset,
                  ("(get-value (" + name + "))\n").str());
  // Its status is of no interest: the value is evaluated.
  llvm::Expected<Answer> found = run(question);
  if (!found)
    return found.takeError();
  auto [answer, values] = StringRef(found->text).split('\n');
  if (answer.trim() == "sat")
    if (std::optional<Int128> value = parseValue(values.trim(), name))
      return *value;
  return makeError("requires a solver that gives the value of what it found, "
                   "got '" +
                   StringRef(found->text).trim() + "' from '" + program +
                   "'; take another with --smt-solver, or "
                   "--verify=exhaustive");
}
