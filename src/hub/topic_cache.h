// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {

struct IndexNode;

/// Which nodes a topic led to, for topics that come again (MATCH-9). An answer counts only for the
/// generation of the index that it was found in, and only for that very topic. Bounded: a fixed number
/// of places, each for one short topic with few nodes, where the newer answer displaces the older.
/// Threads: one loop.
class TopicCache {
 public:
  /// The nodes, or nullptr if nothing is known.
  const std::vector<IndexNode*>* find(std::string_view topic, std::uint64_t generation) const;
  void put(std::string_view topic, std::uint64_t generation, std::span<IndexNode* const> nodes);

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

  std::vector<Place> places_;  // none before the first put()
};

}  // namespace cinnabar
