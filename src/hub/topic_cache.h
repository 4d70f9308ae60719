// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {

struct IndexNode;

/// Which nodes a topic led to, for topics that come again (MATCH-9). An answer counts only until the
/// index changes, and only for that very topic. Bounded: a fixed number of places, each for one short topic
/// with few nodes, where the newer answer displaces the older. Threads: one loop.
class TopicCache {
 public:
  /// The nodes that `look_up(std::vector<IndexNode*>&)` adds to an empty list, or did when it was last asked
  /// about this topic. Good until the next call.
  template <class LookUp>
  const std::vector<IndexNode*>& find(std::string_view topic, LookUp&& look_up) {
    if (const auto* nodes = known(topic)) return *nodes;
    found_.clear();
    look_up(found_);
    remember(topic);
    return found_;
  }

  /// To be called whenever the set of nodes changes.
  void forget() { ++generation_; }

 private:
  static constexpr std::size_t kPlaces = 1024;
  static constexpr std::size_t kTopicBytes = 512;
  static constexpr std::size_t kNodes = 64;

  struct Place {
    std::uint64_t generation = 0;
    std::string topic;
    std::vector<IndexNode*> nodes;
  };

  static std::size_t place_of(std::string_view topic);
  const std::vector<IndexNode*>* known(std::string_view topic) const;
  void remember(std::string_view topic);

  std::uint64_t generation_ = 1;  // of the set of nodes
  std::vector<Place> places_;     // none before the first remember()
  std::vector<IndexNode*> found_;
};

}  // namespace cinnabar
