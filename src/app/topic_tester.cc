// SPDX-License-Identifier: Apache-2.0
#include "app/topic_tester.h"

#include <utility>

namespace cinnabar {

Result<TopicTester> TopicTester::make(PatternKind kind, const std::string& pattern,
                                      const std::optional<std::string>& base) {
  std::optional<url::Url> parsed_base;
  if (base) {
    Result<url::Url> parsed = url::Url::parse(*base);
    if (!parsed) return Error{ErrorCode::kInvalid, "The base is not a URL: " + parsed.error().detail + "."};
    parsed_base = std::move(*parsed);
  }
  TopicTester tester(pattern, std::move(parsed_base));
  if (pattern == "*" || kind == PatternKind::kExact) return tester;  // MATCH-3
  if (kind == PatternKind::kUriTemplate) {
    // COMPAT-7: what is no template is a raw string.
    if (Result<url::UriTemplate> parsed = url::UriTemplate::parse(pattern); parsed) {
      tester.compiled_ = std::move(*parsed);
    }
    return tester;
  }
  std::optional<std::string_view> base_text;
  if (tester.base_) base_text = tester.base_->href();
  Result<url::UrlPattern> compiled = url::UrlPattern::compile(pattern, base_text);
  if (!compiled) return compiled.error();
  tester.compiled_ = std::move(*compiled);
  return tester;
}

Result<url::Url> TopicTester::resolve(std::string_view topic) const {
  return url::Url::parse(topic, base_ ? &*base_ : nullptr);
}

bool TopicTester::matches(std::string_view topic) const {
  if (text_ == "*") return true;
  if (const auto* pattern = std::get_if<url::UrlPattern>(&compiled_)) {
    const Result<url::Url> url = resolve(topic);
    return url.ok() && pattern->test(*url);
  }
  if (topic == text_) return true;
  const auto* uri_template = std::get_if<url::UriTemplate>(&compiled_);
  return uri_template && uri_template->matches(topic);
}

}  // namespace cinnabar
