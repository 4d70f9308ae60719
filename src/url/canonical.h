// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

// How the text of one URL component is brought into the form that a parsed URL has it in: the
// "canonicalize a ..." algorithms of the URL Pattern Standard (section 3.1 there), which are the
// basic URL parser with a state override on a dummy URL. All take UTF-8. Errors: kInvalid.
namespace cinnabar::url {

Result<std::string> canonical_protocol(std::string_view value);
Result<std::string> canonical_username(std::string_view value);
Result<std::string> canonical_password(std::string_view value);
/// The host parser by way of the hostname state, as for a special URL whatever the protocol.
Result<std::string> canonical_hostname(std::string_view value);
/// For pattern text inside brackets, which need not be a whole address: hexadecimal digits, colons
/// and brackets, in lower case.
Result<std::string> canonical_ipv6_hostname(std::string_view value);
/// `protocol`: a canonical scheme, whose default port becomes the empty string; may be empty.
Result<std::string> canonical_port(std::string_view value, std::string_view protocol);
Result<std::string> canonical_pathname(std::string_view value);
Result<std::string> canonical_opaque_pathname(std::string_view value);
Result<std::string> canonical_search(std::string_view value);
Result<std::string> canonical_hash(std::string_view value);

}  // namespace cinnabar::url
