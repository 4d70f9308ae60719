// SPDX-License-Identifier: Apache-2.0
#include "http/tls_transport.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace cinnabar::http {
namespace {

constexpr std::size_t kRecord = std::size_t{16} * 1024;  // the most that one TLS record holds

/// Walks through a list of buffers by bytes.
class Cursor {
 public:
  explicit Cursor(std::span<const iovec> buffers) : buffers_(buffers) { skip_empty(); }

  bool done() const { return index_ == buffers_.size(); }

  /// At most one record's worth of what comes next: in place when it lies together, else gathered.
  std::span<const char> next(std::span<char> scratch) const {
    const std::size_t first = buffers_[index_].iov_len - offset_;
    const char* data = static_cast<const char*>(buffers_[index_].iov_base) + offset_;
    if (first >= kRecord || index_ + 1 == buffers_.size()) return {data, std::min(first, kRecord)};
    std::size_t filled = 0;
    std::size_t offset = offset_;
    for (std::size_t i = index_; i < buffers_.size() && filled < kRecord; ++i) {
      const std::size_t size = std::min(buffers_[i].iov_len - offset, kRecord - filled);
      if (size > 0)
        std::memcpy(scratch.data() + filled, static_cast<const char*>(buffers_[i].iov_base) + offset, size);
      filled += size;
      offset = 0;
    }
    return {scratch.data(), filled};
  }

  void advance(std::size_t bytes) {
    while (bytes > 0) {
      const std::size_t step = std::min(bytes, buffers_[index_].iov_len - offset_);
      offset_ += step;
      bytes -= step;
      skip_empty();
    }
  }

 private:
  void skip_empty() {
    while (index_ < buffers_.size() && offset_ == buffers_[index_].iov_len) {
      ++index_;
      offset_ = 0;
    }
  }

  std::span<const iovec> buffers_;
  std::size_t index_ = 0;
  std::size_t offset_ = 0;
};

}  // namespace

TlsTransport::TlsTransport(Loop& loop, int fd, std::string peer, SSL* ssl)
    : SocketTransport(loop, fd, std::move(peer)), ssl_(ssl) {
  if (!ssl_ || !open() || SSL_set_fd(ssl_.get(), fd) != 1) {
    failed_ = true;
    return;
  }
  SSL_set_accept_state(ssl_.get());
}

std::string_view TlsTransport::alpn() const {
  if (!handshake_done()) return {};
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

Transport::Outcome TlsTransport::read(std::span<char> into) {
  if (failed_ || !open()) return {0, Status::kError};
  read_wants_write_ = false;
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
  if (result == 1) return {got, Status::kOk};
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: nothing_to_read(); return {0, Status::kBlocked};
    case SSL_ERROR_WANT_WRITE:
      no_room();
      read_wants_write_ = true;
      return {0, Status::kBlocked};
    case SSL_ERROR_ZERO_RETURN: saw_eof(); return {0, Status::kEof};
    default:
      failed_ = true;
      ERR_clear_error();
      return {0, Status::kError};
  }
}

Transport::Outcome TlsTransport::write_once(const char* data, std::size_t size) {
  ERR_clear_error();
  std::size_t sent = 0;
  const int result = SSL_write_ex(ssl_.get(), data, size, &sent);
  if (result == 1) return {sent, Status::kOk};
  if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_WRITE) {
    no_room();
    return {0, Status::kBlocked};
  }
  // WANT_READ cannot be: the handshake is over and there is no renegotiation.
  failed_ = true;
  ERR_clear_error();
  return {0, Status::kError};
}

Transport::Outcome TlsTransport::write(std::span<const iovec> buffers) {
  if (failed_ || !open()) return {0, Status::kError};
  if (kept_) return {0, Status::kBlocked};
  thread_local std::array<char, kRecord> scratch;
  Cursor cursor(buffers);
  std::size_t total = 0;
  while (!cursor.done()) {
    const auto piece = cursor.next(scratch);
    const Outcome outcome = write_once(piece.data(), piece.size());
    if (outcome.status == Status::kError) return {total, Status::kError};
    if (outcome.status == Status::kBlocked) {
      kept_ = std::make_unique<Kept>(Kept{std::make_unique<char[]>(piece.size()), piece.size(), 0});
      std::memcpy(kept_->bytes.get(), piece.data(), piece.size());
      return {total + piece.size(), Status::kBlocked};
    }
    total += outcome.bytes;
    cursor.advance(outcome.bytes);
  }
  return {total, Status::kOk};
}

Transport::Status TlsTransport::flush_kept() {
  while (kept_) {
    const Outcome outcome = write_once(kept_->bytes.get() + kept_->sent, kept_->size - kept_->sent);
    if (outcome.status != Status::kOk) return outcome.status;
    kept_->sent += outcome.bytes;
    if (kept_->sent == kept_->size) kept_.reset();
  }
  return Status::kOk;
}

void TlsTransport::ready_to_write() {
  if (!failed_ && flush_kept() == Status::kBlocked) {
    await_writable();
    return;
  }
  // After a failure too: the listener's next call learns of it.
  SocketTransport::ready_to_write();
}

void TlsTransport::await_readable() {
  if (!failed_ && SSL_pending(ssl_.get()) > 0) {
    read_soon();  // the rest of a record lies here
  } else {
    wait_to_read(read_wants_write_);
  }
}

void TlsTransport::before_close(bool linger_reset) {
  if (!linger_reset && !failed_ && !kept_ && handshake_done()) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  failed_ = true;
  kept_.reset();
  ssl_.reset();
}

}  // namespace cinnabar::http
