// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/mutex.h"

namespace cinnabar {
namespace {

thread_local LogBatch* batch_of_thread = nullptr;

/// To standard error, whole lines at a time: a pipe or file that can't take them loses them.
void write_all(std::string_view lines) {
  while (!lines.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarn: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
    case LogLevel::kOff: return spdlog::level::off;
  }
  return spdlog::level::off;
}

// Control bytes could forge a second log line; they are written escaped.
void append_quoted(std::string& out, std::string_view value) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

/// Standard error, by way of the thread's batch if it has one.
class LogSink final : public spdlog::sinks::sink {
 public:
  void log(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    {
      MutexLock lock(mutex_);
      formatter_.format(message, line);
    }
    const std::string_view text(line.data(), line.size());
    LogBatch* const batch = batch_of_thread;
    if (!batch) return write_all(text);
    batch->lines_ += text;
    if (message.level >= spdlog::level::warn || batch->lines_.size() >= kMostBytes) batch->flush();
  }
  void flush() override {}
  // The pattern is ours.
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  static constexpr std::size_t kMostBytes = 32 * 1024;
  Mutex mutex_;  // of the formatter, which remembers the last second's text
  spdlog::pattern_formatter formatter_{"%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc};
};

namespace {

spdlog::logger& logger() {
  static spdlog::logger instance("cinnabar", std::make_shared<LogSink>());
  return instance;
}

}  // namespace

LogBatch::LogBatch() { batch_of_thread = this; }

LogBatch::~LogBatch() {
  flush();
  batch_of_thread = nullptr;
}

void LogBatch::flush() {
  if (lines_.empty()) return;
  write_all(lines_);
  lines_.clear();
}

bool log_enabled(LogLevel level) { return logger().should_log(to_spdlog(level)); }

void set_log_level(LogLevel level) { logger().set_level(to_spdlog(level)); }

LogLevel log_level() {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError}) {
    if (log_enabled(level)) return level;
  }
  return LogLevel::kOff;
}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!log_enabled(level)) return;
  std::string line(message);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    if (field.quoted) {
      append_quoted(line, field.value);
    } else {
      line += field.value;
    }
  }
  logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace cinnabar
