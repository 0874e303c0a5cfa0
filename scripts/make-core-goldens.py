"""Writes test/goldens/core-ops.json: values and gradients of every op as PyTorch computes them.

Run it where PyTorch is installed (Debian: python3-torch); the file is committed, so nobody else has
to:

    python3 scripts/make-core-goldens.py

Every case holds its inputs, and for f32 and f64 the result and the gradient by each floating input,
from an adjoint whose element i is ((7 i) mod 11 - 5) / 4. Inputs are multiples of 1/64, so both dtypes
compute from the same numbers; NaN and infinities are written as strings.
"""

import json
import math
import pathlib
import random

import torch
import torch.nn.functional as F

random.seed(20)
INF, NAN = math.inf, math.nan
DTYPES = {"f32": torch.float32, "f64": torch.float64}
KINDS = {"i32": torch.int64, "u8": torch.uint8, "bool": torch.bool}
cases = []


class Input:
    def __init__(self, shape, values, kind=None):
        self.shape, self.values, self.kind = list(shape), values, kind

    def tensor(self, dtype):
        return torch.tensor(self.values, dtype=KINDS.get(self.kind, dtype)).reshape(self.shape)


def count(shape):
    return math.prod(shape)


def draw(shape, low=-1.5, high=1.5):
    """Multiples of 1/64 between two bounds."""
    values = [random.randint(math.ceil(low * 64), math.floor(high * 64)) / 64 for _ in range(count(shape))]
    return Input(shape, values)


def distinct(shape, low=-2.0):
    """Multiples of 1/64, none of them twice."""
    values = [low + i / 64 for i in range(count(shape))]
    random.shuffle(values)
    return Input(shape, values)


def whole(shape, low, high, kind="i32"):
    return Input(shape, [random.randint(low, high) for _ in range(count(shape))], kind)


def given(values, shape=None, kind=None):
    return Input([len(values)] if shape is None else shape, values, kind)


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return int(value) if isinstance(value, bool) else value


def numbers(tensor):
    flat = tensor.detach().reshape(-1)
    if flat.dtype == torch.float32:
        # The shortest decimal that names the same f32.
        return [plain(float(str(x))) for x in flat.numpy()]
    return [plain(x) for x in flat.tolist()]


def adjoint(like):
    weights = [((7 * i) % 11 - 5) / 4 for i in range(like.numel())]
    return torch.tensor(weights, dtype=like.dtype).reshape(like.shape)


def case(name, inputs, f, args=None, grads=True):
    """`f(tensors)` is what PyTorch makes of the case; `grads=False` where it has no derivative."""
    entry = {
        "op": name,
        "inputs": [
            {"shape": i.shape, "data": [plain(v) for v in i.values], **({"dtype": i.kind} if i.kind else {})}
            for i in inputs
        ],
    }
    if args is not None:
        entry["args"] = args
    for label, dtype in DTYPES.items():
        tensors = [i.tensor(dtype) for i in inputs]
        leaves = [t.requires_grad_(True) for t in tensors if grads and t.dtype.is_floating_point]
        out = f(tensors)
        result = {"shape": list(out.shape), "data": numbers(out)}
        if leaves:
            found = [None] * len(leaves)
            if out.requires_grad:
                found = torch.autograd.grad(out, leaves, adjoint(out), allow_unused=True)
            result["grads"] = [numbers(torch.zeros_like(l) if g is None else g) for l, g in zip(leaves, found)]
        entry[label] = result
    cases.append(entry)


# Elementwise functions of one tensor.
common = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 3.0, -7.25, 20.0, -30.0, 100.0, -1e4, 1e4, INF, -INF, NAN]
positive = [0.0, 0.015625, 0.5, 1.0, 2.0, 7.25, 100.0, 1e4, INF, -1.0, NAN]
UNARY = {
    "neg": (lambda x: -x, common),
    "abs": (torch.abs, common),
    "sign": (torch.sign, [v for v in common if not math.isnan(v)]),
    "square": (torch.square, common),
    "sqrt": (torch.sqrt, positive),
    "rsqrt": (torch.rsqrt, positive),
    "reciprocal": (torch.reciprocal, common),
    "exp": (torch.exp, common),
    "expm1": (torch.expm1, common),
    "log": (torch.log, positive),
    "log1p": (torch.log1p, positive + [-0.5, -1.0, -2.0]),
    "sin": (torch.sin, common),
    "cos": (torch.cos, common),
    "tanh": (torch.tanh, common),
    "sigmoid": (torch.sigmoid, common),
    "relu": (torch.relu, common),
}
for name, (f, special) in UNARY.items():
    case(name, [given(special)], lambda t, f=f: f(t[0]))
    low, high = (0.05, 4) if special is positive else (-4, 4)
    case(name, [draw([3, 7], low, high)], lambda t, f=f: f(t[0]))
    case(name, [draw([], low, high)], lambda t, f=f: f(t[0]))
