"""PyTorch as a peer: reads one JSON request a line, answers each with one JSON line.

{"task": "gemm", "m": 512, "n": 512, "k": 512, "ms": 20}
    -> {"ms": median time of a product [m, k] x [k, n]}
{"task": "step", "net": {"input": [784], "classes": 10, "batch": 128, "layers": [...]},
 "lr": 0.01, "momentum": 0.9, "warmup": 20, "steps": 100}
    -> {"ms": mean time of a training step, after the warm-up}

The number of threads is the first argument. The first line says which PyTorch it is, and whether it
multiplies with a BLAS that is worth comparing with.
"""

import json
import re
import statistics
import sys
import time

import torch
from torch import nn


def build(net):
    sample = torch.zeros([1, *net["input"]])
    layers = []
    for spec in net["layers"]:
        kind = spec["type"]
        if kind == "linear":
            layer = nn.Linear(sample.shape[1], spec["outFeatures"])
        elif kind == "relu":
            layer = nn.ReLU()
        else:
            raise ValueError(f"no layer of type {kind}")
        sample = layer(sample)
        layers.append(layer)
    return nn.Sequential(*layers)


class Trainer:
    """A net, its optimizer and one batch of synthetic data, which every step uses again."""

    def __init__(self, request):
        net = request["net"]
        torch.manual_seed(0)
        self.model = build(net)
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), lr=request["lr"], momentum=request["momentum"]
        )
        self.loss = nn.CrossEntropyLoss()
        self.inputs = torch.randn([net["batch"], *net["input"]])
        self.targets = torch.randint(net["classes"], [net["batch"]])

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(self.model(self.inputs), self.targets).backward()
        self.optimizer.step()


trainers = {}


def time_step(request):
    key = json.dumps(request["net"])
    if key not in trainers:
        trainers[key] = Trainer(request)
    trainer = trainers[key]
    for _ in range(request["warmup"]):
        trainer.step()
    since = time.perf_counter()
    for _ in range(request["steps"]):
        trainer.step()
    return (time.perf_counter() - since) * 1e3 / request["steps"]


def time_gemm(request):
    m, n, k = request["m"], request["n"], request["k"]
    a, b, c = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
    torch.mm(a, b, out=c)
    samples = []
    until = time.perf_counter() + request["ms"] / 1e3
    while len(samples) < 3 or time.perf_counter() < until:
        since = time.perf_counter()
        torch.mm(a, b, out=c)
        samples.append((time.perf_counter() - since) * 1e3)
    return statistics.median(samples)


tasks = {"gemm": time_gemm, "step": time_step}


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
        "blas": blas,
        "referenceBlas": blas is not None and "/blas/libblas.so" in blas,
    }


def answer(value):
    print(json.dumps(value), flush=True)


def main():
    torch.set_num_threads(int(sys.argv[1]))
    answer(describe())
    for line in sys.stdin:
        request = json.loads(line)
        answer({"ms": tasks[request["task"]](request)})


main()
