// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "load/options.h"

namespace cinnabar::load {

/// An option of the command line and what it sets.
struct OptionSpec {
  std::string_view name;   ///< "--rate"
  std::string_view value;  ///< what stands for its value in the help; empty: it takes none
  std::string_view group;  ///< under which the help lists it
  std::string_view help;
  /// False: the text is no value for it.
  std::function<bool(Options&, std::string_view)> set;
  std::string_view wants;  ///< completes "--rate must be ..."
};

/// All options but the hub's URL, the tokens (which may come from files) and where the output goes.
const std::vector<OptionSpec>& option_table();

/// Sets one. Errors: kInvalid, a sentence.
Result<void> set_option(Options& options, const OptionSpec& spec, std::string_view text);

}  // namespace cinnabar::load