for name in ["neg", "abs", "sign", "square", "relu"]:
    case(name, [given([-3, 0, 5], kind="i32")], lambda t, f=UNARY[name][0]: f(t[0]))

# Elementwise functions of two tensors.
left = [0.0, 1.0, -2.0, INF, -INF, NAN, 3.0, 2.5, NAN, 5.0]
right = [0.0, 1.0, 3.0, 2.0, INF, 1.0, NAN, -2.5, NAN, 0.0]
BINARY = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "pow": torch.pow,
    "minimum": torch.minimum,
    "maximum": torch.maximum,
}
shapes = [([3, 5], [3, 5]), ([2, 1, 3], [4, 1]), ([], [3]), ([4, 3], [3]), ([7], []), ([2, 3, 1, 2], [1, 3, 2, 1]), ([0, 3], [3])]
for name, f in BINARY.items():
    case(name, [given(left), given(right)], lambda t, f=f: f(t[0], t[1]))
    for a, b in shapes:
        first = draw(a, 0.1, 3) if name == "pow" else draw(a, -3, 3)
        second = draw(b, 0.5, 2) if name == "div" else draw(b, -3, 3)
        case(name, [first, second], lambda t, f=f: f(t[0], t[1]))
for name in ["add", "sub", "mul", "minimum", "maximum"]:
    case(name, [given([-3, 0, 5], kind="i32"), given([2], kind="i32")], lambda t, f=BINARY[name]: f(t[0], t[1]))
case("pow", [given([0.0, 0.0, 0.0, 2.0, -2.0]), given([0.0, 2.0, 1.0, 0.0, 3.0])], lambda t: torch.pow(t[0], t[1]))
for exponent in [0, 1, 3, -1.5, 0.5]:
    values = [0.25, 1.0, 2.0, 9.5] + ([0.0, -2.0] if exponent in (0, 1, 3) else [])
    case("powNumber", [given(values)], lambda t, e=exponent: t[0] ** e, {"exponent": exponent})
for name in ["eq", "ne", "lt", "le", "gt", "ge"]:
    f = getattr(torch, name)
    case(name, [given(left), given(right)], lambda t, f=f: f(t[0], t[1]), grads=False)
    case(name, [whole([2, 1], -2, 2), whole([3], -2, 2)], lambda t, f=f: f(t[0], t[1]), grads=False)
    case(name, [whole([3], 0, 255, "u8"), whole([3], 0, 255, "u8")], lambda t, f=f: f(t[0], t[1]), grads=False)
for name, f in [("logicalAnd", torch.logical_and), ("logicalOr", torch.logical_or)]:
    case(name, [whole([5, 1], 0, 1, "bool"), whole([3], 0, 1, "bool")], lambda t, f=f: f(t[0], t[1]))
case("logicalNot", [whole([5], 0, 1, "bool")], lambda t: torch.logical_not(t[0]))
for c, a, b in [([3, 4], [3, 4], [3, 4]), ([4], [3, 1], []), ([2, 1], [], [1, 3])]:
    case("where", [whole(c, 0, 1, "bool"), draw(a), draw(b)], lambda t: torch.where(t[0], t[1], t[2]))
case("where", [given([1, 0], kind="bool"), given([NAN, NAN]), given([INF, INF])], lambda t: torch.where(t[0], t[1], t[2]))
for low, high in [(-0.5, 0.25), (0, None), (None, 0.0), (1, -1)]:
    bounds = {k: v for k, v in (("min", low), ("max", high)) if v is not None}
    for x in [draw([3, 5]), given([NAN, INF, -INF, -0.5, 0.25, 0.0])]:
        case("clamp", [x], lambda t, lo=low, hi=high: torch.clamp(t[0], lo, hi), bounds)
case("clamp", [given([NAN, INF, -INF, 3.0])], lambda t: torch.clamp(t[0], -1, 1), {"min": -1, "max": 1})

