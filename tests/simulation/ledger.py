"""The messages: moved by the gateway's own table of moves, nothing else."""

from array import array
from collections import Counter, deque
from collections.abc import Iterable

from gateway.core.message_states import MessageState, ReceiptOutcome, after_receipt, can_move

REPLY, REMINDER, BROADCAST = PRIORITIES = 0, 1, 2


class Ledger:
    """Columns by a message's index; what is due waits in a queue of its priority."""

    def __init__(self) -> None:
        self.priority, self.resends = bytearray(), bytearray()
        self.arrived = bytearray()  # 1: the operator has taken it
        self.due, self.expires = array("d"), array("d")
        self.state: list[MessageState] = []
        self.waiting: dict[int, deque[int]] = {priority: deque() for priority in PRIORITIES}
        self.states = Counter[MessageState]()

    def add(self, priority: int, due: float, expires: float) -> int:
        self.priority.append(priority)
        self.resends.append(0)
        self.arrived.append(0)
        self.due.append(due)
        self.expires.append(expires)
        self.state.append("queued")
        self.states["queued"] += 1
        index = len(self.state) - 1
        self.waiting[priority].append(index)
        return index

    def move(self, index: int, new: MessageState) -> None:
        old = self.state[index]
        if not can_move(old, new):
            raise ValueError(f"{old} -> {new}")
        self.state[index] = new
        self.states[old] -= 1
        self.states[new] += 1

    def claim(self, now: float, at_most: int, priorities: Iterable[int]) -> list[int]:
        """Of the most urgent priority that has any; what is over expires on the way."""
        for priority in priorities:
            queue, found = self.waiting[priority], list[int]()
            while queue and len(found) < at_most:
                index = queue.popleft()
                if self.state[index] != "queued":  # a receipt came after all
                    continue
                is_over = self.expires[index] <= now
                self.move(index, "expired" if is_over else "claimed")
                if not is_over:
                    found.append(index)
            if found:
                return found
        return []

    def queue_again(self, index: int) -> None:
        """Once, and where its answer and its receipt never came: as resend_unknown does."""
        is_payment = self.priority[index] == REMINDER
        if self.state[index] == "unknown" and is_payment and not self.resends[index]:
            self.resends[index] = 1
            self.move(index, "queued")
            self.waiting[REMINDER].append(index)

    def receive(self, index: int, outcome: ReceiptOutcome) -> bool:
        new = after_receipt(self.state[index], outcome)
        if new is not None:
            self.move(index, new)
        return new is not None
