// SPDX-License-Identifier: Apache-2.0
#include "app/config_convert.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "app/keys.h"
#include "app/self_signed.h"
#include "auth/jwks/jwks_source.h"
#include "base/clock.h"

namespace cinnabar {

namespace {

Result<http::Certificate> read_certificate(const ServerConfig& server) {
  if (server.tls.self_signed) return ensure_self_signed(server.self_signed_directory, unix_now_ms() / 1000);
  // As paths, not as text: errors name the file, and never quote what is in it.
  return http::Certificate{.chain = server.tls.certificate, .key = server.tls.key};
}

JwksOptions jwks_options(const Config& config, const std::string& uri) {
  const JwksConfig& jwks = config.jwks;
  JwksOptions options;
  options.uri = uri;
  options.fetch.timeout = jwks.timeout;
  options.cooldown = jwks.cooldown;
  options.min_lifetime = jwks.min_lifetime;
  options.max_lifetime = jwks.max_lifetime;
  options.fetch.max_bytes = jwks.max_size;
  options.fetch.allow_private_addresses = jwks.allow_private_addresses;
  options.fetch.ca_file = jwks.ca_file;
  return options;
}

/// Makes the keys of roles; those that are published together are fetched together.
class KeyBinder {
 public:
  KeyBinder(const Config& config, const std::function<void()>& keys_changed)
      : config_(config), keys_changed_(keys_changed) {}

  std::vector<KeyBinding> bind(const std::vector<KeyConfig>& configured) {
    std::vector<KeyBinding> bindings;
    for (const KeyConfig& key : configured) {
      if (!key.jwks_uri.empty()) {
        std::shared_ptr<JwksSource>& source = sources_[key.jwks_uri];
        if (!source) source = make_jwks_source(jwks_options(config_, key.jwks_uri), keys_changed_);
        bindings.push_back({source, *set_algorithms(key)});
      } else if (Result<ConfiguredKey> read = read_key(key); read) {
        Keys keys = {std::move(read->key)};
        bindings.push_back({std::make_shared<StaticKeys>(std::move(keys)), std::move(read->algorithms)});
      }
    }
    return bindings;
  }

 private:
  const Config& config_;
  const std::function<void()>& keys_changed_;
  std::map<std::string, std::shared_ptr<JwksSource>> sources_;
};

Result<http::ServerOptions> listening_on(const std::vector<http::ListenAddress>& addresses,
                                         const Config& config) {
  http::ServerOptions options;
  options.listen = addresses;
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

}  // namespace

Result<http::ServerOptions> server_options(const Config& config) {
  return listening_on(config.server.listen, config);
}

Result<http::ServerOptions> admin_options(const Config& config) {
  return listening_on(config.admin.listen, config);
}

ApiOptions api_options(const Config& config, bool dev) {
  ApiOptions options;
  options.path = config.hub.path;
  options.anonymous = config.hub.anonymous;
  options.resource_identifier = config.hub.resource_identifier;
  options.cookie_name = config.hub.cookie_name;
  options.compatibility = compatibility_of(config);
  options.explains_refusals = dev;
  options.limits = config.hub.limits;
  // Validated, so all of these are right.
  if (auto proxies = TrustedProxies::parse(config.server.trusted_proxies))
    options.trusted_proxies = std::move(*proxies);
  if (auto origins = OriginList::parse(config.hub.cors_origins)) options.cors_origins = std::move(*origins);
  if (auto origins = OriginList::parse(config.hub.publish_origins))
    options.publish_origins = std::move(*origins);
  for (const std::string& url : config.hub.public_urls) {
    if (auto origin = normal_origin(url)) options.public_urls.push_back(std::move(*origin));
  }
  for (const IssuerConfig& issuer : config.issuers) {
    if (issuer.authorization_server.value_or(false)) options.authorization_servers.push_back(issuer.id);
  }
  return options;
}

std::vector<Issuer> issuers(const Config& config, const std::function<void()>& keys_changed) {
  KeyBinder binder(config, keys_changed);
  std::vector<Issuer> result;
  for (const IssuerConfig& issuer : config.issuers) {
    result.push_back({.id = issuer.id,
                      .protocol = protocol_of(issuer, config.hub),
                      .publisher = binder.bind(issuer.publisher),
                      .subscriber = binder.bind(issuer.subscriber)});
  }
  return result;
}

}  // namespace cinnabar
