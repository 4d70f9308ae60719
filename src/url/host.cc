// SPDX-License-Identifier: Apache-2.0
#include "url/host.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "url/idna.h"
#include "url/ipv4.h"
#include "url/ipv6.h"
#include "url/percent_encoding.h"

namespace cinnabar::url {
namespace {

enum CharacterClass : std::uint8_t {
  kForbiddenInHost = 1,    // section 3.2
  kForbiddenInDomain = 2,  // the same and some more
  kUpper = 4,
  kPercent = 8,
  kNonAscii = 16,
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t c = 0; c < 0x20; ++c) classes[c] = kForbiddenInDomain;
  for (const char c : std::string_view("\0\t\n\r #/:<>?@[\\]^|", 17)) {
    classes[static_cast<unsigned char>(c)] = kForbiddenInHost | kForbiddenInDomain;
  }
  classes['%'] = kForbiddenInDomain | kPercent;
  classes[0x7F] = kForbiddenInDomain;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) classes[c] = kUpper;
  for (std::size_t c = 0x80; c < classes.size(); ++c) classes[c] = kNonAscii;
  return classes;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

constexpr const char* kForbidden =
    "the host holds a character that no host may hold; percent-encoding it does not help";
constexpr const char* kNoDomain =
    "the host is no valid internationalised domain name (UTS 46), or is longer than 8 KB";
constexpr const char* kNoIpv4 =
    "the host ends in a number but is no IPv4 address; write four numbers from 0 to 255";
constexpr const char* kNoIpv6 =
    "the host in brackets is no IPv6 address; write it as in [2001:db8::1], without a zone";

unsigned classes_of(std::string_view text) {
  unsigned all = 0;
  for (const char c : text) all |= kClasses[static_cast<unsigned char>(c)];
  return all;
}

void append_lower(std::string& out, std::string_view text) {
  for (const char c : text) out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/// The end of the host parser, on the domain that stands at the end of `out`.
const char* finish_domain(std::string& out, std::size_t start) {
  const auto domain = std::string_view(out).substr(start);
  if (domain.empty()) return "the host is empty once the characters that IDNA ignores are taken out";
  if (!may_end_in_number(domain) || !ends_in_number(domain)) return nullptr;
  const auto address = parse_ipv4(domain);
  if (!address) return kNoIpv4;
  out.resize(start);
  append_ipv4(out, *address);
  return nullptr;
}

/// The domain parser (section 3.3). An ASCII domain is only lowercased, whatever its "xn--" labels
/// hold: that is what the standard settled on for the web's sake.
const char* append_domain(std::string& out, std::string_view domain) {
  const std::size_t start = out.size();
  const unsigned classes = classes_of(domain);
  if ((classes & kNonAscii) == 0) {
    if ((classes & kForbiddenInDomain) != 0) return kForbidden;
    if ((classes & kUpper) != 0) {
      append_lower(out, domain);
    } else {
      out += domain;
    }
    return finish_domain(out, start);
  }
  const std::optional<std::string> ascii = domain_to_ascii(domain);
  if (!ascii) return kNoDomain;
  if ((classes_of(*ascii) & kForbiddenInDomain) != 0) return kForbidden;
  out += *ascii;
  return finish_domain(out, start);
}

/// The opaque-host parser.
const char* append_opaque_host(std::string& out, std::string_view input) {
  if ((classes_of(input) & kForbiddenInHost) != 0) return kForbidden;
  append_encoded(out, input, EncodeSet::kC0Control);
  return nullptr;
}

}  // namespace

std::size_t plain_domain_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && kClasses[static_cast<unsigned char>(text[length])] == 0) ++length;
  return length;
}

const char* append_host(std::string& out, std::string_view input, bool is_opaque) {
  if (input.starts_with('[')) {
    if (!input.ends_with(']')) return "the host starts with [ and does not end with ]";
    const auto address = parse_ipv6(input.substr(1, input.size() - 2));
    if (!address) return kNoIpv6;
    out += '[';
    append_ipv6(out, *address);
    out += ']';
    return nullptr;
  }
  if (is_opaque) return append_opaque_host(out, input);
  if ((classes_of(input) & kPercent) == 0) return append_domain(out, input);
  const std::string decoded = percent_decoded(input);
  // U+FFFD, which the decoder would put in, is not allowed in a domain.
  if (find_invalid_utf8(decoded) != std::string::npos)
    return "the host's percent-encoded bytes are not UTF-8";
  return append_domain(out, decoded);
}

}  // namespace cinnabar::url
