// SPDX-License-Identifier: Apache-2.0
#include "http/chunked_decoder.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>

#include "http/characters.h"

namespace cinnabar::http {
namespace {

namespace beast = boost::beast;

}  // namespace

/// Beast's parser, which cannot do without a head: it gets one that says "chunked" and nothing else.
class ChunkedDecoder::Beast final : public beast::http::basic_parser<true> {
 public:
  Beast() {
    body_limit(boost::none);
    header_limit(std::numeric_limits<std::uint32_t>::max());
    eager(false);
    constexpr std::string_view kHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    error_code error;
    put(boost::asio::const_buffer(kHead.data(), kHead.size()), error);
  }

  std::string* sink = nullptr;
  std::size_t limit = 0;
  std::uint64_t bytes = 0;

 private:
  using string_view = beast::string_view;
  using error_code = beast::error_code;

  void on_request_impl(beast::http::verb, string_view, string_view, int, error_code& ec) override { ec = {}; }
  void on_field_impl(beast::http::field, string_view, string_view, error_code& ec) override { ec = {}; }
  void on_header_impl(error_code& ec) override { ec = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) override { ec = {}; }
  std::size_t on_body_impl(string_view part, error_code& ec) override {
    ec = {};
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view extensions, error_code& ec) override {
    // A quoted extension may hold a bare LF for Beast; others would see a line end there.
    ec = {};
    if (has_control({extensions.data(), extensions.size()})) ec = beast::http::error::bad_chunk_extension;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view part, error_code& ec) override {
    ec = {};
    bytes += part.size();
    const std::size_t room = limit == 0 ? part.size() : limit - std::min(limit, sink->size());
    sink->append(part.data(), std::min(room, part.size()));
    return part.size();
  }
  void on_finish_impl(error_code& ec) override { ec = {}; }
  void on_response_impl(int, string_view, int, error_code&) override {}
};

ChunkedDecoder::ChunkedDecoder(std::size_t line_bytes)
    : line_bytes_(line_bytes), beast_(std::make_unique<Beast>()) {}

ChunkedDecoder::~ChunkedDecoder() = default;

bool ChunkedDecoder::done() const { return beast_->is_done(); }

std::uint64_t ChunkedDecoder::bytes() const { return beast_->bytes; }

bool ChunkedDecoder::decode(std::string_view input, std::size_t& consumed, std::string& body,
                            std::size_t limit) {
  beast_->sink = &body;
  beast_->limit = limit;
  consumed = 0;
  // Five bytes are the least that can end a chunked body ("0", two line ends); Beast asserts that
  // many when it comes back to a last chunk whose trailers were not complete.
  constexpr std::size_t kLeast = 5;
  while (!beast_->is_done() && input.size() - consumed >= kLeast) {
    beast::error_code error;
    const std::size_t used =
        beast_->put(boost::asio::const_buffer(input.data() + consumed, input.size() - consumed), error);
    consumed += used;
    if (error == beast::http::error::need_more) return input.size() - consumed <= line_bytes_;
    if (error) return false;
  }
  return true;
}

}  // namespace cinnabar::http
