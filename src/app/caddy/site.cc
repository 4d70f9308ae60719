// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/site.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace cinnabar::caddy {

namespace {

constexpr const char* kNoAcme =
    "Cinnabar does not get certificates by itself (no ACME); name the PEM files that certbot or another "
    "client "
    "keeps: tls CERTIFICATE KEY";

/// What is different, of what needs a word more than that it is not translated.
constexpr std::array kDifferent = {
    std::pair<std::string_view, const char*>{"encode", "is not translated: responses are not compressed"},
    std::pair<std::string_view, const char*>{
        "log", "is not translated: Cinnabar logs to standard error, see log.level"},
    std::pair<std::string_view, const char*>{
        "reverse_proxy",
        "is not translated: Cinnabar is no proxy; keep one in front of what else the site serves"},
    std::pair<std::string_view, const char*>{"import",
                                             "is not resolved; put the snippet's lines in its place"},
    std::pair<std::string_view, const char*>{"email",
                                             "is not used: Cinnabar does not get certificates by itself"},
    std::pair<std::string_view, const char*>{"admin",
                                             "is not translated: Cinnabar cannot be configured over HTTP"},
};

/// Those that change nothing for a hub.
constexpr std::array<std::string_view, 3> kMeaningless = {"order", "auto_https", "persist_config"};

void note_untranslated(const Statement& statement, std::string_view file, Translation& out) {
  const std::string_view name = statement.name();
  if (name.empty() || name.front() == '@') return;  // a matcher does nothing by itself
  if (std::find(kMeaningless.begin(), kMeaningless.end(), name) != kMeaningless.end()) return;
  std::string text = "is not translated: there is no equivalent";
  for (const auto& [known, difference] : kDifferent) {
    if (known == name) text = difference;
  }
  out.notes.push_back(shown(file, statement.place()) + ": " + std::string(name) + ' ' + text);
}

void read_port(const Statement& option, std::string_view file, unsigned& port, Translation& out) {
  const std::string text = option.words.size() == 2 ? option.words[1].text : std::string();
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value > 0 && value < 65536) {
    port = value;
  } else {
    out.problems.push_back(shown(file, option.place()) + ": " + std::string(option.name()) +
                           " takes a port from 1 to 65535");
  }
}

/// `servers { trusted_proxies static … }`
void read_servers(const Statement& servers, std::string_view file, Translation& out) {
  for (const Statement& option : servers.block) {
    const std::string origin = shown(file, option.place());
    if (option.name() != "trusted_proxies" || option.words.size() < 3 || option.words[1].text != "static") {
      note_untranslated(option, file, out);
      continue;
    }
    std::vector<std::string> networks;
    for (std::size_t i = 2; i < option.words.size(); ++i) {
      const std::string& network = option.words[i].text;
      if (network != "private_ranges") {
        networks.push_back(network);
        continue;
      }
      for (const char* each :
           {"192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8", "127.0.0.0/8", "fd00::/8", "::1"}) {
        networks.emplace_back(each);
      }
    }
    out.settings.push_back(
        {find_field("server.trusted_proxies"), std::move(networks), origin, "trusted_proxies"});
  }
}

void read_tls(const Statement& tls, std::string_view file, SiteOptions& site, Translation& out) {
  const std::string origin = shown(file, tls.place());
  const std::vector<Token>& words = tls.words;
  if (site.has_certificate) {
    out.problems.push_back(origin + ": tls is there twice; remove one of them");
    return;
  }
  if (words.size() == 3) {
    out.settings.push_back({find_field("server.tls.certificate"), {words[1].text}, origin, "tls"});
    out.settings.push_back({find_field("server.tls.key"), {words[2].text}, origin, "tls"});
    site.has_certificate = true;
  } else if (words.size() == 2 && words[1].text == "internal") {
    out.settings.push_back({find_field("server.tls"), {"self-signed"}, origin, "tls"});
    site.has_certificate = true;
    out.notes.push_back(origin + ": tls internal becomes a self-signed certificate for localhost");
  } else {
    out.notes.push_back(origin + ": this form of tls is not translated: " + kNoAcme);
  }
}

}  // namespace

void translate_global_options(const std::vector<Statement>& options, std::string_view file, SiteOptions& site,
                              Translation& out) {
  for (const Statement& option : options) {
    const std::string_view name = option.name();
    if (name == "debug") {
      out.settings.push_back({find_field("log.level"), {"debug"}, shown(file, option.place()), "debug"});
    } else if (name == "http_port") {
      read_port(option, file, site.http_port, out);
    } else if (name == "https_port") {
      read_port(option, file, site.https_port, out);
    } else if (name == "servers") {
      read_servers(option, file, out);
    } else {
      note_untranslated(option, file, out);
    }
  }
}

std::vector<const Statement*> translate_site(const std::vector<Statement>& directives, std::string_view file,
                                             SiteOptions& site, Translation& out) {
  std::vector<const Statement*> hubs;
  for (const Statement& directive : directives) {
    const std::string_view name = directive.name();
    if (name == "mercure") {
      hubs.push_back(&directive);
    } else if (name == "tls") {
      read_tls(directive, file, site, out);
    } else if (name == "bind") {
      for (std::size_t i = 1; i < directive.words.size(); ++i) {
        const std::string& host = directive.words[i].text;
        const bool bare_v6 = host.find(':') != std::string::npos && host.front() != '[';
        site.interfaces.push_back(bare_v6 ? '[' + host + ']' : host);
      }
    } else if (directive.has_block && (name == "route" || name == "handle")) {
      for (const Statement* hub : translate_site(directive.block, file, site, out)) hubs.push_back(hub);
    } else {
      note_untranslated(directive, file, out);
    }
  }
  return hubs;
}

}  // namespace cinnabar::caddy
