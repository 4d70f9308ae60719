# SPDX-License-Identifier: Apache-2.0
"""What tokens cost the hub: good ones that it knows, and forged ones that it has never seen."""

import base64
import json
import os
import selectors
import socket
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from harness import ISSUER, SUBSCRIBER_KEY, Failure, Hub, median, publisher_claims
from suite import cpu_ns, us

CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
ALGORITHMS = ("HS256", "HS512", "RS256", "PS512", "ES256", "ES384", "ES512", "EdDSA")


def key_pair(algorithm):
    """What signs and what verifies, as PyJWT and the hub take them."""
    if algorithm.startswith("HS"):
        return "k" * 64, "k" * 64
    if algorithm == "EdDSA":
        private = ed25519.Ed25519PrivateKey.generate()
    elif algorithm in CURVES:
        private = ec.generate_private_key(CURVES[algorithm]())
    else:
        private = rsa.generate_private_key(65537, 2048)
    public = private.public_key().public_bytes(serialization.Encoding.PEM,
                                               serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public.decode()


def issuers(algorithm, verifier):
    return "\n".join(["[[issuer]]", f'id = "{ISSUER}"',
                      f'publisher = {{ jwt = {json.dumps(verifier)}, alg = "{algorithm}" }}',
                      f'subscriber = {{ jwt = "{SUBSCRIBER_KEY}" }}'])


def mint(algorithm, signer):
    return jwt.encode(publisher_claims(), signer, algorithm=algorithm, headers={"typ": "at+jwt"})


def cpu_seconds(pid):
    return cpu_ns(pid) / 1e9


def tokens(bench):
    """Hub CPU per publish with a token that was verified before, by each algorithm; 64 publishers, memory journal."""
    events = bench.count(40000)
    for algorithm in ALGORITHMS:
        signer, verifier = key_pair(algorithm)
        with Hub(bench, journal="memory", heartbeat="0s", issuers=issuers(algorithm, verifier),
                 token=mint(algorithm, signer)) as hub:
            hub.load(publishers=64, events=events)  # the warm-up
            costs, piped = [], []
            for _ in range(bench.rounds):
                got = hub.load(publishers=64, events=events)
                costs.append(got["cpu_ns"] / got["published"])
                publish = request(b"Authorization: Bearer " + hub.token.encode() + b"\r\n")
                before = cpu_seconds(hub.pid)
                answered = answer(hub.port, [publish] * events, 4, 40000, 16)
                if answered != {"200": events}:
                    raise Failure(f"publishes were answered {answered}")
                piped.append((cpu_seconds(hub.pid) - before) / events * 1e9)
        what = f"{algorithm}: CPU per publish, 64 publishers that wait for each answer"
        if algorithm == "HS256":
            bench.bar("tokens", 9, what, us(median(costs)), "<= 20 µs", median(costs) <= 20e3)
        else:
            bench.row("tokens", what, us(median(costs)), "<= 20 µs", median(costs) <= 20e3)
        bench.row("tokens", f"  {algorithm}: 4 that send 16 before they read", f"{median(piped) / 1e3:.2f} µs")


def forged_request(claims, number):
    """A publish whose token is well-formed, and whose ES512 signature is 132 bytes of noise."""
    def part(raw):
        return base64.urlsafe_b64encode(raw).rstrip(b"=")

    token = b".".join([part(b'{"alg":"ES512","typ":"at+jwt"}'), part(json.dumps({**claims, "n": number}).encode()),
                       part(b"\x01" + os.urandom(65) + b"\x01" + os.urandom(65))])
    return request(b"Authorization: Bearer " + token + b"\r\n")


def request(fields):
    body = b"topic=a&data=b"
    return (b"POST /.well-known/mercure HTTP/1.1\r\nHost: bench.example\r\n" + fields +
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def take_answers(data, statuses):
    """Counts the whole responses in `data` by status; answers how many there were, and the rest."""
    count = at = 0
    while (end := data.find(b"\r\n\r\n", at)) >= 0:
        head = data[at:end].lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(data) < end + 4 + length:
            break
        status = data[at + 9:at + 12].decode()
        statuses[status] = statuses.get(status, 0) + 1
        at = end + 4 + length
        count += 1
    return count, data[at:]


def answer(port, requests, connections, per_second, bunch):
    """Sends at that rate over a few connections, `bunch` at a time; counts the answers by status."""
    statuses = {}
    watch = selectors.DefaultSelector()
    socks = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    rests = dict.fromkeys(socks, b"")
    for sock in socks:
        watch.register(sock, selectors.EVENT_READ)
    begin, sent, read = time.monotonic(), 0, 0
    while read < len(requests):
        due = min(len(requests), int((time.monotonic() - begin) * per_second))
        while sent < due and (sent + bunch <= due or due == len(requests)):
            socks[sent // bunch % connections].sendall(b"".join(requests[sent:sent + bunch]))
            sent = min(sent + bunch, len(requests))
        for chosen, _ in watch.select(0.001):
            sock = chosen.fileobj
            data = sock.recv(1 << 20)
            if not data:
                raise Failure("the hub closed a connection")
            count, rests[sock] = take_answers(rests[sock] + data, statuses)
            read += count
    for sock in socks:
        sock.close()
    return statuses


def forged(bench):
    """Hub CPU while 10,000 different tokens a second come with forged ES512 signatures."""
    rate = bench.count(10000)
    seconds = 3
    _, verifier = key_pair("ES512")
    claims = publisher_claims()
    with Hub(bench, journal="memory", heartbeat="0s", issuers=issuers("ES512", verifier)) as hub:
        def measure(requests):
            before = cpu_seconds(hub.pid), time.monotonic()
            statuses = answer(hub.port, requests, 8, rate, 10)
            return (cpu_seconds(hub.pid) - before[0]) / (time.monotonic() - before[1]), statuses

        bare, _ = measure([request(b"")] * (rate * seconds))
        first, of_first = measure([forged_request(claims, n) for n in range(rate)])
        later, of_later = measure([forged_request(claims, n) for n in range(rate, rate * (seconds + 1))])
    if not set(of_first) | set(of_later) <= {"401", "429"}:
        raise Failure(f"forged tokens were answered {of_first} and {of_later}")
    bench.row("forged", f"{rate} a second without a token, for comparison: CPU", f"{bare:.1%}")
    bench.row("forged", "the first second of forged ones", f"{first:.1%}")
    bench.row("forged", f"the {seconds} seconds after it: {of_later}", f"{later:.1%}", "< 10 %", later < 0.10)
    bench.row("forged", "  of which the tokens, above the same without any", f"{later - bare:.1%}")
