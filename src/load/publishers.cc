// SPDX-License-Identifier: Apache-2.0
#include "load/publishers.h"

#include <algorithm>
#include <utility>

#include "load/h1_publishers.h"
#include "load/h2_publishers.h"
#include "load/payload.h"

namespace cinnabar::load {
namespace {

constexpr std::size_t kKeptIds = 16;
constexpr std::size_t kShownOfAnswer = 400;
constexpr std::uint64_t kAnswerTimeoutNs = 30'000'000'000;

/// What stands for the stamp in a topic that is never the same twice.
constexpr std::string_view kFresh = "fresh-";

std::string topic_tail(const Options& options, std::uint32_t topic) {
  if (options.publishes_fill) return "fill";
  if (options.fresh) return std::string(kFresh) + std::string(kStampSize, '0') + "%2Fa";
  std::string tail = std::to_string(topic);
  if (options.match == MatchMode::kPatterns) tail += "%2Fa";
  return tail;
}

}  // namespace

std::unique_ptr<Publishers> Publishers::make(const Options& options, SSL_CTX* context) {
  if (options.http2) return std::make_unique<H2Publishers>(options, context);
  return std::make_unique<H1Publishers>(options, context);
}

Publishers::Publishers(const Options& options, SSL_CTX* context)
    : options_(options),
      context_(context),
      forms_(options.topic_count),
      sent_counts_(options.publishers),
      sent_ns_(options.publishers, 0),
      sequences_(options.publishers, 0),
      acknowledged_(options.publishers, 0) {
  for (std::uint32_t i = 0; i < options.publishers; ++i) idle_.push_back(i);
}

Publishers::Form Publishers::make_form(std::uint32_t topic) const {
  Form form;
  form.text = "topic=" + options_.topic_base + topic_tail(options_, topic) +
              (options_.private_updates ? "&private=on" : "") + "&data=" + make_data(options_.size);
  form.stamp = form.text.size() - std::max(options_.size, kStampSize);
  return form;
}

void Publishers::start() {
  if (options_.publishers == 0) {
    done_.store(true, std::memory_order_release);
    return;
  }
  thread_ = std::thread([this] { run(); });
}

void Publishers::join() {
  if (thread_.joinable()) thread_.join();
}

void Publishers::fail(std::string what) {
  if (failure_.empty()) failure_ = std::move(what);
}

bool Publishers::may_send() const {
  if (!failure_.empty() || halted_.load(std::memory_order_acquire)) return false;
  if (options_.events != 0 && sent_ >= options_.events) return false;
  return options_.duration <= 0 || static_cast<double>(now_ns() - start_ns_) < options_.duration * 1e9;
}

std::string_view Publishers::next_body(std::uint32_t publisher) {
  Form& form = forms_[sequences_[publisher] % options_.topic_count];
  if (form.text.empty()) form = make_form(sequences_[publisher] % options_.topic_count);
  ++sequences_[publisher];
  sent_counts_.set(publisher, sequences_[publisher]);
  sent_ns_[publisher] = now_ns();
  ++sent_;
  const Stamp stamp{publisher, sequences_[publisher], sent_ns_[publisher]};
  write_stamp(form.text.data() + form.stamp, stamp);
  if (options_.fresh) {
    write_stamp(form.text.data() + form.text.rfind(kFresh, form.stamp) + kFresh.size(), stamp);
  }
  return form.text;
}

void Publishers::acknowledge(std::uint32_t publisher, int status, std::string body) {
  if (status != 200 && status != 201 && status != 202) {
    std::string why = "a publish was answered " + std::to_string(status);
    if (status == 401 || status == 403) why += "; check the token (see `cinnabar token --help`)";
    body = body.substr(0, kShownOfAnswer);
    body.erase(body.find_last_not_of(" \t\r\n.") + 1);
    if (!body.empty()) why += ": " + body;
    fail(std::move(why));
    return;
  }
  latency_.add(now_ns() - sent_ns_[publisher]);
  ++acknowledged_[publisher];
  total_.store(total_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  last_ids_.push_back(std::move(body));
  if (last_ids_.size() > kKeptIds) last_ids_.pop_front();
  idle_.push_back(publisher);
}

std::uint64_t Publishers::due_ns() const {
  if (options_.rate <= 0) return start_ns_;
  return start_ns_ + static_cast<std::uint64_t>(static_cast<double>(sent_) * 1e9 / options_.rate);
}

void Publishers::send_due() {
  while (!idle_.empty() && may_send() && now_ns() >= due_ns()) {
    const std::uint32_t publisher = idle_.front();
    idle_.pop_front();
    if (!send(publisher)) fail("the hub closed a publisher's connection while it sent");
  }
}

void Publishers::run() {
  start_ns_ = now_ns();
  std::uint64_t last_progress_ns = start_ns_;
  std::uint64_t last_total = 0;
  for (;;) {
    send_due();
    const bool goes_on = may_send();
    if (!failure_.empty() || (!goes_on && idle_.size() == options_.publishers)) break;

    constexpr std::uint64_t kLongestWait = 100'000'000;
    std::uint64_t wait = kLongestWait;
    if (goes_on && !idle_.empty()) {
      const std::uint64_t now = now_ns();
      wait = due_ns() <= now ? 0 : std::min(due_ns() - now, kLongestWait);
    }
    poll(wait);
    if (total() != last_total || idle_.size() == options_.publishers) last_progress_ns = now_ns();
    last_total = total();
    if (now_ns() - last_progress_ns > kAnswerTimeoutNs) fail("a publish got no answer in 30 s");
  }
  seconds_ = static_cast<double>(now_ns() - start_ns_) / 1e9;
  done_.store(true, std::memory_order_release);
}

}  // namespace cinnabar::load
