"""Files to attach, kept for the moment in which a document's recipients are told of it."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from api.mailer.composing import Attachment

# Two of the largest that fit into a mail; the smaller they are, the more of them are kept.
MOST_BYTES = 16_000_000


class RecentFiles:
    """What was read last, by its digest: the same bytes whatever became of their document."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._bytes = 0

    async def read(
        self, file: Attachment, fetch: Callable[[Attachment], Awaitable[bytes]]
    ) -> bytes:
        """A file's bytes, fetched unless they are still here."""
        content = self._kept.pop(file.sha256, None)
        if content is None:
            content = await fetch(file)
            self._bytes += len(content)
            # Two mails may have fetched it at the same time.
            self._bytes -= len(self._kept.pop(file.sha256, b""))
        self._kept[file.sha256] = content
        while self._bytes > MOST_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest)
        return content
