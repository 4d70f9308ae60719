// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "app/match_command.h"
#include "base/result.h"
#include "url/uri_template.h"
#include "url/url.h"
#include "url/url_pattern.h"

namespace cinnabar {

/// One pattern of any kind, and the question whether topics match it. One thread.
class TopicTester {
 public:
  /// `base`: the hub's URL, which relative URL patterns and topics need. Errors: kInvalid.
  static Result<TopicTester> make(PatternKind kind, const std::string& pattern,
                                  const std::optional<std::string>& base);

  bool matches(std::string_view topic) const;
  /// The compiled URL pattern; nullptr for the other kinds and for "*".
  const url::UrlPattern* url_pattern() const { return std::get_if<url::UrlPattern>(&compiled_); }
  /// Errors: kInvalid, for a topic that is no URL and so matches no URL pattern (MATCH-7).
  Result<url::Url> resolve(std::string_view topic) const;

 private:
  /// No more to it than the text.
  struct Plain {};

  TopicTester(std::string text, std::optional<url::Url> base)
      : text_(std::move(text)), base_(std::move(base)) {}

  std::string text_;
  std::optional<url::Url> base_;
  std::variant<Plain, url::UrlPattern, url::UriTemplate> compiled_;
};

}  // namespace cinnabar
