// SPDX-License-Identifier: Apache-2.0
#include "app/check_token.h"

#include <future>
#include <istream>
#include <iterator>
#include <memory>
#include <ostream>
#include <utility>
#include <variant>

#include "app/config_convert.h"
#include "app/config_load.h"
#include "app/files.h"
#include "app/keys.h"
#include "auth/deny_list.h"
#include "auth/token_verifier.h"

namespace cinnabar {
namespace {

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

/// The token itself, without the blanks and the scheme that come along when one copies it.
Result<std::string> read_token(const std::string& given, std::istream& in) {
  std::string token = given;
  if (given == "@-") {
    token = {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  } else if (!given.empty() && given.front() == '@') {
    Result<std::string> content = read_file(given.substr(1));
    if (!content) return content.error();
    token = std::move(*content);
  }
  constexpr std::string_view kBlanks = " \t\r\n";
  constexpr std::string_view kScheme = "Bearer ";
  const std::size_t first = token.find_first_not_of(kBlanks);
  if (first == std::string::npos) return invalid("the token is empty");
  token = token.substr(first, token.find_last_not_of(kBlanks) - first + 1);
  if (token.starts_with(kScheme)) token.erase(0, kScheme.size());
  return token;
}

Result<Role> read_role(const std::string& given) {
  for (const Role role : {Role::kPublisher, Role::kSubscriber}) {
    if (given == name_of(role)) return role;
  }
  return invalid("--role must be publisher or subscriber, got \"" + given + '"');
}

Result<Config> read_config(const CheckTokenRequest& request, const Environment& environment) {
  ConfigSources sources;
  sources.file = request.config.empty() ? default_config_file() : request.config;
  sources.environment = environment;
  LoadedConfig loaded = load_config(sources);
  if (loaded.errors.empty()) return std::move(loaded.config);
  std::string sentences;
  for (const std::string& error : loaded.errors) sentences += (sentences.empty() ? "" : "\n") + error;
  return invalid(std::move(sentences));
}

/// Verifies, and waits for a key set where that is where the key may be.
Verification judge(const TokenVerifier& verifier, const TokenQuestion& question, std::int64_t now_ms,
                   TokenReport& report) {
  Verification verdict = verifier.verify(question, now_ms, &report);
  const auto* missing = std::get_if<MissingKey>(&verdict);
  if (!missing) return verdict;
  // Shared, as the source may keep the function.
  const auto answered = std::make_shared<std::promise<void>>();
  if (missing->source->look_for(missing->key_id, [answered] { answered->set_value(); })) {
    answered->get_future().wait();
    report = TokenReport();
    verdict = verifier.verify(question, now_ms, &report);
    missing = std::get_if<MissingKey>(&verdict);
    if (!missing) return verdict;
  }
  TokenRefusal refusal = TokenVerifier::refuse(*missing);
  report.fail(refusal.check, refusal.reason);
  return refusal;
}

Result<DenyList> read_deny_list(const std::string& path) {
  if (path.empty()) return DenyList();
  const Result<std::string> text = read_file(path);
  if (!text) return text.error();
  return DenyList::parse(*text, path);
}

void print(const TokenReport& report, std::ostream& out) {
  for (const TokenCheck& check : report.checks()) {
    out << (check.passed ? "ok    " : "FAIL  ") << check.name << ": " << check.text << '\n';
  }
}

Result<bool> check(const CheckTokenRequest& request, const Environment& environment, std::int64_t now_ms,
                   std::istream& in, std::ostream& out) {
  const Result<Role> role = read_role(request.role);
  if (!role) return role.error();
  const Result<std::string> token = read_token(request.token, in);
  if (!token) return token.error();
  const Result<Config> config = read_config(request, environment);
  if (!config) return config.error();

  const std::string& resource = request.url.empty() ? config->hub.resource_identifier : request.url;
  if (resource.empty()) {
    return invalid(
        "the configuration pins no hub.resource_identifier, so `aud` depends on how the hub is addressed; "
        "give that "
        "URL: --url https://hub.example.com" +
        config->hub.path);
  }
  const Result<HubUrl> known = HubUrl::parse(resource);
  const HubUrl hub = known ? *known : HubPath(config->hub.path).base(HubScheme::kHttps);
  const Result<DenyList> deny = read_deny_list(config->hub.deny);
  if (!deny) return deny.error();

  const TokenVerifier verifier(issuers(*config, [] {}), config->hub.limits, compatibility_of(*config));
  TokenReport report;
  const Verification verdict = judge(verifier, {*token, *role, resource, hub}, now_ms, report);
  const auto* good = std::get_if<VerifiedToken>(&verdict);
  const DenyList::Rule* denied = good ? deny->denies(good->identity.get()) : nullptr;
  if (denied) {
    report.fail("deny list", "The token is denied by the rule \"" + denied->text + "\" in " +
                                 config->hub.deny + "; take the rule out to let it in again.");
  } else if (good && !deny->empty()) {
    report.pass("deny list", "no rule denies it");
  }
  print(report, out);
  const bool taken = good && !denied;
  out << (taken ? "The hub would take this token." : "The hub would refuse this token.") << '\n'
      << std::flush;
  return taken;
}

}  // namespace

int check_token(const CheckTokenRequest& request, const Environment& environment, std::int64_t now_ms,
                std::istream& in, std::ostream& out, std::ostream& err) {
  const Result<bool> taken = check(request, environment, now_ms, in, out);
  if (!taken) {
    err << "cinnabar check-token: " << taken.error().detail << '\n';
    return 1;
  }
  return *taken ? 0 : 1;
}

}  // namespace cinnabar
