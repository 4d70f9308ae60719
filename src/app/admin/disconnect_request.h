// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "auth/deny_list.h"
#include "base/result.h"

namespace cinnabar {

/// Which subscribers a request to end streams means: a JSON object of strings, of which all have to hold,
/// named as in the deny list: `{"sub": "user 42"}`. The answer has this one rule. Errors: kInvalid, one
/// sentence.
Result<DenyList> parse_disconnect(std::string_view body);

}  // namespace cinnabar
