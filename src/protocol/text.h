// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cinnabar {

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

/// A protocol string (protocol.md section 2): valid UTF-8 without C0 and C1 controls,
/// U+007F, and characters of the Unicode category Cf. The empty string is one.
bool is_protocol_string(std::string_view bytes);

}  // namespace cinnabar
