// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cinnabar::url {

/// "Domain parser ToASCII" with beStrict false (URL Standard, section 3.3): UTS 46 without STD3 rules,
/// hyphen and length checks. The result may still be empty or hold forbidden code points. Refuses more
/// than 8 KB too, which the standard does not. REQUIRES: `domain` is UTF-8. Any thread.
std::optional<std::string> domain_to_ascii(std::string_view domain);

}  // namespace cinnabar::url
