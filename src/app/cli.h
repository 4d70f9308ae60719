// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "app/config.h"
#include "app/config_env.h"
#include "app/dev.h"

namespace cinnabar {

/// What a command line runs in. Streams outlive the call.
struct CliContext {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Environment environment;
  std::string program;                                     ///< absolute path of this executable
  std::function<int(const Config&, const DevGuide*)> run;  ///< run_hub(), but in tests
};

/// Does what the command line says. The answer is the exit code: 0, 1 for what went wrong, 2 for a
/// command line that makes no sense.
int run_cli(int argc, const char* const* argv, CliContext& context);

/// The absolute path of this process' executable; "cinnabar" where the system doesn't say.
std::string executable_path();

}  // namespace cinnabar
