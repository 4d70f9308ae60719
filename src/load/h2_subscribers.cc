// SPDX-License-Identifier: Apache-2.0
#include "load/h2_subscribers.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cinnabar::load {

H2Subscribers::H2Subscribers(const Options& options, SSL_CTX* context, std::uint32_t first,
                             const SentCounts* sent)
    : Subscribers(options, context, first, sent),
      connections_((count() + options.streams_per_connection - 1) / options.streams_per_connection),
      streams_(count(), 0),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

H2Subscribers::~H2Subscribers() {
  stop();
  ::close(epoll_);
}

void H2Subscribers::open(std::uint32_t index) {
  const std::uint32_t number = connection_of(index);
  Connection& connection = connections_[number];
  if (!connection.client) {
    auto wire = Wire::open(options_.address, context_, options_.receive_buffer);
    if (!wire) {
      end(index, wire.error().detail);
      return;
    }
    if (options_.scenario == Scenario::kConnect) wire->reset_on_close();
    connection.client = std::make_unique<H2Client>(std::move(*wire), static_cast<H2Listener&>(*this));
    connection.watched = connection.client->wanted_events();
    epoll_event event{connection.watched, {.u32 = number}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.client->fd(), &event);
  }
  const std::string target = target_of(index);
  const std::string bearer = "Bearer " + options_.subscriber_token;
  H2Client::Fields fields = {{":method", "GET"},
                             {":scheme", options_.address.tls ? "https" : "http"},
                             {":authority", options_.address.authority},
                             {":path", target},
                             {"accept", "text/event-stream"}};
  if (!options_.subscriber_token.empty()) fields.emplace_back("authorization", bearer);
  if (const std::string& cursor = cursor_of(index); !cursor.empty()) {
    fields.emplace_back("last-event-id", cursor);
  }
  streams_[index] = connection.client->request(index, fields, {});
  at(index).state = State::kHead;
  if (!std::exchange(connection.has_new, true)) to_flush_.push_back(number);
}

void H2Subscribers::drop(std::uint32_t index) {
  const std::int32_t stream = std::exchange(streams_[index], 0);
  const std::uint32_t number = connection_of(index);
  Connection& connection = connections_[number];
  if (stream == 0 || !connection.client) return;
  if (options_.scenario == Scenario::kConnect) {
    connection.finished = true;
    return;
  }
  connection.client->cancel(stream);
  if (!std::exchange(connection.has_new, true)) to_flush_.push_back(number);
}

void H2Subscribers::poll(int timeout_ms) {
  for (const std::uint32_t number : std::exchange(to_flush_, {})) {
    Connection& connection = connections_[number];
    connection.has_new = false;
    if (connection.client) settle(number, connection.client->flush());
  }
  std::array<epoll_event, 256> events;
  const int count =
      epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), to_flush_.empty() ? timeout_ms : 0);
  for (int i = 0; i < count; ++i) {
    const std::uint32_t number = events[static_cast<std::size_t>(i)].data.u32;
    if (H2Client* client = connections_[number].client.get(); client != nullptr)
      settle(number, client->advance());
  }
}

void H2Subscribers::settle(std::uint32_t number, bool goes_on) {
  Connection& connection = connections_[number];
  if (std::exchange(connection.finished, false)) {
    connection.client.reset();
    return;
  }
  if (goes_on) {
    const std::uint32_t wanted = connection.client->wanted_events();
    if (wanted != connection.watched) {
      epoll_event event{wanted, {.u32 = number}};
      epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.client->fd(), &event);
      connection.watched = wanted;
    }
    return;
  }
  const std::unique_ptr<H2Client> ended = std::move(connection.client);
  const std::uint32_t first = number * options_.streams_per_connection;
  const std::uint32_t last = std::min(first + options_.streams_per_connection, count());
  for (std::uint32_t index = first; index < last; ++index) {
    if (std::exchange(streams_[index], 0) == 0) continue;
    end(index, "the connection to " + options_.address.authority + " ended: " + ended->failure());
  }
}

void H2Subscribers::on_head(std::uint32_t user, int status, std::string_view resumed_after) {
  now_ns_ = connections_[connection_of(user)].client->read_ns();
  note_head(user);
  at(user).reader.begin_body(status, resumed_after);
  take_head(user);
}

void H2Subscribers::on_data(std::uint32_t user, std::string_view bytes) {
  now_ns_ = connections_[connection_of(user)].client->read_ns();
  take_bytes(user, bytes);
}

void H2Subscribers::on_stream_end(std::uint32_t user) {
  const std::string& why = connections_[connection_of(user)].client->failure();
  streams_[user] = 0;
  end(user, "the hub ended the stream" + (why.empty() ? "" : ": " + why));
}

}  // namespace cinnabar::load
