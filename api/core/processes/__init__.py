"""Work on bytes from strangers, in processes of limited memory and CPU time.

    async with Processes(2, prepare=compile_rules) as processes:
        answer = await processes.run(inspect, data, seconds=10)
        if isinstance(answer, OverLimit):
            ...  # these bytes used up the CPU time or the memory of a task

Only what a task itself uses says something about its bytes: CPU time, which the kernel counts, and
memory. A task that is lost in any other way (the process was killed or stopped, the machine had no
time for it, no process was free) raises `Unfinished`, which the API answers with 503: nothing is
known about the bytes then, and the same call may succeed (X22).

`inspect` is a function of a module of ours; its arguments and what it returns travel as pickles,
and an exception that it raises is raised here. What the processes send back is not trusted: only
classes of ours and plain values are accepted. They know no secrets, write no files and use no
connection of ours. A process that is lost is replaced; nothing here ever blocks the event loop.
"""

from api.core.processes.outcome import OverLimit, Unfinished
from api.core.processes.pool import SECONDS_IN_LINE, Processes, available_cores

__all__ = ["SECONDS_IN_LINE", "OverLimit", "Processes", "Unfinished", "available_cores"]
