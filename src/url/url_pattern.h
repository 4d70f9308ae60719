// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "url/pattern/component.h"
#include "url/url.h"

namespace cinnabar::url {

/// The eight components of a URL, in the order of the URL Pattern Standard.
enum class Component : std::uint8_t {
  kProtocol,
  kUsername,
  kPassword,
  kHostname,
  kPort,
  kPathname,
  kSearch,
  kHash,
};
inline constexpr std::size_t kComponents = 8;
std::string_view name_of(Component component);  ///< "protocol", "username", …

/// URLPatternInit: what is absent is inherited from `base_url`, or is a wildcard.
struct UrlPatternInit {
  std::array<std::optional<std::string>, kComponents> components;
  std::optional<std::string> base_url;
};

/// What a match found: for each component its input, and its groups by name in the order in which
/// they stand in the pattern. An unnamed group is called "0", "1", …; a group that took no part has
/// no value.
struct UrlPatternMatch {
  struct Part {
    std::string input;
    std::vector<std::pair<std::string, std::optional<std::string>>> groups;
  };
  std::array<Part, kComponents> components;
};

/// A compiled URL pattern (URL Pattern Standard), without ignoreCase. Immutable; any thread.
///
/// Matching is linear in its input. Components with regexp groups run on RE2; all others on a
/// matcher of our own. A regexp that RE2 cannot express is refused as invalid.
class UrlPattern {
 public:
  /// From a constructor string. Errors: kInvalid; one sentence that names the component, the position
  /// in it (in bytes, from 0) and the reason; nothing of any library's internals.
  static Result<UrlPattern> compile(std::string_view pattern, std::optional<std::string_view> base = {});
  static Result<UrlPattern> compile(const UrlPatternInit& init);

  bool test(const Url& url) const { return test_path(url) && test_authority(url); }
  /// Protocol, username, password, hostname and port alone; and the rest alone.
  bool test_authority(const Url& url) const;
  bool test_path(const Url& url) const;
  /// The same for an input that is yet to be parsed; one that does not parse matches nothing.
  bool test(std::string_view input, const Url* base = nullptr) const;
  bool test(const UrlPatternInit& input) const;

  std::optional<UrlPatternMatch> exec(const Url& url) const;
  std::optional<UrlPatternMatch> exec(std::string_view input, const Url* base = nullptr) const;
  std::optional<UrlPatternMatch> exec(const UrlPatternInit& input) const;

  /// The components of `url` that do not match, with their values: why test() is false.
  std::vector<std::pair<Component, std::string_view>> mismatches(const Url& url) const;

  /// The canonical pattern string of one component: the `pathname` attribute and its kin.
  const std::string& pattern(Component component) const { return at(component).text(); }
  bool has_regexp_groups() const;

  /// What every matching value of the component starts with; and whether that is all of it, so that
  /// only this one value matches. For an index over many patterns.
  using Literal = pattern::ComponentPattern::Literal;
  Literal literal(Component component) const { return at(component).literal(); }

  /// -1, 0, 1: URLPattern.compareComponent().
  static int compare(Component component, const UrlPattern& left, const UrlPattern& right);
  /// URLPattern.generate(): the component with `groups` put in. Errors: kInvalid.
  Result<std::string> generate(Component component,
                               const std::vector<std::pair<std::string, std::string>>& groups) const;

 private:
  using Values = std::array<std::string_view, kComponents>;

  UrlPattern() = default;
  const pattern::ComponentPattern& at(Component component) const {
    return components_[static_cast<std::size_t>(component)];
  }
  /// Whether the component matches; at no cost where it is "*".
  bool passes(Component component, std::string_view value) const {
    const auto i = static_cast<std::size_t>(component);
    return ((decisive_ >> i) & 1U) == 0 || components_[i].test(value);
  }
  std::optional<UrlPatternMatch> exec(const Values& values) const;

  std::array<pattern::ComponentPattern, kComponents> components_;
  std::uint8_t decisive_ = 0;  // a bit for each component that is not "*"
};

}  // namespace cinnabar::url
