"""One DNS question: its bytes, and servers that answer, lie, or are not there."""

import asyncio
import socket
import time
from ipaddress import ip_address

import pytest

from wgdesk.engine.dns.question import Reply, ask, decode_reply, encode_question, fresh_name

HERE = ip_address("127.0.0.1")
NAME = "a.example.org"
# As RFC 1035 section 4.1 lays it out; checked against what dig sends.
QUESTION = bytes.fromhex(
    "abcd 0100 0001 0000 0000 0000 0161 076578616d706c65 036f7267 00 0001 0001"
)


def reply_to(question, *, code=0, number=None):
    number = question[:2] if number is None else number.to_bytes(2, "big")
    flags = (0x8180 | code).to_bytes(2, "big")
    return number + flags + question[4:]


def test_a_question_has_the_bytes_of_the_standard():
    assert encode_question(0xABCD, NAME) == QUESTION


@pytest.mark.parametrize("code", [0, 2, 3, 5])
def test_a_reply_is_known_by_number_and_question(code):
    assert decode_reply(reply_to(QUESTION, code=code), 0xABCD, NAME) == Reply(code)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        QUESTION[:11],
        QUESTION,  # a question, no reply
        reply_to(QUESTION, number=0x1234),
        reply_to(encode_question(0xABCD, "b.example.org")),
    ],
)
def test_anything_else_is_no_reply(data):
    assert decode_reply(data, 0xABCD, NAME) is None


def test_a_refusal_may_leave_the_question_out():
    bare = reply_to(QUESTION, code=5)[:4] + bytes(8)
    assert decode_reply(bare, 0xABCD, NAME) == Reply(5)


def test_case_of_the_name_does_not_count():
    assert decode_reply(reply_to(QUESTION.replace(b"example", b"EXAMPLE")), 0xABCD, NAME)


def test_no_two_names_are_the_same_and_the_domain_is_kept():
    names = {fresh_name("corp.example") for _ in range(100)}
    assert len(names) == 100
    assert all(name.endswith(".corp.example") for name in names)
    assert fresh_name("~.").endswith(".example.org")
    assert fresh_name("~lab.example").endswith(".lab.example")


class Server(asyncio.DatagramProtocol):
    def __init__(self, answer):
        self.answer, self.asked = answer, 0

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.asked += 1
        for reply in self.answer(data, self.asked):
            self.transport.sendto(reply, address)


@pytest.fixture
async def serve():
    opened = []

    async def serve(answer):
        loop = asyncio.get_running_loop()
        transport, server = await loop.create_datagram_endpoint(
            lambda: Server(answer), local_addr=(str(HERE), 0)
        )
        opened.append(transport)
        return server, transport.get_extra_info("sockname")[1]

    yield serve
    for transport in opened:
        transport.close()


async def test_a_server_answers(serve):
    server, port = await serve(lambda data, _n: [reply_to(data, code=3)])
    assert await ask(HERE, NAME, port=port) == Reply(3)
    assert server.asked == 1


async def test_a_lost_question_is_asked_again(serve):
    server, port = await serve(lambda data, n: [reply_to(data)] if n == 2 else [])
    assert await ask(HERE, NAME, port=port) == Reply(0)
    assert server.asked == 2


async def test_forged_replies_before_the_true_one_are_passed_over(serve):
    _, port = await serve(lambda data, _n: [b"junk", QUESTION, reply_to(data, code=3)])
    assert await ask(HERE, NAME, port=port) == Reply(3)


async def test_silence_ends_after_three_seconds(serve):
    server, port = await serve(lambda _data, _n: [])
    begun = time.monotonic()
    assert await ask(HERE, NAME, port=port) is None
    assert 2.5 < time.monotonic() - begun < 20
    assert server.asked == 3


async def test_a_closed_port_is_told_at_once():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((str(HERE), 0))
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        await ask(HERE, NAME, port=port)
