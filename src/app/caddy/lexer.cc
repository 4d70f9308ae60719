// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/lexer.h"

#include <algorithm>
#include <optional>

namespace cinnabar::caddy {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

struct Letter {
  char c;
  Place place;
};

bool is_one_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n\"`{}#\\") == std::string_view::npos;
}

/// What begins a line is a name, not a value.
bool starts_line(const std::vector<Letter>& letters) {
  const auto last =
      std::find_if(letters.rbegin(), letters.rend(), [](const Letter& l) { return !is_blank(l.c); });
  return last == letters.rend() || last->c == '\n';
}

/// Replaces `{$…}`; every letter knows where it stood.
std::vector<Letter> substitute(std::string_view text, const Environment& environment,
                               Substitution substitution) {
  std::vector<Letter> letters;
  letters.reserve(text.size());
  Place place;
  const auto step = [&place](char c) {
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = text.substr(i, 2) == "{$" ? text.find_first_of("}\n", i) : std::string_view::npos;
    if (end == std::string_view::npos || text[end] != '}') {
      letters.push_back({text[i], place});
      step(text[i++]);
      continue;
    }
    const std::string_view inside = text.substr(i + 2, end - i - 2);
    const std::string_view name = inside.substr(0, inside.find(':'));
    std::string value(variable(environment, name));
    if (value.empty() && name.size() < inside.size()) {
      value = inside.substr(name.size() + 1);
    } else if (substitution == Substitution::kPlaceholders && is_one_word(value) && !starts_line(letters)) {
      value = "{env." + std::string(name) + '}';
    }
    for (const char c : value) letters.push_back({c, place});
    for (; i <= end; ++i) step(text[i]);
  }
  return letters;
}

class Lexer {
 public:
  Lexer(std::vector<Letter> letters, std::string_view file) : letters_(std::move(letters)), file_(file) {}

  Tokens run() {
    while (at_ < letters_.size() && result_.problem.empty()) next();
    if (!result_.problem.empty()) result_.tokens.clear();
    return std::move(result_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < letters_.size() ? letters_[at_ + ahead].c : '\0';
  }
  bool ended() const { return at_ >= letters_.size(); }

  void next() {
    const char c = peek();
    if (c == '\n') {
      starts_line_ = true;
      ++at_;
    } else if (is_blank(c)) {
      ++at_;
    } else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
      at_ += peek(1) == '\n' ? 2 : 3;
    } else if (c == '#') {
      while (!ended() && peek() != '\n') ++at_;
    } else if (c == '"' || c == '`') {
      quoted(c);
    } else if (c == '<' && peek(1) == '<' && !is_blank(peek(2)) && peek(2) != '\n' && peek(2) != '\0') {
      heredoc();
    } else {
      word();
    }
  }

  void add(std::string text, const Place& place, bool is_quoted) {
    result_.tokens.push_back({std::move(text), place, starts_line_, is_quoted});
    starts_line_ = false;
  }
  void complain(const Place& place, const std::string& sentence) {
    result_.problem = shown(file_, place) + ": " + sentence;
  }

  void word() {
    const Place place = letters_[at_].place;
    std::string text;
    while (!ended() && !is_blank(peek()) && peek() != '\n') text += letters_[at_++].c;
    add(std::move(text), place, false);
  }

  void quoted(char quote) {
    const Place place = letters_[at_++].place;
    std::string text;
    for (; !ended(); ++at_) {
      if (quote == '"' && peek() == '\\' && peek(1) == '"') {
        text += '"';
        ++at_;
      } else if (peek() == quote) {
        ++at_;
        return add(std::move(text), place, true);
      } else {
        text += peek();
      }
    }
    complain(place,
             std::string("a text begins with ") + quote + " and never ends; close it with another " + quote);
  }

  /// The rest of the current line; stands behind its end then.
  std::string rest_of_line() {
    std::string line;
    while (!ended() && peek() != '\n') line += letters_[at_++].c;
    if (!ended()) ++at_;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
  }

  void heredoc() {
    const Place place = letters_[at_].place;
    const std::string marker = rest_of_line().substr(2);
    std::vector<std::string> lines;
    while (!ended()) {
      std::string line = rest_of_line();
      const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
      if (line.compare(indent, std::string::npos, marker) != 0) {
        lines.push_back(std::move(line));
        continue;
      }
      std::string text;  // each line without the blanks that the closing marker has before it
      for (const std::string& each : lines) {
        const std::size_t blanks = std::min(each.find_first_not_of(" \t"), each.size());
        text += (text.empty() ? "" : "\n") + each.substr(std::min(indent, blanks));
      }
      add(std::move(text), place, true);
      starts_line_ = true;
      return;
    }
    complain(place, "a text begins with <<" + marker + " and never ends; put " + marker +
                        " alone on the line after it");
  }

  std::vector<Letter> letters_;
  std::string_view file_;
  std::size_t at_ = 0;
  bool starts_line_ = true;
  Tokens result_;
};

}  // namespace

std::string shown(std::string_view file, const Place& place) {
  return std::string(file) + ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
}

Tokens tokenize(std::string_view text, std::string_view file, const Environment& environment,
                Substitution substitution) {
  return Lexer(substitute(text, environment, substitution), file).run();
}

}  // namespace cinnabar::caddy
