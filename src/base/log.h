// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace cinnabar {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

/// One member of a log event. Values are text; numbers are printed as such.
/// Never a token, a cookie, or the data of an update (OPS-5).
struct LogField {
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, bool v) : key(k), value(v ? "true" : "false"), quoted(false) {}
  LogField(std::string_view k, std::int64_t v) : key(k), value(std::to_string(v)), quoted(false) {}
  LogField(std::string_view k, int v) : key(k), value(std::to_string(v)), quoted(false) {}
  LogField(std::string_view k, std::uint64_t v) : key(k), value(std::to_string(v)), quoted(false) {}

  std::string key;
  std::string value;
  bool quoted = true;
};

/// True when events of this level are written. Ask before building costly fields.
bool log_enabled(LogLevel level);

/// Sets the lowest level written. Default: kInfo. Any thread.
void set_log_level(LogLevel level);

/// What was set last. Any thread.
LogLevel log_level();

/// While it lives, the lines of its thread go out together at flush(), and at once with the first that
/// is a warning or worse: one system call for all that a turn of a loop has to say.
/// Lifetime: one a thread, ended by that thread.
class LogBatch {
 public:
  LogBatch();
  ~LogBatch();
  LogBatch(const LogBatch&) = delete;
  LogBatch& operator=(const LogBatch&) = delete;

  void flush();

 private:
  friend class LogSink;
  std::string lines_;
};

/// Writes one event as one line to standard error. Any thread.
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kDebug, message, fields);
}
inline void log_info(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kInfo, message, fields);
}
inline void log_warn(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kWarn, message, fields);
}
inline void log_error(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kError, message, fields);
}

}  // namespace cinnabar
