// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/hub_url.h"
#include "protocol/topic.h"
#include "url/url_pattern.h"

namespace cinnabar {

/// The pattern of a `urlpattern` matcher, compiled against its hub's URL (MATCH-5 to MATCH-8).
/// Immutable; any thread.
class TopicPattern {
 public:
  /// Errors: kInvalid, with one sentence that may be sent to a client (SUB-15).
  static Result<std::shared_ptr<const TopicPattern>> compile(std::string_view pattern, const HubUrl& hub);

  bool matches(Topic& topic) const {
    const url::Url* url = topic.url(scheme_);
    return url && matches(*url);
  }
  /// The same for a topic that is resolved already, as Topic::url() does it for scheme().
  bool matches(const url::Url& url) const {
    if (url.base_use() == url::Url::BaseUse::kAuthority) return covers_hub_ && pattern_.test_path(url);
    return pattern_.test(url);
  }

  HubScheme scheme() const { return scheme_; }
  /// The origin of the hub's URL that it was compiled against.
  const std::string& origin() const { return origin_; }
  /// Whether it matches its own hub's authority: only then can it match topics without one.
  bool covers_hub() const { return covers_hub_; }
  const url::UrlPattern& pattern() const { return pattern_; }

 private:
  TopicPattern(url::UrlPattern pattern, const HubUrl& hub);

  url::UrlPattern pattern_;
  std::string origin_;
  HubScheme scheme_;
  bool covers_hub_;
};

}  // namespace cinnabar
