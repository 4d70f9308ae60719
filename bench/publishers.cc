// SPDX-License-Identifier: Apache-2.0
#include "bench/publishers.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "bench/http_response.h"
#include "bench/payload.h"

namespace cinnabar::bench {
namespace {

constexpr std::size_t kKeptIds = 16;
constexpr std::size_t kResponseLimit = 65536;
constexpr std::uint64_t kAnswerTimeoutNs = 30'000'000'000;

/// What stands for the stamp in a topic that is never the same twice.
constexpr std::string_view kFresh = "fresh-";

std::string topic_tail(const Options& options, std::uint32_t topic) {
  if (options.publishes_fill) return "fill";
  if (options.fresh) return std::string(kFresh) + std::string(kStampSize, '0') + "%2Fa";
  return std::to_string(topic);
}

/// One publish request and where its stamp stands.
std::string make_request(const Options& options, std::uint32_t topic, std::size_t& stamp) {
  const std::string body =
      "topic=" + std::string(kTopicBase) + topic_tail(options, topic) + "&data=" + make_data(options.size);
  std::string request = "POST " + options.path + " HTTP/1.1\r\nHost: " + options.endpoint.authority +
                        "\r\nAuthorization: Bearer " + options.token +
                        "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body;
  stamp = request.size() - std::max(options.size, kStampSize);
  return request;
}

bool wait_for(int fd, short events, int timeout_ms) {
  pollfd entry{fd, events, 0};
  return ::poll(&entry, 1, timeout_ms) == 1;
}

}  // namespace

Publishers::Publishers(const Options& options) : options_(options), acknowledged_(options.publishers, 0) {
  if (options.tls) context_ = make_client_context();
}

Result<void> Publishers::connect() {
  for (std::uint32_t i = 0; i < options_.publishers; ++i) {
    auto wire = Wire::open(options_.endpoint, context_.get(), 0);
    if (!wire) return wire.error();
    Connection connection;
    connection.wire = std::move(*wire);
    if (!wait_for(connection.wire.fd(), POLLOUT, 5000)) {
      return Error{ErrorCode::kTimeout, "no connection to " + options_.endpoint.authority + " within 5 s"};
    }
    for (;;) {
      const Wire::Progress progress = connection.wire.connect();
      if (progress == Wire::Progress::kDone) break;
      if (progress == Wire::Progress::kFailed ||
          !wait_for(connection.wire.fd(), progress == Wire::Progress::kWantRead ? POLLIN : POLLOUT, 5000)) {
        return Error{ErrorCode::kUnavailable, "no connection to " + options_.endpoint.authority};
      }
    }
    for (std::uint32_t topic = 0; topic < options_.topic_count; ++topic) {
      std::size_t stamp = 0;
      connection.requests.push_back(make_request(options_, topic, stamp));
      connection.stamp.push_back(stamp);
    }
    connections_.push_back(std::move(connection));
    idle_.push_back(i);
  }
  return {};
}

void Publishers::start() {
  if (connections_.empty()) {
    done_.store(true, std::memory_order_release);
    return;
  }
  thread_ = std::thread([this] { run(); });
}

void Publishers::join() {
  if (thread_.joinable()) thread_.join();
}

std::uint64_t Publishers::total() const {
  return std::accumulate(acknowledged_.begin(), acknowledged_.end(), std::uint64_t{0});
}

void Publishers::fail(std::string what) {
  if (failure_.empty()) failure_ = std::move(what);
}

bool Publishers::may_send() const {
  if (!failure_.empty()) return false;
  if (options_.events != 0 && sent_ >= options_.events) return false;
  return options_.duration <= 0 || static_cast<double>(now_ns() - start_ns_) < options_.duration * 1e9;
}

bool Publishers::send(std::uint32_t index) {
  Connection& connection = connections_[index];
  const std::uint32_t topic = connection.sequence % options_.topic_count;
  std::string& request = connection.requests[topic];
  connection.sent_ns = now_ns();
  const Stamp stamp{index, ++connection.sequence, connection.sent_ns};
  write_stamp(request.data() + connection.stamp[topic], stamp);
  if (options_.fresh) {
    write_stamp(request.data() + request.rfind(kFresh, connection.stamp[topic]) + kFresh.size(), stamp);
  }
  ++sent_;
  // A request is small and the one before was answered: the socket buffer takes it. One of a
  // megabyte may not fit; then wait, this thread has nothing better to do for that connection.
  for (std::string_view left = request; !left.empty();) {
    const long count = connection.wire.write(left);
    if (count == Wire::kWouldBlock) {
      if (!wait_for(connection.wire.fd(), POLLOUT, 5000)) return false;
      continue;
    }
    if (count <= 0) return false;
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool Publishers::take_response(Connection& connection) {
  const std::size_t end = connection.response.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string_view head = std::string_view(connection.response).substr(0, end + 2);
  const std::string_view digits = field_of(head, "Content-Length");
  std::size_t length = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (connection.response.size() < end + 4 + length) return false;
  if (status_of(head) != 200) {
    fail("a publish was answered " + connection.response.substr(0, 400));
    return true;
  }
  last_ids_.push_back(connection.response.substr(end + 4, length));
  if (last_ids_.size() > kKeptIds) last_ids_.pop_front();
  connection.response.clear();
  return true;
}

bool Publishers::receive(std::uint32_t index) {
  Connection& connection = connections_[index];
  std::array<char, 4096> buffer;
  for (;;) {
    const long count = connection.wire.read(buffer.data(), buffer.size());
    if (count == Wire::kWouldBlock) return true;
    if (count == Wire::kClosed) return false;
    connection.response.append(buffer.data(), static_cast<std::size_t>(count));
    if (connection.response.size() > kResponseLimit) return false;
    if (!take_response(connection)) continue;
    if (!failure_.empty()) return true;
    latency_.add(now_ns() - connection.sent_ns);
    ++acknowledged_[index];
    idle_.push_back(index);
    return true;
  }
}

std::uint64_t Publishers::due_ns() const {
  if (options_.rate <= 0) return start_ns_;
  return start_ns_ + static_cast<std::uint64_t>(static_cast<double>(sent_) * 1e9 / options_.rate);
}

void Publishers::send_due() {
  while (!idle_.empty() && may_send() && now_ns() >= due_ns()) {
    const std::uint32_t index = idle_.front();
    idle_.pop_front();
    if (!send(index)) fail("the hub closed a publisher's connection while it sent");
  }
}

void Publishers::run() {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (std::uint32_t i = 0; i < connections_.size(); ++i) {
    epoll_event event{EPOLLIN, {.u32 = i}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, connections_[i].wire.fd(), &event);
  }
  start_ns_ = now_ns();
  std::uint64_t last_progress_ns = start_ns_;
  std::array<epoll_event, 256> events;
  for (;;) {
    send_due();
    const bool goes_on = may_send();
    if (!failure_.empty() || (!goes_on && idle_.size() == connections_.size())) break;

    constexpr std::uint64_t kLongestWait = 100'000'000;
    timespec wait{0, kLongestWait};
    if (goes_on && !idle_.empty()) {
      const std::uint64_t now = now_ns();
      wait.tv_nsec = due_ns() <= now ? 0 : static_cast<long>(std::min(due_ns() - now, kLongestWait));
    }
    const int count = epoll_pwait2(epoll, events.data(), static_cast<int>(events.size()), &wait, nullptr);
    for (int i = 0; i < count; ++i) {
      if (!receive(events[static_cast<std::size_t>(i)].data.u32)) {
        fail("the hub closed a publisher's connection instead of answering");
      }
    }
    if (count > 0 || idle_.size() == connections_.size()) last_progress_ns = now_ns();
    if (now_ns() - last_progress_ns > kAnswerTimeoutNs) fail("a publish got no answer in 30 s");
  }
  seconds_ = static_cast<double>(now_ns() - start_ns_) / 1e9;
  ::close(epoll);
  done_.store(true, std::memory_order_release);
}

}  // namespace cinnabar::bench
