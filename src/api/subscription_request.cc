// SPDX-License-Identifier: Apache-2.0
#include "api/subscription_request.h"

#include <charconv>
#include <utility>
#include <vector>

#include "protocol/form.h"
#include "protocol/matcher.h"
#include "protocol/subscription.h"

namespace cinnabar {
namespace {

Error not_found() { return {ErrorCode::kNotFound, {}}; }

/// Decodes what follows the slash of `rest`, segment by segment; empty segments are segments too.
Result<std::vector<std::string>> segments_of(std::string_view rest) {
  std::vector<std::string> segments;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the slash
    const std::string_view raw = rest.substr(0, rest.find('/'));
    std::optional<std::string> segment = decode_segment(raw);
    if (!segment) {
      return Error{ErrorCode::kInvalid,
                   "The path has a malformed percent-encoding: write %25 for a percent sign."};
    }
    segments.push_back(std::move(*segment));
    rest.remove_prefix(raw.size());
  }
  return segments;
}

Error unsupported(std::string_view) {
  return {ErrorCode::kInvalid,
          "The path names a matcher type that is not supported: use exact or urlpattern."};
}

}  // namespace

Result<SubscriptionRequest> read_subscription_path(std::string_view base, std::string_view rest,
                                                   bool compatible) {
  Result<std::vector<std::string>> read = segments_of(rest);
  if (!read) return read.error();
  const std::vector<std::string>& segments = *read;
  SubscriptionRequest request;
  request.query.prefix = std::string(base) + '/';
  if (segments.empty()) return request;
  if (segments.size() > 3) return not_found();
  // A topic's segments are encoded in one way only, however the request has them.
  std::string topic(base);
  for (const std::string& segment : segments) topic += '/' + encode_segment(segment);

  if (segments.size() == 1) {
    if (!compatible || segments.front().empty()) return not_found();
    request.is_legacy = true;
    request.query.prefix = topic + '/';
    request.query.which = Presence::Which::kSelectors;
    return request;
  }
  const bool has_type = matcher_type(segments.front()).has_value();
  if (segments.size() == 3) {
    if (!has_type) return unsupported(segments.front());
    request.is_collection = false;
    request.topic = std::move(topic);
    return request;
  }
  if (has_type) {
    request.query.prefix = topic + '/';
    request.query.which = Presence::Which::kModern;
    return request;
  }
  if (!compatible) return unsupported(segments.front());
  request.is_collection = false;
  request.is_legacy = true;
  request.topic = std::move(topic);
  return request;
}

Result<void> read_page(std::string_view query, std::string_view base, SubscriptionRequest& request) {
  FormReader pairs(query);
  std::string name, value;
  while (pairs.next(name, value)) {
    if (name == "limit") {
      std::size_t limit = 0;
      const char* const end = value.data() + value.size();
      const auto [stop, error] = std::from_chars(value.data(), end, limit);
      if (error != std::errc() || stop != end || limit == 0) {
        return Error{ErrorCode::kInvalid, "The parameter `limit` must be a number from 1 on."};
      }
      request.query.limit = limit;
    } else if (name == "after") {
      request.query.after = std::string(base) + value;
    }
  }
  return {};
}

}  // namespace cinnabar
