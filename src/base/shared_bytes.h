// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace cinnabar {

/// Immutable body bytes that many connections send, framed once for every wire.
///
/// One heap block holds the bytes and, around them, the framing of one HTTP/1.1
/// chunk (RFC 9112 section 7.1), so that a fan-out to any number of connections
/// copies and formats nothing: HTTP/1.1 sends chunked(), HTTP/2 and close-delimited
/// bodies send body().
///
/// Threads: a handle belongs to one thread, the block is shared (atomic count).
class SharedBytes {
 public:
  SharedBytes() = default;
  SharedBytes(const SharedBytes& other) noexcept : block_(other.block_) {
    if (block_) block_->references.fetch_add(1, std::memory_order_relaxed);
  }
  SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() { release(); }

  /// A block of `size` body bytes, to be filled through mutable_body() before
  /// the handle is copied. `size` must not be 0: an empty chunk ends a body.
  static SharedBytes allocate(std::size_t size);
  static SharedBytes copy_of(std::string_view body);

  char* mutable_body() { return text() + block_->prefix; }

  std::string_view body() const { return {text() + block_->prefix, block_->size}; }
  /// body() as one HTTP/1.1 chunk: size in hex, CRLF, bytes, CRLF.
  std::string_view chunked() const { return {text(), block_->prefix + block_->size + 2U}; }

  explicit operator bool() const { return block_ != nullptr; }

 private:
  struct Block {
    std::atomic<std::uint32_t> references{1};
    std::uint32_t prefix;
    std::size_t size;
  };

  explicit SharedBytes(Block* block) : block_(block) {}
  void release() noexcept;
  char* text() const { return reinterpret_cast<char*>(block_ + 1); }

  Block* block_ = nullptr;
};

/// Buffers offered to a stream in one call, in order. The pointers are good for
/// the call only; a callee that keeps a buffer copies its handle.
using BufferSpan = std::span<const SharedBytes* const>;

}  // namespace cinnabar
