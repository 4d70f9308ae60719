// SPDX-License-Identifier: Apache-2.0
#include "api/csrf.h"

#include <optional>
#include <string>

namespace cinnabar {

bool comes_from_allowed_page(const http::Request& request, const HubAddress& hub, const OriginList& allowed) {
  const bool has_origin = request.header_count("origin") > 0;
  const std::string_view field = has_origin ? "origin" : "referer";
  if (request.header_count(field) != 1) return false;
  const std::string_view value = *request.header(field);
  const std::optional<std::string> source = has_origin ? normal_origin(value) : origin_of_url(value);
  if (!source) return has_origin && allowed.allows(value);  // "null"
  return *source == hub.origin || *source == hub.url.origin() || allowed.allows(*source);
}

}  // namespace cinnabar
