// SPDX-License-Identifier: Apache-2.0
#include "app/admin/disconnect_request.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>
#include <string>

namespace cinnabar {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"jti", "sub", "iss", "match", "match_urlpattern"};

/// As the deny list's file has it.
std::string encoded(std::string_view value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte != 0x7f && c != '%' && c != '#') {
      text += c;
    } else {
      text += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return text;
}

}  // namespace

Result<DenyList> parse_disconnect(std::string_view body) {
  namespace json = boost::json;
  const Error wrong{
      ErrorCode::kInvalid,
      "The body must be a JSON object with one or more of jti, sub, iss, match and match_urlpattern, "
      "whose values are strings that are not empty."};
  boost::system::error_code failed;
  const json::value parsed = json::parse({body.data(), body.size()}, failed);
  if (failed || !parsed.is_object() || parsed.get_object().empty()) return wrong;
  std::string rule;
  for (const auto& [key, value] : parsed.get_object()) {
    const std::string_view name(key.data(), key.size());
    if (std::find(kNames.begin(), kNames.end(), name) == kNames.end()) return wrong;
    if (!value.is_string() || value.get_string().empty()) return wrong;
    const json::string& text = value.get_string();
    rule += (rule.empty() ? "" : " ") + std::string(name) + '=' + encoded({text.data(), text.size()});
  }
  return DenyList::parse(rule, "body");
}

}  // namespace cinnabar
