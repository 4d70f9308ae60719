// SPDX-License-Identifier: Apache-2.0
#include "app/dev.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "app/files.h"
#include "app/keys.h"
#include "app/self_signed.h"
#include "auth/base64url.h"
#include "auth/mint.h"

namespace cinnabar {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeyCharacters = 43;  // in base64url
constexpr std::string_view kTopic = "https://example.com/books/1";

Result<std::string> random_key() {
  std::array<unsigned char, kKeyBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return Error{ErrorCode::kInternal, "cannot make a random key: the system's generator failed"};
  }
  return encode_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// The URL of the hub at `address`, as a program on the same machine reaches it.
std::string origin_of(const http::ListenAddress& address) {
  std::string host = address.host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  // The certificate's name, and what people type.
  if (address.tls && (host == "127.0.0.1" || host == "::1")) host = "localhost";
  if (host.find(':') != std::string::npos) host = '[' + host + ']';
  return (address.tls ? "https://" : "http://") + host + ':' + std::to_string(address.port);
}

/// An issuer and the key that makes its publishers' tokens.
struct PublishingIssuer {
  const IssuerConfig* issuer;
  const KeyConfig* config;
  Key key;
  Algorithm algorithm;
};

/// The development issuer, unless the user replaced it: then the first that has a key to make tokens with.
std::optional<PublishingIssuer> publishing_issuer(const Config& config) {
  std::optional<PublishingIssuer> first;
  for (const IssuerConfig& issuer : config.issuers) {
    for (const KeyConfig& configured : issuer.publisher) {
      if (configured.jwt.empty() || issuer.id.empty()) continue;
      Result<ConfiguredKey> key = read_key(configured);
      if (!key || !key->key.key.can_sign()) continue;
      PublishingIssuer found{&issuer, &configured, std::move(key->key.key), key->algorithms.front()};
      if (issuer.id == kDevIssuer) return found;
      if (!first) first = std::move(found);
    }
  }
  return first;
}

}  // namespace

Result<std::string> dev_directory(const Environment& environment) {
  std::filesystem::path path;
  if (const std::string_view chosen = variable(environment, "CINNABAR_DEV_DIR"); !chosen.empty()) {
    path = chosen;
  } else if (const std::string_view state = variable(environment, "XDG_STATE_HOME");
             !state.empty() && state.front() == '/') {  // a relative one is to be ignored, says XDG
    path = std::filesystem::path(state) / "cinnabar" / "dev";
  } else if (const std::string_view home = variable(environment, "HOME"); !home.empty()) {
    path = std::filesystem::path(home) / ".local" / "state" / "cinnabar" / "dev";
  } else {
    return Error{
        ErrorCode::kInvalid,
        "there is no place for the development hub's state; set CINNABAR_DEV_DIR or HOME to a directory"};
  }
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) {
    return Error{ErrorCode::kInternal,
                 "cannot find the absolute path of " + path.string() + ": " + error.message()};
  }
  return absolute.lexically_normal().string();
}

Result<DevState> open_dev_state(const Environment& environment) {
  Result<std::string> directory = dev_directory(environment);
  if (!directory) return directory.error();
  if (Result<void> made = make_private_directory(*directory); !made) return made.error();
  const std::string path = *directory + "/key";
  Result<std::string> key = read_file(path);
  if (!key && key.error().code == ErrorCode::kNotFound) {
    Result<std::string> fresh = random_key();
    if (!fresh) return fresh.error();
    const Result<void> created = create_secret_file(path, *fresh + '\n');
    // Another process may have been faster: then its key counts.
    if (!created && created.error().code != ErrorCode::kLocked) return created.error();
    key = read_file(path);
  }
  if (!key) return key.error();
  if (!key->empty() && key->back() == '\n') key->pop_back();
  if (key->size() < kKeyCharacters) {
    return Error{ErrorCode::kCorrupt, "the development key " + path +
                                          " is damaged; remove the file, and the next start makes a new one"};
  }
  return DevState{.directory = std::move(*directory), .key = std::move(*key)};
}

Config dev_config(const DevState& state) {
  Config config;
  config.server.listen = {{.tls = false, .host = "127.0.0.1", .port = 3000},
                          {.tls = true, .host = "localhost", .port = 3443}};
  config.server.tls.self_signed = true;
  config.server.self_signed_directory = state.directory;
  config.hub.anonymous = true;
  config.hub.subscriptions = true;
  config.hub.resource_identifier = kDevResource;
  config.hub.drain_timeout = Duration(0);  // Ctrl-C should not wait for open pages
  KeyConfig key;
  key.jwt = state.key;
  IssuerConfig issuer;
  issuer.id = kDevIssuer;
  issuer.publisher = {key};
  issuer.subscriber = {key};
  config.issuers = {std::move(issuer)};
  config.journal.path = state.directory + "/journal";
  return config;
}

