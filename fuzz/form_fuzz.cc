// SPDX-License-Identifier: Apache-2.0
// Property: whatever a form text decodes to, encoding that and decoding it again gives the same
// pairs. Subscribe requests, which are forms in two places, must only ever be refused cleanly.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/form.h"
#include "protocol/subscribe_request.h"
#include "protocol/text.h"

namespace {

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHex[byte >> 4];
    encoded += kHex[byte & 15U];
  }
  return encoded;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<cinnabar::FormPair> pairs = cinnabar::parse_form(text);
  std::string again;
  for (const cinnabar::FormPair& pair : pairs) {
    again += "&" + percent_encode(pair.name) + "=" + percent_encode(pair.value);
  }
  require(cinnabar::parse_form(again) == pairs);

  static const cinnabar::HubUrl hub = *cinnabar::HubUrl::parse("https://hub.example.com/.well-known/mercure");
  const std::string_view query = text.substr(0, text.find('\n'));
  const std::string_view body = text.substr(query.size());
  const auto request = cinnabar::parse_subscribe(query, body, {}, hub);
  if (request.ok()) {
    require(!request->matchers.empty());
    for (const cinnabar::Matcher& matcher : request->matchers.matchers()) {
      require(cinnabar::is_protocol_string(matcher.pattern()));
    }
  } else {
    require(request.error().code == cinnabar::ErrorCode::kInvalid && !request.error().detail.empty());
  }
  return 0;
}
