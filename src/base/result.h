// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace cinnabar {

/// What a caller can act on. Each layer maps these to its own language (a status
/// code, an exit code, a retry).
enum class ErrorCode {
  kInvalid,      ///< the input is wrong and will stay wrong
  kTooLarge,     ///< the input exceeds a limit
  kNotFound,     ///< what was asked for does not exist
  kExpired,      ///< it existed and is gone (a position before retained history)
  kLocked,       ///< another process holds it
  kUnsupported,  ///< written by a newer version, or not built in
  kCorrupt,      ///< bytes on disk are not what was written
  kNoSpace,      ///< the disk is full; may pass
  kUnavailable,  ///< a backend does not answer now; may pass
  kClosed,       ///< the other side is gone, or we are stopping
  kTimeout,      ///< took longer than allowed
  kInternal,     ///< none of the above: a defect or an unexpected system error
};

/// An error: a code for the caller and a detail for the log. The detail is one
/// sentence that says what, where, and how to mend it. It is never sent to a
/// client unless the text is known to hold nothing private.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string detail;
};

/// Either a T or an Error. Threads: a value type, no sharing.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// REQUIRES: ok()
  T& value() {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// REQUIRES: !ok()
  const Error& error() const {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  /// REQUIRES: !ok()
  const Error& error() const {
    assert(!ok_);
    return error_;
  }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace cinnabar
