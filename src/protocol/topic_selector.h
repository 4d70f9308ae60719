// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "url/uri_template.h"

namespace cinnabar {

/// A topic selector of protocol 0.x that is a URI template, compiled (COMPAT-5 to COMPAT-7).
/// Immutable; any thread.
class TopicSelector {
 public:
  /// nullptr for a raw string, which equals topics and nothing more: one that holds no "{", that is
  /// no valid template, or that has more than 100 variables.
  static std::shared_ptr<const TopicSelector> compile(std::string_view selector);

  /// Whether `topic` is one of the expansions, or the template's own text. Linear in `topic` (MATCH-8).
  bool matches(std::string_view topic) const { return topic == template_.text() || template_.matches(topic); }
  /// What every topic that matches begins with: the text before the first expression, byte for byte.
  std::string_view literal_prefix() const { return std::string_view(template_.text()).substr(0, prefix_); }

 private:
  explicit TopicSelector(url::UriTemplate parsed)
      : template_(std::move(parsed)), prefix_(template_.text().find('{')) {}

  url::UriTemplate template_;
  std::size_t prefix_;  // its size
};

}  // namespace cinnabar
