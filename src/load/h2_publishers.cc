// SPDX-License-Identifier: Apache-2.0
#include "load/h2_publishers.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cinnabar::load {
namespace {

constexpr std::size_t kAnswerLimit = 65536;

}  // namespace

H2Publishers::H2Publishers(const Options& options, SSL_CTX* context)
    : Publishers(options, context),
      answers_(options.publishers),
      bearer_("Bearer " + options.token),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

H2Publishers::~H2Publishers() {
  halt();
  join();
  ::close(epoll_);
}

Result<void> H2Publishers::connect() {
  const std::uint32_t each = options_.streams_per_connection;
  for (std::uint32_t i = 0; i * each < options_.publishers; ++i) {
    auto wire = Wire::open_and_wait(options_.address, context_);
    if (!wire) return wire.error();
    connections_.push_back(std::make_unique<H2Client>(std::move(*wire), static_cast<H2Listener&>(*this)));
    if (!connections_.back()->advance()) {
      return Error{ErrorCode::kUnavailable,
                   "no connection to " + options_.address.authority + ": " + connections_.back()->failure()};
    }
    epoll_event event{EPOLLIN, {.u32 = i}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_.back()->fd(), &event);
  }
  return {};
}

bool H2Publishers::send(std::uint32_t publisher) {
  H2Client& client = *connections_[publisher / options_.streams_per_connection];
  answers_[publisher] = {};
  const H2Client::Fields fields = {{":method", "POST"},
                                   {":scheme", options_.address.tls ? "https" : "http"},
                                   {":authority", options_.address.authority},
                                   {":path", options_.address.path},
                                   {"authorization", bearer_},
                                   {"content-type", "application/x-www-form-urlencoded"}};
  return client.request(publisher, fields, next_body(publisher)) > 0 && client.flush();
}

void H2Publishers::poll(std::uint64_t timeout_ns) {
  // A connection that could not send everything is tried again: this thread has little else to do.
  std::uint64_t limit = timeout_ns;
  for (const auto& client : connections_) {
    if ((client->wanted_events() & EPOLLOUT) == 0) continue;
    if (!client->flush()) fail(client->failure());
    limit = std::min<std::uint64_t>(limit, 1'000'000);
  }
  std::array<epoll_event, 64> events;
  const timespec wait{0, static_cast<long>(limit)};
  const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
  for (int i = 0; i < count; ++i) {
    H2Client& client = *connections_[events[static_cast<std::size_t>(i)].data.u32];
    if (!client.advance()) fail("while publishing, " + client.failure());
  }
}

void H2Publishers::on_head(std::uint32_t user, int status, std::string_view) {
  answers_[user].status = status;
}

void H2Publishers::on_data(std::uint32_t user, std::string_view bytes) {
  if (answers_[user].body.size() < kAnswerLimit) answers_[user].body += bytes;
}

void H2Publishers::on_stream_end(std::uint32_t user) {
  if (answers_[user].status == 0) {
    fail("the hub reset a publisher's stream instead of answering");
    return;
  }
  acknowledge(user, answers_[user].status, std::move(answers_[user].body));
}

}  // namespace cinnabar::load
