// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/parser.h"

#include <utility>

namespace cinnabar::caddy {

namespace {

// More than anybody writes; the reader is recursive.
constexpr unsigned kDeepest = 32;

bool is_brace(const Token& token, const char* brace) { return !token.quoted && token.text == brace; }

class Parser {
 public:
  Parser(std::vector<Token> tokens, std::string_view file) : tokens_(std::move(tokens)), file_(file) {}

  Document run() {
    Document document;
    document.statements = statements(0);
    if (problem_.empty() && at_ < tokens_.size()) {
      complain(tokens_[at_].place,
               "this } closes nothing; remove it, or open its block with { at a line's end");
    }
    if (!problem_.empty()) document.statements.clear();
    document.problem = std::move(problem_);
    return document;
  }

 private:
  void complain(const Place& place, const std::string& sentence) {
    if (problem_.empty()) problem_ = shown(file_, place) + ": " + sentence;
  }

  /// Those up to the } that closes the block they are in, or to the end.
  std::vector<Statement> statements(unsigned depth) {
    std::vector<Statement> found;
    while (problem_.empty() && at_ < tokens_.size() && !is_brace(tokens_[at_], "}")) {
      found.push_back(statement(depth));
    }
    return found;
  }

  Statement statement(unsigned depth) {
    Statement result;
    while (at_ < tokens_.size() && (result.words.empty() || continues(result.words.back()))) {
      const Token& token = tokens_[at_];
      if (is_brace(token, "}")) {
        complain(token.place, "a } must stand on a line of its own");
        return result;
      }
      if (is_brace(token, "{")) {
        read_block(result, depth);
        return result;
      }
      result.words.push_back(token);
      ++at_;
    }
    return result;
  }

  /// Whether the next token is of the same statement. Addresses go on in the next line after a comma.
  bool continues(const Token& last) const {
    return !tokens_[at_].starts_line || (!last.quoted && last.text.size() > 1 && last.text.back() == ',');
  }

  void read_block(Statement& result, unsigned depth) {
    const Place opened = tokens_[at_++].place;
    result.has_block = true;
    result.block_place = opened;
    if (depth == kDeepest) return complain(opened, "blocks are nested too deeply here");
    if (at_ < tokens_.size() && !tokens_[at_].starts_line) {
      return complain(tokens_[at_].place, "a block begins on the line after its {");
    }
    result.block = statements(depth + 1);
    if (!problem_.empty()) return;
    if (at_ >= tokens_.size()) {
      return complain(opened, "this { is never closed; put a } on a line of its own after its block");
    }
    ++at_;
    if (at_ < tokens_.size() && !tokens_[at_].starts_line) {
      complain(tokens_[at_].place, "nothing may follow a } in its line");
    }
  }

  std::vector<Token> tokens_;
  std::string_view file_;
  std::size_t at_ = 0;
  std::string problem_;
};

}  // namespace

Document parse(std::string_view text, std::string_view file, const Environment& environment,
               Substitution substitution) {
  Tokens read = tokenize(text, file, environment, substitution);
  if (!read.problem.empty()) return Document{{}, std::move(read.problem)};
  return Parser(std::move(read.tokens), file).run();
}

}  // namespace cinnabar::caddy
