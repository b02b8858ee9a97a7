package dev.reflectionflow.train;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A file of numbers that TensorBoard shows: TFRecords of Event messages, of which only the fields that numbers need are
 * written.
 */
final class EventFile implements Closeable {
    private static final int CRC_MASK = 0xa282ead8;
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;

    private final OutputStream out;

    /**
     * @param seconds now, since 1970
     * @param step the first that follows: TensorBoard forgets what other files say of it and of later ones
     */
    EventFile(Path folder, double seconds, long step) throws IOException {
        Files.createDirectories(folder);
        int number = 0;
        Path file;
        do {
            file = folder.resolve("events.out.tfevents." + (long) seconds + "." + number++);
        } while (Files.exists(file));
        out = Files.newOutputStream(file);
        Message version = new Message().number(WALL_TIME, seconds);
        record(version.bytes(FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8)));
        Message start = new Message().number(WALL_TIME, seconds).whole(STEP, step);
        record(start.bytes(SESSION_LOG, new Message().whole(1, 1).toBytes()));
    }

    void write(double seconds, long step, Map<String, Double> values) throws IOException {
        Message summary = new Message();
        values.forEach((name, value) -> summary.bytes(
                1,
                new Message()
                        .bytes(1, name.getBytes(StandardCharsets.UTF_8))
                        .single(2, value.floatValue())
                        .toBytes()));
        record(new Message().number(WALL_TIME, seconds).whole(STEP, step).bytes(SUMMARY, summary.toBytes()));
        out.flush();
    }

    private void record(Message message) throws IOException {
        byte[] data = message.toBytes();
        byte[] length = little(8).putLong(data.length).array();
        out.write(length);
        out.write(little(4).putInt(maskedCrc(length)).array());
        out.write(data);
        out.write(little(4).putInt(maskedCrc(data)).array());
    }

    /** TFRecord turns its checksums, so that one over data that holds checksums stays a good one. */
    static int maskedCrc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** A protocol buffer message under construction. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int FIXED64 = 1;
        private static final int BYTES = 2;
        private static final int FIXED32 = 5;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message whole(int field, long value) {
            tag(field, VARINT);
            varint(value);
            return this;
        }

        Message number(int field, double value) {
            tag(field, FIXED64);
            out.writeBytes(little(8).putDouble(value).array());
            return this;
        }

        Message single(int field, float value) {
            tag(field, FIXED32);
            out.writeBytes(little(4).putFloat(value).array());
            return this;
        }

        Message bytes(int field, byte[] value) {
            tag(field, BYTES);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        byte[] toBytes() {
            return out.toByteArray();
        }

        private void tag(int field, int type) {
            varint(field << 3 | type);
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
