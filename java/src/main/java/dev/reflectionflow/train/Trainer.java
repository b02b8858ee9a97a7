package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.image.PngWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;

/** The one loop of all stages: batches, gradients, a step, and now and then a log row, samples, a checkpoint. */
final class Trainer {
    private final TrainConfig config;
    private final LoopConfig loop;
    private final Stage stage;
    private final TrainingListener listener;
    private final TrainerState state;

    /** @param base the {@link StartingModel#hash()} of what the stage starts from */
    Trainer(TrainConfig config, String base, Stage stage, TrainingListener listener) {
        this.config = config;
        this.stage = stage;
        this.listener = listener;
        loop = config.loop();
        state = new TrainerState(config, base, stage);
    }

    /**
     * Trains to the configured end; once.
     *
     * @return the last checkpoint
     * @throws EngineException {@code CANCELLED} when the listener stopped it, after a checkpoint
     */
    Path run() {
        try (state) {
            Path last = resume();
            listener.started(done(), loop.maxSteps());
            return run(last);
        }
    }

    private Path run(Path from) {
        Path last = from;
        try (TrainingLog log = TrainingLog.open(config.savePath(), done())) {
            Pace pace = new Pace();
            while (loop.maxSteps() < 0 || done() < loop.maxSteps()) {
                StepReport report = step(pace);
                listener.stepDone(report);
                boolean end = done() == loop.maxSteps();
                boolean stop = listener.isCancelled();
                if (done() % loop.logInterval() == 0 || end || stop) {
                    log.add(report);
                }
                boolean sample = loop.sampleInterval() > 0 && done() % loop.sampleInterval() == 0 || end;
                if (done() % loop.saveInterval() == 0 || sample || end || stop) {
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
                            "stopped after step " + done() + "; " + last + " has all that --resume needs");
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
                Stage.Loss batch = stage.loss(done(), new Noise(config.seed(), done(), part));
                batch.backward().accept(batch.value().mul(new Scalar(1.0 / loop.accumulate())));
                loss += batch.value().item_double() / loop.accumulate();
                samples += batch.samples();
                batch.parts().forEach((name, value) -> parts.merge(name, value / loop.accumulate(), Double::sum));
            }
        }
        checkFinite("the loss", loss);
        double norm = state.clip();
        checkFinite("the gradients' norm", norm);
        double rate = config.optimizer().rate().at(done() + 1);
        state.step(rate, loss);
        return new StepReport(done(), loss, state.smoothLoss(), norm, rate, pace.after(samples), parts);
    }

    /** Weights that are no numbers must reach no checkpoint. */
    private void checkFinite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "step " + (done() + 1) + ": " + what + " is " + value
                            + "; a lower train.optimizer.params.lr may help");
        }
    }

    private long done() {
        return state.done();
    }

    private Path checkpoints() {
        return config.savePath().resolve("ckpt");
    }

    private Path save() {
        Path folder = checkpoints().resolve(Long.toString(done()));
        state.write(folder);
        dropOld();
        return folder;
    }

    private void writeSamples(Path checkpoint) {
        Path folder = config.savePath().resolve("samples").resolve(Long.toString(done()));
        state.averaged(() -> {
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
                Folders.remove(all.get(i));
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
        state.read(from.get());
        listener.note("going on after step " + done() + " of " + from.get());
        return from.get();
    }
}
