"""Work on bytes from strangers, in processes of limited memory and time.

    async with Processes(2, prepare=compile_rules) as processes:
        answer = await processes.run(inspect, data, seconds=10)
        if isinstance(answer, Lost):
            ...  # the engine crashed, hung or ran out of memory; the server did not

`inspect` is a function of a module of ours; its arguments and what it returns travel as pickles,
and an exception that it raises is raised here. What the processes send back is not trusted: only
classes of ours and plain values are accepted. They know no secrets, write no files and use no
connection of ours. A process that is lost is replaced; nothing here ever blocks the event loop.
"""

from api.core.processes.pool import Lost, Processes, available_cores

__all__ = ["Lost", "Processes", "available_cores"]
