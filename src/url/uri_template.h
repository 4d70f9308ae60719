// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace cinnabar::url {

namespace uri_template {
struct Program;
}

/// A value for expansion (RFC 6570 section 2.3): a string, a list, or an associative array in order. A
/// variable that is absent from the map is undefined.
using TemplateList = std::vector<std::string>;
using TemplatePairs = std::vector<std::pair<std::string, std::string>>;
using TemplateValue = std::variant<std::string, TemplateList, TemplatePairs>;
using TemplateVariables = std::map<std::string, TemplateValue, std::less<>>;

/// A URI Template (RFC 6570, level 4). Immutable; any thread; copies share what was parsed.
class UriTemplate {
 public:
  /// Errors: kInvalid, with one sentence that says what is wrong and at which byte.
  static Result<UriTemplate> parse(std::string_view text);

  const std::string& text() const;
  /// RFC 6570 section 3. Errors: kInvalid (a prefix modifier on a list or an associative array).
  Result<std::string> expand(const TemplateVariables& variables) const;
  /// Whether `text` is one of the possible expansions, as hubs of protocol 0.x judged it: variable
  /// names inside it are not compared, and prefix lengths are ignored. Linear in `text`.
  bool matches(std::string_view text) const;

 private:
  explicit UriTemplate(std::shared_ptr<const uri_template::Program> program) : program_(std::move(program)) {}

  std::shared_ptr<const uri_template::Program> program_;
};

}  // namespace cinnabar::url
