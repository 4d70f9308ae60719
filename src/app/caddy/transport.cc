// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/transport.h"

#include <algorithm>

namespace cinnabar::caddy {

namespace {

constexpr const char* kOurs =
    "; Cinnabar keeps history on disk (transport bolt, or journal.type = \"rocksdb\") or in memory "
    "(transport local, or journal.type = \"memory\")";

/// What a subscriber may miss while it reconnects; the reference keeps nothing at all.
constexpr const char* kLocalBytes = "16MiB";

void set(Translation& out, const char* field, std::string value, const std::string& origin,
         const std::string& called) {
  out.settings.push_back({find_field(field), {std::move(value)}, origin, called});
}

/// One option of a Bolt transport. False: there is no such option.
bool bolt_option(const std::string& name, const std::string& value, const std::string& origin,
                 Translation& out) {
  if (name == "path") {
    // Their file would be in the way of our directory.
    set(out, "journal.path", value + ".cinnabar", origin, name);
    out.notes.push_back(origin + ": history is kept in the directory " + value +
                        ".cinnabar; what the other hub has in " + value + " is not read and not changed");
  } else if (name == "size") {
    set(out, "journal.retention.count", value, origin, name);
  } else if (name == "bucket_name") {
    out.notes.push_back(origin + ": bucket_name has no meaning here; the path alone says where history is");
  } else if (name == "cleanup_frequency") {
    out.notes.push_back(origin +
                        ": cleanup_frequency has no meaning here; history is trimmed all the time, beside "
                        "publishing");
  } else {
    return false;
  }
  return true;
}

void local(const std::string& origin, const std::string& called, Translation& out) {
  set(out, "journal.type", "memory", origin, called);
  set(out, "journal.retention.bytes", kLocalBytes, origin, called);
}

void bolt(const std::string& origin, const std::string& called, Translation& out) {
  set(out, "journal.type", "rocksdb", origin, called);
}

std::string unescaped(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      result += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

}  // namespace

void translate_transport(const Statement& directive, std::string_view file, Translation& out) {
  const std::string origin = shown(file, directive.place());
  if (directive.words.size() != 2) {
    out.problems.push_back(origin + ": transport takes one name, bolt or local");
    return;
  }
  const std::string& kind = directive.words[1].text;
  if (kind == "local") {
    if (directive.has_block && !directive.block.empty()) {
      out.problems.push_back(origin + ": transport local takes no options; remove its block");
    }
    return local(origin, "transport", out);
  }
  if (kind != "bolt") {
    out.problems.push_back(shown(file, directive.words[1].place) + ": there is no transport \"" + kind + '"' +
                           kOurs);
    return;
  }
  bolt(origin, "transport", out);
  for (const Statement& option : directive.block) {
    const std::string place = shown(file, option.place());
    const std::string name(option.name());
    if (option.words.size() != 2 || option.has_block) {
      out.problems.push_back(place + ": " + name + " takes one value");
    } else if (!bolt_option(name, option.words[1].text, place, out)) {
      out.problems.push_back(place + ": unknown option \"" + name +
                             "\" of transport bolt; known are: path, bucket_name, size, cleanup_frequency");
    }
  }
}

void translate_transport_url(const std::string& url, const std::string& called, const std::string& origin,
                             Translation& out) {
  const std::size_t separator = url.find("://");
  const std::string scheme = url.substr(0, separator);
  if (separator != std::string::npos && scheme == "local") return local(origin, called, out);
  if (separator == std::string::npos || scheme != "bolt") {
    // Not quoted as a whole: it may hold a password.
    out.problems.push_back(origin + ": " + called + " must begin with bolt:// or local://" + kOurs);
    return;
  }
  bolt(origin, called, out);
  const std::size_t question = url.find('?');
  const std::string path = unescaped(url.substr(separator + 3, question - separator - 3));
  if (!path.empty()) bolt_option("path", path, origin, out);
  std::string_view query =
      question == std::string::npos ? std::string_view() : std::string_view(url).substr(question + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::string name(pair.substr(0, pair.find('=')));
    const std::string value = name.size() < pair.size() ? unescaped(pair.substr(name.size() + 1)) : "";
    if (name == "path" || !bolt_option(name, value, origin, out)) {
      out.problems.push_back(origin + ": " + called + " has the unknown parameter \"" + name +
                             "\"; known are: bucket_name, size, cleanup_frequency");
    }
  }
}

}  // namespace cinnabar::caddy