std::string shell_word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._/:=@%+,").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += R"('\'')";
    } else {
      word += c;
    }
  }
  return word + '\'';
}

Result<DevGuide> DevGuide::make(const Config& config, const DevState& state, const Environment& environment,
                                std::string_view program, std::int64_t now) {
  const std::optional<PublishingIssuer> publishing = publishing_issuer(config);
  TokenClaims claims;
  claims.issuer = publishing ? publishing->issuer->id : config.issuers.front().id;
  claims.audience =
      config.hub.resource_identifier.empty() ? std::string(kDevResource) : config.hub.resource_identifier;
  claims.issued = now;
  claims.expires = now + std::chrono::duration_cast<std::chrono::seconds>(kDevTokenLife).count();
  claims.publish = {"*"};
  claims.subscribe = {"*"};

  DevGuide guide;
  guide.path_ = config.hub.path;
  guide.token_ = "TOKEN";  // the user's, where the hub has public keys only
  if (publishing) {
    Result<std::string> token = mint_token(claims, publishing->key, publishing->algorithm);
    if (!token) return token.error();
    guide.token_ = std::move(*token);
  }
  guide.state_directory_ = state.directory;
  guide.anonymous_ = config.hub.anonymous;
  if (config.server.tls.self_signed) {
    guide.certificate_ = config.server.self_signed_directory + '/' + kSelfSignedCertificateFile;
  }

  // In another terminal a directory that only this one's environment names would not be found.
  Environment elsewhere = environment;
  elsewhere.erase("CINNABAR_DEV_DIR");
  const Result<std::string> usual = dev_directory(elsewhere);
  std::string command;
  if (!usual || *usual != state.directory) command += "CINNABAR_DEV_DIR=" + shell_word(state.directory) + ' ';
  command += shell_word(program) + " token --dev";
  if (claims.issuer != kDevIssuer) command += " --iss " + shell_word(claims.issuer);
  if (claims.audience != kDevResource) command += " --aud " + shell_word(claims.audience);
  if (!publishing || publishing->config->jwt != state.key) {  // the user's own key must not be shown
    command +=
        " --alg " + std::string(publishing ? name_of(publishing->algorithm) : "ALGORITHM") + " --key @FILE";
  }
  guide.token_command_ = command + " --publish '*' --subscribe '*'";
  return guide;
}

std::string DevGuide::text(const std::vector<http::ListenAddress>& bound) const {
  const auto find = [&bound](bool tls) {
    return std::find_if(bound.begin(), bound.end(),
                        [tls](const auto& address) { return address.tls == tls; });
  };
  const auto plain = find(false);
  const auto secure = find(true);
  const std::string trust = certificate_.empty() ? "" : " --cacert " + shell_word(certificate_);
  const std::string bearer = " -H " + shell_word("Authorization: Bearer " + token_);
  const std::string matching = path_ + "?match=" + std::string(kTopic);
  const std::string subscriber = anonymous_ ? "" : bearer;

  std::string text = "\nCinnabar is ready for development. In another terminal, paste:\n\n";
  const auto paste = [&text](const char* what, const std::string& command) {
    text += std::string(what) + "\n  " + command + "\n\n";
  };
  if (plain == bound.end() && secure == bound.end()) return {};
  const bool use_plain = plain != bound.end();
  const std::string origin = origin_of(use_plain ? *plain : *secure);
  const std::string options = use_plain ? "" : trust;

  paste("Subscribe:", "curl -N" + options + subscriber + ' ' + shell_word(origin + matching));
  paste("Publish (the token is good for 24 hours):",
        "curl" + options + bearer + " -d " + shell_word("topic=" + std::string(kTopic)) +
            " -d 'data=Hello, world' " + shell_word(origin + path_));
  paste("Make another token (see also: token --help):", token_command_);
  if (anonymous_) {
    paste(("Subscribe in a browser: open " + origin + "/ and paste into its console (F12):").c_str(),
          "new EventSource(\"" + matching + "\").onmessage = (event) => console.log(event.data)");
  }
  if (use_plain && secure != bound.end()) {
    paste("Subscribe over TLS and HTTP/2:",
          "curl -N" + trust + subscriber + ' ' + shell_word(origin_of(*secure) + matching));
  }
  text += "Key, certificate and history are kept in " + state_directory_ + "\n";
  text += "Ctrl-C stops the hub; the next start goes on where it was.\n\n";
  return text;
}

}  // namespace cinnabar
