// SPDX-License-Identifier: Apache-2.0
#include "protocol/event.h"

#include <cassert>

#include "protocol/sse.h"

namespace cinnabar {

std::shared_ptr<const Event> Event::make(const Update& update, Position position, std::int64_t time_ms) {
  std::shared_ptr<Event> event = make(update);
  event->place(position, time_ms);
  return event;
}

std::shared_ptr<const Event> Event::make(const Parts& parts, Position position, std::int64_t time_ms) {
  std::shared_ptr<Event> event = make(parts);
  event->place(position, time_ms);
  return event;
}

std::shared_ptr<Event> Event::make(const Update& update) {
  const std::vector<std::string_view> topics(update.topics.begin(), update.topics.end());
  const Parts parts{topics,       update.data,       update.id,  update.type,
                    update.retry, update.is_private, update.kind};
  return make(parts);
}

std::shared_ptr<Event> Event::make(const Parts& parts) {
  assert(!parts.id.empty());
  // The constructor is ours alone, yet make_shared() needs one that it may call.
  struct Constructible : Event {};
  const auto event = std::make_shared<Constructible>();
  event->is_private_ = parts.is_private;
  event->kind_ = parts.kind;

  std::size_t size = parts.id.size();
  for (const std::string_view topic : parts.topics) size += topic.size();
  event->text_.reserve(size);
  event->text_ += parts.id;
  for (const std::string_view topic : parts.topics) event->text_ += topic;

  // The text is complete and, the event staying where it is, so are the views into it.
  std::string_view rest = event->text_;
  const auto take = [&rest](std::size_t count) {
    const std::string_view front = rest.substr(0, count);
    rest.remove_prefix(count);
    return front;
  };
  event->id_ = take(parts.id.size());
  event->topics_.reserve(parts.topics.size());
  for (const std::string_view topic : parts.topics) event->topics_.push_back(take(topic.size()));

  event->bytes_ = encode_sse(parts.type, parts.retry, parts.id, parts.data);
  return event;
}

std::size_t Event::footprint() const {
  constexpr std::size_t kBlockHeads = 4 * 16;  // the allocator's and the counts
  return sizeof(Event) + text_.capacity() + topics_.capacity() * sizeof(std::string_view) +
         bytes_.chunked().size() + kBlockHeads;
}

}  // namespace cinnabar
