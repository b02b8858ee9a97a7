package dev.reflectionflow.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** Assembles the matrices of each module of a LoRA file and holds them against the transformer. */
final class LoraReader {
    private final SafetensorsFile file;
    private final Map<String, long[]> expected;
    private final LoraMetadata metadata;
    private final Map<String, LoraKey> keys = new LinkedHashMap<>();
    private final Map<String, EnumMap<LoraKey.Role, WeightView>> modules = new LinkedHashMap<>();
    private final TreeSet<String> unmatched = new TreeSet<>();

    LoraReader(SafetensorsFile file, Map<String, long[]> expected) {
        this.file = file;
        this.expected = expected;
        this.metadata = new LoraMetadata(file);
    }

    LoraFile read() {
        file.tensors().forEach(this::sort);
        List<LoraView> views = new ArrayList<>();
        int matched = 0;
        for (Map.Entry<String, EnumMap<LoraKey.Role, WeightView>> module : modules.entrySet()) {
            List<ModuleNames.Part> parts = keys.get(module.getKey()).parts();
            boolean known =
                    !parts.isEmpty() && parts.stream().allMatch(part -> expected.containsKey(part.name() + ".weight"));
            if (known) {
                matched++;
                views.addAll(viewsOf(module.getKey(), parts, module.getValue()));
            } else {
                unmatched.add(module.getKey());
            }
        }
        if (matched == 0) {
            throw InvalidFile.of(file.path(), "no LoRA module matches this model; the file names " + firstNames());
        }
        views.sort(Comparator.comparing(LoraView::module));
        return new LoraFile(file.path(), views, matched, List.copyOf(unmatched));
    }

    private void sort(String name, WeightView view) {
        Optional<LoraKey> key = LoraKey.parse(name);
        if (key.isEmpty()) {
            unmatched.add(name);
            return;
        }
        String module = key.get().module();
        keys.put(module, key.get());
        WeightView other = modules.computeIfAbsent(module, m -> new EnumMap<>(LoraKey.Role.class))
                .put(key.get().role(), view);
        if (other != null) {
            throw InvalidFile.of(file.path(), name + " and " + other.name() + " are the same matrix");
        }
    }

    private List<LoraView> viewsOf(
            String module, List<ModuleNames.Part> parts, EnumMap<LoraKey.Role, WeightView> matrices) {
        WeightView a = matrix(module, matrices.get(LoraKey.Role.DOWN), "down (A)");
        WeightView b = matrix(module, matrices.get(LoraKey.Role.UP), "up (B)");
        if (a.shape()[0] != b.shape()[1] || a.shape()[0] == 0) {
            throw InvalidFile.of(
                    file.path(), module + ": ranks differ, down is " + a.shapeText() + ", up is " + b.shapeText());
        }
        double scale = scale(module, matrices.get(LoraKey.Role.ALPHA), a.shape()[0]);
        List<LoraView> views = new ArrayList<>();
        for (WeightView rows : ModuleNames.split(b, parts, "")) {
            long[] shape = expected.get(rows.name() + ".weight");
            if (shape.length != 2 || rows.shape()[0] != shape[0] || a.shape()[1] != shape[1]) {
                throw InvalidFile.of(
                        file.path(),
                        module + ": down " + a.shapeText() + " and up " + b.shapeText() + " do not fit a layer of "
                                + Arrays.toString(shape));
            }
            views.add(new LoraView(rows.name(), a.named(rows.name()), rows, scale));
        }
        return views;
    }

    private WeightView matrix(String module, WeightView view, String what) {
        if (view == null) {
            throw InvalidFile.of(file.path(), module + " has no " + what + " matrix");
        }
        long[] shape = view.shape();
        boolean pointwise = shape.length == 4 && shape[2] == 1 && shape[3] == 1;
        if ((shape.length != 2 && !pointwise) || !view.dtype().isWeight()) {
            throw InvalidFile.of(
                    file.path(),
                    view.name() + " is " + view.dtype() + " " + view.shapeText() + ", not an F32, BF16 or F16 matrix");
        }
        return view.reshaped(shape[0], shape[1]);
    }

    private double scale(String module, WeightView alpha, long rank) {
        if (alpha == null) {
            OptionalDouble scale = metadata.scale(module, rank);
            return scale.orElse(1);
        }
        if (alpha.elements() != 1 || alpha.dtype() == DType.F8_E4M3 || alpha.dtype() == DType.F8_E5M2) {
            throw InvalidFile.of(file.path(), alpha.name() + " is not one number");
        }
        float value = alpha.readFloats()[0];
        if (!Float.isFinite(value)) {
            throw InvalidFile.of(file.path(), alpha.name() + " is " + value);
        }
        return value / (double) rank;
    }

    private String firstNames() {
        return file.tensors().isEmpty()
                ? "nothing"
                : String.join(
                        ", ",
                        file.tensors().keySet().stream().limit(LoraFile.SHOWN).toList());
    }
}
