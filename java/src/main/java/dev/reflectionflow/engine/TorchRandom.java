package dev.reflectionflow.engine;

/**
 * PyTorch's CPU generator: {@code torch.manual_seed(seed)} followed by {@code randint}, {@code rand} or {@code randn} gives
 * the same values here, so that a seed means the same picture in every tool and on every device.
 *
 * <p>Integers and uniforms are equal bit for bit. Normals are computed in double where PyTorch uses vectorised float
 * polynomials: they agree within 2e-6. Source of the algorithm: ATen's {@code mt19937} (Matsumoto and Nishimura, 1998) and
 * {@code normal_fill} (Box-Muller over blocks of 16). Not thread-safe.
 */
public final class TorchRandom {
    private static final int STATE = 624;
    private static final int MIDDLE = 397;
    private static final int BLOCK = 16;

    private final int[] state = new int[STATE];
    private int next = STATE;
    private double cachedNormal = Double.NaN;

    /** The element type that {@code randn} is asked for: it decides how the tail of odd sizes is drawn. */
    public enum Type {
        FLOAT32,
        BFLOAT16
    }

    public TorchRandom(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < STATE; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** The next 32 random bits. */
    int nextInt() {
        if (next == STATE) {
            refill();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    /** {@code torch.randint(low, high)}: a uniform integer in [low, high), from 64 bits where the range has 28 or more. */
    public long nextInteger(long low, long high) {
        long range = high - low;
        return low
                + (range >= 1L << 28
                        ? Long.remainderUnsigned(nextLong(), range)
                        : Integer.toUnsignedLong(nextInt()) % range);
    }

    /** {@code torch.rand}: a float in [0, 1) from 24 random bits. */
    public float nextUniform() {
        return (nextInt() & 0xffffff) * 0x1p-24f;
    }

    /**
     * {@code torch.randn(size)} of the type; bfloat16 values come as the floats that they stand for.
     *
     * @param size number of elements
     */
    public float[] normals(int size, Type type) {
        float[] values = new float[size];
        if (size < BLOCK) {
            for (int i = 0; i < size; i++) {
                values[i] = (float) nextNormal();
            }
        } else {
            fill(values, type);
        }
        if (type == Type.BFLOAT16) {
            for (int i = 0; i < size; i++) {
                values[i] = roundToBfloat16(values[i]);
            }
        }
        return values;
    }

    private void fill(float[] values, Type type) {
        int whole = values.length / BLOCK * BLOCK;
        // PyTorch's float32 kernel draws for the tail as well and overwrites it; the generic one does not.
        int drawn = type == Type.FLOAT32 ? values.length : whole;
        for (int i = 0; i < drawn; i++) {
            values[i] = nextUniform();
        }
        for (int i = 0; i < whole; i += BLOCK) {
            boxMuller(values, i);
        }
        if (whole < values.length) {
            int tail = values.length - BLOCK;
            for (int i = tail; i < values.length; i++) {
                values[i] = nextUniform();
            }
            boxMuller(values, tail);
        }
    }

    private static void boxMuller(float[] values, int from) {
        int half = BLOCK / 2;
        for (int i = from; i < from + half; i++) {
            double radius = Math.sqrt(-2 * Math.log(1 - values[i]));
            double angle = 2 * Math.PI * values[i + half];
            values[i] = (float) (radius * Math.cos(angle));
            values[i + half] = (float) (radius * Math.sin(angle));
        }
    }

    /** One value at a time, the second of each pair kept for the next call, as PyTorch does below 16 elements. */
    private double nextNormal() {
        if (!Double.isNaN(cachedNormal)) {
            double value = cachedNormal;
            cachedNormal = Double.NaN;
            return value;
        }
        double angle = 2 * Math.PI * nextUniformDouble();
        double radius = Math.sqrt(-2 * Math.log1p(-nextUniformDouble()));
        cachedNormal = radius * Math.sin(angle);
        return radius * Math.cos(angle);
    }

    private double nextUniformDouble() {
        return (nextLong() & ((1L << 53) - 1)) * 0x1p-53;
    }

    private long nextLong() {
        long high = Integer.toUnsignedLong(nextInt());
        return high << 32 | Integer.toUnsignedLong(nextInt());
    }

    private void refill() {
        for (int i = 0; i < STATE; i++) {
            int y = (state[i] & 0x80000000) | (state[(i + 1) % STATE] & 0x7fffffff);
            int mixed = state[(i + MIDDLE) % STATE] ^ (y >>> 1);
            state[i] = (y & 1) == 0 ? mixed : mixed ^ 0x9908b0df;
        }
        next = 0;
    }

    private static float roundToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
    }
}
