"""Writes test/goldens/ops/<name>.json: values and gradients of an op's samples by PyTorch.

An op's entry in the registry (packages/core/src/op.ts) holds its samples and the PyTorch expression
of the same. Run it where PyTorch is installed (Debian: python3-torch), after `npm run build`; the
files are committed, so nobody else has to:

    python3 scripts/make-core-goldens.py [name...]

Without names it writes the files of all ops. The expression sees the inputs as `a`, `b`, `c`, ... and
as the list `x`, the sample's `args`, `torch`, `F` and `math`; the file has, for f32 and f64, its value
and, where that is floating, the gradient by each floating input, from an adjoint whose element i is
((7 i) mod 11 - 5) / 4. All inputs are f32 numbers, so both dtypes compute from the same; they are
written with the fewest digits that name them. Infinities and NaN are strings.
"""

import json
import math
import pathlib
import subprocess
import sys

import numpy
import torch
import torch.nn.functional as F

ROOT = pathlib.Path(__file__).parent.parent
DTYPES = {"f32": torch.float32, "f64": torch.float64}
WHOLE = {"i32": torch.int64, "u8": torch.uint8, "bool": torch.bool}


def tensor_of(given, dtype):
    """An input, which is a leaf of the gradients where it is floating."""
    if "dtype" in given:
        data = [int(v) for v in given["data"]]
        return torch.tensor(data, dtype=WHOLE[given["dtype"]]).reshape(given["shape"])
    data = torch.tensor([float(v) for v in given["data"]], dtype=torch.float64)
    return data.reshape(given["shape"]).to(dtype).requires_grad_(True)


def plain(value):
    """A number as JSON has it."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return value


def shortest(value):
    """The shortest decimal that names the same f32."""
    return plain(float(str(numpy.float32(value))))


def numbers(tensor):
    flat = tensor.detach().reshape(-1)
    if flat.dtype == torch.float32:
        return [shortest(v) for v in flat.numpy()]
    if flat.dtype == torch.float64:
        return [plain(float(f"{v:.15g}")) for v in flat.tolist()]
    return [int(v) for v in flat.tolist()]


def adjoint(like):
    weights = [((7 * i) % 11 - 5) / 4 for i in range(like.numel())]
    return torch.tensor(weights, dtype=like.dtype).reshape(like.shape)


def outcome(code, sample, dtype):
    x = [tensor_of(given, dtype) for given in sample["inputs"]]
    scope = dict(zip("abcdefgh", x), x=x, args=sample.get("args", {}), torch=torch, F=F, math=math)
    # Everything is global, so that lambdas and comprehensions of the expression see it.
    out = eval(code, scope)
    result = {"shape": list(out.shape), "data": numbers(out)}
    leaves = [t for t in x if t.requires_grad]
    if leaves and out.dtype.is_floating_point:
        found = [None] * len(leaves)
        if out.requires_grad:
            found = torch.autograd.grad(out, leaves, adjoint(out), allow_unused=True)
        result["grads"] = [numbers(torch.zeros_like(t) if g is None else g) for t, g in zip(leaves, found)]
    return result


def written(given):
    data = given["data"]
    data = [int(v) for v in data] if "dtype" in given else [shortest(float(v)) for v in data]
    return {**given, "data": data}


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def golden(op):
    """The text of a file: a line for the inputs of a sample, and for each outcome."""
    code = compile(op["torch"], f"<torch of {op['name']}>", "eval")
    samples = []
    for sample in op["samples"]:
        lines = [f'"inputs":{compact([written(i) for i in sample["inputs"]])}']
        if "args" in sample:
            lines.append(f'"args":{compact(sample["args"])}')
        lines += [f'"{label}":{compact(outcome(code, sample, d))}' for label, d in DTYPES.items()]
        samples.append("{" + ",\n".join(lines) + "}")
    head = f'"torch":{json.dumps(op["torch"])},\n"version":"{torch.__version__}",\n"samples":[\n'
    return "{" + head + ",\n".join(samples) + "\n]}\n"


command = ["node", str(ROOT / "scripts" / "list-op-samples.js"), *sys.argv[1:]]
listed = subprocess.run(command, stdout=subprocess.PIPE)
if listed.returncode != 0:
    sys.exit(listed.returncode)
folder = ROOT / "test" / "goldens" / "ops"
folder.mkdir(exist_ok=True)
failed = False
for op in json.loads(listed.stdout):
    try:
        text = golden(op)
    except Exception as error:
        print(f"{op['name']}: {type(error).__name__}: {error}\n  in {op.get('torch')}", file=sys.stderr)
        failed = True
        continue
    (folder / f"{op['name']}.json").write_text(text)
    print(f"{op['name']}: {len(op['samples'])} samples, {len(text) / 1024:.1f} KiB")
sys.exit(1 if failed else 0)
