package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.image.PictureDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Training samples from shards: one reading of the shards feeds all splits, a picture is decoded when it is drawn. */
final class MixedSource implements SampleSource {
    /** Where all samples are where splits are not told apart. */
    private static final String EVERY_SPLIT = "";

    private final DataConfig config;
    private final MixingSchedule mixing;
    private final Holdout holdout;
    private final Problems problems;
    private final ShardReader reader;
    private final Preparation preparation;
    private final RawSample.Decoder decoder;
    private Window window;
    private long samples;

    MixedSource(DataConfig config, DataPosition position, Consumer<String> problems) {
        this(config, position, problems, PictureDecoder::decode, Duration.ofSeconds(2));
    }

    MixedSource(
            DataConfig config,
            DataPosition position,
            Consumer<String> listener,
            RawSample.Decoder decoder,
            Duration pause) {
        this.config = config;
        this.mixing = config.mixing();
        this.holdout = new Holdout(config.validationShare());
        this.problems = new Problems(listener);
        this.reader = new ShardReader(Shards.find(config.shards()), Optional.of(config.seed()), problems, pause);
        this.preparation = new Preparation(config, config.drops());
        this.decoder = decoder;
        this.samples = position.samples();
        reader.seek(position.pass(), position.shard(), position.record());
        window = read(position.step());
        window.takeAgain(position.taken());
    }

    @Override
    public Batch next(long step, int size) {
        List<Sample> batch = new ArrayList<>();
        while (batch.size() < size) {
            batch.add(sample(step));
            samples++;
        }
        return new Batch(batch, window.position(samples));
    }

    private Sample sample(long step) {
        String split = split(step);
        int pass = window.pass();
        while (true) {
            RawSample raw = draw(split, step, pass);
            try {
                Random random = Chance.PREPARATION.at(config.seed(), samples);
                return preparation.prepare(raw.texts(), raw.pictures(decoder), Optional.of(random));
            } catch (EngineException e) {
                problems.damaged(e.getMessage());
            }
        }
    }

    /** The split of the next sample: a function of its number and the step alone. */
    private String split(long step) {
        List<String> splits = mixing.splits();
        if (splits.isEmpty()) {
            return EVERY_SPLIT;
        }
        double[] weights = mixing.weights(step);
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        Random random = Chance.SPLIT.at(config.seed(), samples);
        double at = random.nextDouble() * sum;
        int last = 0;
        for (int i = 0; i < weights.length; i++) {
            last = weights[i] > 0 ? i : last;
            at -= weights[i];
            if (at < 0) {
                return splits.get(i);
            }
        }
        return splits.get(last);
    }

    /** The next of a split; the sample that it is for was begun in {@code pass}. */
    private RawSample draw(String split, long step, int pass) {
        while (!window.has(split)) {
            window = read(step);
            // the pass after the one that was running has been read to its end
            if (window.pass() > pass + 1) {
                throw new EngineException(ErrorCode.INVALID_FILE, missing(split));
            }
        }
        return window.take(split);
    }

    private String missing(String split) {
        String of = split.isEmpty() ? "" : " of the split " + split;
        return String.join(", ", config.shards()) + ": no usable sample" + of + " in a whole pass (" + problems.count()
                + " damaged so far)";
    }

    private Window read(long step) {
        List<String> wanted = mixing.wantedFrom(step);
        return Window.read(
                reader,
                config.seed(),
                step,
                config.shuffleBuffer(),
                raw -> !holdout.isForValidation(raw) && (mixing.ratios().isEmpty() || isWanted(raw, wanted)),
                raw -> mixing.ratios().isEmpty() ? EVERY_SPLIT : raw.subset());
    }

    private boolean isWanted(RawSample raw, List<String> wanted) {
        if (!mixing.ratios().containsKey(raw.subset())) {
            problems.notice("the split " + raw.subset() + " is not among split_ratios and is left out, first met in "
                    + raw.texts().origin());
        }
        return wanted.contains(raw.subset());
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
