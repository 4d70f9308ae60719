// SPDX-License-Identifier: Apache-2.0
#include "url/url_pattern.h"

#include <algorithm>

#include "url/pattern/compile.h"
#include "url/pattern/constructor_string.h"
#include "url/pattern/init.h"
#include "url/percent_encoding.h"

namespace cinnabar::url {
namespace {

using C = Component;

constexpr std::array<Component, kComponents> kAll = {C::kProtocol, C::kUsername, C::kPassword, C::kHostname,
                                                     C::kPort,     C::kPathname, C::kSearch,   C::kHash};

std::string_view value_of(const Url& url, Component component) {
  switch (component) {
    case C::kProtocol: return url.scheme();
    case C::kUsername: return url.username();
    case C::kPassword: return url.password();
    case C::kHostname: return url.hostname();
    case C::kPort: return url.port();
    case C::kPathname: return url.pathname();
    case C::kSearch: return url.query();
    case C::kHash: break;
  }
  return url.fragment();
}

std::size_t index_of(Component component) { return static_cast<std::size_t>(component); }

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

/// What an init comes to as an input, of which every component has a value.
std::optional<std::array<std::string, kComponents>> values_of(const UrlPatternInit& input) {
  Result<pattern::Components> processed = pattern::process_init(input, pattern::InitType::kUrl);
  if (!processed.ok()) return std::nullopt;
  std::array<std::string, kComponents> values;
  for (std::size_t i = 0; i < kComponents; ++i) {
    if ((*processed)[i]) values[i] = std::move(*(*processed)[i]);
  }
  return values;
}

}  // namespace

std::string_view name_of(Component component) {
  constexpr std::array<std::string_view, kComponents> kNames = {
      "protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"};
  return kNames[index_of(component)];
}

// "Create" (URL Pattern Standard, section 1.4), of a string.
Result<UrlPattern> UrlPattern::compile(std::string_view pattern, std::optional<std::string_view> base) {
  Result<UrlPatternInit> init = pattern::parse_constructor_string(repaired_utf8(pattern));
  if (!init.ok()) return init.error();
  if (base) {
    init->base_url.emplace(*base);
  } else if (!init->components[index_of(C::kProtocol)]) {
    return invalid(
        "The pattern is relative: start it with a protocol, such as https://, or give a base URL.");
  }
  return compile(*init);
}

// "Create", of an init.
Result<UrlPattern> UrlPattern::compile(const UrlPatternInit& init) {
  Result<pattern::Components> processed = pattern::process_init(init, pattern::InitType::kPattern);
  if (!processed.ok()) return processed.error();
  const auto text = [&](Component component) -> std::optional<std::string>& {
    return (*processed)[index_of(component)];
  };
  if (text(C::kPort) && text(C::kProtocol) && *text(C::kPort) == default_port(*text(C::kProtocol))) {
    text(C::kPort)->clear();
  }
  UrlPattern made;
  bool special = false;
  for (const Component component : kAll) {
    Result<pattern::ComponentPattern> compiled =
        pattern::compile_component(component, text(component).value_or("*"), special);
    if (!compiled.ok()) return compiled.error();
    if (component == C::kProtocol) special = pattern::matches_special_scheme(*compiled);
    if (compiled->text() != "*") {
      made.decisive_ = static_cast<std::uint8_t>(made.decisive_ | 1U << index_of(component));
    }
    made.components_[index_of(component)] = std::move(*compiled);
  }
  return made;
}

bool UrlPattern::test_authority(const Url& url) const {
  return passes(C::kHostname, url.hostname()) && passes(C::kProtocol, url.scheme()) &&
         passes(C::kPort, url.port()) && passes(C::kUsername, url.username()) &&
         passes(C::kPassword, url.password());
}

bool UrlPattern::test_path(const Url& url) const {
  return passes(C::kPathname, url.pathname()) && passes(C::kSearch, url.query()) &&
         passes(C::kHash, url.fragment());
}

bool UrlPattern::test(std::string_view input, const Url* base) const {
  const Result<Url> url = Url::parse(input, base);
  return url.ok() && test(*url);
}

bool UrlPattern::test(const UrlPatternInit& input) const {
  const auto values = values_of(input);
  return values && std::all_of(kAll.begin(), kAll.end(), [&](Component component) {
           return passes(component, (*values)[index_of(component)]);
         });
}

std::optional<UrlPatternMatch> UrlPattern::exec(const Values& values) const {
  UrlPatternMatch match;
  for (std::size_t i = 0; i < kComponents; ++i) {
    auto groups = components_[i].exec(values[i]);
    if (!groups) return std::nullopt;
    match.components[i] = {std::string(values[i]), std::move(*groups)};
  }
  return match;
}

std::optional<UrlPatternMatch> UrlPattern::exec(const Url& url) const {
  Values values;
  for (const Component component : kAll) values[index_of(component)] = value_of(url, component);
  return exec(values);
}

std::optional<UrlPatternMatch> UrlPattern::exec(std::string_view input, const Url* base) const {
  const Result<Url> url = Url::parse(input, base);
  return url.ok() ? exec(*url) : std::nullopt;
}

std::optional<UrlPatternMatch> UrlPattern::exec(const UrlPatternInit& input) const {
  const auto values = values_of(input);
  if (!values) return std::nullopt;
  Values views;
  std::copy(values->begin(), values->end(), views.begin());
  return exec(views);
}

std::vector<std::pair<Component, std::string_view>> UrlPattern::mismatches(const Url& url) const {
  std::vector<std::pair<Component, std::string_view>> found;
  for (const Component component : kAll) {
    const std::string_view value = value_of(url, component);
    if (!passes(component, value)) found.emplace_back(component, value);
  }
  return found;
}

bool UrlPattern::has_regexp_groups() const {
  return std::any_of(components_.begin(), components_.end(), [](const pattern::ComponentPattern& component) {
    return component.has_regexp_groups();
  });
}

int UrlPattern::compare(Component component, const UrlPattern& left, const UrlPattern& right) {
  return pattern::ComponentPattern::compare(left.at(component), right.at(component));
}

Result<std::string> UrlPattern::generate(
    Component component, const std::vector<std::pair<std::string, std::string>>& groups) const {
  const pattern::ComponentPattern& compiled = at(component);
  const pattern::Encode encode = pattern::encoding_callback(
      component, compiled.text(), pattern::matches_special_scheme(at(C::kProtocol)));
  std::string generated;
  for (const pattern::Part& part : compiled.parts()) {
    if (part.modifier != pattern::Modifier::kNone) {
      return invalid("The " + std::string(name_of(component)) +
                     " has an optional or repeated part, so that it stands for no single text.");
    }
    if (part.type == pattern::PartType::kFixedText) {
      generated += part.value;
      continue;
    }
    if (part.type != pattern::PartType::kSegmentWildcard) {
      return invalid("The group `" + part.name +
                     "` is a wildcard or a regular expression; only a plain named group can be filled in.");
    }
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& given) { return given.first == part.name; });
    if (group == groups.end()) return invalid("The group `" + part.name + "` has no value; give it one.");
    const Result<std::string> value = encode(repaired_utf8(group->second));
    if (!value.ok()) {
      return invalid("The value of the group `" + part.name + "` is invalid: " + value.error().detail + ".");
    }
    generated.append(part.prefix).append(*value).append(part.suffix);
  }
  if (!compiled.test(generated)) {
    return invalid("With these values, the " + std::string(name_of(component)) +
                   " would not match its own pattern; a value must not hold what ends its group.");
  }
  return generated;
}

}  // namespace cinnabar::url