# Gradients of activations, written out.
y, g = draw([4, 5], 0.02, 0.98), draw([4, 5])
case("reluGrad", [g, draw([4, 5])], lambda t: torch.where(t[1] <= 0, torch.zeros_like(t[0]), t[0]))
case("reluGrad", [given([1.0, 2.0, 3.0]), given([NAN, 0.0, INF])], lambda t: torch.where(t[1] <= 0, torch.zeros_like(t[0]), t[0]))
case("sigmoidGrad", [g, y], lambda t: t[0] * t[1] * (1 - t[1]))
case("tanhGrad", [g, y], lambda t: t[0] * (1 - t[1] * t[1]))

# Reductions.
def reduce(f, t, args):
    axis = args.get("axis")
    if axis is None:
        return f(t[0])
    return f(t[0], dim=axis, keepdim=args.get("keepdim", False))


axes = [{}, {"axis": 0}, {"axis": -1, "keepdim": True}, {"axis": [0, -1]}, {"axis": 1}]
for name, f in [("sum", torch.sum), ("mean", torch.mean)]:
    for args in axes:
        case(name, [draw([3, 4, 5])], lambda t, f=f, a=args: reduce(f, t, a), args)
    for length in [1, 15, 16, 17, 33, 100]:
        case(name, [draw([2, length])], lambda t, f=f: f(t[0], dim=1), {"axis": 1})
        case(name, [draw([length, 3])], lambda t, f=f: f(t[0], dim=0), {"axis": 0})
    case(name, [draw([2, 3, 2, 2])], lambda t, f=f: f(t[0], dim=[0, 2]), {"axis": [0, 2]})
    case(name, [draw([2, 3, 2, 2])], lambda t, f=f: f(t[0], dim=[0, 2, 3]), {"axis": [0, 2, 3]})
    case(name, [given([1e4, 1.0, -1e4, NAN, INF, 2.0], [2, 3])], lambda t, f=f: f(t[0], dim=1), {"axis": 1})
    case(name, [draw([0, 3])], lambda t, f=f: f(t[0], dim=0), {"axis": 0})
    case(name, [draw([])], lambda t, f=f: f(t[0]), {})
case("sum", [whole([3, 4], -9, 9)], lambda t: t[0].sum(0), {"axis": 0})
for name, single, several in [("max", torch.max, torch.amax), ("min", torch.min, torch.amin)]:
    ties = given([1.0, 3.0, 3.0, -1.0, -1.0, 0.0, 2.0, 2.0, 2.0], [3, 3])
    nans = given([1.0, NAN, 3.0, -INF, INF, 0.0], [2, 3])
    for x in [draw([3, 4, 5]), distinct([2, 17, 3]), ties]:
        case(name, [x], lambda t, f=single: f(t[0]), {})
        case(name, [x], lambda t, f=single: f(t[0], dim=1).values, {"axis": 1})
        case(name, [x], lambda t, f=single: f(t[0], dim=-1, keepdim=True).values, {"axis": -1, "keepdim": True})
        case(name, [x], lambda t, f=several: f(t[0], dim=[0, 1]), {"axis": [0, 1]})
    case(name, [nans], lambda t, f=single: f(t[0], dim=1).values, {"axis": 1})
    for f, x in [(getattr(torch, "arg" + name), x) for x in [draw([3, 4, 5]), distinct([2, 17, 3]), ties, nans]]:
        case("arg" + name, [x], lambda t, f=f: f(t[0]), {}, grads=False)
        case("arg" + name, [x], lambda t, f=f: f(t[0], dim=1), {"axis": 1}, grads=False)
        case("arg" + name, [x], lambda t, f=f: f(t[0], dim=-1, keepdim=True), {"axis": -1, "keepdim": True}, grads=False)

# Products.
for a, b in [
    ([1, 1], [1, 1]), ([3, 5], [5, 7]), ([17, 33], [33, 9]), ([2, 65], [65, 3]), ([1, 4], [4, 1]), ([2, 0], [0, 3]),
    ([0, 3], [3, 2]), ([2, 3, 4], [4, 5]), ([2, 3, 4], [2, 4, 5]), ([2, 1, 3, 2], [3, 2, 4]), ([3, 2], [2, 2, 3]),
]:
    case("matmul", [draw(a), draw(b)], lambda t: t[0] @ t[1])
