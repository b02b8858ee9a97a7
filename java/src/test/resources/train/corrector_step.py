"""Records one step of reflection tuning in corrector_step.safetensors: flow-matching loss of a fixed batch on the tiny model of
../golden, gradients of its LoRA clipped, and what AdamW makes of the LoRA. Layers, optimizer and clipping are
PyTorch's and diffusers' own; how condition tokens go through them is written here, and held against the recorded output of
ReflectionFlow's code first. Run with PyTorch and diffusers: python corrector_step.py"""

import pathlib

import torch
import torch.nn.functional as F
from diffusers import FluxTransformer2DModel
from diffusers.models.embeddings import apply_rotary_emb
from safetensors.torch import load_file, save_file

# half of what is published, so that there is something to clip
CLIP = 0.25
HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent / "golden"
KEPT = ["x_embedder", "transformer_blocks.0.attn.to_q", "transformer_blocks.1.attn.to_v"]


class Corrector:
    """The transformer with a LoRA on its condition rows."""

    def __init__(self):
        self.model = FluxTransformer2DModel.from_pretrained(GOLDEN / "tiny-flux-dev" / "transformer").requires_grad_(False)
        self.names = {module: name for name, module in self.model.named_modules()}
        stored = load_file(GOLDEN / "lora" / "plain.safetensors")
        self.lora = {name.removeprefix("transformer."): value.requires_grad_() for name, value in stored.items()}

    def linear(self, module, x, lora):
        name = self.names[module]
        down, up = (self.lora.get(f"{name}.lora_{part}.weight") for part in "AB")
        return module(x) if not lora or down is None else module(x) + F.linear(F.linear(x, down), up)

    def heads(self, attn, names, norms, x, lora):
        projected = [self.linear(getattr(attn, name), x, lora).unflatten(-1, (attn.heads, -1)) for name in names]
        return [getattr(attn, norm)(part) for norm, part in zip(norms, projected)] + projected[2:]

    def attend(self, parts, rotary):
        q, k, v = (torch.cat(tensors, 1) for tensors in zip(*parts))
        q, k = (apply_rotary_emb(x, rotary, sequence_dim=1) for x in (q, k))
        out = F.scaled_dot_product_attention(*(x.transpose(1, 2) for x in (q, k, v)))
        return out.transpose(1, 2).flatten(2).split([part[0].shape[1] for part in parts], 1)

    def double(self, block, rows, tembs, rotary):
        attn = block.attn
        text = (block.norm1_context, ["add_q_proj", "add_k_proj", "add_v_proj"], ["norm_added_q", "norm_added_k"],
                attn.to_add_out, block.ff_context)
        image = (block.norm1, ["to_q", "to_k", "to_v"], ["norm_q", "norm_k"], attn.to_out[0], block.ff)
        streams = [text, image, image]
        modulations, parts = [], []
        for i, (norm, names, norms, _, _) in enumerate(streams):
            m = self.linear(norm.linear, F.silu(tembs[i]), i == 2).unsqueeze(1).chunk(6, -1)
            modulations.append(m)
            parts.append(self.heads(attn, names, norms, norm.norm(rows[i]) * (1 + m[1]) + m[0], i == 2))
        results = []
        for i, out in enumerate(self.attend(parts, rotary)):
            (_, _, _, project, ff), m = streams[i], modulations[i]
            x = rows[i] + m[2] * self.linear(project, out, i == 2)
            inner = F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + m[4]) + m[3]
            results.append(x + m[5] * self.linear(ff.net[2], ff.net[0](inner), i == 2))
        return results

    def single(self, block, rows, tembs, rotary):
        modulations, normed, parts = [], [], []
        for i, x in enumerate(rows):
            m = self.linear(block.norm.linear, F.silu(tembs[i]), i == 1).unsqueeze(1).chunk(3, -1)
            modulations.append(m)
            normed.append(block.norm.norm(x) * (1 + m[1]) + m[0])
            parts.append(self.heads(block.attn, ["to_q", "to_k", "to_v"], ["norm_q", "norm_k"], normed[i], i == 1))
        results = []
        for i, out in enumerate(self.attend(parts, rotary)):
            inner = F.gelu(self.linear(block.proj_mlp, normed[i], i == 1), approximate="tanh")
            output = self.linear(block.proj_out, torch.cat([out, inner], -1), i == 1)
            results.append(rows[i] + modulations[i][2] * output)
        return results

    def velocity(self, latents, ids, texts, pooled, timestep, guidance, condition, condition_ids):
        model = self.model
        temb = model.time_text_embed(timestep * 1000, guidance * 1000, pooled)
        condition_temb = model.time_text_embed(timestep * 0, torch.ones_like(guidance) * 1000, pooled)
        rotary = model.pos_embed(torch.cat([torch.zeros(texts.shape[1], 3), ids, condition_ids]))
        text = model.context_embedder(texts)
        rows = [text, model.x_embedder(latents), self.linear(model.x_embedder, condition, True)]
        for block in model.transformer_blocks:
            rows = self.double(block, rows, [temb, temb, condition_temb], rotary)
        rows = [torch.cat(rows[:2], 1), rows[2]]
        for block in model.single_transformer_blocks:
            rows = self.single(block, rows, [temb, condition_temb], rotary)
        return model.proj_out(model.norm_out(rows[0][:, text.shape[1]:], temb))


def check(corrector, golden):
    """What this script computes is what ReflectionFlow's own code computed."""
    given = {name: golden["input." + name] for name in
             ["hidden_states", "img_ids", "encoder_hidden_states", "pooled_projections", "timestep", "guidance"]}
    said = corrector.velocity(*given.values(), golden["cond.tokens"], golden["cond.ids"])
    torch.testing.assert_close(said, golden["union1_add0_latentlora0_c1.0.output"], atol=2e-5, rtol=0)


def main():
    torch.set_num_threads(1)
    corrector = Corrector()
    golden = load_file(GOLDEN / "condition.safetensors")
    check(corrector, golden)
    texts, pooled = golden["input_b2.encoder_hidden_states"], golden["input_b2.pooled_projections"]
    random = torch.Generator().manual_seed(5)
    batch = {
        "latents": torch.randn(2, 16, 64, generator=random),
        "noise": torch.randn(2, 16, 64, generator=random),
        "timestep": torch.sigmoid(torch.randn(2, generator=random)),
        "condition": torch.randn(2, 4, 64, generator=random),
    }
    lora = corrector.lora
    optimizer = torch.optim.AdamW(lora.values(), lr=1e-2, betas=(0.9, 0.999), eps=1e-3, weight_decay=0.01)
    t = batch["timestep"].view(2, 1, 1)
    noisy = (1 - t) * batch["latents"] + t * batch["noise"]
    said = corrector.velocity(noisy, golden["input.img_ids"], texts, pooled, batch["timestep"], torch.ones(2),
                              batch["condition"], golden["cond.ids"])
    loss = F.mse_loss(said, batch["noise"] - batch["latents"])
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(lora.values(), CLIP)
    results = {"loss": loss.detach().view(1), "gradient_norm": norm.view(1)}
    names = [f"{module}.lora_{part}.weight" for module in KEPT for part in "AB"]
    results |= {"gradient." + name: lora[name].grad.clone() for name in names}
    optimizer.step()
    results |= {"updated." + name: lora[name].detach().clone() for name in names}
    save_file(batch | results, HERE / "corrector_step.safetensors")
    print("loss", loss.item(), "gradient norm", norm.item())


if __name__ == "__main__":
    main()
