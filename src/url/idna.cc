// SPDX-License-Identifier: Apache-2.0
#include "url/idna.h"

#include <unicode/uidna.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace cinnabar::url {
namespace {

/// What the standard's parameters (CheckHyphens and VerifyDnsLength false) say is no error.
constexpr std::uint32_t kAllowed = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                   UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                                   UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

/// The standard has no limit, but the library takes quadratic time in the number of labels; a name in
/// the DNS has 253 bytes at most.
constexpr std::size_t kMaxDomainSize = 8192;

/// Never closed: the process uses it as long as it lives. Its functions are safe in any thread.
const UIDNA* uts46() {
  static const UIDNA* const kInstance = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UIDNA* const opened =
        uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII |
                            UIDNA_NONTRANSITIONAL_TO_UNICODE,
                        &status);
    return U_SUCCESS(status) ? opened : nullptr;
  }();
  return kInstance;
}

/// What the IDNA mapping table of Unicode 17 maps, or ignores, and that of Unicode 15 refuses or maps
/// otherwise; the library's tables may be as old as that. All are mapped one to one or dropped, so
/// that mapping them first gives what newer tables give.
struct Remapping {
  char32_t first;
  char32_t last;
  char32_t to;  // of `first`, the others follow; 0: dropped
};
constexpr std::array kRemappings{
    Remapping{0x04C0, 0x04C0, 0x04CF},   Remapping{0x10A0, 0x10C5, 0x2D00},
    Remapping{0x115F, 0x1160, 0},        Remapping{0x17B4, 0x17B5, 0},
    Remapping{0x180E, 0x180E, 0},        Remapping{0x1E9E, 0x1E9E, 0x00DF},
    Remapping{0x2061, 0x2063, 0},        Remapping{0x206A, 0x206F, 0},
    Remapping{0x2132, 0x2132, 0x214E},   Remapping{0x2183, 0x2183, 0x2184},
    Remapping{0x3164, 0x3164, 0},        Remapping{0xFFA0, 0xFFA0, 0},
    Remapping{0x1D173, 0x1D17A, 0},      Remapping{0x2F868, 0x2F868, 0x36FC},
    Remapping{0x2F874, 0x2F874, 0x5F53}, Remapping{0x2F91F, 0x2F91F, 0x243AB},
    Remapping{0x2F95F, 0x2F95F, 0x7AEE}, Remapping{0x2F9BF, 0x2F9BF, 0x45D7},
};

std::string remapped(std::string_view domain) {
  std::string out;
  out.reserve(domain.size());
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(domain.data());
  for (std::size_t at = 0; at < domain.size();) {
    const std::size_t start = at;
    UChar32 c = 0;
    U8_NEXT_UNSAFE(bytes, at, c);  // it is UTF-8
    const auto code_point = static_cast<char32_t>(c);
    const auto* const found = std::find_if(kRemappings.begin(), kRemappings.end(), [&](const Remapping& r) {
      return code_point >= r.first && code_point <= r.last;
    });
    if (found == kRemappings.end()) {
      out.append(domain, start, at - start);
    } else if (found->to != 0) {
      std::array<char, U8_MAX_LENGTH> encoded{};
      std::size_t length = 0;
      U8_APPEND_UNSAFE(encoded.data(), length, found->to + (code_point - found->first));
      out.append(encoded.data(), length);
    }
  }
  return out;
}

/// UTS 46, section 4, step 4 and validity criterion 4, as of revision 33: a label that starts with "xn--"
/// must decode to more than ASCII, and not to a label that starts so itself. REQUIRES: the library found
/// nothing else wrong with `label`.
bool is_valid_ace(std::string_view label) {
  if (!label.starts_with("xn--")) return true;
  const std::string_view encoded = label.substr(4);
  if (encoded.empty() || encoded.ends_with('-')) return false;
  if (!encoded.starts_with("xn--")) return true;
  std::string decoded(label.size() * 4, '\0');
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length =
      uidna_labelToUnicodeUTF8(uts46(), label.data(), static_cast<std::int32_t>(label.size()), decoded.data(),
                               static_cast<std::int32_t>(decoded.size()), &info, &status);
  return U_SUCCESS(status) && length >= 0 && !decoded.starts_with("xn--");
}

bool has_valid_labels(std::string_view domain) {
  for (;;) {
    const std::size_t dot = domain.find('.');
    if (!is_valid_ace(domain.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    domain.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view text) {
  const UIDNA* const idna = uts46();
  if (idna == nullptr || text.size() > kMaxDomainSize) return {};
  const std::string domain = remapped(text);
  std::string out(domain.size() * 2 + 64, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length =
        uidna_nameToASCII_UTF8(idna, domain.data(), static_cast<std::int32_t>(domain.size()), out.data(),
                               static_cast<std::int32_t>(out.size()), &info, &status);
    if (length < 0 || (info.errors & ~kAllowed) != 0) return {};
    out.resize(static_cast<std::size_t>(length));
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_FAILURE(status) || !has_valid_labels(out)) return {};
    return out;
  }
  return {};
}

}  // namespace cinnabar::url
