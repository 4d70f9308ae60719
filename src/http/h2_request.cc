// SPDX-License-Identifier: Apache-2.0
#include "http/h2_request.h"

#include <utility>

namespace cinnabar::http {
namespace {

constexpr std::size_t kFieldOverhead = 32;
/// How many times the limit of header bytes a block may have before it is cut off unanswered: an
/// indexed field of one byte on the wire can stand for kilobytes here.
constexpr std::size_t kHopeless = 4;

}  // namespace

void H2RequestBuilder::begin(bool keep) {
  request_ = Request();
  request_.version = Version::kHttp2;
  bytes_ = 0;
  refusal_ = 0;
  keep_ = keep;
}

bool H2RequestBuilder::add(std::string_view name, std::string_view value) {
  bytes_ += name.size() + value.size() + kFieldOverhead;
  if (bytes_ > kHopeless * limits_.header_bytes) return false;
  if (name == ":method" && keep_) {
    // Kept whatever else is refused: whether an answer may have a body depends on it.
    request_.method = value.substr(0, limits_.header_bytes);
    if (value == "CONNECT" && refusal_ == 0) refusal_ = 501;
  }
  if (name == ":path" && value.size() > limits_.uri_bytes) refusal_ = 414;
  if (bytes_ > limits_.header_bytes && refusal_ == 0) refusal_ = 431;
  if (refusal_ != 0 || !keep_) return true;

  if (name.starts_with(':')) {
    add_pseudo(name, value);
    return true;
  }
  if (name == "cookie") {
    // Clients may split it for compression; RFC 9113 section 8.2.3 wants it joined again.
    for (Header& header : request_.headers) {
      if (header.name != "cookie") continue;
      header.value.append("; ").append(value);
      return true;
    }
  }
  request_.headers.push_back({std::string(name), std::string(value)});
  return true;
}

void H2RequestBuilder::add_pseudo(std::string_view name, std::string_view value) {
  if (name == ":path") {
    const std::size_t mark = value.find('?');
    request_.path = value.substr(0, mark);
    if (mark != std::string_view::npos) request_.query = value.substr(mark + 1);
  } else if (name == ":authority") {
    request_.authority = value;
  }
}

Request H2RequestBuilder::take() {
  if (request_.path.empty()) request_.path = "/";
  if (request_.authority.empty()) {
    if (const auto host = request_.header("host")) request_.authority = *host;
  }
  return std::exchange(request_, Request());
}

}  // namespace cinnabar::http
