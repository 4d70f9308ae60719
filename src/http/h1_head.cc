// SPDX-License-Identifier: Apache-2.0
#include "http/h1_head.h"

#include <algorithm>

#include "http/characters.h"
#include "http/connection.h"

namespace cinnabar::http {
namespace {

void append(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  const std::size_t begin = out.size();
  out += value;
  if (has_control(value))
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), is_control, ' ');
  out += "\r\n";
}

}  // namespace

std::string h1_head(const Response& response, const std::vector<Header>& common, const H1HeadFields& fields) {
  std::string out;
  out.reserve(512);
  out += "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  append(out, "Date", http_date());
  for (const Header& header : response.headers) append(out, header.name, header.value);
  for (const Header& header : common) {
    const bool set =
        std::any_of(response.headers.begin(), response.headers.end(),
                    [&header](const Header& own) { return same_ignoring_case(own.name, header.name); });
    if (!set) append(out, header.name, header.value);
  }
  // RFC 9110 section 8.6: never with 1xx and 204; with 304 it would speak of the 200's body.
  const bool bodiless = response.status < 200 || response.status == 204 || response.status == 304;
  if (fields.with_length && !bodiless) append(out, "Content-Length", std::to_string(fields.length));
  if (fields.chunked) append(out, "Transfer-Encoding", "chunked");
  if (!fields.connection.empty()) append(out, "Connection", fields.connection);
  out += "\r\n";
  return out;
}

}  // namespace cinnabar::http
