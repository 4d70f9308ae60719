// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/constructor_string.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "url/pattern/compile.h"
#include "url/pattern/tokenizer.h"

namespace cinnabar::url::pattern {
namespace {

/// In the order in which components stand in a URL: "later" is "greater".
enum class State {
  kInit,
  kProtocol,
  kAuthority,
  kUsername,
  kPassword,
  kHostname,
  kPort,
  kPathname,
  kSearch,
  kHash,
  kDone
};

/// The component that a state collects; nothing for the three that collect none.
std::optional<Component> component_of(State state) {
  switch (state) {
    case State::kProtocol: return Component::kProtocol;
    case State::kUsername: return Component::kUsername;
    case State::kPassword: return Component::kPassword;
    case State::kHostname: return Component::kHostname;
    case State::kPort: return Component::kPort;
    case State::kPathname: return Component::kPathname;
    case State::kSearch: return Component::kSearch;
    case State::kHash: return Component::kHash;
    default: return {};
  }
}

class ConstructorStringParser {
 public:
  ConstructorStringParser(std::string_view input, std::vector<Token> tokens)
      : input_(input), tokens_(std::move(tokens)) {}

  Result<UrlPatternInit> run() {
    while (state_ != State::kDone) {
      increment_ = 1;
      if (tokens_[at_].type == TokenType::kEnd) {
        end_of_input();
      } else if (tokens_[at_].type == TokenType::kOpen) {
        ++group_depth_;
      } else if (group_depth_ > 0) {
        if (tokens_[at_].type == TokenType::kClose) --group_depth_;
      } else {
        step();
        if (!error_.detail.empty()) return error_;
      }
      at_ += increment_;
    }
    if (value(Component::kHostname) && !value(Component::kPort)) value(Component::kPort) = "";
    return std::move(result_);
  }

 private:
  void end_of_input() {
    if (state_ == State::kInit) {  // nothing said that there is a protocol: the input is relative
      rewind();
      if (is_hash_prefix()) {
        change_state(State::kHash, 1);
      } else if (is_search_prefix()) {
        change_state(State::kSearch, 1);
      } else {
        change_state(State::kPathname, 0);
      }
    } else if (state_ == State::kAuthority) {  // no "@" was found
      rewind_to(State::kHostname);
    } else {
      change_state(State::kDone, 0);
    }
  }

  void step() {
    switch (state_) {
      case State::kInit:
        if (is_char(at_, ':')) rewind_to(State::kProtocol);
        break;
      case State::kProtocol:
        if (is_char(at_, ':')) end_of_protocol();
        break;
      case State::kAuthority:
        if (is_char(at_, '@')) {
          rewind_to(State::kUsername);
        } else if (is_char(at_, '/') || is_search_prefix() || is_hash_prefix()) {
          rewind_to(State::kHostname);
        }
        break;
      case State::kUsername:
        if (is_char(at_, ':')) {
          change_state(State::kPassword, 1);
        } else if (is_char(at_, '@')) {
          change_state(State::kHostname, 1);
        }
        break;
      case State::kPassword:
        if (is_char(at_, '@')) change_state(State::kHostname, 1);
        break;
      case State::kHostname:
        if (is_char(at_, '[')) {
          ++bracket_depth_;
        } else if (is_char(at_, ']')) {
          --bracket_depth_;
        } else if (is_char(at_, ':') && bracket_depth_ == 0) {
          change_state(State::kPort, 1);
        } else {
          look_for(State::kPathname);
        }
        break;
      case State::kPort: look_for(State::kPathname); break;
      case State::kPathname: look_for(State::kSearch); break;
      case State::kSearch: look_for(State::kHash); break;
      default: break;
    }
  }

  /// Goes on with whichever of pathname, search and hash begins here, `earliest` the first of them that may.
  void look_for(State earliest) {
    if (earliest <= State::kPathname && is_char(at_, '/')) {
      change_state(State::kPathname, 0);
    } else if (earliest <= State::kSearch && is_search_prefix()) {
      change_state(State::kSearch, 1);
    } else if (is_hash_prefix()) {
      change_state(State::kHash, 1);
    }
  }

  void end_of_protocol() {
    Result<bool> special = may_be_special(component_string());
    if (!special) {
      error_ = special.error();
      return;
    }
    is_special_ = *special;
    if (is_char(at_ + 1, '/') && is_char(at_ + 2, '/')) {
      change_state(State::kAuthority, 3);
    } else {
      change_state(is_special_ ? State::kAuthority : State::kPathname, 1);
    }
  }

  void rewind() {
    at_ = component_start_;
    increment_ = 0;
  }

  void rewind_to(State state) {
    rewind();
    state_ = state;
  }

  std::optional<std::string>& value(Component component) {
    return result_.components[static_cast<std::size_t>(component)];
  }

  void change_state(State next, std::size_t skip) {
    if (const auto component = component_of(state_)) value(*component) = std::string(component_string());
    // What a string leaves out between two components that it has is empty, not a wildcard.
    if (state_ != State::kInit && next != State::kDone) {
      if (state_ < State::kHostname && next >= State::kPort && !value(Component::kHostname)) {
        value(Component::kHostname) = "";
      }
      if (state_ < State::kPathname && next >= State::kSearch && !value(Component::kPathname)) {
        value(Component::kPathname) = is_special_ ? "/" : "";
      }
      if (state_ < State::kSearch && next == State::kHash && !value(Component::kSearch)) {
        value(Component::kSearch) = "";
      }
    }
    state_ = next;
    at_ += skip;
    component_start_ = at_;
    increment_ = 0;
  }

  const Token& safe_token(std::size_t index) const {
    return index < tokens_.size() ? tokens_[index] : tokens_.back();
  }

  /// "Is a non-special pattern char": one that stands for itself.
  bool is_char(std::size_t index, char c) const {
    const Token& token = safe_token(index);
    if (token.value.size() != 1 || token.value.front() != c) return false;
    return token.type == TokenType::kChar || token.type == TokenType::kEscapedChar ||
           token.type == TokenType::kInvalidChar;
  }

  /// A question mark that is not a modifier of what comes before it.
  bool is_search_prefix() const {
    if (is_char(at_, '?')) return true;
    if (safe_token(at_).value != "?") return false;
    if (at_ == 0) return true;
    switch (tokens_[at_ - 1].type) {
      case TokenType::kName:
      case TokenType::kRegexp:
      case TokenType::kClose:
      case TokenType::kAsterisk: return false;
      default: return true;
    }
  }

  bool is_hash_prefix() const { return is_char(at_, '#'); }

  std::string_view component_string() const {
    const std::size_t begin = safe_token(component_start_).index;
    return input_.substr(begin, tokens_[at_].index - begin);
  }

  const std::string_view input_;
  const std::vector<Token> tokens_;
  UrlPatternInit result_;
  Error error_;
  State state_ = State::kInit;
  std::size_t at_ = 0;
  std::size_t increment_ = 1;
  std::size_t component_start_ = 0;
  int group_depth_ = 0;
  int bracket_depth_ = 0;
  bool is_special_ = false;
};

}  // namespace

Result<UrlPatternInit> parse_constructor_string(std::string_view input) {
  Result<std::vector<Token>> tokens = tokenize(input, TokenizePolicy::kLenient);
  if (!tokens) return tokens.error();
  return ConstructorStringParser(input, std::move(*tokens)).run();
}

}  // namespace cinnabar::url::pattern
