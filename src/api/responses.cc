// SPDX-License-Identifier: Apache-2.0
#include "api/responses.h"

#include <string>

namespace cinnabar {
namespace {

http::Response problem(unsigned status, std::string_view title, std::string_view detail) {
  // The texts are ours and hold nothing that JSON escapes.
  std::string body = R"({"type":"about:blank","title":")";
  body += title;
  body += R"(","status":)" + std::to_string(status) + R"(,"detail":")";
  body += detail;
  body += "\"}\n";
  http::Response response{status, {{"Content-Type", "application/problem+json"}}, std::move(body)};
  if (status == 503) response.headers.push_back({"Retry-After", "1"});
  return response;
}

}  // namespace

http::Response challenge_response(Challenge challenge, std::string_view metadata,
                                  std::string_view explanation) {
  unsigned status = 401;
  std::string_view error;
  switch (challenge) {
    case Challenge::kBare: break;
    case Challenge::kInvalidToken: error = "invalid_token"; break;
    case Challenge::kInsufficientScope:
      status = 403;
      error = "insufficient_scope";
      break;
    case Challenge::kInvalidRequest:
      status = 400;
      error = "invalid_request";
      break;
  }
  std::string value = "Bearer";
  if (!error.empty()) value += R"( error=")" + std::string(error) + '"';
  if (!metadata.empty()) {
    // A URL has no character that a quoted string would have to escape.
    value += error.empty() ? " " : ", ";
    value += R"(resource_metadata=")" + std::string(metadata) + '"';
  }
  http::Response response = http::text_response(status, explanation);
  response.headers.push_back({"WWW-Authenticate", std::move(value)});
  return response;
}

http::Response refusal_response(const Error& error) {
  return http::text_response(error.code == ErrorCode::kTooLarge ? 413 : 400, error.detail);
}

http::Response journal_failure_response(const Error& error) {
  switch (error.code) {
    case ErrorCode::kNoSpace:
      return problem(
          503, "The disk of the hub is full",
          "The update was not stored and not sent to anybody. Free space on the hub, then publish it again.");
    case ErrorCode::kUnavailable:
      return problem(503, "The history of the hub is not available",
                     "The update was not stored and not sent to anybody. Publish it again later.");
    case ErrorCode::kClosed:
      return problem(
          503, "The hub is stopping",
          "The update was not stored and not sent to anybody. Publish it again when the hub is back.");
    default:
      return problem(500, "The hub failed",
                     "The update was not stored and not sent to anybody. The log of the hub says why.");
  }
}

}  // namespace cinnabar
