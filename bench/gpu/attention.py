"""Joint attention beside LibTorch's two fast ones, in turn in the same rounds."""

import math

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

import measure
import rows
from cases import HEAD_SIZE, HEADS, Case

# 512 and 1024 pixels a side, and 1024 with a condition of 512: 1536, 4608 and 5632 tokens.
SHAPES = [(512, 1024), (512, 4096), (512, 4096, 1024)]
# The log of a condition's scale near one half, exact in bfloat16.
CONDITION_BIAS = -0.6875
# kernels::JointAttentionKernel of kernels/joint_attention/joint_attention_cuda.h
OWN_CHOICE, SM80 = -1, 1
BACKENDS = {"cuDNN": SDPBackend.CUDNN_ATTENTION, "FlashAttention-2": SDPBackend.FLASH_ATTENTION}


def attend(q, k, v, *mask):
    """The backend that LibTorch itself prefers; (heads, tokens, head size) to (tokens, heads * head size), as ours."""
    attended = F.scaled_dot_product_attention(q[None], k[None], v[None], *[each[None, None] for each in mask])
    return (attended[0].transpose(0, 1).flatten(1),)


def attend_in_double(q, k, v, *mask):
    """Head by head: all logits at once would need gigabytes."""
    bias = mask[0] if mask else 0
    heads = [torch.softmax(q[h] @ k[h].T / math.sqrt(q.shape[-1]) + bias, -1) @ v[h] for h in range(q.shape[0])]
    return (torch.stack(heads, 1).flatten(1),)


def joint_attention(m, groups, bias=0.0, kernel=OWN_CHOICE):
    """bias: between the second group, the image, and the third, its condition."""
    tokens = m.either(groups, tuple(count // 64 for count in groups))
    heads, size = m.either((HEADS, HEAD_SIZE), (2, 16))
    sequence = sum(tokens)
    q, k, v = (m.normal(heads, sequence, size) for _ in range(3))
    out = m.empty(sequence, heads * size)
    between = [[bias if {row, column} == {1, 2} else 0.0 for column in range(len(tokens))] for row in range(len(tokens))]
    counts = torch.tensor(tokens, device=m.device)
    mask = torch.tensor(between, dtype=m.dtype, device=m.device).repeat_interleave(counts, 0).repeat_interleave(counts, 1)
    name = "joint_attention" if kernel == OWN_CHOICE else "joint_attention, sm80"
    return Case(name, f"1x{heads}x{sequence}x{size}" + (" with condition bias" if bias else ""),
                [q, k, v, mask] if bias else [q, k, v], [out],
                m.bind("joint_attention", heads, size, len(tokens), list(tokens), sum(between, []), size**-0.5, q, k, v, out,
                       kernel),
                attend, 4.0 * heads * sequence**2 * size, "TFLOP/s", attend_in_double)


def backend_of(case, backend):
    """One of LibTorch's alone. What it returns is left as it is: a copy into our layout would only cost it time."""
    operands = [operand[None] for operand in case.operands[:3]] + [mask[None, None] for mask in case.operands[3:]]

    def call():
        with sdpa_kernel(backend):
            return F.scaled_dot_product_attention(*operands)

    return measure.Contender(call, case.work)


def attention_rows(args, library, device):
    product = measure.matrix_product(device, 64 if args.small else 8192)
    makes = [lambda m, groups=groups: joint_attention(m, groups) for groups in SHAPES]
    makes.append(lambda m: joint_attention(m, SHAPES[-1], CONDITION_BIAS))
    # Elsewhere it is the launcher's own choice already.
    if device.type == "cuda" and torch.cuda.get_device_capability(device) == (9, 0):
        makes += [lambda m, groups=groups: joint_attention(m, groups, kernel=SM80) for groups in SHAPES]

    def rivals_of(case, dtype):
        rivals = {name: backend_of(case, backend) for name, backend in BACKENDS.items()}
        return rivals | {"matrix product": product}

    return rows.rows_of(args, library, device, makes, rivals_of)
