// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/hub_url.h"
#include "url/url.h"

namespace cinnabar {

/// One topic of an update and what it is as a URL, worked out at most once and only when a pattern
/// asks. Borrows the text and the path. Threads: one.
class Topic {
 public:
  Topic(std::string_view text, const HubPath& path) : text_(text), path_(&path) {}

  std::string_view text() const { return text_; }
  /// The topic as a reference that is resolved against the URL of a hub of this scheme; nullptr: it is
  /// none (MATCH-7). Where the URL took the authority from the base, that is nobody's: the
  /// host is not to be looked at, and every hub of the scheme has its own there.
  const url::Url* url(HubScheme scheme);

 private:
  struct Resolved {
    bool done = false;
    std::optional<url::Url> url;
  };

  std::string_view text_;
  const HubPath* path_;
  std::array<Resolved, 2> resolved_;
};

/// The topics of one update. Threads: one.
class Topics {
 public:
  template <class Texts>
  Topics(const Texts& texts, const HubPath& path) {
    topics_.reserve(std::size(texts));
    for (const auto& text : texts) topics_.emplace_back(std::string_view(text), path);
  }

  auto begin() { return topics_.begin(); }
  auto end() { return topics_.end(); }
  std::size_t size() const { return topics_.size(); }

 private:
  boost::container::small_vector<Topic, 1> topics_;
};

}  // namespace cinnabar
