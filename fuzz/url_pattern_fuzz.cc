// SPDX-License-Identifier: Apache-2.0
// Properties: compiling ends, whatever the pattern; what compiles has canonical components that compile to
// themselves and match the same; test() and exec() agree; and literal() says no more than is true.
// Input: one byte that chooses the base, then the pattern, a line break and the topic.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "url/url.h"
#include "url/url_pattern.h"

namespace {

using cinnabar::Result;
using cinnabar::url::Component;
using cinnabar::url::kComponents;
using cinnabar::url::Url;
using cinnabar::url::UrlPattern;
using cinnabar::url::UrlPatternInit;

void require(bool holds) {
  if (!holds) std::abort();
}

std::optional<std::string_view> base_of(std::uint8_t choice) {
  constexpr std::array<std::string_view, 4> kBases = {"https://hub.example.com/.well-known/mercure",
                                                      "foo://h/a/b?c", "data:a(b):c*",
                                                      "https://u:p@[::1]:8080/a{b}/+?q#h"};
  if (choice >= kBases.size()) return std::nullopt;
  return kBases[choice];
}

/// The canonical components with the delimiters that processing an init takes off, so that it takes off no
/// other: a hash may start with "#" itself.
UrlPatternInit init_of(const UrlPattern& pattern) {
  UrlPatternInit init;
  for (std::size_t i = 0; i < kComponents; ++i) {
    const auto component = static_cast<Component>(i);
    std::string text = pattern.pattern(component);
    if (component == Component::kProtocol) text += ':';
    if (component == Component::kSearch) text.insert(0, 1, '?');
    if (component == Component::kHash) text.insert(0, 1, '#');
    init.components[i] = std::move(text);
  }
  return init;
}

void check_literals(const UrlPattern& pattern, const cinnabar::url::UrlPatternMatch& match) {
  for (std::size_t i = 0; i < kComponents; ++i) {
    const UrlPattern::Literal literal = pattern.literal(static_cast<Component>(i));
    const std::string& input = match.components[i].input;
    require(input.starts_with(literal.prefix));
    require(!literal.is_whole || input == literal.prefix);
  }
}

/// Whether the standard's canonical text may not stand for itself. A default port is taken off beside
/// "https", but not beside "HTTPS" or "{https}", which become that only later. "\\[" is read as the start of
/// an IPv6 address, but "[" alone is not. And a fixed text that is empty, or becomes so, parts two others, or
/// two wildcards, of which the canonical text makes one.
bool is_unstable(const UrlPattern& pattern, std::string_view text) {
  const std::string& port = pattern.pattern(Component::kPort);
  if (!port.empty() && port == cinnabar::url::default_port(pattern.pattern(Component::kProtocol)))
    return true;
  if (pattern.pattern(Component::kHostname) == "[") return true;
  constexpr std::array<std::string_view, 6> kVanishing = {"{}", "\t", "\r", "..", "%2e", "%2E"};
  return std::any_of(kVanishing.begin(), kVanishing.end(),
                     [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::optional<std::string_view> base_text = base_of(data[0] % 5);
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  const std::string_view pattern_text = text.substr(0, line_end);
  const std::string_view topic = text.substr(std::min(line_end + 1, text.size()));

  const Result<UrlPattern> pattern = UrlPattern::compile(pattern_text, base_text);
  if (!pattern.ok()) {
    require(!pattern.error().detail.empty());
    return 0;
  }
  std::optional<Url> base;
  if (base_text) base = std::move(*Url::parse(*base_text));
  const Url* const base_url = base ? &*base : nullptr;
  const auto match = pattern->exec(topic, base_url);
  const bool matches = pattern->test(topic, base_url);
  require(matches == match.has_value());
  if (match) check_literals(*pattern, *match);

  UrlPatternInit input;
  input.components[static_cast<std::size_t>(Component::kPathname)] = topic;
  const auto init_match = pattern->exec(input);
  require(pattern->test(input) == init_match.has_value());
  if (init_match) check_literals(*pattern, *init_match);

  if (is_unstable(*pattern, pattern_text)) return 0;
  const Result<UrlPattern> again = UrlPattern::compile(init_of(*pattern));
  require(again.ok());
  for (std::size_t i = 0; i < kComponents; ++i) {
    const auto component = static_cast<Component>(i);
    require(again->pattern(component) == pattern->pattern(component));
    require(UrlPattern::compare(component, *pattern, *again) == 0);
  }
  require(again->test(topic, base_url) == matches);
  return 0;
}
