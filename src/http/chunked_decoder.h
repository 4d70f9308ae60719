// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cinnabar::http {

/// Takes one body out of the chunked transfer coding (RFC 9112 section 7.1). Extensions and trailers are
/// checked and dropped: a trailer is never merged into the head (RFC 9110 section 6.5.1).
///
/// Threads: one loop.
class ChunkedDecoder {
 public:
  /// `line_bytes`: no size line and no trailers may be longer, so that a body in small pieces is bounded too.
  explicit ChunkedDecoder(std::size_t line_bytes);
  ~ChunkedDecoder();
  ChunkedDecoder(const ChunkedDecoder&) = delete;
  ChunkedDecoder& operator=(const ChunkedDecoder&) = delete;

  /// Decodes `consumed` bytes and appends to `body`, until that has `limit` bytes (0: no limit); what is
  /// beyond only counts. False: the framing is broken. REQUIRES: not done()
  bool decode(std::string_view input, std::size_t& consumed, std::string& body, std::size_t limit);

  bool done() const;
  std::uint64_t bytes() const;  ///< decoded so far

 private:
  class Beast;

  std::size_t line_bytes_;
  std::unique_ptr<Beast> beast_;
};

}  // namespace cinnabar::http
