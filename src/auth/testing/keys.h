// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// Keys that are good for tests alone: anybody can read them here.
namespace cinnabar::test {

/// The key of RFC 7520 section 3.4.
inline constexpr std::string_view kRsaPrivate = R"(-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCfgQ+0A4Jz0CWR
5Ac/MdK2ABuCzttNkvBQFl1Hz8q4o8Qct3isdVN5P475dXaNGiN02HElZMO813ue
pDRUSJlAfP8AmZIKkxokxEFIUqspvbCpXAZT82xg5gv5C2JY3aVvNwR7pcLR0Cmv
nJ1AuseqQceKDdEGit1pnoCP6gEeoUQdik97tOl7459V8d3UTpxLozUVlwPU00tg
PmUUek8j1tPAmWx17e6EaoLRkK4QeDyWHPA4eu0hBtLQVVtv2Tf61VNTh+D/cv++
eJQUArC4IuoqdLYFjB2r+bNKdstjuH+qLGhHuOKDf/+RGG5rHBSRHPmJqJCSqBzm
Ad2s0/nPAgMBAAECggEAbWUC9B+EFRIo8kpGfh0ZuyGPvMNKvYWNtB/ikiH9k20e
T+O1q/I78eiZkpXxXQ0UTEs2LsNRS+8uJbvQ+A1irkwMSMkK1J3XTGgdrhCku9gR
ldY7sNA/AKZGh+Q661/42rINLRCe8W+nZ34ui/qOfkLnK9QWDDqpaIsA+bMwWWSD
Fu2MUBYwkHTMEzLYGqOe04noqeq1hExBTHBOBdkMXiuFhUq1BU6l+DqEiWxqg82s
Xt2h+LMnT3046AOYJoRioz75tSUQfGCshWTBnP5uDjd18kKhyv07lhfSJdrPdM5P
lyl21hsFf4L/mHCuoFau7gdsPfHPxxjVOcOpBrQzwQKBgQDdKXGD8PBNclxvrT3l
GhfKBAIBnlGcC9mWejXKEe2dR7H9+nsBn/2dFo7sdf/5IV8ZB661qjZMOMMBZThW
6mTyvD0lHQDNnQ3Z++4gCav9YKyYal42pCd6/VPsjISyeHxQy36fkJp+GSKTOESy
uad0fovE6u9EmWw+npm/xtSrSQKBgQC4oTZ2H5xN/oREXiTh7+PLvwZ89hQhpTKh
JIm4HOncK5uTc4KqzqCtPxtH9y7QObUxnBaa12oPIj3ketR6rcw/Xm8ww43yUdN5
m7aWYq/CpbtqdXlTOEzWJnvPjIyS5TAVagG/Jjz3wRe9EP6F2pHEeVKoBnX3bMHe
lUUnSzukVwKBgAfD1b15Lya49i/hmEO798va+isOYPUmoVwcLFlM6dfU1ZYCPmFf
OatTSG9a8ULQ/iLF10d/k2p3r7kT0beTgTnYjBkKfKW7duoJY2HylPxPcZ/kVCx8
9PnnfRPYFyyg+FRp4Kc/j30P6tvaZOcVh6CadNPUH9R7woYsUV+fXoYpAoGACLDm
DGduhylc9o7r84rEUVn7pzQ6PF83Y+iBZx5NT+TpnOZKF1pErAMVeKzFEl41DlHH
qqBLSM0W1sOFbwTxYWZDm6sI6og5iTbwQGIC3gnJKbi/7k/vJgGHwHxgPaX2PnvP
+zyEkDERuf+ry4c/Z11Cq9AqC2yeL6kdKT1cYF8CgYEA3PiqvXQN0zwMeE+sBvZg
i289XP9XCQF3VWqPzMKnIgQp7/Tugo6+NZBKCQsMf3HaEGBjTVJs/jcK8+TRXvaK
e+7ZMaQj8VfBdYkssbu0NKDDhjJ+GtiseaDVWt7dcH0cfwxgFUHpQh7FoCrjFJ6h
6ZEpMF6xmujs4qMpPz8aaI4=
-----END PRIVATE KEY-----
)";

