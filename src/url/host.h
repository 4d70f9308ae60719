// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cinnabar::url {

/// The host parser and the host serializer in one (URL Standard, sections 3.5 and 3.6): appends the
/// serialised host to `out`. Answers nullptr, or one sentence that says what is wrong; `out` then
/// holds rubbish behind its old end. `is_opaque`: the URL's scheme is not special. REQUIRES: `input`
/// is UTF-8, and not empty unless `is_opaque`.
const char* append_host(std::string& out, std::string_view input, bool is_opaque);

/// How many of the first bytes of `text` can stand in a domain as they are: ASCII, not upper case, not
/// "%" and not a forbidden domain code point.
std::size_t plain_domain_length(std::string_view text);

/// Whether a host of plain characters may still be an IPv4 address; only a first, cheap look.
inline bool may_end_in_number(std::string_view host) {
  const char last = host.empty() ? '.' : host.back();
  return (last >= '0' && last <= '9') || (last >= 'a' && last <= 'f') || last == 'x' || last == '.';
}

}  // namespace cinnabar::url
