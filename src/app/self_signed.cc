// SPDX-License-Identifier: Apache-2.0
#include "app/self_signed.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <utility>

#include "app/files.h"

namespace cinnabar {

namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kLifetime = 365 * kDay;
constexpr std::int64_t kRenewBefore = 7 * kDay;
constexpr int kSerialBits = 127;  // positive, at most 20 octets (RFC 5280 section 4.1.2.2)

template <auto Function>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Function(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;

Error failure() {
  const char* reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return {ErrorCode::kInternal,
          std::string("cannot make a self-signed certificate: ") + (reason ? reason : "OpenSSL failed")};
}

bool add_extension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  const Number serial(BN_new());
  return serial && BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_name(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto add = [name](const char* field, const char* value) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC,
                                      reinterpret_cast<const unsigned char*>(value), -1, -1, 0) == 1;
  };
  return add("O", "Cinnabar self-signed") && add("CN", "localhost") &&
         X509_set_issuer_name(certificate, name) == 1;
}

bool fill(X509* certificate, EVP_PKEY* key, std::int64_t now) {
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), static_cast<std::time_t>(now - kHour)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), static_cast<std::time_t>(now + kLifetime)) !=
             nullptr &&
         X509_set_pubkey(certificate, key) == 1 && set_name(certificate) &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
         X509_sign(certificate, key, EVP_sha256()) != 0;
}

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Bio reader(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// True when both parse, belong together, and are valid from before `now` to beyond the renewal.
bool usable(const http::Certificate& pem, std::int64_t now) {
  const Cert certificate(PEM_read_bio_X509(reader(pem.chain).get(), nullptr, nullptr, nullptr));
  const Key key(PEM_read_bio_PrivateKey(reader(pem.key).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!certificate || !key || X509_check_private_key(certificate.get(), key.get()) != 1) return false;
  auto begin = static_cast<std::time_t>(now);
  auto end = static_cast<std::time_t>(now + kRenewBefore);
  return X509_cmp_time(X509_get0_notBefore(certificate.get()), &begin) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate.get()), &end) > 0;
}

}  // namespace

Result<http::Certificate> make_self_signed(std::int64_t now) {
  const Key key(EVP_EC_gen("P-256"));
  const Cert certificate(X509_new());
  if (!key || !certificate || !fill(certificate.get(), key.get(), now)) return failure();
  const Bio chain_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  if (!chain_text || !key_text || PEM_write_bio_X509(chain_text.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return failure();
  }
  return http::Certificate{.chain = content(chain_text.get()), .key = content(key_text.get())};
}

Result<http::Certificate> ensure_self_signed(const std::string& directory, std::int64_t now) {
  if (Result<void> made = make_private_directory(directory); !made) return made.error();
  const std::string chain_path = directory + '/' + kSelfSignedCertificateFile;
  const std::string key_path = directory + '/' + kSelfSignedKeyFile;
  Result<std::string> chain = read_file(chain_path);
  Result<std::string> key = read_file(key_path);
  if (chain && key) {
    http::Certificate kept{.chain = std::move(*chain), .key = std::move(*key)};
    if (usable(kept, now)) return kept;
  }
  // A file that is there but cannot be read is not ours to replace.
  for (const Result<std::string>* file : {&chain, &key}) {
    if (!file->ok() && file->error().code != ErrorCode::kNotFound) return file->error();
  }
  Result<http::Certificate> fresh = make_self_signed(now);
  if (!fresh) return fresh;
  // Should only the first be written, the pair does not match, and the next start makes another.
  if (Result<void> written = replace_file(key_path, fresh->key, true); !written) return written.error();
  if (Result<void> written = replace_file(chain_path, fresh->chain, false); !written) return written.error();
  return fresh;
}

}  // namespace cinnabar