inline constexpr std::string_view kRsaPrivatePkcs1 = R"(-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEAn4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8/KuKPEHLd4
rHVTeT+O+XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz/AJmSCpMaJMRBSFKrKb2wqVwG
U/NsYOYL+QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj+oBHqFEHYpP
e7Tpe+OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzw
OHrtIQbS0FVbb9k3+tVTU4fg/3L/vniUFAKwuCLqKnS2BYwdq/mzSnbLY7h/qixo
R7jig3//kRhuaxwUkRz5iaiQkqgc5gHdrNP5zwIDAQABAoIBAG1lAvQfhBUSKPJK
Rn4dGbshj7zDSr2FjbQf4pIh/ZNtHk/jtavyO/HomZKV8V0NFExLNi7DUUvvLiW7
0PgNYq5MDEjJCtSd10xoHa4QpLvYEZXWO7DQPwCmRofkOutf+NqyDS0QnvFvp2d+
Lov6jn5C5yvUFgw6qWiLAPmzMFlkgxbtjFAWMJB0zBMy2BqjntOJ6KnqtYRMQUxw
TgXZDF4rhYVKtQVOpfg6hIlsaoPNrF7dofizJ099OOgDmCaEYqM++bUlEHxgrIVk
wZz+bg43dfJCocr9O5YX0iXaz3TOT5cpdtYbBX+C/5hwrqBWru4HbD3xz8cY1TnD
qQa0M8ECgYEA3Slxg/DwTXJcb6095RoXygQCAZ5RnAvZlno1yhHtnUex/fp7AZ/9
nRaO7HX/+SFfGQeutao2TDjDAWU4Vupk8rw9JR0AzZ0N2fvuIAmr/WCsmGpeNqQn
ev1T7IyEsnh8UMt+n5CafhkikzhEsrmndH6LxOrvRJlsPp6Zv8bUq0kCgYEAuKE2
dh+cTf6ERF4k4e/jy78GfPYUIaUyoSSJuBzp3Cubk3OCqs6grT8bR/cu0Dm1MZwW
mtdqDyI95HrUeq3MP15vMMON8lHTeZu2lmKvwqW7anV5UzhM1iZ7z4yMkuUwFWoB
vyY898EXvRD+hdqRxHlSqAZ192zB3pVFJ0s7pFcCgYAHw9W9eS8muPYv4ZhDu/fL
2vorDmD1JqFcHCxZTOnX1NWWAj5hXzmrU0hvWvFC0P4ixddHf5Nqd6+5E9G3k4E5
2IwZCnylu3bqCWNh8pT8T3Gf5FQsfPT5530T2BcsoPhUaeCnP499D+rb2mTnFYeg
mnTT1B/Ue8KGLFFfn16GKQKBgAiw5gxnbocpXPaO6/OKxFFZ+6c0OjxfN2PogWce
TU/k6ZzmShdaRKwDFXisxRJeNQ5Rx6qgS0jNFtbDhW8E8WFmQ5urCOqIOYk28EBi
At4JySm4v+5P7yYBh8B8YD2l9j57z/s8hJAxEbn/q8uHP2ddQqvQKgtsni+pHSk9
XGBfAoGBANz4qr10DdM8DHhPrAb2YItvPVz/VwkBd1Vqj8zCpyIEKe/07oKOvjWQ
SgkLDH9x2hBgY01SbP43CvPk0V72invu2TGkI/FXwXWJLLG7tDSgw4YyfhrYrHmg
1Vre3XB9HH8MYBVB6UIexaAq4xSeoemRKTBesZro7OKjKT8/GmiO
-----END RSA PRIVATE KEY-----
)";

