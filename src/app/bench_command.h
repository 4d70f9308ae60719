// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config_env.h"
#include "load/option_table.h"

namespace cinnabar {

/// The arguments of `cinnabar bench`, as given: empty means not given.
struct BenchRequest {
  std::string scenario;
  std::string url;  ///< empty: the development hub
  bool dev = false;
  std::string token;             ///< itself, or @FILE
  std::string subscriber_token;  ///< the same
  /// Options of the table and their values.
  std::vector<std::pair<const load::OptionSpec*, std::string>> options;
  bool json = false;
  std::string html;  ///< path of the report
  /// The command line, for the report; tokens are masked by the command.
  std::vector<std::string> arguments;
};

/// Runs a load against a hub and reports on `out`; progress and errors go to standard error (`err`). `now`:
/// Unix seconds. SIGINT ends the run early, with a report. The answer is the exit code: 0; 1 when something
/// was lost, repeated or out of order, or could not be measured; 2 for options that make no sense.
int bench_command(const BenchRequest& request, const Environment& environment, std::int64_t now,
                  std::ostream& out, std::ostream& err);

/// The arguments as one would type them, with the values of token options masked.
std::string masked_command_line(const std::vector<std::string>& arguments);

}  // namespace cinnabar
