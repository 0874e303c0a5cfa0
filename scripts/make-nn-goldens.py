"""What PyTorch computes for the layers, losses, optimizers and schedules of @dltrain/nn.

Run as `python3 scripts/make-nn-goldens.py` where PyTorch is installed; it writes
packages/nn/src/goldens/torch.json, which the tests beside the sources read.
"""

import json
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(20240611)
torch.set_default_dtype(torch.float64)


def data(tensor):
    tensor = tensor.detach()
    return {"shape": list(tensor.shape), "data": tensor.flatten().tolist()}


def state(model):
    return {name: data(value) for name, value in model.state_dict().items()}


def layer_case(name, module, input_shape):
    """Output and gradients of sum(output * weights) for fixed, uneven weights."""
    x = torch.randn(input_shape, requires_grad=True)
    y = module(x)
    weights = torch.randn_like(y)
    (y * weights).sum().backward()
    return {
        "name": name,
        "state": state(module),
        "x": data(x),
        "y": data(y),
        "weights": data(weights),
        "xGrad": data(x.grad),
        "grads": {key: data(p.grad) for key, p in module.named_parameters()},
    }


layers = [
    layer_case("linear", nn.Linear(4, 3), [5, 4]),
    layer_case("linear without bias", nn.Linear(4, 3, bias=False), [2, 4]),
    layer_case("conv2d", nn.Conv2d(2, 3, 3), [2, 2, 5, 6]),
    layer_case("conv2d same", nn.Conv2d(1, 2, (2, 3), padding="same"), [1, 1, 4, 5]),
    layer_case(
        "conv2d strided", nn.Conv2d(2, 2, 3, stride=(2, 1), padding=(1, 2)), [2, 2, 5, 4]
    ),
    layer_case("max_pool2d", nn.MaxPool2d(2), [2, 2, 5, 4]),
    layer_case("max_pool2d overlapping", nn.MaxPool2d(3, stride=2, padding=1), [1, 2, 5, 6]),
    layer_case("avg_pool2d", nn.AvgPool2d(2), [2, 2, 4, 6]),
    layer_case("avg_pool2d padded", nn.AvgPool2d(3, stride=2, padding=1), [1, 2, 5, 5]),
    layer_case(
        "avg_pool2d without padding in the mean",
        nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False),
        [1, 2, 5, 5],
    ),
    layer_case("flatten", nn.Flatten(), [2, 3, 2, 2]),
    layer_case("relu", nn.ReLU(), [3, 4]),
    layer_case("sigmoid", nn.Sigmoid(), [3, 4]),
    layer_case("tanh", nn.Tanh(), [3, 4]),
    layer_case("softmax", nn.Softmax(dim=-1), [3, 4]),
]


def loss_case(name, function, output_shape, target):
    output = torch.randn(output_shape, requires_grad=True)
    loss = function(output, target)
    loss.backward()
    return {
        "name": name,
        "output": data(output),
        "target": {**data(target), "dtype": "f64" if target.is_floating_point() else "i32"},
        "mean": loss.item(),
        "grad": data(output.grad),
    }


losses = [
    loss_case("cross_entropy", nn.CrossEntropyLoss(), [4, 3], torch.tensor([0, 2, 1, 1])),
    loss_case(
        "cross_entropy", nn.CrossEntropyLoss(), [4, 3], torch.softmax(torch.randn(4, 3), dim=1)
    ),
    loss_case("mse", nn.MSELoss(), [4, 3], torch.randn(4, 3)),
    loss_case("bce_with_logits", nn.BCEWithLogitsLoss(), [4, 3], torch.rand(4, 3)),
]


def optimizer_case(type, make, args):
    """Eight steps on given gradients; the second parameter has none in the third and fourth."""
    first = torch.randn(3, 4, requires_grad=True)
    second = torch.randn(5, requires_grad=True)
    case = {"type": type, "args": args, "initial": [data(first), data(second)], "steps": []}
    optimizer = make([first, second])
    for step in range(8):
        first.grad = torch.randn_like(first)
        second.grad = None if step in (2, 3) else torch.randn_like(second)
        grads = [data(first.grad), None if second.grad is None else data(second.grad)]
        optimizer.step()
        case["steps"].append({"grads": grads, "parameters": [data(first), data(second)]})
    return case


