package dev.reflectionflow.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** What a run trains: parameters, a loss over them, and the files that come of it. */
interface Stage extends AutoCloseable {
    /**
     * The loss of one batch.
     *
     * @param value scalar tensor with gradients
     * @param samples that it is a mean over
     * @param parts what else is worth a curve
     * @param backward takes a multiple of the value, and adds its gradients to the parameters
     */
    record Loss(Tensor value, int samples, Map<String, Double> parts, Consumer<Tensor> backward) {
        Loss(Tensor value, int samples, Map<String, Double> parts) {
            this(value, samples, parts, Tensor::backward);
        }
    }

    /** The parameters that learn, by names that are unique among them. */
    Map<String, Tensor> parameters();

    /**
     * The loss of the next batch. Temporaries belong to the caller's scope.
     *
     * @param step optimizer steps taken so far
     * @param random for whatever this batch leaves to chance
     */
    Loss loss(long step, Noise random);

    /** Where the stage stands in its data, as text for a checkpoint; empty where a batch is a function of seed and step. */
    default String position() {
        return "";
    }

    /** Goes on where {@link #position} was. */
    default void restore(String position) {}

    /** Writes what the run makes, with the parameters' present values, into a folder that exists. */
    void write(Path folder);

    /**
     * Pictures that show how well it does, with the parameters' present values.
     *
     * @param folder that {@link #write} filled
     */
    List<Picture> samples(Path folder);

    @Override
    void close();
}
