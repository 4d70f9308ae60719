// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cinnabar {

/// Decodes base64url without padding (RFC 7515 appendix C). Strict: nothing on padding, white
/// space, characters of another alphabet, an impossible length, or unused bits that are not
/// zero, so that no two texts stand for the same bytes.
std::optional<std::string> decode_base64url(std::string_view text);

std::string encode_base64url(std::string_view bytes);

}  // namespace cinnabar
