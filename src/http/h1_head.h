// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace cinnabar::http {

/// What the connection decides about a response head.
struct H1HeadFields {
  std::string_view connection;  ///< value of Connection; empty: none
  bool chunked = false;         ///< Transfer-Encoding: chunked
  bool with_length = false;     ///< Content-Length: length, unless the status forbids it
  std::size_t length = 0;
};

/// The status line and the header section, empty line included (RFC 9112 sections 4 and 5), with
/// Date and with each of `common` whose name the response has not set. Control bytes in values
/// become spaces, so that no value can end its line.
std::string h1_head(const Response& response, const std::vector<Header>& common, const H1HeadFields& fields);

}  // namespace cinnabar::http
