// SPDX-License-Identifier: Apache-2.0
#include "http/h1_parser.h"

#include <algorithm>
#include <charconv>

#include "http/characters.h"
#include "http/h1_request_head.h"

namespace cinnabar::http {
namespace {

/// What a Host or the authority of a target may not hold. Not a full check: what would change its meaning in
/// a URL, a user name, a list.
constexpr CharacterClass kNotInAuthority(" \t\x7f/?#@,\\\"<>^`{|}");

/// REQUIRES: no controls, but perhaps a tab
bool plausible_authority(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return kNotInAuthority.has(c); });
}

}  // namespace

H1Parser::H1Parser(const ServerLimits& limits) : scanner_(limits), header_bytes_(limits.header_bytes) {}

bool H1Parser::complete() const { return chunked_ ? chunked_->done() : body_bytes_ == content_length_; }

std::uint64_t H1Parser::body_bytes() const { return chunked_ ? chunked_->bytes() : body_bytes_; }

H1Parser::Progress H1Parser::refuse(unsigned status) {
  status_ = status;
  return Progress::kRefused;
}

H1Parser::Progress H1Parser::head(std::string_view input, std::size_t& consumed) {
  consumed = 0;
  const unsigned found = scanner_.scan(input);
  if (found == 0) return Progress::kMore;
  if (found != 200) return refuse(found);
  const std::string_view head = input.substr(scanner_.begin(), scanner_.end() - scanner_.begin());
  std::string_view target;
  if (const unsigned status = read_request_head(head, request_, target); status != 0) return refuse(status);
  if (const unsigned status = check_head(target); status != 0) return refuse(status);
  consumed = scanner_.end();
  keep_alive_ = wants_keep_alive(request_);
  return Progress::kDone;
}

unsigned H1Parser::check_head(std::string_view target) {
  if (const unsigned status = check_framing(); status != 0) return status;
  if (const unsigned status = check_host(); status != 0) return status;
  if (const unsigned status = split_target(target); status != 0) return status;
  if (const auto expect = request_.header("expect"); expect && request_.version == Version::kHttp11) {
    if (!same_ignoring_case(*expect, "100-continue") || request_.header_count("expect") > 1) return 417;
    expects_continue_ = !complete();
  }
  return 0;
}

// RFC 9112 sections 6.1 and 6.3: one unambiguous length, or none.
unsigned H1Parser::check_framing() {
  const std::size_t lengths = request_.header_count("content-length");
  const std::size_t codings = request_.header_count("transfer-encoding");
  if (lengths + codings > 1) return 400;
  if (codings == 1) {
    if (request_.version == Version::kHttp10) return 400;
    if (!same_ignoring_case(*request_.header("transfer-encoding"), "chunked")) return 400;
    chunked_ = std::make_unique<ChunkedDecoder>(header_bytes_);
  }
  if (lengths == 1) {
    const std::string_view value = *request_.header("content-length");
    const char* const end = value.data() + value.size();
    const auto [parsed, error] = std::from_chars(value.data(), end, content_length_);
    if (value.empty() || error != std::errc() || parsed != end) return 400;
  }
  return 0;
}

// RFC 9112 section 3.2.
unsigned H1Parser::check_host() {
  const std::size_t hosts = request_.header_count("host");
  if (hosts > 1 || (hosts == 0 && request_.version == Version::kHttp11)) return 400;
  if (hosts == 1) {
    request_.authority = *request_.header("host");
    if (!plausible_authority(request_.authority)) return 400;
  }
  return 0;
}

// RFC 9112 section 3.2: origin-form, absolute-form, asterisk-form.
unsigned H1Parser::split_target(std::string_view target) {
  if (request_.method == "CONNECT") return 501;
  if (target.find('#') != std::string_view::npos || has_control(target)) return 400;
  if (target == "*") {
    if (request_.method != "OPTIONS") return 400;
    request_.path = "*";
    return 0;
  }
  if (!target.starts_with('/')) {
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos) return 400;
    const std::string_view name = target.substr(0, scheme);
    if (!same_ignoring_case(name, "http") && !same_ignoring_case(name, "https")) return 400;
    target.remove_prefix(scheme + 3);
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    request_.authority = target.substr(0, end);  // goes before Host (section 3.2.2)
    if (request_.authority.empty() || !plausible_authority(request_.authority)) return 400;
    target.remove_prefix(end);
  }
  const std::size_t mark = target.find('?');
  request_.path = target.substr(0, mark);
  if (request_.path.empty()) request_.path = "/";
  if (mark != std::string_view::npos) request_.query = target.substr(mark + 1);
  return 0;
}

H1Parser::Progress H1Parser::body(std::string_view input, std::size_t& consumed, std::string& body,
                                  std::size_t limit) {
  if (chunked_) {
    if (!chunked_->decode(input, consumed, body, limit)) return Progress::kRefused;
  } else {
    consumed = static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), content_length_ - body_bytes_));
    const std::size_t room = limit == 0 ? consumed : limit - std::min(limit, body.size());
    body.append(input, 0, std::min(room, consumed));
    body_bytes_ += consumed;
  }
  return complete() ? Progress::kDone : Progress::kMore;
}

}  // namespace cinnabar::http
