// SPDX-License-Identifier: Apache-2.0
#include "hub/shard.h"

#include <algorithm>
#include <cassert>

#include "base/log.h"
#include "base/loop.h"
#include "hub/catch_up.h"
#include "hub/presence/registrar.h"
#include "protocol/sse.h"

namespace cinnabar {
namespace {

// Events that one pass offers to each subscriber: one system call's worth of buffers.
constexpr std::size_t kBatch = 64;

// What a shard without subscribers lets lie before it is woken to move it into its ring: waking a loop
// costs as much as the whole publish.
constexpr std::size_t kUnattendedEvents = 512;
constexpr std::size_t kUnattendedBytes = std::size_t{1} << 20;

}  // namespace

Subscriber::Subscriber(Shard& shard, const SubscriberSpec& spec, std::unique_ptr<EventSink> sink)
    : shard_(shard),
      sink_(std::move(sink)),
      memberships_(shard.index_.add(*this, spec.matchers)),
      grants_(shard.grants_.acquire(spec.grants)),
      token_(spec.token),
      last_write_(steady_now()),
      stalled_since_(last_write_),
      id_(spec.id) {}

Subscriber::~Subscriber() {
  if (catch_up_) catch_up_->subscriber = nullptr;
  shard_.index_.remove(memberships_);
  shard_.grants_.release(grants_);
}

std::vector<const Matcher*> Subscriber::matchers() const {
  std::vector<const Matcher*> matchers;
  matchers.reserve(memberships_.size());
  for (const Membership& membership : memberships_) matchers.push_back(&membership.node->matcher);
  return matchers;
}

void Subscriber::on_timer() { shard_.on_timer(*this); }

Shard::Shard(Loop& loop, const Journal& journal, BlockingPool& pool, const HubOptions& options,
             Registrar* registrar)
    : loop_(loop),
      journal_(journal),
      pool_(pool),
      options_(options),
      registrar_(registrar),
      ring_(options.ring_events, options.ring_bytes),
      random_(std::random_device{}()) {}

Shard::~Shard() = default;

void Shard::preload(std::span<const EventPtr> events, Position head) {
  for (const EventPtr& event : events) ring_.push(event);
  head_ = head;
  figures_.ring_events.set(ring_.size());
  figures_.ring_bytes.set(ring_.bytes());
}

void Shard::push(std::span<const EventPtr> events) {
  bool wake;
  {
    MutexLock lock(mutex_);
    inbox_.insert(inbox_.end(), events.begin(), events.end());
    for (const EventPtr& event : events) inbox_bytes_ += event->footprint();
    const bool due = attended_ || inbox_.size() > kUnattendedEvents || inbox_bytes_ > kUnattendedBytes;
    wake = due && !waking_;
    if (wake) {
      waking_ = true;
      woken_at_ = steady_now();
    }
  }
  if (wake) loop_.post([this] { receive(); });
}

void Shard::receive() {
  {
    MutexLock lock(mutex_);
    received_.swap(inbox_);
    inbox_bytes_ = 0;
    if (waking_) figures_.dispatch_lag.observe(steady_now() - woken_at_);
    waking_ = false;
  }
  for (std::span<const EventPtr> rest(received_); !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), kBatch));
    deliver(part);
    rest = rest.subspan(part.size());
  }
  received_.clear();
  figures_.ring_events.set(ring_.size());
  figures_.ring_bytes.set(ring_.bytes());
}

Subscriber& Shard::add(const SubscriberSpec& spec, std::unique_ptr<EventSink> sink) {
  if (subscribers_.empty()) attend();
  auto made = std::make_unique<Subscriber>(*this, spec, std::move(sink));
  Subscriber& subscriber = *made;
  switch (spec.cursor.from) {
    case Cursor::From::kLive: subscriber.next_ = head_ + 1; break;
    case Cursor::From::kAfter: subscriber.next_ = spec.cursor.after + 1; break;
    case Cursor::From::kEarliest:
      subscriber.next_ = journal_.bounds().first;
      subscriber.from_earliest_ = true;
      subscriber.known_gap_ = journal_.bounds().subscriptions_first;
      break;
  }
  figures_.streams.add();
  if (spec.cursor.from != Cursor::From::kLive) figures_.resumed.add();
  plan_close(subscriber, spec);
  if (registrar_) enroll(subscriber, spec);
  subscriber.place_ = static_cast<std::uint32_t>(subscribers_.size());
  subscribers_.push_back(std::move(made));
  count_.store(subscribers_.size(), std::memory_order_relaxed);
  return subscriber;
}

void Shard::enroll(Subscriber& subscriber, const SubscriberSpec& spec) {
  if (const std::optional<Uuid> known = registrar_->recognize(spec)) {
    subscriber.id_ = *known;
    subscriber.announced_ = true;
  }
  subscriber.announcement_ =
      std::make_unique<std::vector<Update>>(registrar_->announcement(spec, subscriber.id_));
}

/// ACT-7: after it was registered, so that it hears of itself if it may.
void Shard::announce(Subscriber& subscriber) {
  if (!subscriber.announcement_) return;
  const std::unique_ptr<std::vector<Update>> announcement = std::move(subscriber.announcement_);
  const bool recognized = std::exchange(subscriber.announced_, true);
  registrar_->arrived(std::move(*announcement), recognized);
}

