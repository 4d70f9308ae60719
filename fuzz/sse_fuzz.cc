// SPDX-License-Identifier: Apache-2.0
// Property: a browser's reading of an encoded event gives back type, id, retry and data, the last
// with its line breaks normalised, and exactly one event (SSE-2 to SSE-7).

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/sse.h"
#include "protocol/text.h"
#include "sse_parser.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// The next piece of the input, as long as its first byte says.
std::string_view take(std::string_view& input) {
  if (input.empty()) return {};
  const std::size_t length = static_cast<unsigned char>(input.front());
  const std::string_view piece = input.substr(1, length);
  input.remove_prefix(1 + piece.size());
  return piece;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const std::string_view wanted_type = take(input), wanted_id = take(input), digits = take(input);
  const std::string_view type = cinnabar::is_protocol_string(wanted_type) ? wanted_type : "";
  const std::string_view id = cinnabar::is_protocol_string(wanted_id) && !wanted_id.empty()
                                  ? wanted_id
                                  : std::string_view("urn:ex:1");
  const std::string_view retry = digits.find_first_not_of("0123456789") == digits.npos ? digits : "";
  const std::string_view data = input;

  const cinnabar::SharedBytes encoded = cinnabar::encode_sse(type, retry, id, data);
  require(encoded.body().find('\r') == std::string_view::npos);
  const std::vector<cinnabar::fuzz::ParsedEvent> events = cinnabar::fuzz::parse_event_stream(encoded.body());
  require(events.size() == 1);
  require(events[0].type == type);
  require(events[0].id == id);
  require(events[0].retry == retry);
  require(events[0].data == cinnabar::fuzz::normalised(data));
  return 0;
}
