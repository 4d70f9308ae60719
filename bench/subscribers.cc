// SPDX-License-Identifier: Apache-2.0
#include "bench/subscribers.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "bench/payload.h"

namespace cinnabar::bench {
namespace {

constexpr std::size_t kReadBuffer = std::size_t{256} << 10;
constexpr int kStalledReceiveBuffer = 4096;

bool stalls(const Options& options, std::uint32_t number) {
  // Spread evenly, so that each of the hub's shards gets its part.
  if (options.stalled == 0) return false;
  const auto rank = [&](std::uint64_t n) { return n * options.stalled / options.subscribers; };
  return rank(number + std::uint64_t{1}) != rank(number);
}

}  // namespace

Subscribers::Subscribers(const Options& options, std::uint32_t first)
    : options_(options), publishers_(std::max(options.publishers, 1U)), buffer_(kReadBuffer) {
  if (options.tls) context_ = make_client_context();
  for (std::uint32_t number = first; number < options.subscribers; number += options.threads) {
    Subscriber subscriber;
    subscriber.topic = number % options.topic_count;
    subscriber.stalls = stalls(options, number);
    subscribers_.push_back(std::move(subscriber));
  }
  last_.assign(subscribers_.size() * publishers_, 0);
}

void Subscribers::start() {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  thread_ = std::thread([this] { run(); });
}

void Subscribers::stop() {
  stopping_.store(true, std::memory_order_release);
  if (thread_.joinable()) thread_.join();
  ::close(epoll_);
}

void Subscribers::run() {
  std::array<epoll_event, 512> events;
  while (!stopping_.load(std::memory_order_acquire)) {
    open_more();
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 20);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      on_ready(event.data.u32, event.events);
    }
  }
}

void Subscribers::open_more() {
  // Divided by the threads, so that the hub sees at most --ramp connections that are not ready.
  const std::uint32_t limit = std::max(options_.ramp / options_.threads, 1U);
  while (opened_ < subscribers_.size() && pending_ < limit) open(opened_++);
}

void Subscribers::open(std::uint32_t index) {
  Subscriber& subscriber = subscribers_[index];
  const int receive_buffer = subscriber.stalls ? kStalledReceiveBuffer : options_.receive_buffer;
  auto wire = Wire::open(options_.endpoint, context_.get(), receive_buffer);
  ++pending_;
  if (!wire) {
    end(index, wire.error().detail.c_str());
    return;
  }
  subscriber.wire = std::move(*wire);
  watch(index, EPOLLOUT, EPOLL_CTL_ADD);
}

void Subscribers::watch(std::uint32_t index, std::uint32_t events, int operation) {
  epoll_event event{events, {.u32 = index}};
  epoll_ctl(epoll_, operation, subscribers_[index].wire.fd(), &event);
}

void Subscribers::on_ready(std::uint32_t index, std::uint32_t events) {
  const State state = subscribers_[index].state;
  if (state == State::kConnecting) {
    go_on_connecting(index);
  } else if (state == State::kHead || state == State::kStreaming) {
    read(index);
  } else if (state == State::kStalled && (events & (EPOLLERR | EPOLLHUP)) != 0) {
    watch(index, 0, EPOLL_CTL_DEL);  // the hub has given it up: what it is for
  }
}

void Subscribers::go_on_connecting(std::uint32_t index) {
  Subscriber& subscriber = subscribers_[index];
  switch (subscriber.wire.connect()) {
    case Wire::Progress::kWantRead: watch(index, EPOLLIN, EPOLL_CTL_MOD); return;
    case Wire::Progress::kWantWrite: watch(index, EPOLLOUT, EPOLL_CTL_MOD); return;
    case Wire::Progress::kFailed: end(index, "the connection or its TLS handshake failed"); return;
    case Wire::Progress::kDone: break;
  }
  const std::string request = request_of(subscriber);
  if (subscriber.wire.write(request) != static_cast<long>(request.size())) {
    end(index, "the request could not be sent");
    return;
  }
  subscriber.state = State::kHead;
  watch(index, EPOLLIN, EPOLL_CTL_MOD);
}

std::string Subscribers::request_of(const Subscriber& subscriber) const {
  std::string request = "GET " + options_.path + (options_.patterns ? "?match_urlpattern=" : "?match=");
  request += options_.topics == TopicMode::kStar ? std::string("*")
                                                 : std::string(kTopicBase) + std::to_string(subscriber.topic);
  if (options_.patterns) request += "%2F*";
  if (subscriber.stalls) request += "&match=" + std::string(kTopicBase) + "fill";
  request += " HTTP/1.1\r\nHost: " + options_.endpoint.authority + "\r\nAccept: text/event-stream\r\n";
  if (!options_.last_event_id.empty()) request += "Last-Event-ID: " + options_.last_event_id + "\r\n";
  return request + "\r\n";
}

