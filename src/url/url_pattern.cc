// SPDX-License-Identifier: Apache-2.0
#include "url/url_pattern.h"

#include <algorithm>

#include "url/pattern/compile.h"
#include "url/pattern/constructor_string.h"
#include "url/pattern/init.h"
#include "url/percent_encoding.h"

namespace cinnabar::url {

using pattern::Context;
using pattern::InitType;

namespace {

constexpr std::array<Component, kComponents> kAll = {
    Component::kProtocol, Component::kUsername, Component::kPassword, Component::kHostname,
    Component::kPort,     Component::kPathname, Component::kSearch,   Component::kHash};

/// Those that a relative reference takes from its base, the most telling first; and the rest.
constexpr std::array kAuthority = {Component::kHostname, Component::kProtocol, Component::kPort,
                                   Component::kUsername, Component::kPassword};
constexpr std::array kPath = {Component::kPathname, Component::kSearch, Component::kHash};

std::string_view value_of(const Url& url, Component component) {
  switch (component) {
    case Component::kProtocol: return url.scheme();
    case Component::kUsername: return url.username();
    case Component::kPassword: return url.password();
    case Component::kHostname: return url.hostname();
    case Component::kPort: return url.port();
    case Component::kPathname: return url.pathname();
    case Component::kSearch: return url.query();
    case Component::kHash: return url.fragment();
  }
  return {};
}

UrlPatternInit repaired(UrlPatternInit init) {
  for (auto& component : init.components) {
    if (component) component = repaired_utf8(*component);
  }
  return init;
}

}  // namespace

std::string_view name_of(Component component) {
  constexpr std::array<std::string_view, kComponents> kNames = {
      "protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"};
  return kNames[static_cast<std::size_t>(component)];
}

Result<UrlPattern> UrlPattern::compile(std::string_view text, std::optional<std::string_view> base) {
  Result<UrlPatternInit> init = pattern::parse_constructor_string(repaired_utf8(text));
  if (!init) return init.error();
  if (base) {
    init->base_url = std::string(*base);
  } else if (!init->components[static_cast<std::size_t>(Component::kProtocol)]) {
    return Error{ErrorCode::kInvalid,
                 "The pattern is relative: begin it with a protocol such as https://, or give a base URL."};
  }
  return compile(*init);
}

// "Create", section 1.2.
Result<UrlPattern> UrlPattern::compile(const UrlPatternInit& init) {
  Result<pattern::Components> processed = pattern::process_init(repaired(init), InitType::kPattern);
  if (!processed) return processed.error();
  const auto text_of = [&](Component component) -> std::string {
    return (*processed)[static_cast<std::size_t>(component)].value_or("*");
  };
  const std::string protocol = text_of(Component::kProtocol);
  UrlPattern made;
  Context context;
  for (const Component component : kAll) {
    std::string text = text_of(component);
    if (component == Component::kPort && !text.empty() && text == default_port(protocol)) text.clear();
    Result<pattern::ComponentPattern> compiled = pattern::compile_component(component, text, context);
    if (!compiled) return compiled.error();
    made.parts_[static_cast<std::size_t>(component)] = std::move(*compiled);
    if (component == Component::kProtocol) {
      context = {pattern::matches_special_scheme(made.part(Component::kProtocol)), protocol == "*"};
    }
  }
  return made;
}

bool UrlPattern::test_authority(const Url& url) const {
  return std::all_of(kAuthority.begin(), kAuthority.end(),
                     [&](Component component) { return part(component).test(value_of(url, component)); });
}

bool UrlPattern::test_path(const Url& url) const {
  return std::all_of(kPath.begin(), kPath.end(),
                     [&](Component component) { return part(component).test(value_of(url, component)); });
}

bool UrlPattern::test(std::string_view input, const Url* base) const {
  const Result<Url> url = Url::parse(input, base);
  return url.ok() && test(*url);
}

bool UrlPattern::test(const UrlPatternInit& input) const {
  const Result<pattern::Components> values = pattern::process_init(repaired(input), InitType::kUrl);
  if (!values) return false;
  return std::all_of(kAll.begin(), kAll.end(), [&](Component component) {
    return part(component).test((*values)[static_cast<std::size_t>(component)].value_or(""));
  });
}

std::vector<std::pair<Component, std::string_view>> UrlPattern::mismatches(const Url& url) const {
  std::vector<std::pair<Component, std::string_view>> found;
  for (const Component component : kAll) {
    const std::string_view value = value_of(url, component);
    if (!part(component).test(value)) found.emplace_back(component, value);
  }
  return found;
}

std::optional<UrlPatternMatch> UrlPattern::exec(const Values& values) const {
  UrlPatternMatch match;
  for (std::size_t i = 0; i < kComponents; ++i) {
    auto groups = parts_[i].exec(values[i]);
    if (!groups) return {};
    match.components[i] = {std::string(values[i]), std::move(*groups)};
  }
  return match;
}

std::optional<UrlPatternMatch> UrlPattern::exec(const Url& url) const {
  Values values;
  for (const Component component : kAll)
    values[static_cast<std::size_t>(component)] = value_of(url, component);
  return exec(values);
}

std::optional<UrlPatternMatch> UrlPattern::exec(std::string_view input, const Url* base) const {
  const Result<Url> url = Url::parse(input, base);
  if (!url) return {};
  return exec(*url);
}

std::optional<UrlPatternMatch> UrlPattern::exec(const UrlPatternInit& input) const {
  const Result<pattern::Components> processed = pattern::process_init(repaired(input), InitType::kUrl);
  if (!processed) return {};
  Values values;
  for (std::size_t i = 0; i < kComponents; ++i) {
    if ((*processed)[i]) values[i] = *(*processed)[i];
  }
  return exec(values);
}

bool UrlPattern::has_regexp_groups() const {
  return std::any_of(parts_.begin(), parts_.end(), [](const auto& part) { return part.has_regexp_groups(); });
}

int UrlPattern::compare(Component component, const UrlPattern& left, const UrlPattern& right) {
  return pattern::ComponentPattern::compare(left.part(component), right.part(component));
}

Result<std::string> UrlPattern::generate(
    Component component, const std::vector<std::pair<std::string, std::string>>& groups) const {
  const auto refuse = [](std::string sentence) { return Error{ErrorCode::kInvalid, std::move(sentence)}; };
  const pattern::ComponentPattern& compiled = part(component);
  const Context context{pattern::matches_special_scheme(part(Component::kProtocol)),
                        pattern(Component::kProtocol) == "*"};
  const pattern::Encode encode = pattern::encoder_of(component, compiled.text(), context);
  std::string generated;
  for (const pattern::Part& piece : compiled.parts()) {
    if (piece.modifier != pattern::Modifier::kNone) {
      return refuse("A pattern with optional or repeated parts stands for no one text.");
    }
    if (piece.type == pattern::PartType::kFixedText) {
      generated += piece.value;
      continue;
    }
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& given) { return given.first == piece.name; });
    if (piece.type != pattern::PartType::kSegmentWildcard || group == groups.end()) {
      return refuse("The group " + piece.name +
                    " needs a value, and must not be a wildcard or a regular expression.");
    }
    Result<std::string> value = encode(repaired_utf8(group->second));
    if (!value)
      return refuse("The value of the group " + piece.name + " is invalid: " + value.error().detail + ".");
    generated += piece.prefix + *value + piece.suffix;
  }
  if (!compiled.test(generated)) return refuse("With these values the text would not match the pattern.");
  return generated;
}

}  // namespace cinnabar::url
