// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cinnabar::fuzz {

/// What a browser would dispatch.
struct ParsedEvent {
  std::string type, id, data, retry;
};

/// "Interpreting an event stream" of the HTML standard (section 9.2.6), written apart from the
/// encoder and for clearness only. An event without its final empty line is dropped.
inline std::vector<ParsedEvent> parse_event_stream(std::string_view stream) {
  std::vector<ParsedEvent> events;
  std::string type, data, last_id, retry;
  bool has_data = false;
  while (!stream.empty()) {
    const std::size_t end = stream.find_first_of("\r\n");
    if (end == std::string_view::npos) break;
    const std::string_view line = stream.substr(0, end);
    stream.remove_prefix(end + (stream.substr(end, 2) == "\r\n" ? 2 : 1));
    if (line.empty()) {
      if (has_data) events.push_back({type, last_id, data.substr(0, data.size() - 1), retry});
      type.clear();
      data.clear();
      retry.clear();
      has_data = false;
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == 0) continue;
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (field == "event") {
      type = value;
    } else if (field == "data") {
      data.append(value).append("\n");
      has_data = true;
    } else if (field == "id") {
      if (value.find('\0') == std::string_view::npos) last_id = value;
    } else if (field == "retry") {
      retry = value;
    }
  }
  return events;
}

/// `data` as it arrives: CRLF and CR have become LF (SSE-8).
inline std::string normalised(std::string_view data) {
  std::string result;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i] != '\r') {
      result += data[i];
    } else if (i + 1 == data.size() || data[i + 1] != '\n') {
      result += '\n';
    }
  }
  return result;
}

}  // namespace cinnabar::fuzz