void Subscribers::read(std::uint32_t index) {
  Subscriber& subscriber = subscribers_[index];
  for (;;) {
    const long count = subscriber.wire.read(buffer_.data(), buffer_.size());
    if (count == Wire::kWouldBlock) return;
    if (count == Wire::kClosed) {
      end(index, "the hub closed the connection");
      return;
    }
    now_ns_ = now_ns();
    const auto size = static_cast<std::size_t>(count);
    const std::uint64_t before = local_deliveries_;
    if (!subscriber.reader.feed({buffer_.data(), size}, [&](std::string_view data) { take(index, data); })) {
      end(index, "the answer is not an HTTP/1.1 response");
      return;
    }
    if (local_deliveries_ != before) {
      counts_.wire_bytes += size;
      ++counts_.reads;
      last_delivery_ns_.store(now_ns_, std::memory_order_relaxed);
      delivered_.store(local_deliveries_, std::memory_order_release);
    }
    if (subscriber.reader.ended()) {
      end(index, "the hub ended the stream");
      return;
    }
    if (subscriber.state == State::kHead && subscriber.reader.head_complete()) {
      if (subscriber.reader.status() != 200) {
        end(index, ("a subscribe was answered " + std::to_string(subscriber.reader.status())).c_str());
        return;
      }
      subscriber.state = subscriber.stalls ? State::kStalled : State::kStreaming;
      --pending_;
      ready_.fetch_add(1, std::memory_order_release);
      if (subscriber.stalls) {
        watch(index, 0, EPOLL_CTL_MOD);
        return;
      }
    }
    if (!subscriber.wire.is_tls() && size < buffer_.size()) return;  // drained: epoll says when more comes
  }
}

void Subscribers::take(std::uint32_t index, std::string_view data) {
  Subscriber& subscriber = subscribers_[index];
  ++local_deliveries_;
  ++subscriber.received;
  Stamp stamp;
  if (!read_stamp(data, stamp) || stamp.publisher >= publishers_) {
    ++counts_.unreadable;
    return;
  }
  // FNV-1a over the pair: equal hashes at the end mean an equal order.
  subscriber.order ^= std::uint64_t{stamp.publisher} << 32 | stamp.sequence;
  subscriber.order *= 0x100000001b3;
  std::uint32_t& last = last_[std::size_t{index} * publishers_ + stamp.publisher];
  const std::uint32_t next = last == 0 ? subscriber.topic + 1 : last + options_.topic_count;
  if (stamp.sequence < next) {
    ++counts_.repeated;
    return;
  }
  counts_.lost += (stamp.sequence - next) / options_.topic_count;
  last = stamp.sequence;
  if (stamp.sequence > options_.warmup) {
    counts_.latency.add(now_ns_ > stamp.sent_ns ? now_ns_ - stamp.sent_ns : 0);
  }
}

void Subscribers::end(std::uint32_t index, const char* why) {
  Subscriber& subscriber = subscribers_[index];
  if (subscriber.state == State::kStreaming) {
    ++counts_.closed;
  } else {
    --pending_;
    failed_.fetch_add(1, std::memory_order_release);
  }
  if (failure_.empty()) failure_ = why;
  subscriber.wire.close();
  subscriber.state = State::kClosed;
}

std::uint64_t Subscribers::readers_of(std::uint32_t topic) const {
  return static_cast<std::uint64_t>(std::count_if(
      subscribers_.begin(), subscribers_.end(),
      [&](const Subscriber& subscriber) { return subscriber.topic == topic && !subscriber.stalls; }));
}

SubscriberReport Subscribers::report(const std::vector<std::uint64_t>& due) const {
  SubscriberReport report = counts_;
  report.deliveries = local_deliveries_;
  std::vector<std::set<std::uint64_t>> orders(options_.topic_count);
  for (const Subscriber& subscriber : subscribers_) {
    if (subscriber.stalls) continue;
    if (subscriber.received < due[subscriber.topic]) ++report.short_of;
    if (subscriber.received > due[subscriber.topic]) ++report.beyond;
    orders[subscriber.topic].insert(subscriber.order);
  }
  for (const auto& seen : orders) report.orders = std::max<std::uint64_t>(report.orders, seen.size());
  return report;
}

}  // namespace cinnabar::bench
