"""A crew on paper: ranks that train, and rank 0, which deals runs, hears of them and records them. Exact and deterministic: one heap of events,
nothing drawn by chance here.

A run costs its rank: the message with the run, its length, the message with all that it left, the wait for rank 0, recording, the answer, and
the wait for the next run. Rank 0 is three servers, each of which takes who came first:

    the main loop    every message, one at a time; what ranks tell of their progress takes a share of it away
    files            several threads side by side
    the store        one transaction at a time. batch = 1: a thread that wrote a run's files writes its rows, too, and waits for its turn;
                     batch > 1: whatever waits goes into one transaction, up to so many runs
"""
import collections
import dataclasses
import heapq


@dataclasses.dataclass(frozen=True)
class Costs:
    """Seconds, but for what is said."""
    latency: float = 0      # from the sending of a message until it is looked at
    message: float = 0      # of the main loop for a small message
    messages: int = 0       # small messages of a run, but for those of its progress
    done: float = 0         # of the main loop for the message with the whole run
    progress: float = 0     # messages of progress a second that all ranks together send at most
    every: float = 0.2      # between two of one rank, at least
    files: float = 0        # of one thread, to write a run's files while the others do so too
    threads: int = 4        # that write files
    turn: float = 0         # the transactions of a run by itself
    begin: float = 0        # a transaction of several runs, before its first row and after its last,
    rows: float = 0         # and for each of its runs
    batch: int = 1          # runs in a transaction, at most

    def share_told(self, ranks):
        """The share of the main loop that messages of progress take."""
        return self.message * min(ranks / self.every, self.progress) if self.progress else 0

    def transaction(self, runs):
        return self.turn if self.batch == 1 else self.begin + runs * self.rows

    def alone(self):
        """What a run costs its rank besides its length, where rank 0 does nothing else."""
        return 4 * self.latency + (self.messages * self.message + self.done) + self.files + self.transaction(1)

    def ceilings(self, ranks):
        """Runs a second that each server of rank 0 can do, at most."""
        loop, thread = self.messages * self.message + self.done, self.files + (self.turn if self.batch == 1 else 0)
        each = {"loop": loop / (1 - self.share_told(ranks)), "files": thread / self.threads, "store": self.transaction(self.batch) / self.batch}
        return {name: 1 / seconds if seconds > 0 else float("inf") for name, seconds in each.items()}


@dataclasses.dataclass
class Outcome:
    seconds: float = 0      # until the last run is recorded
    efficiency: float = 0   # work / (ranks x seconds)
    runs: int = 0
    waiting: int = 0        # the most runs that lay at rank 0 at once, whole, in memory
    transactions: int = 0
    loop: float = 0         # shares of the time that each server was busy; of all threads together
    files: float = 0
    store: float = 0


COME, HEARD, WRITTEN, KEPT, ASK = range(5)


class Crew:
    """One laboratory. A run is dealt when a rank asks, in the order of the list."""

    def __init__(self, ranks, costs):
        self.ranks, self.c = ranks, costs
        self.out, self.events, self.count = Outcome(), [], 0
        self.slower = 1 / (1 - costs.share_told(ranks))
        self.loop_free = self.loop_busy = self.files_busy = self.store_busy = 0.0
        self.letters, self.turns = collections.deque(), collections.deque()
        self.idle, self.store_is_busy, self.here = costs.threads, False, 0

    def at(self, time, kind, what):
        self.count += 1  # of two at one moment, who came first
        heapq.heappush(self.events, (time, self.count, kind, what))

    def main_loop(self, now, seconds):
        """A message that comes now is done with then."""
        self.loop_busy += seconds * self.slower
        self.loop_free = max(now, self.loop_free) + seconds * self.slower
        return self.loop_free

    def begin_files(self, now):
        while self.idle > 0 and self.letters:
            self.idle -= 1
            self.files_busy += self.c.files
            self.at(now + self.c.files, WRITTEN, self.letters.popleft())

    def begin_transaction(self, now):
        if self.store_is_busy or not self.turns:
            return
        together = [self.turns.popleft() for _ in range(min(self.c.batch, len(self.turns)))]
        seconds = self.c.transaction(len(together))
        self.store_is_busy = True
        self.store_busy += seconds
        self.out.transactions += 1
        self.at(now + seconds, KEPT, together)

    def heard(self, now, rank):
        self.here += 1
        self.out.waiting = max(self.out.waiting, self.here)
        self.letters.append(rank)
        self.begin_files(now)

    def written(self, now, rank):
        self.turns.append(rank)
        if self.c.batch > 1:  # who writes rows is another thread
            self.idle += 1
            self.begin_files(now)
        self.begin_transaction(now)

    def kept(self, now, together):
        self.store_is_busy = False
        if self.c.batch == 1:
            self.idle += 1
            self.begin_files(now)
        self.begin_transaction(now)
        self.here -= len(together)
        self.out.seconds = max(self.out.seconds, now)
        for rank in together:
            self.at(self.main_loop(now, self.c.message) + 2 * self.c.latency, ASK, rank)

    def train(self, wave, begin):
        """All runs of a wave, from this moment on; the ranks ask at once."""
        wave, self.events = iter(wave), []
        small, c = max(self.c.messages - 1, 0) * self.c.message, self.c
        for rank in range(self.ranks):
            self.at(begin, ASK, rank)
        while self.events:
            now, _, kind, what = heapq.heappop(self.events)
            if kind == ASK:
                length = next(wave, None)
                if length is not None:
                    sent = self.main_loop(now, small) + c.latency + length + c.latency
                    self.at(sent, COME, what)
            elif kind == COME:
                self.at(self.main_loop(now, c.done), HEARD, what)
            elif kind == HEARD:
                self.heard(now, what)
            elif kind == WRITTEN:
                self.written(now, what)
            else:
                self.kept(now, what)


def simulate(waves, ranks, costs):
    """waves: lists of lengths, in the order in which they are dealt; a wave begins when the one before is recorded."""
    crew = Crew(ranks, costs)
    work = 0.0
    for wave in waves:
        crew.train(wave, crew.out.seconds)
        work += sum(wave)
        crew.out.runs += len(wave)
    out = crew.out
    if out.seconds > 0:
        out.efficiency = work / (ranks * out.seconds)
        out.loop, out.store = crew.loop_busy / out.seconds + costs.share_told(ranks), crew.store_busy / out.seconds
        out.files = crew.files_busy / (costs.threads * out.seconds)
    return out
