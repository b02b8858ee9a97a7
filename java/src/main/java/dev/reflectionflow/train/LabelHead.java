package dev.reflectionflow.train;

import dev.reflectionflow.train.nn.Tensors;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A linear layer from an embedding to the answers of {@link SceneLabels}; thrown away after the warm-up. */
final class LabelHead implements AutoCloseable {
    private static final double DEVIATION = 0.02;

    private final Tensor weight; // (logits, E)
    private final Tensor bias; // (logits)

    LabelHead(int width, Noise random) {
        int logits = SceneLabels.logits();
        float[] values = random.normal(logits * width);
        for (int i = 0; i < values.length; i++) {
            values[i] *= (float) DEVIATION;
        }
        weight = Tensors.keep(Tensors.ofFloats(values, logits, width).set_requires_grad(true));
        bias = Tensors.keep(Tensors.ofFloats(new float[logits], logits).set_requires_grad(true));
    }

    void addTo(Map<String, Tensor> parameters, String name) {
        parameters.put(name + ".weight", weight);
        parameters.put(name + ".bias", bias);
    }

    /**
     * How badly the embeddings answer, summed over all questions, and how many of the batch are answered wholly right.
     *
     * @param embeddings (B, E)
     * @param labels of each sample
     */
    Answer ask(Tensor embeddings, List<List<long[]>> labels) {
        Tensor logits = torch.linear(embeddings.to(ScalarType.Float), weight, new TensorOptional(bias));
        int size = labels.size();
        Tensor loss = null;
        Tensor right = null;
        int from = 0;
        for (int b = 0; b < SceneLabels.BLOCKS.size(); b++) {
            SceneLabels.Block block = SceneLabels.BLOCKS.get(b);
            Tensor part = logits.narrow(1, from, (long) block.count() * block.answers())
                    .reshape((long) size * block.count(), block.answers());
            Tensor targets = targets(labels, b, block.count());
            Tensor entropy = torch.cross_entropy_loss(part, targets).mul(new Scalar((double) block.count()));
            Tensor all = part.argmax(new LongOptional(1), false)
                    .eq(targets)
                    .reshape(size, block.count())
                    .to(ScalarType.Float)
                    .prod(1);
            loss = loss == null ? entropy : loss.add(entropy);
            right = right == null ? all : right.mul(all);
            from += block.count() * block.answers();
        }
        return new Answer(loss, right.mean().item_double());
    }

    /**
     * What {@link #ask} says.
     *
     * @param loss scalar
     * @param accuracy share of samples with all questions right
     */
    record Answer(Tensor loss, double accuracy) {}

    private static Tensor targets(List<List<long[]>> labels, int block, int count) {
        long[] all = new long[labels.size() * count];
        for (int i = 0; i < labels.size(); i++) {
            System.arraycopy(labels.get(i).get(block), 0, all, i * count, count);
        }
        return Tensors.ofLongs(all, all.length);
    }

    @Override
    public void close() {
        Tensors.release(weight);
        Tensors.release(bias);
    }
}
