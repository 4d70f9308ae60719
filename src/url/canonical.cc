// SPDX-License-Identifier: Apache-2.0
#include "url/canonical.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "url/host.h"
#include "url/percent_encoding.h"
#include "url/url.h"
#include "url/url_parser_input.h"
#include "url/url_parser_path.h"

namespace cinnabar::url {
namespace {

using Trim = ParserInput::Trim;

Error invalid(const char* sentence) { return {ErrorCode::kInvalid, sentence}; }

/// "Set the username", "set the password", and the query and fragment states, which with an override
/// take all of their input.
std::string encoded(std::string_view text, EncodeSet set) {
  std::string out;
  append_encoded(out, text, set);
  return out;
}

std::string canonical_userinfo(std::string_view value) {
  if (find_invalid_utf8(value) == std::string_view::npos) return encoded(value, EncodeSet::kUserinfo);
  return encoded(repaired_utf8(value), EncodeSet::kUserinfo);
}

}  // namespace

Result<std::string> canonical_protocol(std::string_view value) {
  if (value.empty()) return std::string();
  const auto url = Url::parse(std::string(value) + "://dummy.invalid/");
  if (!url) return invalid("a protocol is a letter and then letters, digits, +, - and .");
  return std::string(url->scheme());
}

Result<std::string> canonical_username(std::string_view value) { return canonical_userinfo(value); }
Result<std::string> canonical_password(std::string_view value) { return canonical_userinfo(value); }

/// The hostname state with a state override.
Result<std::string> canonical_hostname(std::string_view value) {
  if (value.empty()) return std::string();
  const ParserInput input(value, Trim::kNo);
  const std::string_view text = input.text();
  bool inside_brackets = false;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (c == ':' && !inside_brackets) {
      return invalid("a hostname holds no colon outside of brackets; the port is a component of its own");
    }
    if (c == '/' || c == '?' || c == '#' || c == '\\') break;
    if (c == '[') inside_brackets = true;
    if (c == ']') inside_brackets = false;
  }
  if (end == 0) return invalid("the hostname is empty");
  std::string out;
  if (const char* const wrong = append_host(out, text.substr(0, end), /*is_opaque=*/false))
    return invalid(wrong);
  return out;
}

Result<std::string> canonical_ipv6_hostname(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    const char lower = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    const bool is_hex = (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f');
    if (!is_hex && c != '[' && c != ']' && c != ':') {
      return invalid("an IPv6 hostname holds only hexadecimal digits, colons and brackets");
    }
    out += lower;
  }
  return out;
}

/// The port state with a state override: what stands behind the digits is ignored.
Result<std::string> canonical_port(std::string_view value, std::string_view protocol) {
  if (value.empty()) return std::string();
  const ParserInput input(value, Trim::kNo);
  std::uint32_t port = 0;
  std::size_t digits = 0;
  for (const char c : input.text()) {
    if (c < '0' || c > '9') break;
    ++digits;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
    if (port > 65535) return invalid("a port is a number from 0 to 65535");
  }
  if (digits == 0) return invalid("a port starts with a digit");
  std::string out = std::to_string(port);
  if (out == default_port(protocol)) out.clear();
  return out;
}

/// The path start state with a state override, on a special URL.
Result<std::string> canonical_pathname(std::string_view value) {
  if (value.empty()) return std::string();
  const bool has_slash = value[0] == '/';
  const ParserInput input(value, Trim::kNo);
  std::string text;
  // Without a slash of its own, the first segment gets one and a character that keeps it from being a
  // dot segment; the two are taken off again.
  if (!has_slash) text = "/-";
  text += input.text();
  std::string out;
  append_path(out, 0, text, 1, {.is_special = true, .is_file = false, .is_all = true});
  if (has_slash) return out;
  if (!out.starts_with("/-")) return invalid("the path's dot segments lead above the place where it starts");
  return out.substr(2);
}

/// The opaque path state with a state override: "?" or "#" ends the path.
Result<std::string> canonical_opaque_pathname(std::string_view value) {
  const ParserInput input(value, Trim::kNo);
  std::string_view text = input.text();
  const std::size_t end = std::min(text.size(), text.find_first_of("?#"));
  const bool space_before_end = end < text.size() && end > 0 && text[end - 1] == ' ';
  std::string out = encoded(text.substr(0, space_before_end ? end - 1 : end), EncodeSet::kC0Control);
  if (space_before_end) out += "%20";
  return out;
}

Result<std::string> canonical_search(std::string_view value) {
  return encoded(ParserInput(value, Trim::kNo).text(), EncodeSet::kSpecialQuery);
}

Result<std::string> canonical_hash(std::string_view value) {
  return encoded(ParserInput(value, Trim::kNo).text(), EncodeSet::kFragment);
}

}  // namespace cinnabar::url
