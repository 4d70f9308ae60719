// SPDX-License-Identifier: Apache-2.0
#include "http/h1_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <charconv>
#include <limits>

namespace cinnabar::http {
namespace {

namespace beast = boost::beast;

constexpr std::size_t kMaxFields = 256;  // each costs far more memory than its bytes

bool iequals(std::string_view a, std::string_view b) {
  return beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 127; });
}

/// What a Host or the authority of a target may hold. Not a full check: nothing that would change
/// its meaning in a URL, no user name, no list.
bool plausible_authority(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return c <= ' ' || c == 127 || std::string_view("/?#@,\\\"<>^`{|}").find(c) != std::string_view::npos;
  });
}

}  // namespace

/// Beast's parser, its events collected.
class H1Parser::Beast final : public beast::http::basic_parser<true> {
 public:
  explicit Beast(Request& request) : request_(request) {
    body_limit(boost::none);
    header_limit(std::numeric_limits<std::uint32_t>::max());  // the scanner's matter
    eager(false);
  }

  std::string target;
  bool too_many_fields = false;
  bool head_done = false;
  std::string* sink = nullptr;
  std::size_t limit = 0;
  std::uint64_t body_bytes = 0;

 private:
  using string_view = beast::string_view;
  using error_code = beast::error_code;

  void on_request_impl(beast::http::verb, string_view method, string_view uri, int version,
                       error_code& ec) override {
    ec = {};
    request_.method.assign(method.data(), method.size());
    target.assign(uri.data(), uri.size());
    request_.version = version == 10 ? Version::kHttp10 : Version::kHttp11;
  }

  void on_field_impl(beast::http::field, string_view name, string_view value, error_code& ec) override {
    ec = {};
    if (head_done) return;  // a trailer: never merged into the head (RFC 9110 section 6.5.1)
    if (request_.headers.size() == kMaxFields) {
      too_many_fields = true;
      ec = beast::http::error::header_limit;
      return;
    }
    Header header;
    header.name.reserve(name.size());
    for (const char c : name) header.name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    header.value.assign(value.data(), value.size());
    request_.headers.push_back(std::move(header));
  }

  void on_header_impl(error_code& ec) override {
    ec = {};
    head_done = true;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) override { ec = {}; }
  std::size_t on_body_impl(string_view bytes, error_code& ec) override {
    ec = {};
    return take(bytes);
  }
  void on_chunk_header_impl(std::uint64_t, string_view extensions, error_code& ec) override {
    // A quoted extension may hold a bare LF for Beast; others would see a line end there.
    ec = {};
    if (has_control({extensions.data(), extensions.size()})) ec = beast::http::error::bad_chunk_extension;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& ec) override {
    ec = {};
    return take(bytes);
  }
  void on_finish_impl(error_code& ec) override { ec = {}; }
  void on_response_impl(int, string_view, int, error_code&) override {}

  std::size_t take(string_view bytes) {
    body_bytes += bytes.size();
    const std::size_t room = limit == 0 ? bytes.size() : limit - std::min(limit, sink->size());
    sink->append(bytes.data(), std::min(room, bytes.size()));
    return bytes.size();
  }

  Request& request_;
};

H1Parser::H1Parser(const ServerLimits& limits)
    : scanner_(limits), header_bytes_(limits.header_bytes), beast_(std::make_unique<Beast>(request_)) {}

H1Parser::~H1Parser() = default;

bool H1Parser::complete() const { return beast_->is_done(); }

std::uint64_t H1Parser::body_bytes() const { return beast_->body_bytes; }

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
  beast::error_code error;
  beast_->put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (beast_->too_many_fields) return refuse(431);
  if (error == beast::http::error::bad_version) {
    const std::string_view line = head.substr(0, head.find('\r'));
    const std::string_view version = line.substr(line.find(' ', line.find(' ') + 1) + 1);
    const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
                             version[5] >= '0' && version[5] <= '9' && version[7] >= '0' && version[7] <= '9';
    return refuse(well_formed ? 505 : 400);
  }
  if (error || !beast_->is_header_done()) return refuse(400);
  if (const unsigned status = check_head(); status != 0) return refuse(status);
  consumed = scanner_.end();
  keep_alive_ = beast_->keep_alive();
  return Progress::kDone;
}

unsigned H1Parser::check_head() {
  if (const unsigned status = check_framing(); status != 0) return status;
  if (const unsigned status = check_host(); status != 0) return status;
  if (const unsigned status = split_target(beast_->target); status != 0) return status;
  if (const auto expect = request_.header("expect"); expect && request_.version == Version::kHttp11) {
    if (!iequals(*expect, "100-continue") || request_.header_count("expect") > 1) return 417;
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
    if (!iequals(*request_.header("transfer-encoding"), "chunked")) return 400;
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
    if (!iequals(name, "http") && !iequals(name, "https")) return 400;
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
  beast_->sink = &body;
  beast_->limit = limit;
  consumed = 0;
  // Five bytes are the least that can end a chunked body ("0", two line ends); Beast asserts that
  // many when it comes back to a last chunk whose trailers were not complete.
  const std::size_t least = beast_->chunked() ? 5 : 1;
  while (!beast_->is_done() && input.size() - consumed >= least) {
    beast::error_code error;
    const std::size_t used =
        beast_->put(boost::asio::const_buffer(input.data() + consumed, input.size() - consumed), error);
    consumed += used;
    if (error == beast::http::error::need_more) {
      // A chunk's size line or the trailers, still without end: bounded like a head.
      if (input.size() - consumed > header_bytes_) return Progress::kRefused;
      break;
    }
    if (error) return Progress::kRefused;
  }
  return beast_->is_done() ? Progress::kDone : Progress::kMore;
}

}  // namespace cinnabar::http
