// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "http/message.h"
#include "http/server.h"

namespace cinnabar::http {

/// Collects the decoded fields of one HTTP/2 header block (RFC 9113 section 8.3.1) into a Request,
/// within the server's limits. What is malformed has been refused by nghttp2 before.
///
/// A connection needs only one, because header blocks do not interleave (RFC 9113 section 4.3).
/// Lifetime: begin(), add() for every field, take(); then begin() again. Threads: one.
class H2RequestBuilder {
 public:
  explicit H2RequestBuilder(const ServerLimits& limits) : limits_(limits) {}

  /// Forgets everything. `keep`: false for trailers, which are counted and dropped.
  void begin(bool keep);

  /// Adds a field. False: the block is so far beyond the limits that it is not worth an answer.
  bool add(std::string_view name, std::string_view value);

  /// The status with which the request must be refused: 431 (LIM-17), 414, 501; 0: none.
  unsigned refusal() const { return refusal_; }
  bool head_request() const { return request_.method == "HEAD"; }

  /// The request, without tls and peer. REQUIRES: refusal() == 0
  Request take();

 private:
  void add_pseudo(std::string_view name, std::string_view value);

  const ServerLimits& limits_;
  Request request_;
  std::size_t bytes_ = 0;  ///< as RFC 9113 section 6.5.2 counts them: 32 more a field
  unsigned refusal_ = 0;
  bool keep_ = false;
};

}  // namespace cinnabar::http
