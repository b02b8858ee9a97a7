package dev.reflectionflow.engine.internal;

import dev.reflectionflow.EngineException;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.MemberSetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.StdString;

/**
 * The one mapping of {@code native/include/engine.h}, which documents every function: thin, with no logic of its own.
 * Arrays are copied at each call; byte buffers must be direct.
 */
@Properties(
        @Platform(
                value = "linux-x86_64",
                include = "engine.h",
                compiler = "cpp17",
                library = "jnireflectionflow",
                link = "reflectionflow"))
@Namespace("reflectionflow")
@Name("Engine")
public class NativeEngine extends Pointer {
    static {
        NativeLibraries.load();
        NativeLibraries.load(NativeEngine.class);
    }

    public NativeEngine(String description) {
        allocate(description);
    }

    private native void allocate(@StdString String description) throws EngineException;

    @Name("map_file")
    public native long mapFile(@StdString String path) throws EngineException;

    @Name("add_weight")
    public native void addWeight(
            @StdString String name,
            @StdString String type,
            @Cast("const int64_t*") long[] sizes,
            int rank,
            long file,
            long offset)
            throws EngineException;

    @Name("add_random_weight")
    public native void addRandomWeight(
            @StdString String name, @Cast("const int64_t*") long[] sizes, int rank, float mean, float deviation)
            throws EngineException;

    @Name("add_adapter")
    public native void addAdapter(@StdString String layer, @StdString String a, @StdString String b, double scale)
            throws EngineException;

    public native void load() throws EngineException;

    @Name("encode_text")
    public native long encodeText(
            @Cast("const int64_t*") long[] clipIds, int clipTokens, @Cast("const int64_t*") long[] t5Ids, int t5Tokens)
            throws EngineException;

    @Name("put_text")
    public native long putText(@Const float[] promptEmbeds, int tokens, @Const float[] pooledProjections)
            throws EngineException;

    @Name("encode_image")
    public native long encodeImage(@Const float[] image, int width, int height, @Const float[] noise)
            throws EngineException;

    public native long begin(
            @Const @ByRef RunSettings settings,
            @Cast("const int64_t*") long[] texts,
            @Cast("const int64_t*") long[] conditions,
            @Const float[] noise,
            @Const float[] sigmas,
            @Const float[] guidance)
            throws EngineException;

    public native @Cast("bool") boolean step(long run) throws EngineException;

    public native void preview(long run, @Cast("uint8_t*") ByteBuffer rgb) throws EngineException;

    public native void decode(long run, @Cast("uint8_t*") ByteBuffer rgb) throws EngineException;

    @Name("decode_latents")
    public native void decodeLatents(@Const float[] latents, int width, int height, @Cast("uint8_t*") ByteBuffer rgb)
            throws EngineException;

    @Name("describe_run")
    public native @StdString String describeRun(long run) throws EngineException;

    public native void release(long handle) throws EngineException;

    @Name("compute_nanos")
    public native long computeNanos() throws EngineException;

    public native void record(int level) throws EngineException;

    public native int recorded() throws EngineException;

    @Name("recorded_name")
    public native @StdString String recordedName(int index) throws EngineException;

    @Name("recorded_type")
    public native @StdString String recordedType(int index) throws EngineException;

    @Name("recorded_rank")
    public native int recordedRank(int index) throws EngineException;

    @Name("recorded_size")
    public native long recordedSize(int index, int dimension) throws EngineException;

    @Name("read_recorded")
    public native void readRecorded(int index, @Cast("uint8_t*") ByteBuffer bytes) throws EngineException;

    public static native @StdString String about() throws EngineException;

    @Name("handles_created")
    public static native long handlesCreated() throws EngineException;

    @Name("handles_alive")
    public static native long handlesAlive() throws EngineException;

    /** The numbers of one run, see {@code engine.h}. */
    @Namespace("::reflectionflow")
    @Name("RunSettings")
    public static class RunSettings extends Pointer {
        static {
            Loader.load();
        }

        public RunSettings() {
            allocate();
        }

        private native void allocate();

        @MemberSetter
        public native RunSettings batch(int value);

        @MemberSetter
        public native RunSettings width(int value);

        @MemberSetter
        public native RunSettings height(int value);

        @MemberSetter
        public native RunSettings steps(int value);

        @MemberSetter
        @Name("adapters_on_latents")
        public native RunSettings adaptersOnLatents(@Cast("bool") boolean value);

        @MemberSetter
        @Name("condition_scale")
        public native RunSettings conditionScale(float value);

        @MemberSetter
        @Name("condition_timestep")
        public native RunSettings conditionTimestep(float value);

        @MemberSetter
        @Name("condition_column_shift")
        public native RunSettings conditionColumnShift(int value);

        @MemberSetter
        @Name("union_attention")
        public native RunSettings unionAttention(@Cast("bool") boolean value);

        @MemberSetter
        @Name("add_attention")
        public native RunSettings addAttention(@Cast("bool") boolean value);

        @MemberSetter
        @Name("image_guidance")
        public native RunSettings imageGuidance(float value);
    }
}
