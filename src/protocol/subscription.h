// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/event.h"
#include "protocol/grants.h"
#include "protocol/matcher.h"
#include "protocol/update.h"

// A subscription as the hub announces it (sections ACT and COMPAT): one matcher of one subscriber.
// All pure; any thread.
namespace cinnabar {

/// ACT-3: each byte but letters, digits, "-", ".", "_" and "~" as %XX.
std::string encode_segment(std::string_view text);
/// ACT-16: undoes it, once; "+" stays. Nothing: it holds a malformed escape.
std::optional<std::string> decode_segment(std::string_view segment);

/// "/.well-known/mercure/subscriptions": what all topics of subscriptions begin with, before a slash.
std::string subscriptions_path(std::string_view hub_path);

/// ACT-2, COMPAT-29: `path` is that of subscriptions_path().
std::string subscription_topic(std::string_view path, const Matcher& matcher, std::string_view subscriber);
/// COMPAT-29: whether a topic of that path is that of a subscription by selector, which has no segment for a
/// type.
bool is_selector_topic(std::string_view path, std::string_view topic);

/// The private update that says that a subscription has begun (ACT-6, COMPAT-30, COMPAT-31), with a new id.
/// `payload`: JSON as text; empty: none.
Update subscription_started(std::string_view path, const Matcher& matcher, std::string_view subscriber,
                            std::string_view payload);

/// The one that says that it is over, from the document that said that it had begun.
Update subscription_ended(std::string_view topic, std::string_view document);

/// The document of an event on a subscription: its data. Borrowed from the event.
std::string_view subscription_document(const Event& event);

/// COMPAT-33: a document without "@context", as a member of a collection.
std::string_view without_context(std::string_view document, std::string& scratch);

/// Whether a subscriber with these matchers and rights may be sent events on subscriptions, whose topics lie
/// below `path`; wrong at most by saying yes.
bool may_see_subscriptions(std::span<const Matcher* const> matchers, const Grants* grants,
                           std::string_view path);

/// What the documents of protocol 0.x begin with.
inline constexpr std::string_view kContextMember = R"("@context":"https://mercure.rocks/",)";

}  // namespace cinnabar
