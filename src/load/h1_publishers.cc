// SPDX-License-Identifier: Apache-2.0
#include "load/h1_publishers.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <utility>

#include "load/http_response.h"

namespace cinnabar::load {
namespace {

constexpr std::size_t kResponseLimit = 65536;
constexpr int kWriteTimeoutMs = 5000;

}  // namespace

H1Publishers::H1Publishers(const Options& options, SSL_CTX* context)
    : Publishers(options, context),
      head_("POST " + options.address.path + " HTTP/1.1\r\nHost: " + options.address.authority +
            "\r\nAuthorization: Bearer " + options.token +
            "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

H1Publishers::~H1Publishers() {
  halt();
  join();
  ::close(epoll_);
}

Result<void> H1Publishers::connect() {
  for (std::uint32_t i = 0; i < options_.publishers; ++i) {
    auto wire = Wire::open_and_wait(options_.address, context_);
    if (!wire) return wire.error();
    connections_.push_back({std::move(*wire), {}});
    epoll_event event{EPOLLIN, {.u32 = i}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_.back().wire.fd(), &event);
  }
  return {};
}

bool H1Publishers::send(std::uint32_t publisher) {
  const std::string_view body = next_body(publisher);
  request_ = head_;
  request_ += std::to_string(body.size());
  request_ += "\r\n\r\n";
  request_ += body;
  return write(connections_[publisher], request_);
}

bool H1Publishers::write(Connection& connection, std::string_view bytes) {
  // A request is small and the one before was answered: the socket buffer takes it. One of a
  // megabyte may not fit; then wait, this thread has nothing better to do for that connection.
  while (!bytes.empty()) {
    const long count = connection.wire.write(bytes);
    if (count == Wire::kWouldBlock) {
      if (!connection.wire.wait_for(POLLOUT, kWriteTimeoutMs)) return false;
      continue;
    }
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void H1Publishers::poll(std::uint64_t timeout_ns) {
  std::array<epoll_event, 256> events;
  const timespec wait{0, static_cast<long>(timeout_ns)};
  const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
  for (int i = 0; i < count; ++i) {
    if (!receive(events[static_cast<std::size_t>(i)].data.u32)) {
      fail("the hub closed a publisher's connection instead of answering");
    }
  }
}

bool H1Publishers::receive(std::uint32_t publisher) {
  Connection& connection = connections_[publisher];
  std::array<char, 4096> buffer;
  for (;;) {
    const long count = connection.wire.read(buffer.data(), buffer.size());
    if (count == Wire::kWouldBlock) return true;
    if (count == Wire::kClosed) return false;
    connection.response.append(buffer.data(), static_cast<std::size_t>(count));
    if (connection.response.size() > kResponseLimit) return false;
    std::optional<std::string> body = body_of(connection.response);
    if (!body) continue;
    const int status = status_of(connection.response);
    connection.response.clear();
    acknowledge(publisher, status, std::move(*body));
    return true;
  }
}

}  // namespace cinnabar::load
