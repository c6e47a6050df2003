"""`python -m bench.sms_endpoint PORT LATENCY_MS`: an operator that is never what one waits for."""

import asyncio
import itertools
import sys
from urllib.parse import unquote_plus

_ids = itertools.count()
_asked = itertools.count()


async def serve(port: int, latency: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            if head.startswith(b"GET"):
                writer.write(_count())
                continue
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            form = (await reader.readexactly(length)).decode()
            numbers = unquote_plus(form.split("to=")[1].split("&")[0]).split(",")
            if latency:
                await asyncio.sleep(latency)
            writer.write(_response(numbers))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    await server.serve_forever()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def _count() -> bytes:
    """How many recipients there have been; asking takes one."""
    body = str(next(_ids) - next(_asked)).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def _response(numbers: list[str]) -> bytes:
    recipients = ",".join(
        f'{{"number":"{number}","status":"Success","statusCode":101,"cost":"USD 0.0079",'
        f'"messageId":"ATXid_{next(_ids):032x}","messageParts":1}}'
        for number in numbers
    )
    body = f'{{"SMSMessageData":{{"Message":"Sent","Recipients":[{recipients}]}}}}'.encode()
    head = (
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
