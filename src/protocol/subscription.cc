// SPDX-License-Identifier: Apache-2.0
#include "protocol/subscription.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <cstddef>

#include "base/uuid.h"
#include "protocol/topic_pattern.h"
#include "protocol/topic_selector.h"

namespace cinnabar {
namespace {

// Outside of JSON's strings a quote has no backslash before it, so that these are found where a member
// begins, and nowhere in a pattern; the payload, which may hold anything, is the last member.
constexpr std::string_view kActive = R"(,"active":true)";
constexpr std::string_view kOver = R"(,"active":false)";

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// -1: not a hex digit.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

void add_member(std::string& document, std::string_view name, std::string_view value) {
  document += name;
  document += quoted(value);
}

/// Whether the matcher may match a topic that begins with `path` and a slash.
bool reaches_below(const Matcher& matcher, std::string_view path) {
  if (matcher.is_wildcard()) return true;
  std::string_view begin = matcher.pattern();  // what all topics that match begin with
  if (matcher.selector() != nullptr) {
    begin = matcher.selector()->literal_prefix();
  } else if (matcher.type() == MatcherType::kUrlPattern) {
    const TopicPattern* pattern = matcher.url_pattern();
    if (pattern == nullptr || !pattern->covers_hub()) return pattern == nullptr;
    begin = pattern->pattern().literal(url::Component::kPathname).prefix;
  } else {
    return begin.starts_with(path);
  }
  const std::size_t common = std::min(begin.size(), path.size());
  return begin.substr(0, common) == path.substr(0, common);
}

Update private_update(std::string_view topic, std::string data, bool is_selector, UpdateKind kind) {
  Update update;
  update.topics.emplace_back(topic);
  update.data = std::move(data);
  update.id = Uuid::random().urn();
  if (!is_selector) update.type = "mercure";  // COMPAT-31: listeners of 0.x know no names of events
  update.is_private = true;
  update.kind = kind;
  return update;
}

}  // namespace

std::string encode_segment(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 2);
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  return encoded;
}

std::optional<std::string> decode_segment(std::string_view segment) {
  std::string text;
  text.reserve(segment.size());
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      text += segment[i];
      continue;
    }
    if (segment.size() - i < 3) return {};
    const int high = hex_value(segment[i + 1]);
    const int low = hex_value(segment[i + 2]);
    if (high < 0 || low < 0) return {};
    text += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return text;
}

std::string subscriptions_path(std::string_view hub_path) { return std::string(hub_path) + "/subscriptions"; }

std::string subscription_topic(std::string_view path, const Matcher& matcher, std::string_view subscriber) {
  std::string topic(path);
  if (matcher.type() != MatcherType::kTopic) {
    topic += '/';
    topic += name_of(matcher.type());
  }
  topic += '/';
  topic += encode_segment(matcher.pattern());
  topic += '/';
  topic += encode_segment(subscriber);
  return topic;
}

bool is_selector_topic(std::string_view path, std::string_view topic) {
  topic.remove_prefix(path.size() + 1);
  return std::count(topic.begin(), topic.end(), '/') == 1;
}

Update subscription_started(std::string_view path, const Matcher& matcher, std::string_view subscriber,
                            std::string_view payload) {
  const std::string topic = subscription_topic(path, matcher, subscriber);
  const bool is_selector = matcher.type() == MatcherType::kTopic;
  std::string document = "{";
  if (is_selector) {
    document += kContextMember;
    add_member(document, R"("id":)", topic);
    document += R"(,"type":"Subscription")";
    add_member(document, R"(,"subscriber":)", subscriber);
    add_member(document, R"(,"topic":)", matcher.pattern());
  } else {
    add_member(document, R"("id":)", topic);
    document += R"(,"type":"subscription")";
    add_member(document, R"(,"match_type":)", name_of(matcher.type()));
    add_member(document, R"(,"match":)", matcher.pattern());
    add_member(document, R"(,"subscriber":)", subscriber);
  }
  document += kActive;
  if (!payload.empty()) {
    document += R"(,"payload":)";
    document += payload;
  }
  document += '}';
  return private_update(topic, std::move(document), is_selector, UpdateKind::kSubscriptionStarted);
}

Update subscription_ended(std::string_view topic, std::string_view document) {
  std::string over(document);
  if (const std::size_t at = over.find(kActive); at != std::string::npos) {
    over.replace(at, kActive.size(), kOver);
  }
  const bool is_selector = document.substr(1).starts_with(kContextMember);
  return private_update(topic, std::move(over), is_selector, UpdateKind::kSubscriptionEnded);
}

std::string_view subscription_document(const Event& event) {
  // One line, as the documents hold no break; what comes before it cannot hold one either (SSE-2).
  constexpr std::string_view kData = "\ndata: ";
  std::string_view text = event.bytes().body();
  text.remove_prefix(std::min(text.find(kData), text.size() - kData.size()) + kData.size());
  return text.substr(0, text.find('\n'));
}

bool may_see_subscriptions(std::span<const Matcher* const> matchers, const Grants* grants,
                           std::string_view path) {
  if (grants == nullptr) return false;  // they are private
  const auto reaches = [path](const Matcher& matcher) { return reaches_below(matcher, path); };
  const bool granted =
      std::any_of(grants->details().begin(), grants->details().end(), [&](const GrantDetail& detail) {
        return detail.subscribe && std::any_of(detail.matchers.begin(), detail.matchers.end(), reaches);
      });
  return granted && std::any_of(matchers.begin(), matchers.end(),
                                [&](const Matcher* matcher) { return reaches(*matcher); });
}

std::string_view without_context(std::string_view document, std::string& scratch) {
  if (!document.substr(1).starts_with(kContextMember)) return document;
  scratch = '{';
  scratch += document.substr(1 + kContextMember.size());
  return scratch;
}

}  // namespace cinnabar
