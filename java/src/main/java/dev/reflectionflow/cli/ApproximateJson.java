package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Marks a row of JSON as exact or approximate, and says what makes it so. */
final class ApproximateJson {
    private ApproximateJson() {}

    /** @param approximations of the engine; none where all is exact */
    static void put(ObjectNode node, Map<String, String> approximations) {
        node.put("approximate", !approximations.isEmpty());
        ObjectNode values = node.putObject("approximations");
        approximations.forEach(values::put);
    }
}
