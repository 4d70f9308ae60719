// SPDX-License-Identifier: Apache-2.0
#include "hub/topic_cache.h"

#include <functional>

namespace cinnabar {

std::size_t TopicCache::place_of(std::string_view topic) {
  return std::hash<std::string_view>()(topic) % kPlaces;
}

const std::vector<IndexNode*>* TopicCache::known(std::string_view topic) const {
  if (places_.empty()) return nullptr;
  const Place& place = places_[place_of(topic)];
  return place.generation == generation_ && place.topic == topic ? &place.nodes : nullptr;
}

void TopicCache::remember(std::string_view topic) {
  if (topic.size() > kTopicBytes || found_.size() > kNodes) return;
  if (places_.empty()) places_.resize(kPlaces);
  Place& place = places_[place_of(topic)];
  place.generation = generation_;
  place.topic = topic;
  place.nodes = found_;
}

}  // namespace cinnabar
