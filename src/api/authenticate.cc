// SPDX-License-Identifier: Apache-2.0
#include "api/authenticate.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "api/responses.h"
#include "auth/bearer.h"
#include "base/clock.h"
#include "base/log.h"

namespace cinnabar {

std::string resource_identifier(const http::Request& request, const ApiOptions& options) {
  if (!options.resource_identifier.empty()) return options.resource_identifier;
  std::string authority = request.authority;
  std::transform(authority.begin(), authority.end(), authority.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const std::string_view default_port = request.tls ? ":443" : ":80";
  if (authority.ends_with(default_port)) authority.resize(authority.size() - default_port.size());
  return (request.tls ? "https://" : "http://") + authority + options.path;
}

Authentication authenticate(const http::Request& request, Role role, const TokenVerifier& verifier,
                            const ApiOptions& options, const HubUrl& hub) {
  std::vector<std::string_view> fields;
  for (const http::Header& header : request.headers) {
    if (header.name == "authorization") fields.push_back(header.value);
  }
  const auto presented = bearer_token(fields);
  if (!presented.ok()) {
    log_info("token refused", {{"peer", request.peer}, {"reason", presented.error().detail}});
    return challenge_response(Challenge::kInvalidRequest);
  }
  if (!*presented) return std::monostate{};

  Result<VerifiedToken> token =
      verifier.verify(**presented, role, resource_identifier(request, options), hub, unix_now_ms());
  if (!token.ok()) {
    log_info("token refused", {{"peer", request.peer},
                               {"role", role == Role::kPublisher ? "publisher" : "subscriber"},
                               {"reason", token.error().detail}});
    return challenge_response(Challenge::kInvalidToken);
  }
  return std::move(*token);
}

}  // namespace cinnabar