inline constexpr std::string_view kRsaPublic = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAn4EPtAOCc9AlkeQHPzHS
tgAbgs7bTZLwUBZdR8/KuKPEHLd4rHVTeT+O+XV2jRojdNhxJWTDvNd7nqQ0VEiZ
QHz/AJmSCpMaJMRBSFKrKb2wqVwGU/NsYOYL+QtiWN2lbzcEe6XC0dApr5ydQLrH
qkHHig3RBordaZ6Aj+oBHqFEHYpPe7Tpe+OfVfHd1E6cS6M1FZcD1NNLYD5lFHpP
I9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3+tVTU4fg/3L/vniUFAKw
uCLqKnS2BYwdq/mzSnbLY7h/qixoR7jig3//kRhuaxwUkRz5iaiQkqgc5gHdrNP5
zwIDAQAB
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view kRsaPublicPkcs1 = R"(-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAn4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8/KuKPEHLd4rHVT
eT+O+XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz/AJmSCpMaJMRBSFKrKb2wqVwGU/Ns
YOYL+QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj+oBHqFEHYpPe7Tp
e+OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrt
IQbS0FVbb9k3+tVTU4fg/3L/vniUFAKwuCLqKnS2BYwdq/mzSnbLY7h/qixoR7ji
g3//kRhuaxwUkRz5iaiQkqgc5gHdrNP5zwIDAQAB
-----END RSA PUBLIC KEY-----
)";

/// The key of RFC 7515 appendix A.3.
inline constexpr std::string_view kP256Private = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff
H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp
7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt
-----END PRIVATE KEY-----
)";

/// As `openssl ecparam -genkey` writes it, with its parameters in front.
inline constexpr std::string_view kP256PrivateSec1 = R"(-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49
AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b
focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END EC PRIVATE KEY-----
)";

inline constexpr std::string_view kP256Public = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----
)";

/// Of the same key; long expired.
inline constexpr std::string_view kP256Certificate = R"(-----BEGIN CERTIFICATE-----
MIIBGzCBw6ADAgECAgEHMAoGCCqGSM49BAMCMBgxFjAUBgNVBAMMDWNpbm5hYmFy
IHRlc3QwHhcNMjAwMTAxMDAwMDAwWhcNMjAwMTAyMDAwMDAwWjAYMRYwFAYDVQQD
DA1jaW5uYWJhciB0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2
xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkL
JK2KRiMohYjlrTAKBggqhkjOPQQDAgNHADBEAiBZxnGW29MZEHVUS2PhIr2bzQio
93AVDb/eZOEWYaQEPwIgfaRFz4IY8Nueq7dYblg5yBWJLtXeUq/u28LWodkUDYM=
-----END CERTIFICATE-----
)";

inline constexpr std::string_view kP384Private = R"(-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBkzcVeCdsd858WA6XS
rcwdoDxMDw5cnhLFjCVT0fiNSnJw4J6Ic7kX5V3VBTi7nVehZANiAATV7b0FPT7F
vPQf+KBR+v/BP4dKn3Vm6tzKzqa7VPApD8P9X3/74/qcfK2WilGRRxI67sTfeskI
t+Ogi0HjFmpyAH/Ez3p97ZPBYh8VDD6qk4HP3aAZZCnljFPYSRGFCLk=
-----END PRIVATE KEY-----
)";

inline constexpr std::string_view kP384Public = R"(-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE1e29BT0+xbz0H/igUfr/wT+HSp91Zurc
ys6mu1TwKQ/D/V9/++P6nHytlopRkUcSOu7E33rJCLfjoItB4xZqcgB/xM96fe2T
wWIfFQw+qpOBz92gGWQp5YxT2EkRhQi5
-----END PUBLIC KEY-----
)";

/// The key of RFC 7520 section 3.2.
inline constexpr std::string_view kP521Private = R"(-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIACFE43av1ypdfWGD5
GgjpHW1fmnatQBh2akdmgLVc0znoq2xytfrNsqKlCsJb0IZkfdPi5umehMosNgn9
8Xf+sm2hgYkDgYYABABymSyzrAjs8+XGPe3sDVGowfee8vgvlPPHN79d55hmcerG
Jf6CV7vQOUZEyqo6r48npFhfu8rQ8kV2IAheXI9CrQHcppR7zoi8V5BIWsl0JzQr
w1+IfYbWWgiTd+JH5guqVeToUB4q2lckrFHWkJAIAz68EKyZm51/XMJRnz/h6h2U
dQ==
-----END PRIVATE KEY-----
)";