for a, b in [([4], [4]), ([4], [4, 3]), ([3, 4], [4]), ([2, 3, 4], [4]), ([4], [2, 4, 3])]:
    case("fn:matmul", [draw(a), draw(b)], lambda t: t[0] @ t[1])
case("fn:matmulTransposed", [draw([5, 3]), draw([7, 5])], lambda t: t[0].T @ t[1].T)
case("fn:matmulTransposed", [draw([2, 5, 3]), draw([2, 7, 5])], lambda t: t[0].mT @ t[1].mT)
ACTIVATIONS = {None: lambda x: x, "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
for activation, f in ACTIVATIONS.items():
    args = {} if activation is None else {"activation": activation}
    for x, w in [([5, 7], [3, 7]), ([2, 3, 4], [5, 4]), ([6], [2, 6]), ([17, 19], [18, 19])]:
        case("linear", [draw(x), draw(w), draw(w[:1])], lambda t, f=f: f(F.linear(*t)), args)
case("linear", [draw([3, 4]), draw([2, 4])], lambda t: F.linear(*t), {})


# Convolution and pooling.
def places(size, kernel, stride, padding):
    return [(size[i] + 2 * padding[i] - kernel[i]) // stride[i] + 1 for i in (0, 1)]


for x, w, stride, padding in [
    ([2, 3, 5, 4], [4, 3, 3, 3], [1, 1], [0, 0]), ([1, 2, 7, 6], [3, 2, 3, 2], [2, 1], [1, 0]), ([2, 1, 6, 6], [2, 1, 5, 5], [1, 1], [2, 2]),
    ([1, 2, 4, 5], [2, 2, 1, 1], [1, 2], [0, 0]), ([1, 1, 7, 7], [1, 1, 3, 3], [3, 3], [1, 1]), ([1, 3, 4, 9], [5, 3, 2, 4], [2, 3], [1, 2]),
]:
    size = places(x[2:], w[2:], stride, padding)
    window = {"stride": stride, "padding": padding}
    for activation, f in list(ACTIVATIONS.items())[: 4 if x[0] == 2 else 1]:
        args = {**window, "size": size, **({} if activation is None else {"activation": activation})}
        case("conv2d", [draw(x), draw(w), draw(w[:1])], lambda t, f=f, s=stride, p=padding: f(F.conv2d(*t, stride=s, padding=p)), args)
    gradient = [x[0], w[0], *size]
    rest = [x[2 + i] - ((size[i] - 1) * stride[i] + w[2 + i] - 2 * padding[i]) for i in (0, 1)]
    case(
        "conv2dInputGrad",
        [draw(gradient), draw(w)],
        lambda t, s=stride, p=padding, r=rest: F.conv_transpose2d(t[0], t[1], stride=s, padding=p, output_padding=r),
        {**window, "image": x},
    )
    case(
        "conv2dWeightGrad",
        [draw(gradient), draw(x)],
        lambda t, s=stride, p=padding, k=w[2:]: F.conv2d(t[1].transpose(0, 1), t[0].transpose(0, 1), dilation=s, padding=p).transpose(0, 1)[:, :, : k[0], : k[1]],
        {**window, "weight": w},
    )
case("fn:conv2dSame", [draw([2, 2, 5, 6]), draw([3, 2, 4, 3])], lambda t: F.conv2d(*t, padding="same"))
case("fn:conv2dSame", [draw([2, 5, 6]), draw([3, 2, 3, 5])], lambda t: F.conv2d(*t, padding="same"))

for x, kernel, stride, padding in [
    ([2, 2, 4, 6], [2, 2], [2, 2], [0, 0]), ([2, 5, 4], [3, 2], [1, 2], [1, 1]), ([1, 1, 7, 7], [3, 3], [2, 2], [1, 1]), ([1, 2, 5, 5], [3, 3], [1, 1], [0, 0]),
]:
    window = {"kernel": kernel, "stride": stride, "padding": padding}
    output = [*x[:-2], *places(x[-2:], kernel, stride, padding)]
    options = dict(kernel_size=kernel, stride=stride, padding=padding)

    def indices(x, options=options):
        flat = x if x.dim() == 4 else x[None]
        found = F.max_pool2d(flat, **options, return_indices=True)[1]
        return found.reshape(*(found.shape[:2] if x.dim() == 4 else found.shape[1:2]), -1)

    def spread(t, x=x):
        zeros = torch.zeros(*x[:-2], x[-2] * x[-1], dtype=t[0].dtype)
        return zeros.scatter_add(-1, indices(t[1].detach()), t[0].flatten(-2)).reshape(x)

    def take(t, output=output):
        return t[0].flatten(-2).gather(-1, indices(t[1].detach())).reshape(output)

    tied = Input(x, [random.choice([0.0, 1.0]) for _ in range(count(x))])
    holed = distinct(x)
    holed.values[count(x) // 2] = NAN
    for image in [distinct(x), tied, holed]:
        case("maxPool2d", [image], lambda t, o=options: F.max_pool2d(t[0], **o), {"window": window, "output": output})
        case("maxPool2dGrad", [draw(output), image], spread, {"window": window})
        case("maxPool2dTake", [draw(x), image], take, {"window": window, "output": output})
    for include in [True, False]:
        pool = lambda x, o=options, i=include: F.avg_pool2d(x, **o, count_include_pad=i)
        case("avgPool2d", [draw(x)], lambda t, pool=pool: pool(t[0]), {"window": window, "output": output, "countIncludePad": include})

        def back(t, x=x, pool=pool):
            image = torch.zeros(x, dtype=t[0].dtype, requires_grad=True)
            return torch.autograd.grad(pool(image), image, t[0], create_graph=True)[0]

        case("avgPool2dGrad", [draw(output)], back, {"window": window, "image": x, "countIncludePad": include})

# Shapes.
case("alias", [draw([2, 3])], lambda t: t[0] * 1)
case("clone", [draw([2, 3])], lambda t: t[0].clone())
case("to", [given([0.0, 1.5, -2.5, 300.0])], lambda t: t[0].to(torch.int32), {"dtype": "i32"}, grads=False)
case("to", [given([0.0, 1.5, -2.5, NAN])], lambda t: t[0].to(torch.bool), {"dtype": "bool"}, grads=False)
case("to", [given([0.0, 1.5, -2.5, 0.015625])], lambda t: t[0].to(torch.float64), {"dtype": "f64"})
case("reshape", [draw([2, 6])], lambda t: t[0].reshape(3, 4), {"shape": [3, 4]})
case("transpose", [draw([3, 4])], lambda t: t[0].mT)
case("transpose", [draw([2, 3, 4])], lambda t: t[0].mT)
case("permute", [draw([2, 3, 4])], lambda t: t[0].permute(2, 0, 1), {"axes": [2, 0, 1]})
case("permute", [draw([2, 3, 1, 2])], lambda t: t[0].permute(1, 3, 2, 0), {"axes": [1, 3, 2, 0]})
case("expand", [draw([3, 1])], lambda t: t[0].expand(2, 3, 4), {"shape": [2, 3, 4]})
case("expand", [draw([])], lambda t: t[0].expand(3), {"shape": [3]})
case("slice", [draw([5, 3])], lambda t: t[0][1:4], {"axis": 0, "start": 1, "length": 3})
case("slice", [draw([2, 5, 3])], lambda t: t[0][:, 2:4], {"axis": 1, "start": 2, "length": 2})
case("unslice", [draw([2, 2])], lambda t: F.pad(t[0], (1, 2)), {"axis": 1, "start": 1, "length": 2, "size": 5})
case("unslice", [draw([2, 2])], lambda t: F.pad(t[0], (0, 0, 3, 0)), {"axis": 0, "start": 3, "length": 2, "size": 5})
case("cat", [draw([2, 3]), draw([1, 3])], lambda t: torch.cat(t), {"axis": 0})
case("cat", [draw([2, 1, 2]), draw([2, 3, 2]), draw([2, 0, 2])], lambda t: torch.cat(t, 1), {"axis": 1})
case("indexSelect", [draw([5, 3]), whole([7], 0, 4)], lambda t: t[0].index_select(0, t[1]))
case("indexAdd", [draw([7, 3]), whole([7], 0, 4)], lambda t: torch.zeros(5, 3, dtype=t[0].dtype).index_add(0, t[1], t[0]), {"rows": 5})
case("fn:stack", [draw([2, 3]), draw([2, 3])], lambda t: torch.stack(t, 1))
case("fn:indexSelect1", [draw([3, 5]), whole([4], 0, 4)], lambda t: t[0].index_select(1, t[1]))

# Softmax and losses.
logits = given([1e4, -1e4, 0.0, -1e4, -1e4, -1e4, 1e4, 1e4, 9999.0, 1.0, -INF, 2.0], [4, 3])
odd = given([NAN, 1.0, 2.0, INF, 0.0, 1.0], [2, 3])
for name, f in [("softmax", F.softmax), ("logSoftmax", F.log_softmax)]:
    for x in [draw([3, 5], -4, 4), draw([2, 3, 17], -4, 4), draw([1, 1]), logits, odd]:
        case(name, [x], lambda t, f=f: f(t[0], dim=-1))
    case("fn:" + name + "1", [draw([2, 3, 4])], lambda t, f=f: f(t[0], dim=1))
case("softmaxGrad", [draw([3, 5]), draw([3, 5], 0, 1)], lambda t: t[1] * (t[0] - (t[0] * t[1]).sum(-1, keepdim=True)))
case("logSoftmaxGrad", [draw([3, 5]), draw([3, 5], -3, 0)], lambda t: t[0] - t[1].exp() * t[0].sum(-1, keepdim=True))
one_hot = lambda t, c: F.one_hot(t, c)
for x, classes in [(draw([5, 3], -4, 4), 3), (draw([3, 33], -4, 4), 33), (logits, 3), (draw([2, 1]), 1)]:
    rows = x.shape[0]
    target = whole([rows], 0, classes - 1)
    shares = Input(x.shape, draw(x.shape, 0, 1).values)
    case("crossEntropy", [x, target], lambda t: F.cross_entropy(t[0], t[1], reduction="none"))
    case("crossEntropyGrad", [draw([rows]), x, target], lambda t, c=classes: t[0][:, None] * (F.softmax(t[1], -1) - one_hot(t[2], c)), {})
    if x is not logits:
        case("crossEntropySoft", [x, shares], lambda t: F.cross_entropy(t[0], t[1], reduction="none"))
        soft = lambda t: t[0][:, None] * (F.softmax(t[1], -1) * t[2].sum(-1, keepdim=True) - t[2])
        case("crossEntropySoftGrad", [draw([rows]), x, shares], soft, {})
    for reduction in ["none", "mean", "sum"]:
        args = {"reduction": reduction}
        case("fn:crossEntropy", [x, target], lambda t, r=reduction: F.cross_entropy(t[0], t[1], reduction=r), args)
case("fn:crossEntropy", [draw([2, 3, 4]), whole([2, 4], 0, 2)], lambda t: F.cross_entropy(t[0], t[1]), {"reduction": "mean"})
case("fn:crossEntropy", [draw([2, 3, 4]), draw([2, 3, 4], 0, 1)], lambda t: F.cross_entropy(t[0], t[1]), {"reduction": "mean"})
case("fn:crossEntropy", [draw([3]), whole([], 0, 2)], lambda t: F.cross_entropy(t[0], t[1]), {"reduction": "mean"})
wide = given([0.0, 1.0, -1.0, 30.0, -30.0, 1e4, -1e4, 0.5, 100.0, -100.0])
truth = given([0.0, 1.0, 0.5, 0.0, 1.0, 1.0, 0.0, 0.25, 1.0, 1.0])
bce = F.binary_cross_entropy_with_logits
for x, t in [(wide, truth), (draw([3, 4], -5, 5), draw([3, 4], 0, 1))]:
    case("bceWithLogits", [x, t], lambda t: bce(t[0], t[1], reduction="none"))
    case("bceWithLogitsGrad", [draw(x.shape), x, t], lambda t: t[0] * (torch.sigmoid(t[1]) - t[2]))
    for reduction in ["none", "mean", "sum"]:
        args = {"reduction": reduction}
        case("fn:bceWithLogits", [x, t], lambda t, r=reduction: bce(t[0], t[1], reduction=r), args)
        case("fn:mse", [x, t], lambda t, r=reduction: F.mse_loss(t[0], t[1], reduction=r), args)

# Dropout: what is random cannot agree, the certain ends do.
case("dropout", [draw([3, 5])], lambda t: F.dropout(t[0], 0.0), {"p": 0})
case("dropout", [draw([3, 5])], lambda t: F.dropout(t[0], 1.0), {"p": 1})
case("dropoutGrad", [draw([9]), whole([9], 0, 1, "u8")], lambda t: t[0] * t[1] / 0.75, {"p": 0.25})

target = pathlib.Path(__file__).parent.parent / "test" / "goldens" / "core-ops.json"
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
text = '{"torch":"%s","cases":[\n%s\n]}\n' % (torch.__version__, lines)
target.write_text(text)
print(f"{len(cases)} cases, {len(text) // 1024} KiB")
