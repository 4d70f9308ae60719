// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/compile.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "url/canonical.h"

namespace cinnabar::url::pattern {
namespace {

/// "Hostname pattern is an IPv6 address".
bool is_ipv6_pattern(std::string_view text) {
  if (text.size() < 2) return false;
  return text[0] == '[' || text.starts_with("{[") || text.starts_with("\\[");
}

const Options& options_of(Component component, bool special) {
  if (component == Component::kHostname) return kHostnameOptions;
  return component == Component::kPathname && special ? kPathnameOptions : kDefaultOptions;
}

Error wrong(Component component, std::string_view rest) {
  return {ErrorCode::kInvalid,
          "The pattern's " + std::string(name_of(component)) + " is invalid" + std::string(rest) + "."};
}

}  // namespace

Encode encoding_callback(Component component, std::string_view text, bool special) {
  switch (component) {
    case Component::kProtocol: return canonical_protocol;
    case Component::kUsername: return canonical_username;
    case Component::kPassword: return canonical_password;
    case Component::kHostname:
      if (is_ipv6_pattern(text)) return canonical_ipv6_hostname;
      // The standard's dummy URL is an https one whatever the protocol.
      return canonical_hostname;
    case Component::kPort: return [](std::string_view value) { return canonical_port(value, {}); };
    case Component::kPathname: return special ? canonical_pathname : canonical_opaque_pathname;
    case Component::kSearch: return canonical_search;
    case Component::kHash: break;
  }
  return canonical_hash;
}

Result<ComponentPattern> compile_component(Component component, std::string_view text, bool special) {
  const Options& options = options_of(component, special);
  // Most components of most patterns are one of these two, which mean the same everywhere.
  if (text.empty()) return ComponentPattern();
  if (text == "*") {
    Part any;
    any.type = PartType::kFullWildcard;
    any.name = "0";
    return ComponentPattern::compile({std::move(any)}, options);
  }
  Result<PartList> parts = parse_pattern(text, options, encoding_callback(component, text, special));
  if (!parts.ok()) return wrong(component, parts.error().detail);
  Result<ComponentPattern> compiled = ComponentPattern::compile(std::move(*parts), options);
  if (!compiled.ok()) return wrong(component, ": " + compiled.error().detail);
  return compiled;
}

bool matches_special_scheme(const ComponentPattern& protocol) {
  constexpr std::array<std::string_view, 6> kSpecial = {"https", "http", "wss", "ws", "ftp", "file"};
  return std::any_of(kSpecial.begin(), kSpecial.end(),
                     [&](std::string_view scheme) { return protocol.test(scheme); });
}

}  // namespace cinnabar::url::pattern