optim = torch.optim
optimizers = [
    optimizer_case("sgd", lambda p: optim.SGD(p, lr=0.1), {"lr": 0.1}),
    optimizer_case(
        "sgd", lambda p: optim.SGD(p, lr=0.1, momentum=0.9), {"lr": 0.1, "momentum": 0.9}
    ),
    optimizer_case(
        "sgd",
        lambda p: optim.SGD(p, lr=0.05, weight_decay=0.1),
        {"lr": 0.05, "weightDecay": 0.1},
    ),
    optimizer_case(
        "sgd",
        lambda p: optim.SGD(p, lr=0.05, momentum=0.8, weight_decay=0.01, nesterov=True),
        {"lr": 0.05, "momentum": 0.8, "weightDecay": 0.01, "nesterov": True},
    ),
    optimizer_case("adam", lambda p: optim.Adam(p), {}),
    optimizer_case(
        "adam",
        lambda p: optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1),
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 1e-3, "weightDecay": 0.1},
    ),
    optimizer_case("adamw", lambda p: optim.AdamW(p), {}),
    optimizer_case(
        "adamw",
        lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.3),
        {"lr": 0.1, "weightDecay": 0.3},
    ),
]


def schedule_case(spec, make, steps):
    """The learning rate before each step, for an optimizer with a learning rate of 0.5."""
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return {"spec": spec, "rates": rates}


lr = optim.lr_scheduler


def warm(optimizer, steps, schedule):
    rise = lr.LinearLR(optimizer, start_factor=1 / steps, total_iters=steps - 1)
    return lr.SequentialLR(optimizer, [rise, schedule], milestones=[steps])


schedules = [
    schedule_case(
        {"type": "step", "stepSize": {"batches": 3}, "gamma": 0.5},
        lambda o: lr.StepLR(o, 3, gamma=0.5),
        12,
    ),
    schedule_case(
        {"type": "cosine", "minLr": 0.01}, lambda o: lr.CosineAnnealingLR(o, 20, eta_min=0.01), 20
    ),
    schedule_case(
        {"type": "cosine", "warmup": {"batches": 4}},
        lambda o: warm(o, 4, lr.CosineAnnealingLR(o, 16)),
        20,
    ),
    schedule_case(
        {"type": "constant", "warmup": {"batches": 5}},
        lambda o: warm(o, 5, lr.ConstantLR(o, factor=1)),
        8,
    ),
]


def clip_case(max_norm):
    parameters = [torch.randn(3, 4, requires_grad=True), torch.randn(5, requires_grad=True)]
    for p in parameters:
        p.grad = torch.randn_like(p)
    before = [data(p.grad) for p in parameters]
    norm = nn.utils.clip_grad_norm_(parameters, max_norm).item()
    after = [data(p.grad) for p in parameters]
    return {"maxNorm": max_norm, "before": before, "norm": norm, "after": after}


weight = torch.empty(6, 4, 3, 5)
fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(weight)
initializers = {
    "shape": list(weight.shape),
    "fanIn": fan_in,
    "fanOut": fan_out,
    "gains": {name: nn.init.calculate_gain(name) for name in ("linear", "sigmoid", "tanh", "relu")},
    "leakyGain": nn.init.calculate_gain("leaky_relu", 0.2),
}


def training_case():
    """Six steps of a network of every kind of layer, from given weights."""
    model = nn.Sequential(
        nn.Conv2d(1, 3, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(3, 4, 2),
        nn.Sigmoid(),
        nn.AvgPool2d(2, padding=1),
        nn.Flatten(),
        nn.Linear(16, 6),
        nn.Tanh(),
        nn.Linear(6, 3),
    )
    x = torch.randn(8, 1, 8, 8)
    y = torch.randint(0, 3, (8,))
    case = {"initial": state(model), "x": data(x), "y": data(y), "losses": []}
    optimizer = optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    for _ in range(6):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        case["losses"].append(loss.item())
    case["final"] = state(model)
    return case


goldens = {
    "torch": torch.__version__,
    "layers": layers,
    "losses": losses,
    "optimizers": optimizers,
    "schedules": schedules,
    "clipping": [clip_case(1.0), clip_case(100.0)],
    "initializers": initializers,
    "training": training_case(),
}


def shaken(module):
    """The module with weights and biases that are not the ones and zeros they begin with."""
    for parameter in module.parameters():
        nn.init.normal_(parameter)
    return module


class RMSNorm(nn.Module):
    """PyTorch has had its own since 2.4."""

    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 0.01) * self.weight