/// From now on every event wakes the loop. What lies in the inbox was published before anybody listened.
void Shard::attend() {
  {
    MutexLock lock(mutex_);
    attended_ = true;
  }
  receive();
}

void Shard::start(Subscriber& subscriber) {
  assert(subscriber.state_ == Subscriber::State::kStarting);
  const Sent sent = send_comment(subscriber, subscriber.next_);
  if (sent == Sent::kGone) return;
  announce(subscriber);
  if (sent == Sent::kAll) pump(subscriber);
}

void Shard::remove(Subscriber& subscriber, StreamEnd end, bool may_return) {
  log_info("subscriber disconnected", {{"id", subscriber.id_.urn()}, {"reason", text_of(end)}});
  figures_.ends[static_cast<std::size_t>(end)].add();
  const std::uint32_t place = subscriber.place_;
  std::unique_ptr<Subscriber> doomed = std::move(subscribers_[place]);
  if (place + 1 != subscribers_.size()) {
    subscribers_[place] = std::move(subscribers_.back());
    subscribers_[place]->place_ = place;
  }
  subscribers_.pop_back();
  if (doomed->announced_) registrar_->left(*doomed, may_return);
  count_.store(subscribers_.size(), std::memory_order_relaxed);
  if (subscribers_.empty()) {
    MutexLock lock(mutex_);
    attended_ = false;
  }
}

void Shard::close(Subscriber& subscriber, StreamEnd end, bool may_return) {
  subscriber.sink_->close();
  remove(subscriber, end, may_return);
}

void Shard::disconnect(const SubscriberTest& unwanted) {
  // From the end: a subscriber that leaves is replaced by the last one, which has been asked by then.
  for (std::size_t i = subscribers_.size(); i-- > 0;) {
    if (unwanted(*subscribers_[i])) close(*subscribers_[i], StreamEnd::kDenied, /*may_return=*/false);
  }
}

void Shard::abort(Subscriber& subscriber, StreamEnd end) {
  subscriber.sink_->abort();
  remove(subscriber, end);
}

void Shard::deliver(std::span<const EventPtr> events) {
  due_.assign(1, {});  // index 0 ends a list
  touched_.clear();
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = *events[i];
    assert(event.position() == head_ + 1);
    head_ = event.position();
    ring_.push(events[i]);
    Topics topics(event.topics(), options_.path);
    index_.find(topics, [&](Subscriber& subscriber) {
      if (subscriber.found_ == event.position()) return;
      subscriber.found_ = event.position();
      if (subscriber.state_ != Subscriber::State::kLive || event.position() < subscriber.next_) return;
      if (event.is_private() &&
          !(subscriber.grants_ && subscriber.grants_->may_receive(event.position(), topics))) {
        return;
      }
      const auto link = static_cast<std::uint32_t>(due_.size());
      due_.push_back({static_cast<std::uint32_t>(i), 0});
      if (subscriber.batch_head_ == 0) {
        subscriber.batch_head_ = link;
        touched_.push_back(&subscriber);
      } else {
        due_[subscriber.batch_tail_].next = link;
      }
      subscriber.batch_tail_ = link;
    });
  }
  write_batch(events);
}

void Shard::write_batch(std::span<const EventPtr> events) {
  for (Subscriber* subscriber : touched_) {
    buffers_.clear();
    positions_.clear();
    for (std::uint32_t link = subscriber->batch_head_; link != 0; link = due_[link].next) {
      const Event& event = *events[due_[link].event];
      buffers_.push_back(&event.bytes());
      positions_.push_back(event.position());
    }
    subscriber->batch_head_ = 0;
    send(*subscriber, buffers_, positions_, head_ + 1);
  }
}

Shard::Sent Shard::send(Subscriber& subscriber, BufferSpan buffers, std::span<const Position> positions,
                        Position after) {
  const EventSink::Outcome outcome = subscriber.sink_->write(buffers);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < outcome.taken; ++i) bytes += buffers[i]->body().size();
  figures_.events.add(outcome.taken);
  figures_.bytes.add(bytes);
  return conclude(subscriber, outcome, positions, after);
}

Shard::Sent Shard::send_comment(Subscriber& subscriber, Position after) {
  const SharedBytes* comment = &sse_comment();
  const EventSink::Outcome outcome = subscriber.sink_->write({&comment, 1});
  if (outcome.taken != 0) figures_.bytes.add(comment->body().size());
  return conclude(subscriber, outcome, {&after, 1}, after);
}

Shard::Sent Shard::conclude(Subscriber& subscriber, const EventSink::Outcome& outcome,
                            std::span<const Position> positions, Position after) {
  switch (outcome.state) {
    case EventSink::State::kReady: subscriber.last_write_ = steady_now(); return Sent::kAll;
    case EventSink::State::kBlocked:
      subscriber.next_ = outcome.taken < positions.size() ? positions[outcome.taken] : after;
      subscriber.state_ = Subscriber::State::kBlocked;
      subscriber.last_write_ = subscriber.stalled_since_ = steady_now();
      schedule(subscriber);
      return Sent::kBlocked;
    case EventSink::State::kClosed: break;
  }
  remove(subscriber, StreamEnd::kClientGone);
  return Sent::kGone;
}

void Shard::on_writable(Subscriber& subscriber) {
  if (subscriber.state_ == Subscriber::State::kBlocked) pump(subscriber);
}

}  // namespace cinnabar
