// SPDX-License-Identifier: Apache-2.0
#include "load/subscribers.h"

#include <algorithm>
#include <utility>

#include "load/h1_subscribers.h"
#include "load/h2_subscribers.h"
#include "load/payload.h"

namespace cinnabar::load {
namespace {

// How long one that left stays away: long enough for the hub to notice, and to have something to replay.
constexpr std::uint64_t kAwayNs = 500'000'000;

bool stalls(const Options& options, std::uint32_t number) {
  // Spread evenly, so that each of the hub's shards gets its part.
  if (options.stalled == 0) return false;
  const auto rank = [&](std::uint64_t n) { return n * options.stalled / options.subscribers; };
  return rank(number + std::uint64_t{1}) != rank(number);
}

std::size_t count_of(const Options& options, std::uint32_t first) {
  return options.subscribers > first ? (options.subscribers - first - 1) / options.threads + 1 : 0;
}

}  // namespace

std::unique_ptr<Subscribers> Subscribers::make(const Options& options, SSL_CTX* context, std::uint32_t first,
                                               const SentCounts* sent) {
  if (options.http2) return std::make_unique<H2Subscribers>(options, context, first, sent);
  return std::make_unique<H1Subscribers>(options, context, first, sent);
}

Subscribers::Subscribers(const Options& options, SSL_CTX* context, std::uint32_t first,
                         const SentCounts* sent)
    : options_(options),
      context_(context),
      sent_(sent),
      subscribers_(count_of(options, first)),
      ledger_(options, subscribers_.size()) {
  for (std::uint32_t i = 0; i < count(); ++i) {
    const std::uint32_t number = first + i * options.threads;
    ledger_.set_topic(i, number % options.topic_count);
    subscribers_[i].stalls = stalls(options, number);
    if (options.churn > 0) subscribers_[i].reader.keep_ids();
  }
}

Subscribers::~Subscribers() = default;

void Subscribers::start() {
  thread_ = std::thread([this] { run(); });
}

void Subscribers::stop() {
  stopping_.store(true, std::memory_order_release);
  if (thread_.joinable()) thread_.join();
}

void Subscribers::run() {
  const bool has_schedule = options_.ramp_time > 0 || options_.churn > 0;
  start_ns_ = now_ns();
  while (!stopping_.load(std::memory_order_acquire)) {
    open_more();
    if (options_.churn > 0) let_some_leave();
    poll(has_schedule ? 5 : 20);
  }
}

void Subscribers::open_more() {
  // Divided by the threads, so that the hub sees at most --ramp connections that are not ready.
  const std::uint32_t limit = std::max(options_.ramp / options_.threads, 1U);
  const std::uint64_t now = now_ns();
  std::uint32_t allowed = count();
  if (options_.ramp_time > 0) {
    const double part = static_cast<double>(now - start_ns_) / 1e9 / options_.ramp_time;
    allowed = std::min(allowed, static_cast<std::uint32_t>(part * count()) + 1);
  }
  const auto begin = [&](std::uint32_t index) {
    ++pending_;
    subscribers_[index].state = State::kConnecting;
    subscribers_[index].opened_ns = now_ns();
    open(index);
  };
  const bool calm = calm_.load(std::memory_order_acquire);
  if (calm && options_.scenario == Scenario::kConnect) return;
  while (!away_.empty() && pending_ < limit && (calm || away_.front().at_ns <= now)) {
    const std::uint32_t index = away_.front().index;
    away_.pop_front();
    begin(index);
  }
  while (opened_ < allowed && pending_ < limit) begin(opened_++);
}

void Subscribers::let_some_leave() {
  if (calm_.load(std::memory_order_acquire)) return;
  const double rate = options_.churn / options_.threads;
  const auto wanted = static_cast<std::uint64_t>(static_cast<double>(now_ns() - start_ns_) / 1e9 * rate);
  for (std::uint32_t tries = 0; left_ < wanted && tries < count(); ++tries) {
    const std::uint32_t index = next_to_leave_++ % count();
    const Subscriber& subscriber = subscribers_[index];
    // Only who has an id can resume, and only where it covers all that was counted.
    if (subscriber.state != State::kStreaming || subscriber.reader.last_id().empty() ||
        !subscriber.reader.between_events()) {
      continue;
    }
    leave(index);
    away_.push_back({now_ns() + kAwayNs, index});
  }
}

void Subscribers::leave(std::uint32_t index) {
  ++left_;
  drop(index);
  subscribers_[index].reader.begin_again();
  subscribers_[index].state = State::kAway;
  connected_.fetch_sub(1, std::memory_order_release);
}

std::string Subscribers::target_of(std::uint32_t index) const {
  return options_.address.target(subscribe_query(options_, ledger_.topic(index), subscribers_[index].stalls));
}

const std::string& Subscribers::cursor_of(std::uint32_t index) const {
  const std::string& last = subscribers_[index].reader.last_id();
  return last.empty() ? options_.last_event_id : last;
}

void Subscribers::note_head(std::uint32_t index) {
  if (sent_ == nullptr) return;
  Subscriber& subscriber = subscribers_[index];
  ledger_.set_live(index, now_ns_);
  if (std::exchange(subscriber.joined, true)) return;
  ledger_.join(index, *sent_);
}

bool Subscribers::take_head(std::uint32_t index) {
  Subscriber& subscriber = subscribers_[index];
  if (subscriber.reader.status() != 200) {
    std::string why = "a subscribe was answered " + std::to_string(subscriber.reader.status());
    if (subscriber.reader.status() == 401) {
      why += options_.subscriber_token.empty() ? "; does this hub need a --subscriber-token?"
                                               : "; the hub does not take the --subscriber-token";
    }
    end(index, why);
    return false;
  }
  head_latency_.add(now_ns_ - subscriber.opened_ns);
  --pending_;
  connected_.fetch_add(1, std::memory_order_release);
  heads_.fetch_add(1, std::memory_order_release);
  subscriber.state = subscriber.stalls ? State::kStalled : State::kStreaming;
  if (options_.scenario == Scenario::kConnect) {
    leave(index);
    away_.push_back({now_ns_, index});
    return false;
  }
  const bool returns = std::exchange(subscriber.counted, true);
  (returns ? returns_ : ready_).fetch_add(1, std::memory_order_release);
  return true;
}

bool Subscribers::take_bytes(std::uint32_t index, std::string_view bytes) {
  Subscriber& subscriber = subscribers_[index];
  if (subscriber.state == State::kHead) note_head(index);
  const std::uint64_t before = ledger_.received(index);
  const bool understood =
      subscriber.reader.feed(bytes, [&](std::string_view data) { ledger_.take(index, data, now_ns_); });
  if (!understood) {
    end(index, "the answer is not an HTTP/1.1 response; does this hub need --http2, or an https:// URL?");
    return false;
  }
  if (const std::uint64_t after = ledger_.received(index); after != before) {
    wire_bytes_ += bytes.size();
    ++reads_;
    last_delivery_ns_.store(now_ns_, std::memory_order_release);
    if (options_.expect != 0 && before < options_.expect && after >= options_.expect) {
      replay_time_.add(now_ns_ - subscriber.opened_ns);
    }
  }
  if (subscriber.reader.ended()) {
    end(index, "the hub ended the stream");
    return false;
  }
  if (subscriber.state == State::kHead && subscriber.reader.head_complete()) return take_head(index);
  return true;
}

void Subscribers::end(std::uint32_t index, const std::string& why) {
  Subscriber& subscriber = subscribers_[index];
  if (subscriber.state == State::kStreaming) {
    ++closed_;
    connected_.fetch_sub(1, std::memory_order_release);
  } else {
    --pending_;
    failed_.fetch_add(1, std::memory_order_release);
  }
  if (failure_.empty()) failure_ = why;
  drop(index);
  subscriber.state = State::kClosed;
}

std::uint64_t Subscribers::owed(const std::vector<std::uint64_t>& due, bool stopped) const {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < count(); ++i) {
    if (stopped ? is_judged(i) : !subscribers_[i].stalls) sum += due[ledger_.topic(i)];
  }
  return sum;
}

LedgerReport Subscribers::report(const std::vector<std::uint64_t>& due) const {
  return ledger_.report(due, [&](std::uint32_t i) { return is_judged(i); });
}

}  // namespace cinnabar::load
