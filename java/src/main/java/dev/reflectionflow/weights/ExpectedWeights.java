package dev.reflectionflow.weights;

import java.util.Arrays;
import java.util.Map;

/** Every weight that text encoders and transformer ask for, with its shape: the networks' own inventory. */
final class ExpectedWeights {
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
                    view.file(),
                    view.name() + " is " + view.dtype() + "; only F32, BF16 and F16 weights are supported");
        }
    }

    static Map<String, long[]> clip(ClipConfig c) {
        WeightShapes all = new WeightShapes();
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
        return all.all();
    }

    static Map<String, long[]> t5(T5Config c) {
        WeightShapes all = new WeightShapes();
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
        return all.all();
    }

    static Map<String, long[]> transformer(TransformerConfig c) {
        WeightShapes all = new WeightShapes();
        int width = c.width();
        all.linear("transformer.image_in", width, c.inChannels());
        all.linear("transformer.text_in", width, c.textWidth());
        embedder(all, "transformer.time_in", width, TransformerConfig.SINUSOID_WIDTH);
        if (c.guidance()) {
            embedder(all, "transformer.guidance_in", width, TransformerConfig.SINUSOID_WIDTH);
        }
        embedder(all, "transformer.pooled_in", width, c.pooledWidth());
        for (int i = 0; i < c.doubleBlocks(); i++) {
            doubleStream(all, "transformer.double." + i + ".image.", c);
            doubleStream(all, "transformer.double." + i + ".text.", c);
        }
        for (int i = 0; i < c.singleBlocks(); i++) {
            String block = "transformer.single." + i + ".";
            all.linear(block + "modulation", 3L * width, width);
            attentionInputs(all, block, c);
            all.linear(block + "up", c.feedForward(), width);
            all.linear(block + "out", width, (long) width + c.feedForward());
        }
        all.linear("transformer.final.scale", width, width);
        all.linear("transformer.final.shift", width, width);
        all.linear("transformer.final.out", c.outChannels(), width);
        return all.all();
    }

    private static void doubleStream(WeightShapes all, String stream, TransformerConfig c) {
        all.linear(stream + "modulation", 6L * c.width(), c.width());
        attentionInputs(all, stream, c);
        all.linear(stream + "out", c.width(), c.width());
        all.linear(stream + "up", c.feedForward(), c.width());
        all.linear(stream + "down", c.width(), c.feedForward());
    }

    private static void attentionInputs(WeightShapes all, String prefix, TransformerConfig c) {
        all.linear(prefix + "q", c.width(), c.width());
        all.linear(prefix + "k", c.width(), c.width());
        all.linear(prefix + "v", c.width(), c.width());
        all.weight(prefix + "q_norm", c.headSize());
        all.weight(prefix + "k_norm", c.headSize());
    }

    private static void embedder(WeightShapes all, String name, long width, long in) {
        all.linear(name + ".in", width, in);
        all.linear(name + ".out", width, width);
    }
}
