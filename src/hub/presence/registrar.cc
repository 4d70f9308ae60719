// SPDX-License-Identifier: Apache-2.0
#include "hub/presence/registrar.h"

#include <utility>

#include "base/log.h"
#include "base/loop.h"
#include "protocol/subscription.h"

namespace cinnabar {
namespace {

std::vector<const Matcher*> pointers(const MatcherSet& set) {
  std::vector<const Matcher*> matchers;
  for (const Matcher& matcher : set.matchers()) matchers.push_back(&matcher);
  return matchers;
}

}  // namespace

Registrar::Registrar(Journal& journal, Loop& loop, HubPath path, Duration grace)
    : journal_(journal),
      loop_(loop),
      path_(std::move(path)),
      presence_(subscriptions_path(path_.text())),
      announcer_(journal, presence_, loop),
      lingering_(loop, grace, [this](const std::vector<std::string>& topics) {
        for (const std::string& topic : topics) announcer_.ended(topic);
      }) {}

Result<void> Registrar::load() {
  Result<std::vector<EventPtr>> open = journal_.open_subscriptions();
  if (!open) return open.error();
  for (const EventPtr& event : *open) leftovers_.emplace_back(event->topics().front());
  std::string last_id;
  if (const JournalBounds bounds = journal_.bounds(); bounds.last >= bounds.first) {
    Result<ReadBatch> newest = journal_.read(bounds.last, {}, {.events = 1});
    if (!newest) return newest.error();
    if (!newest->events.empty()) last_id = newest->events.front()->id();
  }
  presence_.load(std::move(*open), std::move(last_id));
  return {};
}

void Registrar::end_leftovers() {
  if (leftovers_.empty()) return;
  log_info("ending subscriptions that the last run of the hub left open",
           {{"subscriptions", std::uint64_t{leftovers_.size()}}});
  for (const std::string& topic : leftovers_) announcer_.ended(topic);
  leftovers_ = {};
}

std::optional<Uuid> Registrar::recognize(const SubscriberSpec& spec) {
  return lingering_.take(Lingering::key(spec.token.get(), pointers(spec.matchers)));
}

std::vector<Update> Registrar::announcement(const SubscriberSpec& spec, const Uuid& id) const {
  const std::string subscriber = id.urn();
  std::vector<Update> updates;
  updates.reserve(spec.matchers.matchers().size());
  for (const Matcher& matcher : spec.matchers.matchers()) {
    std::string payload;
    if (spec.grants) {
      Topic pattern(matcher.pattern(), path_);
      payload = spec.grants->payload_for(pattern);
    }
    updates.push_back(subscription_started(presence_.path(), matcher, subscriber, payload));
  }
  return updates;
}

void Registrar::arrived(std::vector<Update> announcement, bool recognized) {
  for (Update& update : announcement) {
    if (recognized) {
      const EventPtr said = presence_.find(update.topics.front());
      if (said && subscription_document(*said) == update.data) continue;
    }
    announcer_.started(std::move(update));
  }
}

void Registrar::left(const Subscriber& subscriber, bool may_return) {
  const std::vector<const Matcher*> matchers = subscriber.matchers();
  const std::string id = subscriber.id().urn();
  std::vector<std::string> topics;
  topics.reserve(matchers.size());
  for (const Matcher* matcher : matchers) {
    topics.push_back(subscription_topic(presence_.path(), *matcher, id));
  }
  if (may_return && lingering_.keep(Lingering::key(subscriber.token(), matchers), subscriber.id(), topics)) {
    return;
  }
  for (const std::string& topic : topics) announcer_.ended(topic);
}

void Registrar::stop() {
  loop_.post([this] {
    announcer_.stop();
    lingering_.stop();
  });
}

}  // namespace cinnabar
