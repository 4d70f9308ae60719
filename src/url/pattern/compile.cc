// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/compile.h"

#include <algorithm>
#include <array>
#include <utility>

#include "url/canonical.h"

namespace cinnabar::url::pattern {
namespace {

/// "Hostname pattern is an IPv6 address".
bool is_ipv6_pattern(std::string_view text) {
  return text.starts_with("[") || text.starts_with("{[") || text.starts_with("\\[");
}

Options options_of(Component component, const Context& context) {
  if (component == Component::kHostname) return kHostnameOptions;
  if (component == Component::kPathname && context.special_protocol) return kPathnameOptions;
  return kDefaultOptions;
}

Error wrong(Component component, std::string_view clause) {
  std::string sentence = "The pattern's ";
  sentence += name_of(component);
  sentence += " is invalid";
  if (!clause.starts_with(':')) sentence += ' ';
  sentence += clause;
  return {ErrorCode::kInvalid, sentence + '.'};
}

}  // namespace

Encode encoder_of(Component component, std::string_view text, const Context& context) {
  switch (component) {
    case Component::kProtocol: return canonical_protocol;
    case Component::kUsername: return canonical_username;
    case Component::kPassword: return canonical_password;
    case Component::kHostname:
      if (is_ipv6_pattern(text)) return canonical_ipv6_hostname;
      return [special = context.special_protocol || context.any_protocol](std::string_view value) {
        return canonical_hostname(value, special);
      };
    case Component::kPort: return [](std::string_view value) { return canonical_port(value, {}); };
    case Component::kPathname:
      return context.special_protocol ? canonical_pathname : canonical_opaque_pathname;
    case Component::kSearch: return canonical_search;
    case Component::kHash: return canonical_hash;
  }
  return {};
}

Result<ComponentPattern> compile_component(Component component, std::string_view text,
                                           const Context& context) {
  const Options options = options_of(component, context);
  Result<PartList> parts = parse_pattern(text, options, encoder_of(component, text, context));
  if (!parts) return wrong(component, parts.error().detail);
  Result<ComponentPattern> compiled = ComponentPattern::compile(std::move(*parts), options);
  if (!compiled) return wrong(component, ": " + compiled.error().detail);
  return compiled;
}

bool matches_special_scheme(const ComponentPattern& protocol) {
  constexpr std::array<std::string_view, 6> kSchemes = {"https", "http", "wss", "ws", "ftp", "file"};
  return std::any_of(kSchemes.begin(), kSchemes.end(),
                     [&](std::string_view scheme) { return protocol.test(scheme); });
}

Result<bool> may_be_special(std::string_view protocol) {
  const Result<ComponentPattern> compiled = compile_component(Component::kProtocol, protocol, {});
  if (!compiled) return compiled.error();
  return matches_special_scheme(*compiled);
}

}  // namespace cinnabar::url::pattern
