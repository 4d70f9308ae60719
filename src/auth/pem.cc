// SPDX-License-Identifier: Apache-2.0
// Key::from_pem().
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/pemerr.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "auth/key.h"
#include "auth/key_maker.h"
#include "auth/quote.h"

namespace cinnabar {
namespace {

constexpr std::size_t kMostPemBytes = 256 * std::size_t{1024};

Error invalid(std::string clause) { return {ErrorCode::kInvalid, std::move(clause)}; }

Error unreadable() {
  return invalid("is a PEM that cannot be read; give all of it, with real line breaks between its lines");
}

/// A text that is wiped in the end, as it may be private.
struct Wiped {
  std::string text;

  explicit Wiped(std::string wiped) : text(std::move(wiped)) {}
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { OPENSSL_cleanse(text.data(), text.size()); }
};

/// Its lines without blanks around them: in a configuration file a PEM may be indented, which OpenSSL does
/// not read.
std::string unindented(std::string_view pem) {
  constexpr std::string_view kBlanks = " \t\r";
  std::string lines;
  lines.reserve(pem.size() + 1);
  while (!pem.empty()) {
    const std::string_view line = pem.substr(0, pem.find('\n'));
    pem.remove_prefix(std::min(line.size() + 1, pem.size()));
    const std::size_t first = line.find_first_not_of(kBlanks);
    if (first != std::string_view::npos) {
      lines += line.substr(first, line.find_last_not_of(kBlanks) + 1 - first);
    }
    lines += '\n';
  }
  return lines;
}

/// What lies between BEGIN and END.
struct Block {
  std::string name;    ///< "PUBLIC KEY", ...
  std::string header;  ///< lines before the data; says so if the data is encrypted
  std::string data;    ///< DER; may be private

  Block() = default;
  Block(Block&&) = default;
  Block& operator=(Block&&) = default;
  ~Block() { OPENSSL_cleanse(data.data(), data.size()); }
};

/// The next block, if there is one.
Result<std::optional<Block>> next_block(BIO* input) {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (PEM_read_bio(input, &name, &header, &data, &size) != 1) {
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!at_end) return unreadable();
    return std::optional<Block>();
  }
  Block block;
  block.name = name;
  block.header = header;
  block.data.assign(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  return std::optional<Block>(std::move(block));
}

bool is_certificate(const Block& block) {
  return block.name == PEM_STRING_X509 || block.name == PEM_STRING_X509_TRUSTED ||
         block.name == PEM_STRING_X509_OLD;
}

/// A key, where the block is of a kind that we know.
struct Decoded {
  PkeyPtr pkey;
  bool is_private = false;
};

PkeyPtr pkcs8_key(const unsigned char** position, long size) {
  PKCS8_PRIV_KEY_INFO* info = d2i_PKCS8_PRIV_KEY_INFO(nullptr, position, size);
  PkeyPtr pkey(info ? EVP_PKCS82PKEY(info) : nullptr);
  PKCS8_PRIV_KEY_INFO_free(info);
  return pkey;
}

PkeyPtr certified_key(const unsigned char** position, long size) {
  const CertificatePtr certificate(d2i_X509(nullptr, position, size));
  return PkeyPtr(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
}

Result<Decoded> decode(const Block& block) {
  // Never left to OpenSSL, which would ask for the password on the terminal.
  if (block.name == PEM_STRING_PKCS8 || block.header.find("ENCRYPTED") != std::string::npos) {
    return invalid("is encrypted with a password; decrypt it with: openssl pkey -in FILE -out DECRYPTED");
  }
  const unsigned char* position = as_bytes(block.data);
  const unsigned char* const end = position + block.data.size();
  const auto size = static_cast<long>(block.data.size());
  Decoded decoded;
  if (block.name == PEM_STRING_PUBLIC) {
    decoded.pkey.reset(d2i_PUBKEY(nullptr, &position, size));
  } else if (block.name == PEM_STRING_RSA_PUBLIC) {
    decoded.pkey.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &position, size));
  } else if (block.name == PEM_STRING_X509 || block.name == PEM_STRING_X509_OLD) {
    decoded.pkey = certified_key(&position, size);
  } else if (block.name == PEM_STRING_PKCS8INF) {
    decoded = {pkcs8_key(&position, size), true};
  } else if (block.name == PEM_STRING_RSA) {
    decoded = {PkeyPtr(d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &position, size)), true};
  } else if (block.name == PEM_STRING_ECPRIVATEKEY) {
    decoded = {PkeyPtr(d2i_PrivateKey(EVP_PKEY_EC, nullptr, &position, size)), true};
  } else if (block.name == "OPENSSH PRIVATE KEY") {
    return invalid("is in the format of OpenSSH; convert a copy with: ssh-keygen -p -m PKCS8 -f COPY");
  } else {
    return invalid("is a PEM of the kind " + quoted(block.name) +
                   ", which is not supported; use a public key, a certificate or a private key");
  }
  if (!decoded.pkey || position != end) return unreadable();
  return decoded;
}

/// The one block that counts: the key, or the first certificate if there are only such.
Result<Block> find_key(BIO* input) {
  std::optional<Block> key;
  std::optional<Block> certificate;
  while (true) {
    Result<std::optional<Block>> block = next_block(input);
    if (!block) return block.error();
    if (!*block) break;
    if ((*block)->name == PEM_STRING_ECPARAMETERS) continue;  // the private key has them too
    if (is_certificate(**block)) {
      if (!certificate) certificate = std::move(*block);
    } else if (key) {
      return invalid("is a PEM with several keys; give each by itself");
    } else {
      key = std::move(*block);
    }
  }
  if (key) return std::move(*key);
  if (certificate) return std::move(*certificate);
  return unreadable();
}

}  // namespace

Result<Key> Key::from_pem(std::string_view pem) {
  if (pem.size() > kMostPemBytes) return invalid("is a PEM of more than 256 KiB, which no key is");
  const ErrorMark mark;
  const Wiped lines(unindented(pem));
  const BioPtr input(BIO_new_mem_buf(lines.text.data(), static_cast<int>(lines.text.size())));
  if (!input) return Error{ErrorCode::kInternal, "cannot be read: out of memory"};
  const Result<Block> block = find_key(input.get());
  if (!block) return block.error();
  Result<Decoded> decoded = decode(*block);
  if (!decoded) return decoded.error();
  return KeyMaker::make(std::move(decoded->pkey), decoded->is_private);
}

}  // namespace cinnabar
