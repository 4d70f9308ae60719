// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <utility>

#include "app/caddy/apply.h"
#include "app/caddy/convert_command.h"
#include "app/caddy/hub_directives.h"
#include "app/caddy/parser.h"
#include "app/caddy/site.h"
#include "protocol/text.h"

namespace cinnabar::caddy {

namespace {

struct Site {
  std::vector<Token> addresses;
  std::vector<Statement> directives;
};

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

bool is_address(const Statement& statement) {
  return !statement.words.empty() && statement.name().front() != '(';
}

/// A file with one site may leave its braces out: addresses first, then directives.
std::vector<Site> sites_of(std::vector<Statement> statements) {
  std::vector<Site> sites;
  const bool bare = !statements.empty() && !statements.front().has_block;
  if (bare) {
    Site site;
    site.addresses = std::move(statements.front().words);
    site.directives.assign(std::make_move_iterator(std::next(statements.begin())),
                           std::make_move_iterator(statements.end()));
    sites.push_back(std::move(site));
    return sites;
  }
  for (Statement& statement : statements) {
    if (statement.name() == "mercure") {  // a hub without a site around it
      Site site;
      site.directives.push_back(std::move(statement));
      sites.push_back(std::move(site));
    } else if (is_address(statement)) {
      sites.push_back({std::move(statement.words), std::move(statement.block)});
    }
  }
  return sites;
}

std::vector<SiteAddress> addresses_of(const Site& site, const std::string& file,
                                      const Environment& environment, Translation& out) {
  std::vector<SiteAddress> addresses;
  for (const Token& token : site.addresses) {
    const std::string origin = shown(file, token.place);
    const Result<std::string> expanded = expand_placeholders(token.text, environment);
    if (!expanded) {
      out.problems.push_back(origin + ": " + expanded.error().detail);
      continue;
    }
    std::string text = *expanded;
    std::replace(text.begin(), text.end(), ',', ' ');
    for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string::npos;) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      addresses.push_back({text.substr(at, end - at), origin});
      at = end;
    }
  }
  return addresses;
}

bool known(const std::string& text, const Environment& environment) {
  return expand_placeholders(text, environment).ok();
}

/// What is wrong with the values, as far as they are known here: placeholders stand for what they will be
/// where the hub runs.
std::vector<std::string> wrong_values(Translation checked, const Environment& environment) {
  const auto is_unknown = [&](const std::string& text) { return !known(text, environment); };
  checked.settings.erase(std::remove_if(checked.settings.begin(), checked.settings.end(),
                                        [&](const Setting& setting) {
                                          return std::any_of(setting.items.begin(), setting.items.end(),
                                                             is_unknown);
                                        }),
                         checked.settings.end());
  for (ImportedIssuer& issuer : checked.issuers) {
    if (is_unknown(issuer.id)) issuer.id.clear();
    for (auto* keys : {&issuer.publisher, &issuer.subscriber}) {
      for (ImportedKey& key : *keys) {
        key.jwt_file.clear();  // it is for the machine where the hub runs
        if (is_unknown(key.jwt)) key.jwt.clear();
        if (is_unknown(key.jwks_uri)) key.jwks_uri.clear();
        key.algorithms.erase(std::remove_if(key.algorithms.begin(), key.algorithms.end(), is_unknown),
                             key.algorithms.end());
      }
    }
  }
  Config scratch;
  return apply(checked, environment, scratch);
}

}  // namespace

Translation translate_caddyfile(const std::string& text, const std::string& file,
                                const Environment& environment) {
  Translation out;
  if (!is_utf8(text)) {
    out.problems.push_back(file + ": this is no text in UTF-8; save it as such");
    return out;
  }
  Document document = parse(text, file, environment, Substitution::kPlaceholders);
  if (!document.problem.empty()) {
    out.problems.push_back(std::move(document.problem));
    return out;
  }
  SiteOptions options;
  if (!document.statements.empty() && document.statements.front().words.empty()) {
    translate_global_options(document.statements.front().block, file, options, out);
    document.statements.erase(document.statements.begin());
  }
  const std::vector<Site> sites = sites_of(std::move(document.statements));
  bool found = false;
  for (const Site& site : sites) {
    Translation of_site;
    SiteOptions site_options = options;
    const std::vector<const Statement*> hubs = translate_site(site.directives, file, site_options, of_site);
    for (const Statement* hub : hubs) {
      if (std::exchange(found, true)) {
        out.problems.push_back(
            shown(file, hub->place()) +
            ": this is a second hub, and a process of Cinnabar is one; convert each alone");
        return out;
      }
      if (hub->words.size() > 1) {
        out.notes.push_back(shown(file, hub->words[1].place) + ": the matcher " + hub->words[1].text +
                            " is not translated; the path of the hub is hub.path");
      }
      append(out.settings, of_site.settings);
      append(out.notes, of_site.notes);
      append(out.problems, of_site.problems);
      translate_addresses(addresses_of(site, file, environment, out), site_options, "the address", out);
      translate_hub(hub->block, file, out);
    }
    if (hubs.empty() && !site.addresses.empty()) {
      out.notes.push_back(shown(file, site.addresses.front().place) + ": " + site.addresses.front().text +
                          " has no mercure block and is not translated");
    }
  }
  if (!found)
    out.problems.push_back(file + ": there is no mercure block in it, so there is no hub to convert");
  for (std::string& problem : wrong_values(out, environment)) out.problems.push_back(std::move(problem));
  return out;
}

}  // namespace cinnabar::caddy
