"""Records steps of optimizers in optimizers.json: AdamW and SGD as torch has them, Prodigy by its paper's formulas in
float64, and a clipped gradient norm. Run with PyTorch: python optimizers.py"""

import json
import math
import pathlib

import torch

STEPS = 6
START = {"a": [[0.5, -1.25], [2.0, 0.125]], "b": [0.25, -0.75, 1.5]}


def gradients(step):
    return {
        "a": [[math.sin(step + 1.0), 0.5], [-0.25 * step, 1.0 / (step + 1)]],
        "b": [0.1 * step, -1.0, math.cos(step)],
    }


def recorded(make):
    parameters = {name: torch.tensor(value, requires_grad=True) for name, value in START.items()}
    optimizer = make(list(parameters.values()))
    rows = []
    for step in range(STEPS):
        for name, value in gradients(step).items():
            parameters[name].grad = torch.tensor(value)
        optimizer.step()
        rows.append({name: tensor.detach().flatten().tolist() for name, tensor in parameters.items()})
    return rows


def prodigy(lr, betas, eps, decay, bias_correction, safeguard, d0):
    """Algorithm 4 of arXiv 2306.06101 with the released implementation's decoupled weight decay."""
    x = {name: torch.tensor(value, dtype=torch.float64) for name, value in START.items()}
    x0 = {name: value.clone() for name, value in x.items()}
    m, v, s = ({name: torch.zeros_like(value) for name, value in x.items()} for _ in range(3))
    beta1, beta2 = betas
    beta3 = math.sqrt(beta2)
    d, numerator, rows = d0, 0.0, []
    for k in range(STEPS):
        g = {name: torch.tensor(value, dtype=torch.float64) for name, value in gradients(k).items()}
        correction = math.sqrt(1 - beta2 ** (k + 1)) / (1 - beta1 ** (k + 1)) if bias_correction else 1.0
        rate = d * lr * correction
        numerator *= beta3
        for name in x:
            numerator += d / d0 * rate * torch.sum(g[name] * (x0[name] - x[name])).item()
            m[name] = beta1 * m[name] + d * (1 - beta1) * g[name]
            v[name] = beta2 * v[name] + d * d * (1 - beta2) * g[name] ** 2
            s[name] = beta3 * s[name] + d / d0 * (d if safeguard else rate) * g[name]
        denominator = sum(value.abs().sum().item() for value in s.values())
        d = max(d, numerator / denominator)
        for name in x:
            x[name] = x[name] - decay * rate * x[name] - rate * m[name] / (v[name].sqrt() + d * eps)
        rows.append({name: value.flatten().tolist() for name, value in x.items()} | {"d": d})
    return rows


def clipped(most):
    tensors = [torch.zeros(2, 2, requires_grad=True), torch.zeros(3, requires_grad=True)]
    for tensor, value in zip(tensors, gradients(2).values()):
        tensor.grad = torch.tensor(value)
    norm = torch.nn.utils.clip_grad_norm_(tensors, most).item()
    return {"most": most, "norm": norm, "a": tensors[0].grad.flatten().tolist(), "b": tensors[1].grad.tolist()}


golden = {
    "adamw": recorded(lambda p: torch.optim.AdamW(p, lr=0.05, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.1)),
    "sgd": recorded(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.1)),
    "prodigy": prodigy(4.0, (0.9, 0.999), 1e-8, 0.01, True, True, 1e-2),
    "prodigy_plain": prodigy(1.0, (0.9, 0.999), 1e-8, 0.0, False, False, 1e-2),
    "clipped": [clipped(0.5), clipped(100.0)],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
