// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "http/message.h"

namespace cinnabar::http {

/// Reads the lines of a request head (RFC 9112 sections 3 and 5) into method, version and headers, whose
/// names become lower case and whose values lose the blanks around them. `target` is the request's, as sent.
/// Answers 0, or the status to refuse with: 400, 431 for too many fields, 505 for another version.
/// REQUIRES: H1HeadScanner found `head`, so that its lines end with CRLF and none begins with a blank.
unsigned read_request_head(std::string_view head, Request& request, std::string_view& target);

/// Whether the connection may serve another request (RFC 9112 section 9.3).
bool wants_keep_alive(const Request& request);

}  // namespace cinnabar::http
