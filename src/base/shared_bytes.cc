// SPDX-License-Identifier: Apache-2.0
#include "base/shared_bytes.h"

#include <cassert>
#include <charconv>
#include <cstring>
#include <new>

namespace cinnabar {

SharedBytes SharedBytes::allocate(std::size_t size) {
  assert(size > 0);
  char head[2 * sizeof(std::size_t) + 2];
  char* end = std::to_chars(head, head + sizeof head - 2, size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  const auto prefix = static_cast<std::size_t>(end - head);

  void* memory = ::operator new(sizeof(Block) + prefix + size + 2);
  auto* block = new (memory) Block{1, static_cast<std::uint32_t>(prefix), size};
  SharedBytes result(block);
  std::memcpy(result.text(), head, prefix);
  std::memcpy(result.text() + prefix + size, "\r\n", 2);
  return result;
}

SharedBytes SharedBytes::copy_of(std::string_view body) {
  SharedBytes result = allocate(body.size());
  std::memcpy(result.mutable_body(), body.data(), body.size());
  return result;
}

void SharedBytes::release() noexcept {
  if (block_ && block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    block_->~Block();
    ::operator delete(block_);
  }
}

}  // namespace cinnabar
