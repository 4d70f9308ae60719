// SPDX-License-Identifier: Apache-2.0
#include "auth/jwks/cache_lifetime.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace cinnabar {
namespace {

constexpr std::int64_t kLongest = 100LL * 365 * 24 * 3600;  // seconds

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\"");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\"") - first + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// RFC 9111 section 1.2.2: a number that is too large is a long time.
std::optional<std::int64_t> seconds(std::string_view text) {
  text = trim(text);
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return {};
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::min(value, kLongest) : kLongest;
}

}  // namespace

std::optional<Duration> cache_lifetime(std::string_view cache_control, std::string_view age,
                                       std::string_view expires, std::string_view date) {
  std::optional<std::int64_t> lifetime;
  for (std::string_view rest = cache_control; !rest.empty();) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    const std::size_t equals = item.find('=');
    const std::string name = lower(trim(item.substr(0, equals)));
    if (name == "no-store" || name == "no-cache") return Duration::zero();
    if (name == "max-age" && equals != std::string_view::npos) lifetime = seconds(item.substr(equals + 1));
  }
  if (lifetime) {
    lifetime = *lifetime - seconds(age).value_or(0);
  } else if (!expires.empty()) {
    const std::time_t until = curl_getdate(std::string(expires).c_str(), nullptr);
    const std::time_t from = curl_getdate(std::string(date).c_str(), nullptr);
    if (until < 0) return Duration::zero();  // RFC 9111 section 5.3: a date that is none has passed
    if (from < 0) return {};
    lifetime = std::min<std::int64_t>(until - from, kLongest);
  }
  if (!lifetime) return {};
  return std::chrono::seconds(std::max<std::int64_t>(*lifetime, 0));
}

}  // namespace cinnabar
