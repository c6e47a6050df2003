"""A wire that can be cut: TCP passed on between a port that can refuse and one that listens."""

import asyncio
from contextlib import suppress


class Wire:
    """Runs in the event loop that calls it."""

    def __init__(self, port: int, behind: int) -> None:
        self._port = port
        self._behind = behind
        self._listener: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    async def connect(self) -> None:
        self._listener = await asyncio.start_server(self._pass_on, "127.0.0.1", self._port)

    def cut(self) -> None:
        """Resets every connection; what was under way is lost on both sides."""
        for end in tuple(self._ends):
            end.transport.abort()

    async def disconnect(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self.cut()
            await self._listener.wait_closed()
            self._listener = None

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._behind)
            self._ends.add(inner_writer)
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
        finally:
            for end in (writer, inner_writer):
                end.close()
                self._ends.discard(end)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until either side is gone; then the other is closed too."""
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
