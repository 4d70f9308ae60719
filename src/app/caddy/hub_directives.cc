// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/hub_directives.h"

#include <algorithm>
#include <array>
#include <map>

#include "app/caddy/issuer_directive.h"
#include "app/caddy/transport.h"
#include "app/suggest.h"

namespace cinnabar::caddy {

namespace {

enum class Takes { kNothing, kOne, kMany, kAnything };

struct Known {
  std::string_view name;
  Takes takes = Takes::kOne;
  const char* field = nullptr;    ///< ours; nullptr: there is none, and the next says so
  const char* instead = nullptr;  ///< continues "<name> "
  bool refused = false;           ///< a hub without it would not be what the user wants
};

constexpr const char* kNoPage =
    "has no equivalent: there is no debugger page; `cinnabar match` and `cinnabar check-token` answer why a "
    "topic or a token does not fit";
constexpr const char* kNoPlayground =
    "does not exist here: for development, `cinnabar run --dev` starts an open hub that needs no "
    "configuration; remove the directive";

constexpr std::array kKnown = {
    Known{"anonymous", Takes::kNothing, "hub.anonymous"},
    Known{"subscriptions", Takes::kNothing, "hub.subscriptions"},
    Known{"resource_identifier", Takes::kOne, "hub.resource_identifier"},
    Known{"public_urls", Takes::kMany, "hub.public_urls"},
    Known{"publish_origins", Takes::kMany, "hub.publish_origins"},
    Known{"cors_origins", Takes::kMany, "hub.cors_origins"},
    Known{"cookie_name", Takes::kOne, "hub.cookie_name"},
    Known{"heartbeat", Takes::kOne, "hub.heartbeat"},
    Known{"dispatch_timeout", Takes::kOne, "hub.dispatch_timeout"},
    Known{"write_timeout", Takes::kOne, "hub.write_timeout"},
    Known{"max_request_body_size", Takes::kOne, "hub.max_request_body_size"},
    Known{"protocol_version_compatibility", Takes::kOne, "hub.protocol_version_compatibility"},
    Known{"name", Takes::kOne, nullptr, "is not used: a process of Cinnabar is one hub, which needs no name"},
    Known{"topic_matcher_cache", Takes::kOne, nullptr, "is not used: the cache of matches sizes itself"},
    Known{"subscriber_list_cache_size", Takes::kOne, nullptr,
          "is not used: subscribers are found by an index"},
    Known{"topic_selector_cache", Takes::kAnything, nullptr,
          "is not used: the cache of matches sizes itself"},
    Known{"debugger", Takes::kNothing, nullptr, kNoPage},
    Known{"ui", Takes::kNothing, nullptr, kNoPage},
    Known{"playground", Takes::kNothing, nullptr, kNoPlayground, true},
    Known{"demo", Takes::kAnything, nullptr, kNoPlayground, true},
};

/// Those that are translated by functions of their own.
constexpr std::array<std::string_view, 7> kOthers = {
    "issuer",         "transport",          "transport_url",      "publisher_jwt",
    "subscriber_jwt", "publisher_jwks_url", "subscriber_jwks_url"};

const char* expectation(Takes takes) {
  switch (takes) {
    case Takes::kNothing: return " takes no value; remove what follows it";
    case Takes::kOne: return " takes one value";
    case Takes::kMany: return " takes one or more values";
    case Takes::kAnything: break;
  }
  return "";
}

bool fits(Takes takes, const Statement& directive) {
  if (takes == Takes::kAnything) return true;
  if (directive.has_block) return false;
  const std::size_t values = directive.words.size() - 1;
  if (takes == Takes::kNothing) return values == 0;
  return takes == Takes::kOne ? values == 1 : values > 0;
}

class HubReader {
 public:
  HubReader(std::string_view file, Translation& out) : file_(file), out_(out) {}

  void read(const Statement& directive) {
    const std::string_view name = directive.name();
    const auto known =
        std::find_if(kKnown.begin(), kKnown.end(), [name](const Known& each) { return each.name == name; });
    if (known != kKnown.end()) {
      read_known(directive, *known);
    } else if (name == "issuer") {
      translate_issuer(directive, file_, out_);
    } else if (name == "transport") {
      read_transport(directive);
    } else if (name == "transport_url") {
      read_transport_url(directive);
    } else if (translate_legacy_key(directive, file_, out_)) {
      if (legacy_key_.empty()) legacy_key_ = shown(file_, directive.place()) + ": " + std::string(name);
    } else {
      complain(directive, unknown(name));
    }
  }

