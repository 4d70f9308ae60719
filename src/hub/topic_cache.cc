// SPDX-License-Identifier: Apache-2.0
#include "hub/topic_cache.h"

#include <functional>

namespace cinnabar {

std::size_t TopicCache::place_of(std::string_view topic) {
  return std::hash<std::string_view>()(topic) % kPlaces;
}

const std::vector<IndexNode*>* TopicCache::find(std::string_view topic, std::uint64_t generation) const {
  if (places_.empty()) return nullptr;
  const Place& place = places_[place_of(topic)];
  return place.generation == generation && place.topic == topic ? &place.nodes : nullptr;
}

void TopicCache::put(std::string_view topic, std::uint64_t generation, std::span<IndexNode* const> nodes) {
  if (topic.size() > kTopicBytes || nodes.size() > kNodes) return;
  if (places_.empty()) places_.resize(kPlaces);
  Place& place = places_[place_of(topic)];
  place.generation = generation;
  place.topic = topic;
  place.nodes.assign(nodes.begin(), nodes.end());
}

}  // namespace cinnabar
