// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>

#include "app/bench_command.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cinnabar {

/// The flags of `cinnabar bench`. Lives as long as the parser, which points into it.
class BenchFlags {
 public:
  /// Adds them to the command.
  explicit BenchFlags(CLI::App& command);

  /// After parsing: what was asked for.
  BenchRequest request(int argc, const char* const* argv) const;

 private:
  struct TableFlag {
    const load::OptionSpec* spec;
    CLI::Option* option;
    std::string value;
  };

  BenchRequest request_;
  std::deque<TableFlag> flags_;
};

}  // namespace cinnabar
