package dev.reflectionflow.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reflectionflow.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses one header by streaming: a hostile header of 100 MB must not become a tree many times its size.
 *
 * <p>Like the reference implementation it demands that the tensors fill the data exactly, without overlaps or holes.
 */
final class SafetensorsHeader {
    private static final int MAX_DIMENSIONS = 32;

    private final Path path;
    private final long dataStart;
    private final long dataLength;

    SafetensorsHeader(Path path, long dataStart, long fileSize) {
        this.path = path;
        this.dataStart = dataStart;
        this.dataLength = fileSize - dataStart;
    }

    SafetensorsFile parse(byte[] header) {
        if (header.length == 0 || header[0] != '{') {
            throw bad("the header does not start with '{'; not a safetensors file?");
        }
        Map<String, WeightView> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (JsonParser json = StrictJson.FACTORY.createParser(header)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                expect(json.nextToken() == JsonToken.START_OBJECT, name, "is not an object");
                if (name.equals("__metadata__")) {
                    readMetadata(json, metadata);
                } else {
                    tensors.put(name, readTensor(json, name));
                }
            }
            if (json.nextToken() != null) {
                throw bad("the header goes on after its JSON object");
            }
        } catch (IOException e) {
            throw bad("the header is not valid JSON: " + StrictJson.reason(e));
        }
        checkLayout(tensors);
        return new SafetensorsFile(path, tensors, metadata);
    }

    private void readMetadata(JsonParser json, Map<String, String> metadata) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            expect(json.nextToken() == JsonToken.VALUE_STRING, "__metadata__." + key, "is not a string");
            metadata.put(key, json.getText());
        }
    }

    private WeightView readTensor(JsonParser json, String name) throws IOException {
        DType dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "dtype" -> dtype = readDType(json, name);
                case "shape" -> shape = readSizes(json, name, "shape");
                case "data_offsets" -> offsets = readSizes(json, name, "data_offsets");
                default -> json.skipChildren();
            }
        }
        expect(dtype != null, name, "has no dtype");
        expect(shape != null, name, "has no shape");
        expect(offsets != null && offsets.size() == 2, name, "needs two data_offsets");
        return viewOf(name, dtype, shape, offsets.get(0), offsets.get(1));
    }

    private DType readDType(JsonParser json, String name) throws IOException {
        expect(json.currentToken() == JsonToken.VALUE_STRING, name, "has a dtype that is not a string");
        try {
            return DType.valueOf(json.getText());
        } catch (IllegalArgumentException e) {
            throw bad(name + " has the unknown dtype " + json.getText());
        }
    }

    private List<Long> readSizes(JsonParser json, String name, String key) throws IOException {
        expect(json.currentToken() == JsonToken.START_ARRAY, name, "has a " + key + " that is not a list");
        List<Long> sizes = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            boolean isLong = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            expect(isLong && json.getLongValue() >= 0, name, "has a " + key + " that is not of non-negative integers");
            expect(sizes.size() < MAX_DIMENSIONS, name, "has more than " + MAX_DIMENSIONS + " numbers in its " + key);
            sizes.add(json.getLongValue());
        }
        return sizes;
    }

    private WeightView viewOf(String name, DType dtype, List<Long> shape, long begin, long end) {
        expect(
                begin <= end && end <= dataLength,
                name,
                "lies at " + begin + " to " + end + ", outside the data of " + dataLength + " bytes; truncated?");
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        WeightView view = new WeightView(name, path, dataStart + begin, dtype, sizes);
        long bytes;
        try {
            bytes = view.byteLength();
        } catch (ArithmeticException e) {
            throw bad(name + " of shape " + view.shapeText() + " has more bytes than can be counted");
        }
        expect(
                bytes == end - begin,
                name,
                "of " + dtype + " " + view.shapeText() + " needs " + bytes + " bytes, its data_offsets give "
                        + (end - begin));
        return view;
    }

    private void checkLayout(Map<String, WeightView> tensors) {
        List<WeightView> inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(Comparator.comparingLong(WeightView::offset).thenComparingLong(WeightView::byteLength));
        long end = dataStart;
        for (WeightView view : inOrder) {
            expect(view.offset() >= end, view.name(), "overlaps another tensor");
            expect(view.offset() == end, view.name(), "follows a hole of " + (view.offset() - end) + " bytes");
            end += view.byteLength();
        }
        if (end != dataStart + dataLength) {
            throw bad("the last " + (dataStart + dataLength - end) + " bytes belong to no tensor");
        }
    }

    private void expect(boolean condition, String name, String cause) {
        if (!condition) {
            throw bad(InvalidFile.oneLine(name) + " " + cause);
        }
    }

    private EngineException bad(String cause) {
        return InvalidFile.of(path, cause);
    }
}
