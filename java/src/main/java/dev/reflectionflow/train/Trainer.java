package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.image.PngWriter;
import dev.reflectionflow.train.optim.Gradients;
import dev.reflectionflow.train.optim.Optimizer;
import dev.reflectionflow.train.optim.WeightAverage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The one loop of all stages: batches, gradients, a step, and now and then a log row, samples, a checkpoint. */
final class Trainer {
    private static final double SMOOTHING = 0.95;

    private final TrainConfig config;
    private final LoopConfig loop;
    private final Stage stage;
    private final TrainingListener listener;
    private final Map<String, Tensor> parameters;
    private final Optimizer optimizer;
    private final Optional<WeightAverage> average;
    private long done;
    private double smoothLoss = Double.NaN;

    Trainer(TrainConfig config, Stage stage, TrainingListener listener) {
        this.config = config;
        this.stage = stage;
        this.listener = listener;
        loop = config.loop();
        parameters = stage.parameters();
        optimizer = config.optimizer().create(parameters);
        average = loop.averageDecay() == 0
                ? Optional.empty()
                : Optional.of(new WeightAverage(parameters, loop.averageDecay()));
    }

    /**
     * Trains to the configured end.
     *
     * @return the last checkpoint
     * @throws EngineException {@code CANCELLED} when the listener stopped it, after a checkpoint
     */
    Path run() {
        Path last = resume();
        listener.started(done, loop.maxSteps());
        try (TrainingLog log = TrainingLog.open(config.savePath(), done)) {
            Pace pace = new Pace();
            while (loop.maxSteps() < 0 || done < loop.maxSteps()) {
                StepReport report = step(pace);
                listener.stepDone(report);
                boolean end = done == loop.maxSteps();
                boolean stop = listener.isCancelled();
                if (done % loop.logInterval() == 0 || end || stop) {
                    log.add(report);
                }
                boolean sample = loop.sampleInterval() > 0 && done % loop.sampleInterval() == 0 || end;
                if (done % loop.saveInterval() == 0 || sample || end || stop) {
                    last = save();
                    log.plot();
                    if (sample && !stop) {
                        writeSamples(last);
                    }
                    pace.skip();
                }
                if (stop && !end) {
                    throw new EngineException(
                            ErrorCode.CANCELLED,
                            "stopped after step " + done + "; " + last + " has all that --resume needs");
                }
            }
        }
        return last;
    }

    private StepReport step(Pace pace) {
        double loss = 0;
        int samples = 0;
        Map<String, Double> parts = new LinkedHashMap<>();
        for (int part = 0; part < loop.accumulate(); part++) {
            try (PointerScope scope = new PointerScope()) {
                Stage.Loss batch = stage.loss(done, new Noise(config.seed(), done, part));
                batch.backward().accept(batch.value().mul(new Scalar(1.0 / loop.accumulate())));
                loss += batch.value().item_double() / loop.accumulate();
                samples += batch.samples();
                batch.parts().forEach((name, value) -> parts.merge(name, value / loop.accumulate(), Double::sum));
            }
        }
        if (!Double.isFinite(loss)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "step " + (done + 1) + ": the loss is " + loss + "; a lower train.optimizer.params.lr may help");
        }
        Collection<Tensor> tensors = parameters.values();
        double norm = Gradients.clip(tensors, loop.clip());
        double rate = config.optimizer().rate().at(done + 1);
        optimizer.step(rate);
        Gradients.clear(tensors);
        done++;
        average.ifPresent(weights -> weights.update(done));
        smoothLoss = Double.isNaN(smoothLoss) ? loss : SMOOTHING * smoothLoss + (1 - SMOOTHING) * loss;
        return new StepReport(done, loss, smoothLoss, norm, rate, pace.after(samples), parts);
    }

    private Path checkpoints() {
        return config.savePath().resolve("ckpt");
    }

    private Path save() {
        Path folder = checkpoints().resolve(Long.toString(done));
        Map<String, Map<String, Tensor>> tensors = new LinkedHashMap<>();
        tensors.put("weights", parameters);
        tensors.put("optimizer", optimizer.tensors());
        average.ifPresent(weights -> tensors.put("average", weights.tensors()));
        Checkpoint checkpoint = new Checkpoint(
                done, config.seed(), config.stage().name(), smoothLoss, stage.position(), optimizer.numbers());
        checkpoint.write(folder, tensors, part -> averaged(() -> stage.write(part)));
        dropOld();
        return folder;
    }

    /** Runs work with the average in the weights' place. */
    private void averaged(Runnable work) {
        if (average.isEmpty()) {
            work.run();
            return;
        }
        try (Exchange exchange = new Exchange(parameters, average.get().tensors())) {
            work.run();
        }
    }

    private void writeSamples(Path checkpoint) {
        Path folder = config.savePath().resolve("samples").resolve(Long.toString(done));
        averaged(() -> {
            List<Picture> pictures = stage.samples(checkpoint);
            pictures.forEach(picture -> PngWriter.write(
                    picture.image(), Map.of("prompt", picture.text()), folder.resolve(picture.name() + ".png")));
            if (!pictures.isEmpty()) {
                PngWriter.write(ContactSheet.of(pictures), Map.of(), folder.resolve("sheet.png"));
            }
        });
    }

    private void dropOld() {
        try {
            List<Path> all = Folders.numbered(checkpoints());
            for (int i = 0; loop.keep() > 0 && i < all.size() - loop.keep(); i++) {
                Folders.delete(all.get(i));
            }
        } catch (IOException e) {
            throw EngineException.invalidFile(checkpoints(), "cannot be tidied", e);
        }
    }

    /** Goes to where a checkpoint is, if the configuration asks for it and there is one. */
    private Path resume() {
        Optional<Path> from = Resumption.checkpoint(config, checkpoints());
        if (from.isEmpty()) {
            return null;
        }
        Checkpoint checkpoint = Checkpoint.read(from.get());
        Resumption.check(config, from.get(), checkpoint);
        Checkpoint.restore(from.get(), "weights", parameters);
        Checkpoint.restore(from.get(), "optimizer", optimizer.tensors());
        average.ifPresent(weights -> Checkpoint.restore(from.get(), "average", weights.tensors()));
        optimizer.restore(checkpoint.numbers());
        stage.restore(checkpoint.position());
        done = checkpoint.step();
        smoothLoss = checkpoint.smoothLoss();
        listener.note("going on after step " + done + " of " + from.get());
        return from.get();
    }
}