  void finish() {
    const bool compatible = std::any_of(
        out_.settings.begin(), out_.settings.end(),
        [](const Setting& setting) { return setting.field->name() == "hub.protocol_version_compatibility"; });
    if (legacy_key_.empty() || compatible) return;
    out_.problems.push_back(legacy_key_ +
                            " is of protocol 0.x; add `protocol_version_compatibility 8`, or use an issuer "
                            "block with publisher and subscriber");
  }

 private:
  void complain(const Statement& directive, const std::string& sentence) {
    out_.problems.push_back(shown(file_, directive.place()) + ": " + sentence);
  }

  void read_known(const Statement& directive, const Known& known) {
    const std::string name(known.name);
    if (known.refused) return complain(directive, name + " " + known.instead);
    if (!fits(known.takes, directive)) return complain(directive, name + expectation(known.takes));
    if (!first_time(directive)) return;
    const std::string origin = shown(file_, directive.place());
    if (known.field == nullptr) {
      out_.notes.push_back(origin + ": " + name + " " + known.instead);
      return;
    }
    std::vector<std::string> items;
    for (std::size_t i = 1; i < directive.words.size(); ++i) items.push_back(directive.words[i].text);
    if (known.takes == Takes::kNothing) items.emplace_back("true");
    out_.settings.push_back({find_field(known.field), std::move(items), origin, name});
  }

  void read_transport(const Statement& directive) {
    if (!first_time(directive)) return;
    if (seen_.count("transport_url") != 0) {
      return complain(directive, "transport is there beside transport_url; remove one of them");
    }
    translate_transport(directive, file_, out_);
  }

  void read_transport_url(const Statement& directive) {
    if (!fits(Takes::kOne, directive)) return complain(directive, "transport_url takes one value");
    if (!first_time(directive)) return;
    if (seen_.count("transport") != 0) {
      return complain(directive, "transport_url is there beside transport; remove one of them");
    }
    translate_transport_url(directive.words[1].text, "transport_url", shown(file_, directive.place()), out_);
  }

  /// False: the same was said before. Something else than before is a problem.
  bool first_time(const Statement& directive) {
    const auto [before, is_new] = seen_.emplace(directive.name(), &directive);
    if (is_new) return true;
    const std::vector<Token>& one = before->second->words;
    const std::vector<Token>& other = directive.words;
    const bool same =
        !directive.has_block && std::equal(one.begin(), one.end(), other.begin(), other.end(),
                                           [](const Token& a, const Token& b) { return a.text == b.text; });
    if (!same) {
      complain(directive, std::string(directive.name()) + " is there twice, first at " +
                              shown(file_, before->second->place()) + "; remove one of them");
    }
    return false;
  }

  static std::string unknown(std::string_view name) {
    std::string sentence = "unknown directive \"" + std::string(name) + '"';
    if (const Field* ours = find_field("hub." + std::string(name)); ours != nullptr) {
      return sentence + " of the mercure block; it is a setting of Cinnabar's own, " + ours->variable() +
             " or " + ours->name() + " in a file";
    }
    if (name == "tls" || name == "bind") {
      return sentence +
             " of the mercure block; it is one of the site, so put it beside that block or into "
             "CADDY_SERVER_EXTRA_DIRECTIVES";
    }
    std::vector<std::string_view> names(kOthers.begin(), kOthers.end());
    for (const Known& each : kKnown) names.push_back(each.name);
    const std::string near = did_you_mean(name, names);
    return sentence + (near.empty() ? "; docs/migration.md lists the directives that are understood" : near);
  }

  std::string_view file_;
  Translation& out_;
  std::map<std::string_view, const Statement*> seen_;
  std::string legacy_key_;  ///< where the first of the keys of 0.x is, and its name
};

}  // namespace

void translate_hub(const std::vector<Statement>& directives, std::string_view file, Translation& out) {
  HubReader reader(file, out);
  for (const Statement& directive : directives) reader.read(directive);
  reader.finish();
}

}  // namespace cinnabar::caddy
