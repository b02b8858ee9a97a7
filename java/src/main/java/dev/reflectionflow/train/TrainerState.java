package dev.reflectionflow.train;

import dev.reflectionflow.train.optim.Gradients;
import dev.reflectionflow.train.optim.Optimizer;
import dev.reflectionflow.train.optim.WeightAverage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** All that changes from step to step, which a checkpoint holds. */
final class TrainerState implements AutoCloseable {
    private static final double SMOOTHING = 0.95;

    private final TrainConfig config;
    private final String base;
    private final Stage stage;
    private final Map<String, Tensor> parameters;
    private final Optimizer optimizer;
    private final Optional<WeightAverage> average;
    private long done;
    private double smoothLoss = Double.NaN;

    TrainerState(TrainConfig config, String base, Stage stage) {
        this.config = config;
        this.base = base;
        this.stage = stage;
        parameters = stage.parameters();
        optimizer = config.optimizer().create(parameters);
        double decay = config.loop().averageDecay();
        average = decay == 0 ? Optional.empty() : Optional.of(new WeightAverage(parameters, decay));
    }

    /** Steps taken. */
    long done() {
        return done;
    }

    /** Moving average of the loss. */
    double smoothLoss() {
        return smoothLoss;
    }

    /** Scales the gradients that have been added up down to the configured norm; returns the norm that they had. */
    double clip() {
        return Gradients.clip(parameters.values(), config.loop().clip());
    }

    /** Follows the gradients, and forgets them. */
    void step(double rate, double loss) {
        optimizer.step(rate);
        Gradients.clear(parameters.values());
        done++;
        average.ifPresent(weights -> weights.update(done));
        smoothLoss = Double.isNaN(smoothLoss) ? loss : SMOOTHING * smoothLoss + (1 - SMOOTHING) * loss;
    }

    /** Runs work with the average in the weights' place. */
    void averaged(Runnable work) {
        if (average.isEmpty()) {
            work.run();
            return;
        }
        try (Exchange exchange = new Exchange(parameters, average.get().tensors())) {
            work.run();
        }
    }

    /** Writes a checkpoint with what the stage makes. */
    void write(Path folder) {
        Map<String, Map<String, Tensor>> tensors = new LinkedHashMap<>();
        tensors.put("weights", parameters);
        tensors.put("optimizer", optimizer.tensors());
        average.ifPresent(weights -> tensors.put("average", weights.tensors()));
        Checkpoint checkpoint = new Checkpoint(
                done, config.seed(), config.stage().name(), base, smoothLoss, stage.position(), optimizer.numbers());
        checkpoint.write(folder, tensors, part -> averaged(() -> stage.write(part)));
    }

    /** Goes to where a checkpoint of this run is. */
    void read(Path folder) {
        Checkpoint checkpoint = Checkpoint.read(folder);
        Resumption.check(config, base, folder, checkpoint);
        Checkpoint.restore(folder, "weights", parameters);
        Checkpoint.restore(folder, "optimizer", optimizer.tensors());
        average.ifPresent(weights -> Checkpoint.restore(folder, "average", weights.tensors()));
        optimizer.restore(checkpoint.numbers());
        stage.restore(checkpoint.position());
        done = checkpoint.step();
        smoothLoss = checkpoint.smoothLoss();
    }

    @Override
    public void close() {
        optimizer.close();
        average.ifPresent(WeightAverage::close);
    }
}
