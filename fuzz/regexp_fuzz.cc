// SPDX-License-Identifier: Apache-2.0
// Property: what translates compiles, and brings no capturing group of its own; RE2 may only find it too
// large.

#include <re2/re2.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "url/regexp.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto translated = cinnabar::url::translate_regexp(source);
  if (!translated.ok()) {
    require(translated.error().code == cinnabar::ErrorCode::kInvalid && !translated.error().detail.empty());
    return 0;
  }
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regexp("(" + *translated + ")", options);
  if (!regexp.ok()) {
    require(regexp.error_code() == RE2::ErrorPatternTooLarge);
    return 0;
  }
  require(regexp.NumberOfCapturingGroups() == 1);
  require(translated->find_first_of(std::string_view("\0\n\r", 3)) == std::string::npos);
  return 0;
}
