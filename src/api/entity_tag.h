// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace cinnabar {

/// The entity tag of what was read when `event_id` was the newest id (ACT-21), with its quotes.
std::string entity_tag(std::string_view event_id);

/// Whether If-None-Match has that tag among its own, by weak comparison (RFC 9110 section 13.1.2), or "*", or
/// the bare id (COMPAT-35).
bool none_match_fails(const http::Request& request, std::string_view tag, std::string_view event_id);

}  // namespace cinnabar
