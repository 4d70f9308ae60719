// SPDX-License-Identifier: Apache-2.0
#include "api/presented_token.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <utility>

#include "auth/bearer.h"
#include "protocol/form.h"

namespace cinnabar {
namespace {

constexpr std::string_view kLegacyCookie = "mercureAuthorization";
constexpr std::string_view kLegacyParameter = "authorization";
constexpr std::string_view kBlanks = " \t";

Error malformed(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// COMPAT-13.
Result<std::optional<std::string>> token_of_query(std::string_view query) {
  std::optional<std::string> token;
  // Most queries need no decoding to see that it isn't there; a name may be encoded, though.
  if (query.find_first_of("aA%") == std::string_view::npos) return token;
  FormReader pairs(query);
  std::string name, value;
  while (pairs.next(name, value)) {
    if (name != kLegacyParameter) continue;
    if (token) return malformed("The query has several `authorization` parameters; send one.");
    token = std::move(value);
  }
  if (token && token->size() < kShortestToken) {
    return malformed("The token in the query is shorter than any signed token.");
  }
  return token;
}

}  // namespace

std::optional<std::string> cookie(const http::Request& request, std::string_view name) {
  for (const http::Header& header : request.headers) {
    if (header.name != "cookie") continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      const std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) continue;
      std::string_view value = trim(pair.substr(equals + 1));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
      return std::string(value);
    }
  }
  return {};
}

Result<std::optional<PresentedToken>> presented_token(const http::Request& request,
                                                      const ApiOptions& options) {
  using Presented = std::optional<PresentedToken>;
  using Means = PresentedToken::Means;
  boost::container::small_vector<std::string_view, 2> fields;
  for (const http::Header& header : request.headers) {
    if (header.name == "authorization") fields.push_back(header.value);
  }
  // PRES-4, COMPAT-12: what is there hides the later ways, even if it is bad.
  const Result<std::optional<std::string_view>> by_header = bearer_token(fields);
  if (!by_header) return by_header.error();
  if (*by_header) return Presented(PresentedToken{std::string(**by_header), Means::kHeader});

  const bool legacy = options.compatibility != Compatibility::kNone;
  if (legacy) {
    Result<std::optional<std::string>> by_query = token_of_query(request.query);
    if (!by_query) return by_query.error();
    if (*by_query) return Presented(PresentedToken{std::move(**by_query), Means::kQuery});
  }
  if (std::optional<std::string> value = cookie(request, options.cookie_name)) {
    return Presented(PresentedToken{std::move(*value), Means::kCookie});
  }
  if (!legacy) return Presented();
  if (std::optional<std::string> value = cookie(request, kLegacyCookie)) {
    return Presented(PresentedToken{std::move(*value), Means::kLegacyCookie});
  }
  return Presented();
}

}  // namespace cinnabar