class CausalSelfAttention(nn.MultiheadAttention):
    def forward(self, x):
        hidden = torch.ones(x.shape[1], x.shape[1]).triu(1) > 0
        return super().forward(x, x, x, attn_mask=hidden, need_weights=False)[0]


# Drawn behind all else, so that what is above stays as it was.
goldens["layers"] += [
    layer_case("conv2d dilated", nn.Conv2d(2, 3, (3, 2), padding=1, dilation=(2, 3)), [2, 2, 6, 5]),
    layer_case("conv2d in groups", nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), [2, 4, 5, 4]),
    layer_case("conv1d", nn.Conv1d(4, 2, 3, stride=2, padding=2, dilation=2, groups=2), [2, 4, 7]),
    layer_case("conv1d same", nn.Conv1d(2, 3, 3, padding="same", bias=False), [2, 2, 5]),
    layer_case("conv_transpose2d", nn.ConvTranspose2d(2, 3, 2, stride=2), [2, 2, 3, 2]),
    layer_case(
        "conv_transpose2d in groups",
        nn.ConvTranspose2d(
            4, 6, 3, stride=(2, 3), padding=1, output_padding=(1, 2), dilation=2, groups=2
        ),
        [1, 4, 3, 2],
    ),
    layer_case("adaptive_avg_pool2d", nn.AdaptiveAvgPool2d((3, 2)), [2, 2, 5, 4]),
    layer_case("adaptive_avg_pool2d of all", nn.AdaptiveAvgPool2d(1), [2, 3, 3, 4]),
    layer_case("layer_norm", shaken(nn.LayerNorm(5)), [2, 3, 5]),
    layer_case("layer_norm of two axes", shaken(nn.LayerNorm((3, 4), eps=0.1)), [2, 3, 4]),
    layer_case("layer_norm alone", nn.LayerNorm(4, elementwise_affine=False), [3, 4]),
    layer_case("rms_norm", shaken(RMSNorm(5)), [2, 3, 5]),
    layer_case("group_norm", shaken(nn.GroupNorm(2, 4)), [2, 4, 3, 2]),
    layer_case(
        "multihead_attention", shaken(CausalSelfAttention(6, 2, batch_first=True)), [2, 4, 6]
    ),
    layer_case("leaky_relu", nn.LeakyReLU(0.1), [3, 4]),
    layer_case("prelu", nn.PReLU(), [3, 4]),
    layer_case("prelu by channel", nn.PReLU(3), [2, 3, 4]),
    layer_case("elu", nn.ELU(0.5), [3, 4]),
    layer_case("celu", nn.CELU(0.5), [3, 4]),
    layer_case("selu", nn.SELU(), [3, 4]),
    layer_case("gelu", nn.GELU(), [3, 4]),
    layer_case("gelu by tanh", nn.GELU(approximate="tanh"), [3, 4]),
    layer_case("silu", nn.SiLU(), [3, 4]),
    layer_case("mish", nn.Mish(), [3, 4]),
    layer_case("softplus", nn.Softplus(beta=2), [3, 4]),
    layer_case("softsign", nn.Softsign(), [3, 4]),
    layer_case("log_sigmoid", nn.LogSigmoid(), [3, 4]),
    layer_case("hardtanh", nn.Hardtanh(-0.5, 1.5), [3, 4]),
    layer_case("relu6", nn.ReLU6(), [3, 4]),
    layer_case("hardswish", nn.Hardswish(), [3, 4]),
    layer_case("identity", nn.Identity(), [3, 4]),
    layer_case("log_softmax", nn.LogSoftmax(dim=-1), [3, 4]),
    layer_case(
        "max_pool2d dilated",
        nn.MaxPool2d(2, stride=3, padding=1, dilation=2, ceil_mode=True),
        [2, 2, 6, 7],
    ),
    layer_case("avg_pool2d rounded up", nn.AvgPool2d(3, stride=2, ceil_mode=True), [1, 2, 6, 4]),
    layer_case("upsample", nn.Upsample(scale_factor=1.5), [2, 2, 4, 3]),
    layer_case(
        "upsample bilinear",
        nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
        [1, 2, 3, 2],
    ),
]
target = Path(__file__).parent.parent / "packages/nn/src/goldens/torch.json"
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps(goldens, separators=(",", ":")) + "\n")
print(f"{target}: {target.stat().st_size} bytes")
