// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/reference_variables.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "app/caddy/apply.h"
#include "app/caddy/hub_directives.h"
#include "app/caddy/site.h"
#include "app/caddy/transport.h"
#include "app/suggest.h"

namespace cinnabar::caddy {

namespace {

constexpr std::array<std::string_view, 7> kOwnVariables = {
    "MERCURE_PUBLISHER_JWT_KEY",  "MERCURE_PUBLISHER_JWT_ALG", "MERCURE_SUBSCRIBER_JWT_KEY",
    "MERCURE_SUBSCRIBER_JWT_ALG", "MERCURE_TRUSTED_ISSUERS",   "MERCURE_EXTRA_DIRECTIVES",
    "MERCURE_TRANSPORT_URL"};
constexpr const char* kDefaultIssuer = "https://localhost";
constexpr const char* kDefaultServerName = "localhost";
constexpr std::size_t kTypo = 2;  // letters; more, and it is somebody else's variable

void append(std::vector<std::string>& all, std::vector<std::string> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

class VariablesReader {
 public:
  VariablesReader(const Environment& environment, Config& config)
      : environment_(environment), config_(config) {}

  ReferenceVariables run(bool alone) {
    SiteOptions site;
    site.ipv6 = ::access("/proc/net/if_inet6", F_OK) == 0;
    translate_global_options(statements("GLOBAL_OPTIONS"), "GLOBAL_OPTIONS", site, out_);
    read_site(site);
    read_server_name(alone, site);
    if (const std::string url(variable(environment_, "MERCURE_TRANSPORT_URL")); !url.empty()) {
      translate_transport_url(url, "MERCURE_TRANSPORT_URL", "MERCURE_TRANSPORT_URL", out_);
    }
    read_issuer();
    const std::vector<Statement> directives = statements("MERCURE_EXTRA_DIRECTIVES");
    translate_hub(directives, "MERCURE_EXTRA_DIRECTIVES", out_);
    note_unused();
    append(out_.problems, apply(out_, environment_, config_));
    return {std::move(out_.problems), std::move(out_.notes)};
  }

 private:
  std::vector<Statement> statements(const char* name) {
    Document document = parse(variable(environment_, name), name, environment_, Substitution::kValues);
    if (!document.problem.empty()) out_.problems.push_back(std::move(document.problem));
    return std::move(document.statements);
  }

  void read_site(SiteOptions& site) {
    constexpr const char* kName = "CADDY_SERVER_EXTRA_DIRECTIVES";
    const std::vector<Statement> directives = statements(kName);
    for (const Statement* hub : translate_site(directives, kName, site, out_)) {
      out_.problems.push_back(
          shown(kName, hub->place()) +
          ": a second hub is not possible; put its directives into MERCURE_EXTRA_DIRECTIVES");
    }
  }

  void read_server_name(bool alone, const SiteOptions& site) {
    std::string text(variable(environment_, "SERVER_NAME"));
    std::string origin = "SERVER_NAME";
    if (text.empty()) {
      if (!alone) return;
      text = kDefaultServerName;
      origin = "SERVER_NAME (localhost, as it is not set)";
    }
    std::replace(text.begin(), text.end(), ',', ' ');
    std::vector<SiteAddress> addresses;
    for (const Token& token : tokenize(text, origin, environment_, Substitution::kValues).tokens) {
      addresses.push_back({token.text, origin});
    }
    translate_addresses(addresses, site, "the name", out_);
  }

  void read_issuer() {
    const std::string_view trusted = variable(environment_, "MERCURE_TRUSTED_ISSUERS");
    const bool has_key = !variable(environment_, "MERCURE_PUBLISHER_JWT_KEY").empty() ||
                         !variable(environment_, "MERCURE_SUBSCRIBER_JWT_KEY").empty();
    if (trusted.find_first_of(" \t\r\n,") != std::string_view::npos) {
      out_.problems.emplace_back(
          "MERCURE_TRUSTED_ISSUERS: names one issuer; configure others by issuer blocks in "
          "MERCURE_EXTRA_DIRECTIVES");
      return;
    }
    if (!has_key && trusted.empty()) return;
    IssuerConfig issuer;
    issuer.id = trusted.empty() ? kDefaultIssuer : trusted;
    issuer.origin = trusted.empty() ? "MERCURE_PUBLISHER_JWT_KEY" : "MERCURE_TRUSTED_ISSUERS";
    issuer.origins["id"] =
        trusted.empty() ? "MERCURE_TRUSTED_ISSUERS (https://localhost, as it is not set)" : issuer.origin;
    config_.issuers.push_back(std::move(issuer));
    read_role("publisher", "MERCURE_PUBLISHER_JWT");
    read_role("subscriber", "MERCURE_SUBSCRIBER_JWT");
  }

  /// These are values, in which nothing is replaced.
  void read_role(const std::string& role, const std::string& prefix) {
    const std::string key(variable(environment_, prefix + "_KEY"));
    const std::string algorithm(variable(environment_, prefix + "_ALG"));
    if (key.empty()) {
      if (!algorithm.empty()) {
        out_.notes.push_back(prefix + "_ALG: is not used, as " + prefix + "_KEY is not set");
      }
      return;
    }
    config_.issuers.back().origins[role] = prefix + "_KEY";
    set("issuer." + role + ".jwt", key, prefix + "_KEY");
    if (!algorithm.empty()) set("issuer." + role + ".alg", algorithm, prefix + "_ALG");
  }

  void set(const std::string& field, const std::string& value, const std::string& name) {
    const std::vector<std::string> items = {value};
    if (const Result<void> done = find_field(field)->set(config_, items); !done) {
      out_.problems.push_back(name + ": " + done.error().detail);
    }
  }

  void note_unused() {
    if (!variable(environment_, "CADDY_EXTRA_CONFIG").empty()) {
      out_.notes.emplace_back(
          "CADDY_EXTRA_CONFIG: is not used: Cinnabar serves one hub and nothing else; keep a web server for "
          "other sites");
    }
    if (!variable(environment_, "MERCURE_LICENSE").empty()) {
      out_.notes.emplace_back("MERCURE_LICENSE: is not used: Cinnabar needs no license key");
    }
    for (const auto& [name, value] : environment_) {
      const bool traces = name.substr(0, 5) == "OTEL_";
      if (traces && !value.empty()) {
        out_.notes.push_back(name + ": is not used: Cinnabar exports no traces");
        break;
      }
    }
    for (const auto& [name, value] : environment_) note_typo(name);
  }

  /// Applications have MERCURE_* variables too (MERCURE_URL), so only what looks like one of ours is told of.
  void note_typo(std::string_view name) {
    if (name.substr(0, 8) != "MERCURE_" ||
        std::find(kOwnVariables.begin(), kOwnVariables.end(), name) != kOwnVariables.end()) {
      return;
    }
    const std::string_view near = nearest(name, kOwnVariables);
    if (near.empty() || edit_distance(name, near) > kTypo) return;
    out_.notes.push_back(std::string(name) + ": is not used; did you mean " + std::string(near) + '?');
  }

  const Environment& environment_;
  Config& config_;
  Translation out_;
};

}  // namespace

bool has_reference_variables(const Environment& environment) {
  return std::any_of(kOwnVariables.begin(), kOwnVariables.end(),
                     [&](std::string_view name) { return !variable(environment, name).empty(); });
}

ReferenceVariables read_reference_variables(const Environment& environment, bool alone, Config& config) {
  if (!has_reference_variables(environment)) return {};
  return VariablesReader(environment, config).run(alone);
}

std::optional<std::string> missing_certificate(const Environment& environment, const Config& config) {
  const auto origin = config.origins.find("server.listen");
  const bool https = std::any_of(config.server.listen.begin(), config.server.listen.end(),
                                 [](const http::ListenAddress& address) { return address.tls; });
  if (origin == config.origins.end() || origin->second != "SERVER_NAME" || !https ||
      config.server.tls.configured()) {
    return std::nullopt;
  }
  return "SERVER_NAME: " + std::string(variable(environment, "SERVER_NAME")) +
         " needs a certificate, and Cinnabar does not get one by itself (no ACME); set "
         "CINNABAR_SERVER_TLS_CERTIFICATE and CINNABAR_SERVER_TLS_KEY to the PEM files that certbot or "
         "another "
         "client keeps, or SERVER_NAME to \":80\" behind a proxy that speaks TLS";
}

}  // namespace cinnabar::caddy
