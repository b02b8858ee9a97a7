package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.feedback.ChatStub;
import dev.reflectionflow.weights.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the options about verifier, reflector, refiner and corrector do. */
class SearchRolesTest extends SearchFixture {
    private static final String[] REFLECTION = {
        PROMPT, "--reflector", "scene", "--corrector", "c.safetensors:0.5", "--rounds", "2", "--branches", "1"
    };

    private static String[] and(String[] some, String... more) {
        return java.util.stream.Stream.concat(java.util.Arrays.stream(some), java.util.Arrays.stream(more))
                .toArray(String[]::new);
    }

    @Test
    void reflectionsAreDrawnByTheCorrector() throws Exception {
        Cli run = search(and(
                REFLECTION,
                "--condition-size",
                "16",
                "--corrector-steps",
                "3",
                "--corrector-guidance",
                "1.5",
                "--latent-lora"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.settings.corrector()).hasValue(new LoraArgument(Path.of("c.safetensors"), 0.5));
        GenerationRequest correction = engine.drawn.get(1);
        assertThat(engine.drawn.get(0).condition()).isNull();
        assertThat(correction.condition().image().width()).isEqualTo(16);
        assertThat(correction.condition().latentLora()).isTrue();
        assertThat(correction.steps()).isEqualTo(3);
        assertThat(correction.guidance()).isEqualTo(1.5);
        assertThat(correction.prompt()).isEqualTo(PROMPT);
        assertThat(correction.prompt2()).startsWith(PROMPT + " [Reflexion] Add ");
        assertThat(config().get("strategy").textValue()).isEqualTo("noise+reflection");
    }

    @Test
    void aCorrectorsFileSaysHowItMeetsItsCondition() {
        Path lora = folder.resolve("own.safetensors");
        SafetensorsWriter.write(lora, List.of(), Map.of("latent_lora", "true", "union_cond_attn", "false"));
        search(PROMPT, "--reflector", "scene", "--corrector", lora.toString(), "--rounds", "2", "--branches", "1");
        GenerationRequest.Condition condition = engine.drawn.get(1).condition();
        assertThat(condition.latentLora()).isTrue();
        assertThat(condition.unionAttention()).isFalse();
        assertThat(condition.addAttention()).isFalse();
    }

    /** B2: the released corrector rounds ignore steps and guidance; ours do only where that is asked for, and say so. */
    @Test
    void releasedRulesHoldOnlyWhereAskedFor() throws Exception {
        search(and(REFLECTION, "-s", "2", "-g", "7", "--text-mode", "released"));
        GenerationRequest ours = engine.drawn.get(1);
        assertThat(ours.steps()).isEqualTo(2);
        assertThat(ours.guidance()).isEqualTo(7);
        assertThat(ours.prompt()).startsWith(PROMPT + " [Reflexion]: Add ");
        assertThat(ours.prompt2()).isNull();
        assertThat(config().has("compat")).isFalse();
        engine.drawn.clear();
        Cli run = searchInto(folder.resolve("released"), and(REFLECTION, "-s", "2", "-g", "7", "--compat", "released"));
        assertThat(run.err()).contains("released rules");
        GenerationRequest theirs = engine.drawn.get(1);
        assertThat(theirs.steps()).isEqualTo(28);
        assertThat(theirs.guidance()).isEqualTo(3.5);
        assertThat(theirs.condition().image().width()).isEqualTo(512);
        assertThat(Files.readString(folder.resolve("released/config.json"))).contains("\"compat\" : \"released\"");
    }

    @Test
    void plainPicturesDoNotClaimTheCorrector() {
        search(and(REFLECTION, "--format", "json"));
        Path samples = output().resolve("00000/samples");
        assertThat(PictureInspection.of(samples.resolve("00000.png")).text()).doesNotContain("c.safetensors");
        assertThat(PictureInspection.of(samples.resolve("00001.png")).text()).contains("--lora c.safetensors:0.5");
    }

    @Test
    void oneServiceServesAllRolesAndItsCallsAreCounted() throws Exception {
        try (ChatStub stub = service()) {
            Cli run = search(and(
                    new String[] {PROMPT, "--rounds", "3", "--branches", "2", "--corrector", "c.safetensors"},
                    "--verifier",
                    "openai",
                    "--reflector",
                    "openai",
                    "--refiner",
                    "openai",
                    "--verifier-url",
                    stub.url(),
                    "--verifier-model",
                    "eye",
                    "--reflector-model",
                    "tongue",
                    "--verifier-detail",
                    "low",
                    "--verifier-temperature",
                    "0.5",
                    "--reflector-seed",
                    "9",
                    "--jpeg",
                    "--format",
                    "json"));
            assertThat(run.exitCode()).as(run.err()).isZero();
            JsonNode budget = json(run.out()).get("budget");
            assertThat(budget.get("language_model_calls").intValue()).isEqualTo(stub.requests.size());
            assertThat(budget.get("tokens").intValue()).isEqualTo(110 * stub.requests.size());
            assertThat(budget.get("verifier_calls").intValue()).isEqualTo(6);
            assertThat(stub.requests)
                    .allMatch(request -> ChatStub.picture(request).startsWith("data:image/jpeg;"));
            assertThat(asked(stub, "verifier")).hasSize(6).allSatisfy(request -> {
                assertThat(request.get("model").textValue()).isEqualTo("eye");
                assertThat(request.get("temperature").doubleValue()).isEqualTo(0.5);
                assertThat(request.toString()).contains("\"detail\":\"low\"");
            });
            assertThat(asked(stub, "reflector")).isNotEmpty().allSatisfy(request -> {
                assertThat(request.get("model").textValue()).isEqualTo("tongue");
                assertThat(request.get("seed").intValue()).isEqualTo(9);
            });
            assertThat(asked(stub, "refiner"))
                    .isNotEmpty()
                    .allSatisfy(request ->
                            assertThat(request.get("model").textValue()).isEqualTo("eye"));
        }
        assertThat(engine.drawn.get(2).prompt2()).isEqualTo("a photo of one red circle [Reflexion] Add a bow.");
    }

    private static List<JsonNode> asked(ChatStub stub, String role) {
        return stub.requests.stream()
                .filter(request -> role(request).equals(role))
                .toList();
    }

    @Test
    void severalVerifiersMakeAWeightedEnsemble() throws Exception {
        try (ChatStub stub = service()) {
            Cli run = search(
                    PROMPT,
                    "--rounds",
                    "1",
                    "--branches",
                    "2",
                    "--verifier",
                    "scene",
                    "--verifier",
                    "openai:2",
                    "--verifier-url",
                    stub.url(),
                    "--verifier-model",
                    "eye");
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(stub.requests).hasSize(2);
        }
        JsonNode verifier = config().get("verifier");
        assertThat(verifier.get("name").textValue()).isEqualTo("ensemble");
        assertThat(verifier.at("/members/0/name").textValue()).isEqualTo("scene");
        assertThat(verifier.at("/members/1/weight").doubleValue()).isEqualTo(2);
    }

    @Test
    void yesNoRanksAsReleasedWithItsRules() throws Exception {
        try (ChatStub stub =
                new ChatStub((number, request, exchange) -> ChatStub.ok(exchange, ChatStub.message("yes")))) {
            String[] args = {
                PROMPT,
                "--rounds",
                "2",
                "--branches",
                "1",
                "--verifier",
                "yes-no",
                "--verifier-url",
                stub.url(),
                "--verifier-model",
                "nvila"
            };
            assertThat(search(args).exitCode()).isZero();
            assertThat(config().at("/verifier/ranking").textValue()).isEqualTo("difference");
            assertThat(ChatStub.question(stub.requests.get(0))).isNotEqualTo(PROMPT);
            stub.requests.clear();
            assertThat(searchInto(folder.resolve("released"), and(args, "--compat", "released"))
                            .exitCode())
                    .isZero();
            assertThat(ChatStub.question(stub.requests.get(0))).isEqualTo(PROMPT);
            stub.requests.clear();
            searchInto(folder.resolve("chosen"), and(args, "--compat", "released", "--verifier-ranking", "difference"));
            assertThat(ChatStub.question(stub.requests.get(0))).isNotEqualTo(PROMPT);
        }
    }

    @Test
    void aFailingServiceIsAskedAsOftenAsWished() throws Exception {
        try (RefusingService service = new RefusingService(503)) {
            String[] args = {
                PROMPT, "--rounds", "1", "--branches", "2", "--verifier", "openai", "--verifier-model", "eye"
            };
            String[] asking = {"--verifier-url", service.url(), "--service-attempts", "2", "--service-deadline", "30"};
            Cli run = search(and(args, asking));
            assertThat(run.exitCode()).as(run.err()).isEqualTo(6);
            assertThat(service.questions).hasValue(4);
            Cli none = search(and(and(args, asking), "--service-concurrency", "0"));
            assertThat(none.exitCode()).isEqualTo(2);
            assertThat(none.err()).contains("one request at once, not 2 and 0");
        }
    }

    @Test
    void ownWordsReachTheService() throws Exception {
        Path words = Files.writeString(folder.resolve("words.txt"), "Be strict. {criteria}\n");
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), "{\"tag\":\"counting\",\"prompt\":\"two cats\"}\n");
        try (ChatStub stub = service()) {
            search(
                    "--prompts",
                    rows.toString(),
                    "--rounds",
                    "1",
                    "--branches",
                    "1",
                    "--verifier",
                    "openai",
                    "--verifier-url",
                    stub.url(),
                    "--verifier-model",
                    "eye",
                    "--verifier-tags",
                    "--verifier-prompt-file",
                    words.toString());
            assertThat(stub.requests.get(0).at("/messages/0/content").textValue())
                    .startsWith("Be strict.")
                    .contains("count_accuracy");
        }
    }

    @Test
    void anAdviserThatIsDownEndsWithFiveBeforeTheFirstImage() {
        Cli run = search(
                PROMPT,
                "--corrector",
                "c.safetensors",
                "--reflector",
                "released",
                "--reflector-url",
                "http://127.0.0.1:1/v1",
                "--reflector-model",
                "m");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
        assertThat(run.err()).contains("reflector");
        assertThat(engine.drawn).isEmpty();
    }

    @Test
    void adviceThatFailedEndsWithSixAndIsSaid() throws Exception {
        try (ChatStub stub = new ChatStub((number, request, exchange) -> {
            if (role(request).equals("reflector")) {
                ChatStub.reply(exchange, 400, "{}");
            } else {
                answer(request, exchange);
            }
        })) {
            Cli run = search(and(
                    new String[] {PROMPT, "--rounds", "2", "--branches", "1", "--corrector", "c.safetensors"},
                    "--verifier",
                    "openai",
                    "--reflector",
                    "openai",
                    "--verifier-url",
                    stub.url(),
                    "--verifier-model",
                    "eye"));
            assertThat(run.exitCode()).as(run.err()).isEqualTo(6);
            assertThat(run.err())
                    .contains("1 questions to reflector or refiner failed")
                    .doesNotContain("unscored");
            assertThat(run.outLines()).hasSize(1);
        }
    }
}
