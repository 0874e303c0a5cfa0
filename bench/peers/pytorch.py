"""PyTorch as a peer: reads one JSON request a line, answers each with one JSON line.

{"task": "call", "setup": "x = torch.randn(8)", "call": "x.exp()", "ms": 20}
    -> {"ms": median time of the call}
{"task": "step", "net": ..., "samples": ..., "batch": 128, "lr": 0.01, "momentum": 0.9, "steps": 20}
    -> {"ms": mean time of a training step}
{"task": "memory"} -> {"bytes": the most memory that this process has held at a time}

Arguments: the number of threads and, for data-parallel training in several processes, the rank, their
number and a file by which they find each other. The first line of output says which PyTorch it is, and
whether it multiplies with a BLAS that is worth comparing with.
"""

import json
import re
import resource
import statistics
import sys
import time
import timeit

import torch
import torch.nn.functional as F
from pytorch_nets import build

BATCHES = 64
SAMPLE_SECONDS = 20e-6


class Trainer:
    """A net, its optimizer, and synthetic data that it goes through again and again."""

    def __init__(self, request, rank, world):
        torch.manual_seed(0)
        samples, batch = request["samples"], request["batch"]
        # Each process has its share of the batch; the gradients are averaged over all.
        self.batch = batch * (rank + 1) // world - batch * rank // world
        self.model = build(request["net"], samples)
        if world > 1:
            # Without what these nets do not need.
            self.model = torch.nn.parallel.DistributedDataParallel(
                self.model, broadcast_buffers=False, gradient_as_bucket_view=True
            )
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), lr=request["lr"], momentum=request["momentum"]
        )
        count, vocabulary = BATCHES * self.batch, samples["vocabulary"]
        shape = [count, *samples["shape"]]
        self.inputs = torch.randn(shape) if vocabulary is None else torch.randint(vocabulary, shape)
        self.targets = torch.randint(samples["classes"], [count, *samples["targetShape"]])
        self.steps = 0

    def step(self):
        first = self.steps % BATCHES * self.batch
        self.steps += 1
        inputs = self.inputs[first : first + self.batch]
        targets = self.targets[first : first + self.batch]
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.model(inputs)
        F.cross_entropy(logits.flatten(0, -2), targets.flatten()).backward()
        self.optimizer.step()


class Peer:
    def __init__(self, rank, world):
        self.rank, self.world = rank, world
        self.trainers, self.calls = {}, {}

    def call(self, request):
        """The median time of an expression, which may use what the setup has made."""
        key = request["setup"], request["call"]
        if key not in self.calls:
            names = {"torch": torch, "F": F}
            exec(request["setup"], names)
            self.calls[key] = timeit.Timer(request["call"], globals=names)
        timer = self.calls[key]
        # A sample is as many calls as it takes for the clock.
        repeats = 1
        while timer.timeit(repeats) < SAMPLE_SECONDS:
            repeats *= 2
        samples = []
        until = time.perf_counter() + request["ms"] / 1e3
        while len(samples) < 3 or time.perf_counter() < until:
            samples.append(timer.timeit(repeats) * 1e3 / repeats)
        return {"ms": statistics.median(samples)}

    def step(self, request):
        key = json.dumps(request["net"])
        if key not in self.trainers:
            self.trainers[key] = Trainer(request, self.rank, self.world)
        trainer = self.trainers[key]
        since = time.perf_counter()
        for _ in range(request["steps"]):
            trainer.step()
        return {"ms": (time.perf_counter() - since) * 1e3 / request["steps"]}

    def memory(self, _):
        unit = 1 if sys.platform == "darwin" else 1024
        return {"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}


def loaded_blas():
    """The file of the BLAS that this process has loaded; None where the system does not tell."""
    try:
        with open("/proc/self/maps", encoding="utf8") as maps:
            paths = {line.split()[-1] for line in maps if re.search(r"blas|blis|mkl", line)}
    except OSError:
        return None
    # A fast library may come with a thin libblas.so in front of it.
    return max(paths, key=lambda path: ("libblas.so" not in path, path), default=None)


def describe():
    blas = loaded_blas()
    return {
        "version": torch.__version__,
        "python": sys.version.split()[0],
        "blas": blas,
        "referenceBlas": blas is not None and "/blas/libblas.so" in blas,
    }


def answer(value):
    print(json.dumps(value), flush=True)


def main(threads, rank="0", world="1", meeting_place=None):
    torch.set_num_threads(int(threads))
    if meeting_place is not None:
        torch.distributed.init_process_group(
            "gloo", init_method=f"file://{meeting_place}", rank=int(rank), world_size=int(world)
        )
    answer(describe())
    peer = Peer(int(rank), int(world))
    tasks = {"call": peer.call, "step": peer.step, "memory": peer.memory}
    for line in sys.stdin:
        request = json.loads(line)
        answer(tasks[request["task"]](request))


main(*sys.argv[1:])
