// SPDX-License-Identifier: Apache-2.0
#include "app/config_convert.h"

#include <algorithm>
#include <utility>

#include "app/files.h"
#include "app/self_signed.h"
#include "base/clock.h"

namespace cinnabar {

namespace {

Result<http::Certificate> read_certificate(const ServerConfig& server) {
  if (server.tls.self_signed) return ensure_self_signed(server.self_signed_directory, unix_now_ms() / 1000);
  Result<std::string> chain = read_file(server.tls.certificate);
  if (!chain) return Error{chain.error().code, "server.tls.certificate: " + chain.error().detail};
  Result<std::string> key = read_file(server.tls.key);
  if (!key) return Error{key.error().code, "server.tls.key: " + key.error().detail};
  return http::Certificate{.chain = std::move(*chain), .key = std::move(*key)};
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
