// SPDX-License-Identifier: Apache-2.0
#include "app/self_signed.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "app/files.h"
#include "app/test_directory.h"

namespace cinnabar {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::int64_t kDay = 24 * 3600;

class Parsed {
 public:
  explicit Parsed(const std::string& pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    certificate_ = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
  }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
  ~Parsed() { X509_free(certificate_); }
  X509* get() const { return certificate_; }

 private:
  X509* certificate_ = nullptr;
};

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777U;
}

TEST(SelfSigned, NamesAndTimes) {
  const Result<http::Certificate> made = make_self_signed(kNow);
  ASSERT_TRUE(made.ok());
  const Parsed parsed(made->chain);
  X509* certificate = parsed.get();
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(X509_check_host(certificate, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate, "::1", 0), 1);
  EXPECT_EQ(X509_check_host(certificate, "example.com", 0, 0, nullptr), 0);
  auto begin = static_cast<std::time_t>(kNow);
  auto end = static_cast<std::time_t>(kNow + 365 * kDay - 1);
  auto after = static_cast<std::time_t>(kNow + 365 * kDay + 1);
  EXPECT_LT(X509_cmp_time(X509_get0_notBefore(certificate), &begin), 0);
  EXPECT_GT(X509_cmp_time(X509_get0_notAfter(certificate), &end), 0);
  EXPECT_LT(X509_cmp_time(X509_get0_notAfter(certificate), &after), 0);
  EXPECT_EQ(X509_verify(certificate, X509_get0_pubkey(certificate)), 1);
  EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(certificate)), 256);
  EXPECT_EQ(made->key.rfind("-----BEGIN PRIVATE KEY-----\n", 0), 0U);
}

TEST(SelfSigned, KeptUntilAWeekBeforeItsEnd) {
  const TestDirectory directory;
  const std::string path = directory.file("a/b");
  const Result<http::Certificate> first = ensure_self_signed(path, kNow);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(mode_of(path), 0700U);
  EXPECT_EQ(mode_of(path + '/' + kSelfSignedKeyFile), 0600U);
  EXPECT_EQ(mode_of(path + '/' + kSelfSignedCertificateFile), 0644U);

  EXPECT_EQ(ensure_self_signed(path, kNow + 357 * kDay)->chain, first->chain);
  const Result<http::Certificate> renewed = ensure_self_signed(path, kNow + 359 * kDay);
  ASSERT_TRUE(renewed.ok());
  EXPECT_NE(renewed->chain, first->chain);
  EXPECT_NE(renewed->key, first->key);
  EXPECT_EQ(ensure_self_signed(path, kNow + 359 * kDay)->chain, renewed->chain);
  // A clock that was wrong: the kept one is not valid yet.
  EXPECT_NE(ensure_self_signed(path, kNow)->chain, renewed->chain);
}

TEST(SelfSigned, DamagedOrMismatchedFilesAreReplaced) {
  const TestDirectory directory;
  const Result<http::Certificate> first = ensure_self_signed(directory.path(), kNow);
  ASSERT_TRUE(first.ok());
  directory.write(kSelfSignedCertificateFile, "rubbish");
  const Result<http::Certificate> second = ensure_self_signed(directory.path(), kNow);
  ASSERT_TRUE(second.ok());
  EXPECT_NE(second->chain, first->chain);
  directory.write(kSelfSignedKeyFile, first->key);  // of another certificate
  EXPECT_NE(ensure_self_signed(directory.path(), kNow)->chain, second->chain);
}

TEST(SelfSigned, DirectoryThatCannotBeMade) {
  const TestDirectory directory;
  const std::string file = directory.write("file", "x");
  const Result<http::Certificate> made = ensure_self_signed(file + "/tls", kNow);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().detail.find("cannot make the directory " + file + "/tls"), std::string::npos);
}

}  // namespace
}  // namespace cinnabar
