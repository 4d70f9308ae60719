// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <string_view>

#include "base/result.h"

namespace cinnabar {

/// Parses one JSON object (RFC 8259) and takes no liberties: errors (kInvalid) on anything but
/// an object, bytes after it, comments, ill-formed UTF-8, nesting deeper than 32 (LIM-18), and
/// a member name that occurs twice in any object (TOK-16), since readers disagree on which one
/// counts. The detail says what is wrong and quotes nothing. The object lives in `storage`.
Result<boost::json::object> parse_json_object(std::string_view text, boost::json::storage_ptr storage = {});

}  // namespace cinnabar