inline constexpr std::string_view kP521Public = R"(-----BEGIN PUBLIC KEY-----
MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQAcpkss6wI7PPlxj3t7A1RqMH3nvL4
L5Tzxze/XeeYZnHqxiX+gle70DlGRMqqOq+PJ6RYX7vK0PJFdiAIXlyPQq0B3KaU
e86IvFeQSFrJdCc0K8NfiH2G1loIk3fiR+YLqlXk6FAeKtpXJKxR1pCQCAM+vBCs
mZudf1zCUZ8/4eodlHU=
-----END PUBLIC KEY-----
)";

/// The key of RFC 8037 appendix A.1.
inline constexpr std::string_view kEd25519Private = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
)";

inline constexpr std::string_view kEd25519Public = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
)";

/// Refused, as are all that follow.
inline constexpr std::string_view kEncryptedPkcs8 = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjyxTN+uqkRbgICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEENrzOSNB+maEEsK+CqEgsjsEgZDw
+EMcrxu65y627u6q4nPnSKuhswHn6oeZskHFFXEj1VvTExzBzAMMql45bUn6f7a7
UsNghPVcyuj+woF1hY6C7sMlC92t4AYfxsJ5RrFkj9XP0ld3PEhfRNXU+uK1/++T
1G4JkU/HmVKkXksQdzKi7zwpK3ieRgYUUJ41A81BPac2zYiIKpStC7FWDTCs0cM=
-----END ENCRYPTED PRIVATE KEY-----
)";

inline constexpr std::string_view kEncryptedSec1 = R"(-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-256-CBC,63EF829991179E97ED3FB9B35DD4FF13

72FgsxCOsUp9J6NZLGzXmqMWUBT/rUR2sJZv9nmKNrp6tSL6kYjSZjEr/T3AnlEF
yZMEjS7hcGF/6LmWAVK39clvae5UXUCxFopjhvRwnWjTQYP7uzbq3rCeV4yZlk9V
CqbPpggReXsnAbsCC/Avjou2//T3YxnK0PdiIbm6Ybc=
-----END EC PRIVATE KEY-----
)";

inline constexpr std::string_view kRsa1024Public = R"(-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDXHW0lt5XZZDsz/2j6uVT59L6n
mw6sit1bvpMdYqtIBpdLx8/gOIv7KbDT6vTiumTtDkPn88AZ4UhAlmYV3vKsfLVf
bv9+HyzScTGe60QOGG/HowYKcQ3QSLgdS8Njr4xOo1dJSrGnxFEJxJop7NRvRvLB
+A2TQi0RBjnAbV/EOwIDAQAB
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view kSecp256k1Public = R"(-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEG2Yp4ochWm1yNJGIhOtuUIrohP4uWwLm
FdG/i9GnCanjpTmGsM1h5vaDNGsWKHa7P5G4Dh7RQsFOz3wZMps3VA==
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view kEd448Public = R"(-----BEGIN PUBLIC KEY-----
MEMwBQYDK2VxAzoAcbFdQTxt6tBymqalGkkEV+V7F6GWIDk4ib9oBPiheTi7ie2j
Rx4ktn0gyMphxQOUaToMxYrAv24A
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view kX25519Public = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VuAyEAndxpImM1TvKJjXDvNlv3t1956dmyv5Ht/zU52aWVdCo=
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view kRsaPssPublic = R"(-----BEGIN PUBLIC KEY-----
MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBAKMnj9Bw/3J+kG6TOV5QipV4
bdSd4h+63ozH85vTzU/wrgoMxqmgfTOvYK4UTHcdMZb/BZjVChiIPlRlIFX7Je40
G9QqQg8yPeIvRnuTq8Oi4hglVE/X8iZ9O23QKUIvl9JU8tp+ZlpX8XAmXXnwr6pV
+X6bpBSlQIjpg3eXmRbT/8HrlGBH4uRApJJmGV9AKedOn98b1NCWJLbky80YOZ3t
JX6R1xvL7F81XbNOT3TCWdiKB829iQK6wIviVfO9FwBMHz+NH5WMcIzigk5xrR7c
dct5kVUYUCeLb2Mrd5rdsgxBVznNlvvgDwNgWwvZO7a8bhWX8dRbLM/YhvReCPEC
AwEAAQ==
-----END PUBLIC KEY-----
)";

}  // namespace cinnabar::test
