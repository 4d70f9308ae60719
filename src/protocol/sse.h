// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/shared_bytes.h"

namespace cinnabar {

/// The comment that opens a stream (SUB-25) and keeps it alive (CONN-1): ":\n".
const SharedBytes& sse_comment();

/// One Server-Sent Event to the byte of SSE-2 to SSE-6, in one allocation.
SharedBytes encode_sse(std::string_view type, std::string_view retry, std::string_view id,
                       std::string_view data);

}  // namespace cinnabar
