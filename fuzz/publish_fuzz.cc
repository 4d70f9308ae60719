// SPDX-License-Identifier: Apache-2.0
// Property: an accepted publish request keeps every promise that the rest of the hub builds on
// (PUB-3 to PUB-19, LIM-4 to LIM-6), and its event reads back as what was published.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/event.h"
#include "protocol/publish_request.h"
#include "protocol/text.h"
#include "sse_parser.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(bytes), size);
  const cinnabar::ProtocolLimits limits;
  const auto update = cinnabar::parse_publish(body, limits);
  if (!update.ok()) {
    require(update.error().code == cinnabar::ErrorCode::kInvalid ||
            update.error().code == cinnabar::ErrorCode::kTooLarge);
    require(cinnabar::is_protocol_string(update.error().detail));
    return 0;
  }
  require(!update->topics.empty() && update->topics.size() <= limits.topics_per_update);
  for (const std::string& topic : update->topics) {
    require(cinnabar::is_protocol_string(topic) && topic != "*" && topic.size() <= limits.topic_bytes);
  }
  require(cinnabar::is_utf8(update->data));
  require(cinnabar::is_protocol_string(update->id) && !update->id.empty() && update->id != "earliest");
  require(update->id.front() != '#' && update->id.front() != ' ' && update->id.back() != ' ');
  require(cinnabar::is_protocol_string(update->type) && update->type != "mercure");
  require(update->retry.find_first_not_of("0123456789") == std::string::npos);

  const cinnabar::EventPtr event = cinnabar::Event::make(*update, 1, 0);
  require(event->id() == update->id && event->topics().size() == update->topics.size());
  for (std::size_t i = 0; i < update->topics.size(); ++i) require(event->topics()[i] == update->topics[i]);
  const std::vector<cinnabar::fuzz::ParsedEvent> events =
      cinnabar::fuzz::parse_event_stream(event->bytes().body());
  require(events.size() == 1 && events[0].id == update->id && events[0].type == update->type);
  require(events[0].retry == update->retry && events[0].data == cinnabar::fuzz::normalised(update->data));
  return 0;
}
