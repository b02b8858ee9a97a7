package dev.reflectionflow.feedback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON of the chat protocol: reading with errors that quote nothing, and the schemas of structured output. */
final class ChatJson {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private ChatJson() {}

    static JsonNode parse(String text) throws UnreadableAnswer {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UnreadableAnswer("not JSON");
        }
    }

    /** A resource of ours. */
    static JsonNode resource(String name) {
        try {
            return MAPPER.readTree(PromptText.resource(name).text());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the resource " + name + " is not JSON", e);
        }
    }

    /** The response format that asks for exactly an object of these properties. */
    static JsonNode format(String name, ObjectNode properties) {
        ObjectNode format = MAPPER.createObjectNode().put("type", "json_schema");
        ObjectNode schema = format.putObject("json_schema").put("name", name).put("strict", true);
        schema.set("schema", object(properties));
        return format;
    }

    /** The schema of an object that has all these properties and no other, which strict mode insists on. */
    static ObjectNode object(ObjectNode properties) {
        ObjectNode schema = MAPPER.createObjectNode().put("type", "object");
        schema.set("properties", properties);
        properties.fieldNames().forEachRemaining(schema.putArray("required")::add);
        return schema.put("additionalProperties", false);
    }

    /** The schema of a list. */
    static ObjectNode array(ObjectNode items) {
        ObjectNode schema = MAPPER.createObjectNode().put("type", "array");
        schema.set("items", items);
        return schema;
    }

    /** The schema of a value of one of JSON's own types. */
    static ObjectNode type(String type) {
        return MAPPER.createObjectNode().put("type", type);
    }

    static ObjectNode properties() {
        return MAPPER.createObjectNode();
    }
}
