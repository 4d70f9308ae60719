// SPDX-License-Identifier: Apache-2.0
#include "api/authenticate.h"

#include <optional>
#include <utility>

#include "api/csrf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"

namespace cinnabar {
namespace {

/// PRES-11: methods that change nothing may come from anywhere.
bool is_unsafe(const std::string& method) { return method == "POST"; }

/// For a client that has sent too many bad tokens.
http::Response too_many() {
  http::Response response = http::text_response(429, "Too many tokens that were refused; try again later.");
  response.headers.push_back({"Retry-After", "1"});
  return response;
}

}  // namespace

http::Response Authenticator::challenge(Challenge challenge, const Contact& contact,
                                        std::string_view explanation) const {
  return challenge_response(challenge, verifier_.has_keys() ? std::string_view(contact.hub->metadata) : "",
                            options_.explains_refusals ? explanation : std::string_view());
}

void Authenticator::authenticate(const http::ExchangePtr& exchange, Role role, bool examines_tokens,
                                 Then then) const {
  const http::Request& request = exchange->request();
  Result<Contact> contact = addresses_.of(request);
  if (!contact) return exchange->respond(refusal_response(contact.error()));
  if (!examines_tokens) return then(exchange, *contact, nullptr);

  Result<std::optional<PresentedToken>> presented = presented_token(request, options_);
  if (!presented) {
    note_refusal(*contact, role, {.check = "presentation", .reason = presented.error().detail});
    return exchange->respond(challenge(Challenge::kInvalidRequest, *contact, presented.error().detail));
  }
  if (!*presented) return then(exchange, *contact, nullptr);
  if ((*presented)->by_cookie() && is_unsafe(request.method) &&
      !comes_from_allowed_page(request, *contact->hub, options_.publish_origins)) {
    constexpr std::string_view kReason =
        "The token came in a cookie, and neither Origin nor Referer names the hub's own origin or one of "
        "hub.publish_origins; add the page's origin there.";
    note_refusal(*contact, role, {.check = "origin", .reason = std::string(kReason)});
    return exchange->respond(challenge(Challenge::kInvalidRequest, *contact, kReason));
  }
  judge({exchange, std::move(*contact), role, std::move(**presented), std::move(then)}, /*may_wait=*/true);
}

void Authenticator::judge(Attempt attempt, bool may_wait) const {
  const HubAddress& hub = *attempt.contact.hub;
  const TokenQuestion question{attempt.presented.token, attempt.role, hub.resource, hub.url,
                               attempt.presented.by_legacy_means()};
  const std::int64_t now_ms = unix_now_ms();
  const Digest key = TokenCache::key(question);
  const KnownToken known = cache_.find(key, now_ms);
  if (const auto* token = std::get_if<TokenPtr>(&known)) return accept(attempt, *token);
  if (const auto* refusal = std::get_if<RefusalPtr>(&known)) return refuse(attempt, **refusal);
  if (!budget_.allows(attempt.contact.origin.client, steady_now())) {
    static const TokenRefusal kExhausted{
        .check = "budget",
        .reason =
            "This client has sent so many bad tokens that new ones are not looked at for a while; if it is a "
            "proxy, add it to server.trusted_proxies."};
    note_refusal(attempt.contact, attempt.role, kExhausted);
    return attempt.exchange->respond(too_many());
  }

  const std::uint64_t generation = cache_.generation();
  Verification verdict = verify(attempt, question, now_ms);
  if (auto* good = std::get_if<VerifiedToken>(&verdict)) {
    auto token = std::make_shared<const VerifiedToken>(std::move(*good));
    cache_.put(key, token, generation);
    return accept(attempt, std::move(token));
  }
  if (const auto* missing = std::get_if<MissingKey>(&verdict)) {
    if (may_wait) return wait(std::move(attempt), *missing);
    verdict = TokenVerifier::refuse(*missing);
  }
  auto refusal = std::make_shared<const TokenRefusal>(std::move(std::get<TokenRefusal>(verdict)));
  cache_.put(key, refusal, generation, now_ms);
  refuse(attempt, *refusal);
}

/// What turns out to be bad is charged to the client.
Verification Authenticator::verify(const Attempt& attempt, const TokenQuestion& question,
                                   std::int64_t now_ms) const {
  const SteadyTime begin = steady_now();
  Verification verdict = verifier_.verify(question, now_ms);
  if (std::holds_alternative<VerifiedToken>(verdict)) return verdict;
  const SteadyTime end = steady_now();
  budget_.charge(attempt.contact.origin.client, end - begin, end);
  return verdict;
}

void Authenticator::wait(Attempt attempt, const MissingKey& missing) const {
  // The exchange goes back to its loop by move, so that its last reference never ends on the source's thread,
  // and so do the other parts.
  const auto waiting = std::make_shared<Attempt>(std::move(attempt));
  const bool sought = missing.source->look_for(missing.key_id, [this, waiting] {
    Loop& loop = waiting->exchange->loop();
    loop.post(
        [this, attempt = std::move(*waiting)]() mutable { judge(std::move(attempt), /*may_wait=*/false); });
  });
  if (!sought) judge(std::move(*waiting), /*may_wait=*/false);
}

void Authenticator::accept(const Attempt& attempt, TokenPtr token) const {
  const std::shared_ptr<const DenyList> deny = deny_.get();
  if (const DenyList::Rule* rule = deny->empty() ? nullptr : deny->denies(token->identity.get())) {
    return refuse(attempt,
                  {.check = "deny list",
                   .reason = "The token is denied by the rule \"" + rule->text + "\" of the deny list.",
                   .issuer = token->identity->issuer});
  }
  attempt.then(attempt.exchange, attempt.contact, std::move(token));
}

void Authenticator::refuse(const Attempt& attempt, const TokenRefusal& refusal) const {
  note_refusal(attempt.contact, attempt.role, refusal);
  attempt.exchange->respond(challenge(Challenge::kInvalidToken, attempt.contact, refusal.reason));
}

void Authenticator::note_refusal(const Contact& contact, Role role, const TokenRefusal& refusal) const {
  figures_.add(refusal.check);
  if (!log_enabled(LogLevel::kInfo)) return;
  const std::optional<std::uint64_t> dropped = log_limit_.take(steady_now());
  if (!dropped) return;
  log_info("token refused", {{"peer", contact.origin.client},
                             {"role", name_of(role)},
                             {"check", refusal.check},
                             {"reason", refusal.reason},
                             {"header", refusal.header},
                             {"iss", refusal.issuer},
                             {"aud", refusal.audience},
                             {"expected_aud", contact.hub->resource},
                             {"not_logged_before", *dropped}});
}

}  // namespace cinnabar
