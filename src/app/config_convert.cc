// SPDX-License-Identifier: Apache-2.0
#include "app/config_convert.h"

#include <algorithm>
#include <utility>

#include "app/self_signed.h"
#include "base/clock.h"

namespace cinnabar {

namespace {

Result<http::Certificate> read_certificate(const ServerConfig& server) {
  if (server.tls.self_signed) return ensure_self_signed(server.self_signed_directory, unix_now_ms() / 1000);
  // As paths, not as text: errors name the file, and never quote what is in it.
  return http::Certificate{.chain = server.tls.certificate, .key = server.tls.key};
}

std::vector<VerificationKey> keys(const std::vector<KeyConfig>& configured) {
  std::vector<VerificationKey> result;
  for (const KeyConfig& key : configured) {
    const Result<Algorithm> algorithm = parse_algorithm(key.algorithm);
    if (algorithm) result.push_back({.algorithm = *algorithm, .secret = key.jwt});
  }
  return result;
}

}  // namespace

Result<http::ServerOptions> server_options(const Config& config) {
  http::ServerOptions options;
  options.listen = config.server.listen;
  options.limits = config.server.limits;
  const bool https = std::any_of(options.listen.begin(), options.listen.end(),
                                 [](const http::ListenAddress& address) { return address.tls; });
  if (https) {
    Result<http::Certificate> certificate = read_certificate(config.server);
    if (!certificate) return certificate.error();
    options.tls.certificates.push_back(std::move(*certificate));
  }
  return options;
}

std::vector<Issuer> issuers(const Config& config) {
  std::vector<Issuer> result;
  for (const IssuerConfig& issuer : config.issuers) {
    result.push_back(
        {.id = issuer.id, .publisher = keys(issuer.publisher), .subscriber = keys(issuer.subscriber)});
  }
  return result;
}

}  // namespace cinnabar
