package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.image.PictureDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Validation samples from shards: each once, in the shards' order, and then no more. */
final class ValidationSource implements SampleSource {
    private final Holdout holdout;
    private final Problems problems;
    private final ShardReader reader;
    private final Preparation preparation;
    private long samples;
    private boolean ended;

    ValidationSource(DataConfig config, Consumer<String> listener) {
        this.holdout = new Holdout(config.validationShare());
        this.problems = new Problems(listener);
        this.reader = new ShardReader(Shards.find(config.shards()), Optional.empty(), problems, Duration.ofSeconds(2));
        this.preparation = new Preparation(config, Drops.NONE);
    }

    @Override
    public Batch next(long step, int size) {
        List<Sample> batch = new ArrayList<>();
        while (batch.size() < size && !ended) {
            Optional<RawSample> raw = reader.next();
            ended = raw.isEmpty();
            raw.filter(this::isWanted).flatMap(this::prepared).ifPresent(batch::add);
        }
        samples += batch.size();
        return new Batch(
                batch, new DataPosition(samples, reader.pass(), reader.shard(), reader.record(), step, Map.of()));
    }

    private boolean isWanted(RawSample raw) {
        return holdout.share() == 0 || holdout.isForValidation(raw);
    }

    private Optional<Sample> prepared(RawSample raw) {
        try {
            return Optional.of(
                    preparation.prepare(raw.texts(), raw.pictures(PictureDecoder::decode), Optional.empty()));
        } catch (EngineException e) {
            problems.damaged(e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public long damaged() {
        return problems.count();
    }

    @Override
    public void close() {
        reader.close();
    }
}
