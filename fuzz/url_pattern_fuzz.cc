// SPDX-License-Identifier: Apache-2.0
// Input: pattern NUL topic. Properties: compiling and matching never crash; the canonical components
// compile again to themselves and match alike; test() and exec() agree; what literal() says is true.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "url/url_pattern.h"

namespace {

using namespace cinnabar::url;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view kBase = "https://hub.example.com/.well-known/mercure";

std::string_view value_of(const Url& url, Component component) {
  switch (component) {
    case Component::kProtocol: return url.scheme();
    case Component::kHostname: return url.hostname();
    case Component::kPort: return url.port();
    default: return url.pathname();
  }
}

void check_topic(const UrlPattern& pattern, const UrlPattern& again, const Url& url) {
  const bool matches = pattern.test(url);
  require(matches == pattern.exec(url).has_value());
  require(matches == again.test(url));
  require(matches == pattern.mismatches(url).empty());
  require(matches == (pattern.test_authority(url) && pattern.test_path(url)));
  for (const Component component :
       {Component::kProtocol, Component::kHostname, Component::kPort, Component::kPathname}) {
    const UrlPattern::Literal literal = pattern.literal(component);
    const std::string_view value = value_of(url, component);
    if (matches) require(value.starts_with(literal.prefix));
    if (matches && literal.is_whole) require(value == literal.prefix);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view text = input.substr(0, input.find('\0'));
  const std::string_view topic =
      text.size() < input.size() ? input.substr(text.size() + 1) : std::string_view();
  const bool is_relative = size % 2 != 0;
  static const Url base = *Url::parse(kBase);

  const auto pattern = is_relative ? UrlPattern::compile(text, kBase) : UrlPattern::compile(text);
  if (!pattern) {
    require(pattern.error().code == cinnabar::ErrorCode::kInvalid && pattern.error().detail.ends_with('.'));
    return 0;
  }
  UrlPatternInit canonical;
  for (std::size_t i = 0; i < kComponents; ++i) {
    canonical.components[i] = pattern->pattern(static_cast<Component>(i));
  }
  const auto again = UrlPattern::compile(canonical);
  require(again.ok());
  for (std::size_t i = 0; i < kComponents; ++i) {
    const auto component = static_cast<Component>(i);
    require(again->pattern(component) == pattern->pattern(component));
  }
  for (const std::string_view candidate : {topic, text}) {
    const auto url = Url::parse(candidate, &base);
    if (url) check_topic(*pattern, *again, *url);
  }
  return 0;
}
