package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads the records of all shards, pass after pass, each pass in an order of its own. */
final class ShardReader implements AutoCloseable {
    private static final int ATTEMPTS = 3;

    private final List<Shard> shards;
    private final Optional<Long> seed;
    private final Problems problems;
    private final Duration pause;
    private List<Shard> order;
    private RecordReader records;
    private int pass;
    private int shard;
    private long record;

    /**
     * Opens nothing yet.
     *
     * @param seed decides the order of each pass; empty for the order given
     * @param pause before a command that failed is started again
     */
    ShardReader(List<Shard> shards, Optional<Long> seed, Problems problems, Duration pause) {
        this.shards = shards;
        this.seed = seed;
        this.problems = problems;
        this.pause = pause;
        this.order = order(0);
    }

    /** Goes to a place that {@link #pass}, {@link #shard} and {@link #record} told. */
    void seek(int newPass, int newShard, long newRecord) {
        if (newPass < 0 || newShard < 0 || newShard > shards.size() || newRecord < 0) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE,
                    "the position in the data, shard " + newShard + " of pass " + newPass + ", is not among the "
                            + shards.size() + " shards there are");
        }
        closeShard();
        pass = newPass;
        shard = newShard;
        record = newRecord;
        order = order(pass);
    }

    /** The next usable sample; empty at a pass's end, after which the next pass begins. */
    Optional<RawSample> next() {
        while (shard < order.size()) {
            Optional<RecordReader.Found> found = nextRecord();
            if (found.isEmpty()) {
                closeShard();
                shard++;
                record = 0;
            } else if (found.get().sample().isPresent()) {
                record++;
                return found.get().sample();
            } else {
                record++;
                problems.damaged(found.get().damage());
            }
        }
        seek(pass + 1, 0, 0);
        return Optional.empty();
    }

    int pass() {
        return pass;
    }

    int shard() {
        return shard;
    }

    long record() {
        return record;
    }

    /** Empty where the shard has no more, be it that the rest is damaged. */
    private Optional<RecordReader.Found> nextRecord() {
        Shard current = order.get(shard);
        for (int attempt = 1; true; attempt++) {
            try {
                openShard(current);
                return records.next();
            } catch (CommandFailure e) {
                EngineException failure = current.failure(e);
                closeShard();
                if (attempt == ATTEMPTS) {
                    throw new EngineException(
                            ErrorCode.INVALID_FILE, failure.getMessage() + ", " + ATTEMPTS + " times", e);
                }
                problems.notice(failure.getMessage() + "; started again");
                sleep(current);
            } catch (IOException e) {
                problems.damaged(current.failure(e).getMessage() + "; the rest of it is left out");
                return Optional.empty();
            }
        }
    }

    private void openShard(Shard current) throws IOException {
        if (records == null) {
            records = new RecordReader(current);
            for (long i = 0; i < record && records.skip(); i++) {
                // on to where it was
            }
        }
    }

    private List<Shard> order(int ofPass) {
        if (seed.isEmpty()) {
            return shards;
        }
        List<Shard> shuffled = new ArrayList<>(shards);
        Collections.shuffle(shuffled, Chance.SHARD_ORDER.at(seed.get(), ofPass));
        return shuffled;
    }

    private void sleep(Shard current) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(ErrorCode.CANCELLED, current.name() + ": interrupted", e);
        }
    }

    private void closeShard() {
        try {
            if (records != null) {
                records.close();
            }
        } catch (IOException e) {
            problems.notice(order.get(shard).failure(e).getMessage());
        } finally {
            records = null;
        }
    }

    @Override
    public void close() {
        closeShard();
    }
}
