package dev.reflectionflow.weights;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every weight that a configuration asks for, with its shape: the networks' own inventory. */
final class ExpectedWeights {
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    private ExpectedWeights() {}

    /** Refuses a view of another shape, or of a type that the engine does not compute with. */
    static void check(WeightView view, long[] shape) {
        if (!Arrays.equals(view.shape(), shape)) {
            throw InvalidFile.of(
                    view.file(),
                    view.name() + " has shape " + view.shapeText() + ", the configuration asks for "
                            + Arrays.toString(shape));
        }
        if (!view.dtype().isWeight()) {
            throw InvalidFile.of(
                    view.file(), view.name() + " is " + view.dtype() + "; only F32, BF16 and F16 weights are supported");
        }
    }

    static Map<String, long[]> clip(ClipConfig c) {
        ExpectedWeights all = new ExpectedWeights();
        all.weight("clip.token_embedding", c.vocabulary(), c.width());
        all.weight("clip.position_embedding", c.positions(), c.width());
        for (int i = 0; i < c.layers(); i++) {
            String block = "clip.blocks." + i + ".";
            all.norm(block + "norm1", c.width());
            all.norm(block + "norm2", c.width());
            for (String name : new String[] {"q", "k", "v", "out"}) {
                all.linear(block + name, c.width(), c.width());
            }
            all.linear(block + "up", c.feedForward(), c.width());
            all.linear(block + "down", c.width(), c.feedForward());
        }
        all.norm("clip.final_norm", c.width());
        return all.shapes;
    }

    static Map<String, long[]> t5(T5Config c) {
        ExpectedWeights all = new ExpectedWeights();
        long inner = (long) c.heads() * c.headSize();
        all.weight("t5.token_embedding", c.vocabulary(), c.width());
        all.weight("t5.relative_bias", c.relativeBuckets(), c.heads());
        for (int i = 0; i < c.layers(); i++) {
            String block = "t5.blocks." + i + ".";
            all.weight(block + "norm1", c.width());
            all.weight(block + "q", inner, c.width());
            all.weight(block + "k", inner, c.width());
            all.weight(block + "v", inner, c.width());
            all.weight(block + "out", c.width(), inner);
            all.weight(block + "norm2", c.width());
            all.weight(block + "gate", c.feedForward(), c.width());
            all.weight(block + "up", c.feedForward(), c.width());
            all.weight(block + "down", c.width(), c.feedForward());
        }
        all.weight("t5.final_norm", c.width());
        return all.shapes;
    }

    static Map<String, long[]> transformer(TransformerConfig c) {
        ExpectedWeights all = new ExpectedWeights();
        int width = c.width();
        all.linear("transformer.image_in", width, c.inChannels());
        all.linear("transformer.text_in", width, c.textWidth());
        all.embedder("transformer.time_in", width, TransformerConfig.SINUSOID_WIDTH);
        if (c.guidance()) {
            all.embedder("transformer.guidance_in", width, TransformerConfig.SINUSOID_WIDTH);
        }
        all.embedder("transformer.pooled_in", width, c.pooledWidth());
        for (int i = 0; i < c.doubleBlocks(); i++) {
            all.doubleStream("transformer.double." + i + ".image.", c);
            all.doubleStream("transformer.double." + i + ".text.", c);
        }
        for (int i = 0; i < c.singleBlocks(); i++) {
            String block = "transformer.single." + i + ".";
            all.linear(block + "modulation", 3L * width, width);
            all.attentionInputs(block, c);
            all.linear(block + "up", c.feedForward(), width);
            all.linear(block + "out", width, (long) width + c.feedForward());
        }
        all.linear("transformer.final.scale", width, width);
        all.linear("transformer.final.shift", width, width);
        all.linear("transformer.final.out", c.outChannels(), width);
        return all.shapes;
    }

    private void doubleStream(String stream, TransformerConfig c) {
        linear(stream + "modulation", 6L * c.width(), c.width());
        attentionInputs(stream, c);
        linear(stream + "out", c.width(), c.width());
        linear(stream + "up", c.feedForward(), c.width());
        linear(stream + "down", c.width(), c.feedForward());
    }

    private void attentionInputs(String prefix, TransformerConfig c) {
        linear(prefix + "q", c.width(), c.width());
        linear(prefix + "k", c.width(), c.width());
        linear(prefix + "v", c.width(), c.width());
        weight(prefix + "q_norm", c.headSize());
        weight(prefix + "k_norm", c.headSize());
    }

    private void embedder(String name, long width, long in) {
        linear(name + ".in", width, in);
        linear(name + ".out", width, width);
    }

    static Map<String, long[]> autoencoder(AutoencoderConfig c) {
        ExpectedWeights all = new ExpectedWeights();
        int levels = c.blockChannels().size();
        int inner = c.blockChannels().get(levels - 1);
        all.ends("vae.encoder.", c.blockChannels().get(0), 3, 2L * c.latentChannels(), inner);
        all.ends("vae.decoder.", inner, c.latentChannels(), 3, c.blockChannels().get(0));
        all.middle("vae.encoder.mid.", inner);
        all.middle("vae.decoder.mid.", inner);
        int channels = c.blockChannels().get(0);
        for (int i = 0; i < levels; i++) {
            String level = "vae.encoder.down." + i + ".";
            channels = all.resnets(level, channels, c.blockChannels().get(i), c.blockResnets());
            if (i < levels - 1) {
                all.convolution(level + "downsample", channels, channels, 3);
            }
        }
        channels = inner;
        for (int i = 0; i < levels; i++) {
            String level = "vae.decoder.up." + i + ".";
            channels = all.resnets(level, channels, c.blockChannels().get(levels - 1 - i), c.blockResnets() + 1);
            if (i < levels - 1) {
                all.convolution(level + "upsample", channels, channels, 3);
            }
        }
        return all.shapes;
    }

    /** The first and last layers of one half: conv_in from {@code in}, norm and conv_out of {@code last} channels. */
    private void ends(String half, long first, long in, long out, long last) {
        convolution(half + "conv_in", first, in, 3);
        norm(half + "norm_out", last);
        convolution(half + "conv_out", out, last, 3);
    }

    private void middle(String mid, int channels) {
        resnet(mid + "resnet1.", channels, channels);
        resnet(mid + "resnet2.", channels, channels);
        norm(mid + "attention.norm", channels);
        for (String name : new String[] {"q", "k", "v", "out"}) {
            linear(mid + "attention." + name, channels, channels);
        }
    }

    private int resnets(String level, int in, int out, int count) {
        for (int j = 0; j < count; j++) {
            resnet(level + "resnets." + j + ".", j == 0 ? in : out, out);
        }
        return out;
    }

    private void resnet(String name, int in, int out) {
        norm(name + "norm1", in);
        convolution(name + "conv1", out, in, 3);
        norm(name + "norm2", out);
        convolution(name + "conv2", out, out, 3);
        if (in != out) {
            convolution(name + "shortcut", out, in, 1);
        }
    }

    private void weight(String name, long... shape) {
        shapes.put(name + ".weight", shape);
    }

    private void linear(String name, long out, long in) {
        weight(name, out, in);
        shapes.put(name + ".bias", new long[] {out});
    }

    private void norm(String name, long width) {
        weight(name, width);
        shapes.put(name + ".bias", new long[] {width});
    }

    private void convolution(String name, long out, long in, long side) {
        weight(name, out, in, side, side);
        shapes.put(name + ".bias", new long[] {out});
    }
}
