// SPDX-License-Identifier: Apache-2.0
// The yardstick: what the kernel alone takes for a fan-out. Accepts N event-stream subscribers,
// then sends each of them the same bytes, one send() (with --tls: one SSL_write()) per subscriber per
// event or per --batch events, and prints its own CPU time per delivery. Nothing is parsed, matched or kept.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load/json_object.h"
#include "load/payload.h"
#include "server_tls.h"

namespace cinnabar::load {
namespace {

struct Settings {
  std::uint16_t port = 0;
  std::size_t subscribers = 1000;
  std::uint32_t events = 1000;
  double rate = 0;          // events per second; 0: full speed
  std::size_t bytes = 265;  // of one event on the wire, with its chunk framing
  double batch = 1;         // events in one send(): 2.5 is two and three by turns
  double delay = 0.5;       // before the first event, for the last heads to be read
  bool tls = false;
};

/// One subscriber: a blocking socket, and its TLS if there is any.
struct Peer {
  int fd = -1;
  SslConnection tls;
};

/// An event as a hub frames it for HTTP/1.1, `bytes` long in all. Sets where its stamp stands.
std::string make_chunk(std::size_t bytes, std::size_t& stamp) {
  constexpr std::string_view kId = "id: urn:uuid:00000000-0000-4000-8000-000000000000\n";
  // The chunk's size line has as many digits as the size itself.
  for (std::size_t data = kStampSize;; ++data) {
    const std::string event = std::string(kId) + "data: " + make_data(data) + "\n\n";
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", event.size());
    const std::string chunk = size + event + "\r\n";
    if (chunk.size() >= bytes) {
      stamp = std::strlen(size) + kId.size() + 6;
      return chunk;
    }
  }
}

bool send_all(const Peer& peer, std::string_view bytes) {
  if (peer.tls) return SSL_write(peer.tls.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  while (!bytes.empty()) {
    const ssize_t count = ::send(peer.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

long receive(const Peer& peer, char* to, std::size_t size) {
  if (peer.tls) return SSL_read(peer.tls.get(), to, static_cast<int>(size));
  return ::recv(peer.fd, to, size, 0);
}

std::uint64_t cpu_ns() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(used.tv_nsec);
}

void sleep_until(std::uint64_t when_ns) {
  const timespec when{static_cast<time_t>(when_ns / 1'000'000'000),
                      static_cast<long>(when_ns % 1'000'000'000)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) == EINTR) {
  }
}

int listen_on(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd, 4096) != 0) {
    std::fprintf(stderr, "cinnabar_rawloop: port %u: %s\n", port, std::strerror(errno));
    return -1;
  }
  return fd;
}

/// Accepts one subscriber, reads its request, answers the head; false: it went away. `context` null: plain.
bool accept_subscriber(int listener, SSL_CTX* context, Peer& peer) {
  peer.fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (peer.fd < 0) return false;
  const int one = 1;
  setsockopt(peer.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (context != nullptr && !(peer.tls = accept_tls(context, peer.fd))) return false;
  std::string request;
  char buffer[4096];
  while (request.find("\r\n\r\n") == std::string::npos) {
    const long count = receive(peer, buffer, sizeof buffer);
    if (count <= 0) return false;
    request.append(buffer, static_cast<std::size_t>(count));
  }
  return send_all(peer,
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "2\r\n:\n\r\n");
}

int broadcast(const Settings& settings, const std::vector<Peer>& subscribers) {
  std::size_t stamp = 0;
  const std::string chunk = make_chunk(settings.bytes, stamp);
  std::string batch;
  while (static_cast<double>(batch.size()) < settings.batch * static_cast<double>(chunk.size()))
    batch += chunk;

  sleep_until(now_ns() + static_cast<std::uint64_t>(settings.delay * 1e9));
  const std::uint64_t start = now_ns();
  const std::uint64_t cpu_start = cpu_ns();
  std::uint32_t event = 0;
  for (std::uint32_t round = 1; event < settings.events; ++round) {
    const auto due = static_cast<std::uint32_t>(round * settings.batch);
    const std::uint32_t count = std::min(due, settings.events) - event;
    if (settings.rate > 0) {
      sleep_until(start + static_cast<std::uint64_t>(event * 1e9 / settings.rate));
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      write_stamp(batch.data() + i * chunk.size() + stamp, {0, event + i + 1, now_ns()});
    }
    event += count;
    for (const Peer& peer : subscribers) {
      if (!send_all(peer, std::string_view(batch).substr(0, count * chunk.size()))) {
        std::fprintf(stderr, "cinnabar_rawloop: a subscriber went away\n");
        return 1;
      }
    }
  }
  const std::uint64_t cpu = cpu_ns() - cpu_start;
  const auto deliveries = static_cast<std::uint64_t>(settings.events) * subscribers.size();
  JsonObject result;
  result.add("deliveries", deliveries);
  result.add("bytes_per_delivery", static_cast<std::uint64_t>(chunk.size()));
  result.add("cpu_ns", cpu);
  result.add("cpu_ns_per_delivery", static_cast<double>(cpu) / static_cast<double>(deliveries));
  result.add("load_seconds", static_cast<double>(now_ns() - start) / 1e9);
  result.print(stdout);
  std::fflush(stdout);
  return 0;
}

int serve(const Settings& settings) {
  const int listener = listen_on(settings.port);
  if (listener < 0) return 1;
  const SslContext context = settings.tls ? make_server_context() : nullptr;
  if (settings.tls && !context) {
    std::fprintf(stderr, "cinnabar_rawloop: OpenSSL made no certificate\n");
    return 1;
  }
  std::vector<Peer> subscribers;
  while (subscribers.size() < settings.subscribers) {
    Peer peer;
    if (accept_subscriber(listener, context.get(), peer)) {
      subscribers.push_back(std::move(peer));
    } else if (peer.fd >= 0) {
      ::close(peer.fd);
    }
  }
  const int outcome = broadcast(settings, subscribers);
  // Until the other side has read all and closed.
  char byte = 0;
  while (receive(subscribers.front(), &byte, 1) > 0) {
  }
  return outcome;
}

}  // namespace
}  // namespace cinnabar::load

int main(int argc, char** argv) {
  cinnabar::load::Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--tls") {
      settings.tls = true;
      continue;
    }
    const double value = ++i < argc ? std::atof(argv[i]) : -1;
    if (name == "--port") {
      settings.port = static_cast<std::uint16_t>(value);
    } else if (name == "--subscribers") {
      settings.subscribers = static_cast<std::size_t>(value);
    } else if (name == "--events") {
      settings.events = static_cast<std::uint32_t>(value);
    } else if (name == "--rate") {
      settings.rate = value;
    } else if (name == "--bytes") {
      settings.bytes = static_cast<std::size_t>(value);
    } else if (name == "--batch") {
      settings.batch = value;
    } else if (name == "--delay") {
      settings.delay = value;
    } else {
      settings.port = 0;
      break;
    }
  }
  if (settings.port == 0 || settings.subscribers == 0 || settings.events == 0 || settings.batch < 1) {
    std::fprintf(
        stderr,
        "cinnabar_rawloop --port PORT [--subscribers N] [--events N] [--rate PER_SECOND]\n"
        "                 [--bytes ON_THE_WIRE] [--batch EVENTS_PER_SEND] [--delay SECONDS] [--tls]\n");
    return 2;
  }
  return cinnabar::load::serve(settings);
}
