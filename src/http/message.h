// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cinnabar::http {

struct Header {
  std::string name;  ///< lower case in requests; as written in responses (HTTP/2 sends lower case)
  std::string value;
};

enum class Version { kHttp10, kHttp11, kHttp2 };

/// The head of a request, the same for every wire.
struct Request {
  std::string method;     ///< as sent, case-sensitive
  std::string path;       ///< raw path of the target, still percent-encoded, never empty
  std::string query;      ///< raw, without '?'
  std::string authority;  ///< Host or :authority, as sent; may be empty (HTTP/1.0)
  std::vector<Header> headers;
  Version version = Version::kHttp11;
  bool tls = false;
  std::string peer;  ///< numeric address of the client, without port

  /// The value of the first field of this (lower-case) name.
  std::optional<std::string_view> header(std::string_view name) const;
  std::size_t header_count(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::vector<Header> headers;  ///< without Date, Content-Length, Connection: the server adds them
  std::string body;
};

/// "Not Found" for 404; empty for a status that this server never sends.
std::string_view reason_phrase(unsigned status);

/// A text/plain answer whose body is `text` + "\n" (ERR-9); the reason phrase if `text` is empty.
Response text_response(unsigned status, std::string_view text = {});

}  // namespace cinnabar::http
