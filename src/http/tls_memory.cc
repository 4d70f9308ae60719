// SPDX-License-Identifier: Apache-2.0
#include "http/tls_memory.h"

#include <dlfcn.h>
#include <openssl/crypto.h>

#include <cstdlib>

namespace cinnabar::http {
namespace {

using Allocate = void* (*)(std::size_t);
using Reallocate = void* (*)(void*, std::size_t);
using Release = void (*)(void*);

Allocate libc_malloc = nullptr;
Reallocate libc_realloc = nullptr;
Release libc_free = nullptr;

}  // namespace

bool keep_tls_memory_compact() {
  // By name and in that library: the program's own malloc goes by the same names.
  void* const libc = ::dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  if (!libc) return false;
  libc_malloc = reinterpret_cast<Allocate>(::dlsym(libc, "malloc"));
  libc_realloc = reinterpret_cast<Reallocate>(::dlsym(libc, "realloc"));
  libc_free = reinterpret_cast<Release>(::dlsym(libc, "free"));
  if (!libc_malloc || !libc_realloc || !libc_free) return false;
  return CRYPTO_set_mem_functions(
             [](std::size_t size, const char*, int) { return libc_malloc(size); },
             [](void* block, std::size_t size, const char*, int) { return libc_realloc(block, size); },
             [](void* block, const char*, int) { libc_free(block); }) == 1;
}

}  // namespace cinnabar::http
