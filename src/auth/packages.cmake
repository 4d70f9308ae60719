# SPDX-License-Identifier: Apache-2.0
target_link_libraries(cinnabar_auth PRIVATE OpenSSL::Crypto Boost::json CURL::libcurl)
