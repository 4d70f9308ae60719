// SPDX-License-Identifier: Apache-2.0
#include "auth/json_strict.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "protocol/text.h"

namespace cinnabar {
namespace {

namespace json = boost::json;
using boost::system::error_code;

/// Builds a value of the parser's events and counts the member names that went by.
struct Handler {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  explicit Handler(json::storage_ptr storage) { stack.reset(std::move(storage)); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t count, error_code&) {
    names += count;
    stack.push_object(count);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t count, error_code&) {
    stack.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error_code&) {
    stack.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, error_code&) {
    stack.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, error_code&) {
    stack.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, error_code&) {
    stack.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, error_code& error) {
    // What exceeds a double must not become an infinity, or, as 0e400 may, no number at all:
    // no JSON text could say either, and a payload is written again.
    if (std::isnan(number)) {
      error = json::error::exponent_overflow;
      return false;
    }
    constexpr double kMost = std::numeric_limits<double>::max();
    number = std::clamp(number, -kMost, kMost);
    stack.push_double(number);
    return true;
  }
  bool on_bool(bool truth, error_code&) {
    stack.push_bool(truth);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

  json::value_stack stack;
  std::size_t names = 0;
};

/// How many members the value and all within it hold. The depth is bounded by the parser.
std::size_t count_members(const json::value& value) {
  std::size_t count = 0;
  if (const json::object* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const json::array* array = value.if_array()) {
    for (const json::value& element : *array) count += count_members(element);
  }
  return count;
}

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

}  // namespace

Result<json::object> parse_json_object(std::string_view text, json::storage_ptr storage) {
  constexpr std::size_t kMaxDepth = 32;
  if (!is_utf8(text)) return invalid("is not valid UTF-8");

  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::basic_parser<Handler> parser(options, std::move(storage));
  error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (error == json::error::too_deep) return invalid("is nested deeper than 32 levels");
  if (error || !parser.done()) return invalid("is not valid JSON");
  if (used != text.size()) return invalid("has bytes after the JSON value");

  json::value value = parser.handler().stack.release();
  if (!value.is_object()) return invalid("is not a JSON object");
  // Of members with one name an object keeps the last, so that it then holds fewer than went by.
  if (count_members(value) != parser.handler().names)
    return invalid("has two members of the same name in an object");
  return std::move(value.get_object());
}

}  // namespace cinnabar
