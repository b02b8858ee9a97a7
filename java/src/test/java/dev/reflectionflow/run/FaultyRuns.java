package dev.reflectionflow.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Run folders on a machine that dies, or whose disk is full, at a chosen point of its writing. */
public final class FaultyRuns {
    private FaultyRuns() {}

    /** What a kill looks like from inside; an error, so that no handler of exceptions tidies up. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Counts the points, and dies at one of them, or can write no more from there on. */
    public static final class Disk {
        private final int dieAt;
        private final int fullAt;
        private int points;

        /**
         * @param dieAt number of the point, from 0; each write has one before it, one in its middle, one after it
         */
        public Disk(int dieAt) {
            this(dieAt, Integer.MAX_VALUE);
        }

        private Disk(int dieAt, int fullAt) {
            this.dieAt = dieAt;
            this.fullAt = fullAt;
        }

        /** One that is full from a point on. */
        public static Disk fullFrom(int point) {
            return new Disk(Integer.MAX_VALUE, point);
        }

        /** Points passed so far. */
        public int points() {
            return points;
        }

        private void point() throws IOException {
            if (points >= fullAt) {
                throw new IOException("No space left on device");
            }
            if (points++ == dieAt) {
                throw new Killed();
            }
        }
    }

    /** {@link RunFolder#open} on such a disk. */
    public static RunFolder open(Path directory, Map<String, ?> config, Disk disk) {
        return RunFolder.open(directory, config, new FileOps() {
            /** A process that dies leaves its writes to the system; only a power cut would not. */
            @Override
            void force(FileChannel channel) {}

            @Override
            void createDirectory(Path path) throws IOException {
                disk.point();
                super.createDirectory(path);
            }

            @Override
            void syncDirectory(Path path) throws IOException {
                super.syncDirectory(path);
                disk.point();
            }

            @Override
            void write(Path file, byte[] bytes) throws IOException {
                disk.point();
                super.write(file, Arrays.copyOf(bytes, bytes.length / 2));
                disk.point();
                super.write(file, bytes);
                disk.point();
            }

            @Override
            void link(Path existing, Path name) throws IOException {
                disk.point();
                super.link(existing, name);
                disk.point();
            }

            @Override
            void rename(Path from, Path to) throws IOException {
                super.rename(from, to);
                disk.point();
            }

            @Override
            void append(FileChannel channel, byte[] bytes) throws IOException {
                long size = channel.size();
                disk.point();
                super.append(channel, Arrays.copyOf(bytes, bytes.length / 2));
                disk.point();
                channel.truncate(size);
                super.append(channel, bytes);
                disk.point();
            }
        });
    }
}
