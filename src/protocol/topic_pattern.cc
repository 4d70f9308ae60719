// SPDX-License-Identifier: Apache-2.0
#include "protocol/topic_pattern.h"

#include <utility>

namespace cinnabar {

TopicPattern::TopicPattern(url::UrlPattern pattern, const HubUrl& hub)
    : pattern_(std::move(pattern)),
      origin_(hub.origin()),
      scheme_(hub.scheme()),
      covers_hub_(pattern_.test_authority(hub.url())) {}

Result<std::shared_ptr<const TopicPattern>> TopicPattern::compile(std::string_view pattern,
                                                                  const HubUrl& hub) {
  // A pattern with a protocol of its own is absolute. With a base, the standard resolves the path of
  // `data\:foobar` against the base's all the same, so that it matched nothing (see MATCH-5's vectors).
  Result<url::UrlPattern> compiled = url::UrlPattern::compile(pattern);
  if (!compiled) compiled = url::UrlPattern::compile(pattern, hub.url().href());
  if (!compiled) return compiled.error();
  return std::shared_ptr<const TopicPattern>(new TopicPattern(std::move(*compiled), hub));
}

}  // namespace cinnabar
