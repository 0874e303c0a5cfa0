"""The nets of the workloads in PyTorch, from the same description as ours."""

import torch
import torch.nn.functional as F
from torch import nn


def build(net, samples):
    """A list of layers, or the sizes of a transformer."""
    return Transformer(net) if isinstance(net, dict) else layers(net, samples["shape"])


def layers(specs, shape):
    sample = torch.zeros([1, *shape])
    stack = []
    for spec in specs:
        kind = spec["type"]
        if kind == "linear":
            layer = nn.Linear(sample.shape[1], spec["outFeatures"])
        elif kind == "conv2d":
            layer = nn.Conv2d(
                sample.shape[1], spec["outChannels"], spec["kernelSize"], padding=spec["padding"]
            )
        elif kind == "max_pool2d":
            layer = nn.MaxPool2d(spec["kernelSize"])
        elif kind == "flatten":
            layer = nn.Flatten()
        elif kind == "relu":
            layer = nn.ReLU()
        else:
            raise ValueError(f"no layer of type {kind}")
        sample = layer(sample)
        stack.append(layer)
    return nn.Sequential(*stack)


class Block(nn.Module):
    """Attention and an MLP, each on the norm of what came before and added to it."""

    def __init__(self, sizes):
        super().__init__()
        width, context = sizes["width"], sizes["context"]
        self.heads = sizes["heads"]
        self.attention_norm = nn.LayerNorm(width)
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)
        self.mlp_norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        # Numbers to add and not truth values, which gloo cannot send.
        future = torch.full([context, context], -torch.inf).triu(1)
        self.register_buffer("future", future, persistent=False)

    def forward(self, x):
        x = x + self.attend(self.attention_norm(x))
        return x + self.mlp(self.mlp_norm(x))

    def attend(self, x):
        count, length, width = x.shape
        parts = self.queries_keys_values(x).view(count, length, 3, self.heads, width // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        scores = (q * (width // self.heads) ** -0.5) @ k.transpose(-2, -1)
        weights = F.softmax(scores + self.future, -1)
        return self.projection((weights @ v).transpose(1, 2).reshape(count, length, width))


class Transformer(nn.Module):
    """Predicts each next token: indices [N, context] in, logits [N, context, vocabulary] out."""

    def __init__(self, sizes):
        super().__init__()
        width = sizes["width"]
        self.tokens = nn.Embedding(sizes["vocabulary"], width)
        self.positions = nn.Parameter(torch.randn(sizes["context"], width) * 0.02)
        self.blocks = nn.Sequential(*(Block(sizes) for _ in range(sizes["depth"])))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, sizes["vocabulary"])

    def forward(self, indices):
        return self.head(self.norm(self.blocks(self.tokens(indices) + self.positions)))
