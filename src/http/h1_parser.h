// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/chunked_decoder.h"
#include "http/h1_head_scanner.h"
#include "http/message.h"

namespace cinnabar::http {

/// One HTTP/1 request out of bytes, as strictly as RFC 9112 lets a server be: whatever two
/// implementations could read in two ways (sections 3.2, 6.1, 6.3, 11.2) is refused.
///
/// Lifetime: of one request; free it when the body is no longer of interest. Threads: one loop.
class H1Parser {
 public:
  enum class Progress { kMore, kDone, kRefused };

  explicit H1Parser(const ServerLimits& limits);
  H1Parser(const H1Parser&) = delete;
  H1Parser& operator=(const H1Parser&) = delete;

  /// Looks for a whole head in `input`, which begins where the request does and only grows.
  /// kDone: `consumed` bytes were the head. kRefused: see status().
  Progress head(std::string_view input, std::size_t& consumed);

  /// Decodes `consumed` bytes of the body and appends to `body`, up to `limit` bytes (0: no
  /// limit); what is beyond only counts, see body_bytes(). kRefused: the framing is broken.
  /// REQUIRES: head() answered kDone, complete() is false.
  Progress body(std::string_view input, std::size_t& consumed, std::string& body, std::size_t limit);

  Request& request() { return request_; }
  unsigned status() const { return status_; }  ///< 4xx or 5xx
  bool keep_alive() const { return keep_alive_; }
  bool expects_continue() const { return expects_continue_; }
  bool complete() const;  ///< the body, too, has been seen to its end
  std::uint64_t content_length() const { return content_length_; }  ///< 0 if chunked or absent
  std::uint64_t body_bytes() const;                                 ///< decoded so far

 private:
  Progress refuse(unsigned status);
  unsigned check_head(std::string_view target);
  unsigned check_framing();
  unsigned check_host();
  unsigned split_target(std::string_view target);

  H1HeadScanner scanner_;
  std::size_t header_bytes_;
  Request request_;
  unsigned status_ = 0;
  bool keep_alive_ = false;
  bool expects_continue_ = false;
  std::uint64_t content_length_ = 0;
  std::uint64_t body_bytes_ = 0;             ///< of a body that is not chunked
  std::unique_ptr<ChunkedDecoder> chunked_;  ///< null: the length is known
};

}  // namespace cinnabar::http
