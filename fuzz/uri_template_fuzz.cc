// SPDX-License-Identifier: Apache-2.0
// The first line is a template, the second a topic, the others values. Property: a template matches
// what it expands to, but for literals beyond ASCII, which stand for themselves alone.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "url/uri_template.h"

namespace {

using namespace cinnabar::url;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view next_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

/// Strings and lists in turn, under the names "a", "b" and so on.
TemplateVariables variables_of(std::string_view text) {
  TemplateVariables variables;
  for (char name = 'a'; name <= 'f' && !text.empty(); ++name) {
    const std::string value(next_line(text));
    const std::size_t half = value.size() / 2;
    const std::string key(1, name);
    if (name % 3 == 0) {
      variables[key] = value;
    } else if (name % 3 == 1) {
      variables[key] = TemplateList{value.substr(0, half), value.substr(half)};
    } else {
      variables[key] = TemplatePairs{{"key", value.substr(0, half)}, {"", value.substr(half)}};
    }
  }
  return variables;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view source = next_line(text);
  const std::string_view topic = next_line(text);
  const auto parsed = UriTemplate::parse(source);
  if (!parsed.ok()) {
    require(parsed.error().code == cinnabar::ErrorCode::kInvalid && !parsed.error().detail.empty());
    return 0;
  }
  require(parsed->text() == source);
  (void)parsed->matches(topic);

  const bool is_ascii = std::all_of(source.begin(), source.end(), [](char c) { return (c & 0x80) == 0; });
  for (const TemplateVariables& variables : {TemplateVariables{}, variables_of(text)}) {
    const auto expanded = parsed->expand(variables);
    if (expanded.ok()) require(parsed->matches(*expanded) || !is_ascii);
  }
  return 0;
}
