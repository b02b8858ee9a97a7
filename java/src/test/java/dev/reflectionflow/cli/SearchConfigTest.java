package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.feedback.ChatStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Options from files: our own, and the released ones unchanged. */
class SearchConfigTest extends SearchFixture {
    /** Every key of the released files, with values of that kind. */
    private static final String RELEASED = """
            {"pipeline_args": {"pretrained_model_name_or_path": "some/model", "cache_dir": "CACHE", "torch_dtype": "bf16",
              "height": 48, "width": 64, "condition_size": 32, "max_sequence_length": 512, "guidance_scale": 2.5,
              "num_inference_steps": 30, "lora_path": "corrector.safetensors"},
             "verifier_args": {"name": "openai", "choice_of_metric": "overall_score", "max_new_tokens": 1280,
              "refine_prompt_relpath": "a.txt", "reflexion_prompt_relpath": "b.txt", "verifier_prompt_relpath": "c.json"},
             "refine_args": {"name": "openai", "choice_of_metric": "overall_score", "max_new_tokens": 1280,
              "refine_prompt_relpath": "a.txt", "reflexion_prompt_relpath": "b.txt", "verifier_prompt_relpath": "c.json"},
             "search_args": {"search_method": "random", "search_branch": 2, "search_rounds": 2},
             "model": {"add_cond_attn": true, "latent_lora": false, "union_cond_attn": false},
             "reflection_args": {"run_reflection": true, "name": "openai"},
             "prompt_refiner_args": {"run_refinement": true},
             "use_low_gpu_vram": false, "batch_size_for_img_gen": 2}
            """;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path released(String text) throws IOException {
        return file("released.json", text);
    }

    @Test
    void ourOwnFileNamesOptionsAndTheCommandLineWins() throws Exception {
        Path yaml = file("flow.yaml", """
                prompt: two blue squares   # the command line has another
                rounds: 2
                branches: 5
                keep-parent: false
                pool_uncounted: true
                selection: apart
                verifier: [scene, "scene:2"]
                steps: 3
                """);
        Cli run = search(PROMPT, "--config", yaml.toString(), "--branches", "2", "--format", "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(json(run.out()).get("prompt").textValue()).isEqualTo(PROMPT);
        JsonNode config = config();
        assertThat(config.get("rounds").intValue()).isEqualTo(2);
        assertThat(config.get("branches").intValue()).isEqualTo(2);
        assertThat(config.get("steps").intValue()).isEqualTo(3);
        assertThat(config.get("keep_parent").booleanValue()).isFalse();
        assertThat(config.get("pool_counts").booleanValue()).isFalse();
        assertThat(config.get("selection").textValue()).isEqualTo("apart");
        assertThat(config.at("/verifier/members")).hasSize(2);
        assertThat(run.err()).doesNotContain("not used");
    }

    @Test
    void aFileMayHoldEverything() throws Exception {
        Path yaml = file("flow.yaml", "prompt: \"-- a red circle\"\nrounds: 1\noutput: " + output() + "\n");
        Cli run = Cli.run(engine.opener(), "--verbose", "search", "--config", yaml.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.drawn).hasSize(4).allMatch(one -> one.prompt().equals("-- a red circle"));
    }

    @Test
    void keysThatMeanNothingAreNamedInOneLine() throws Exception {
        Path yaml = file("flow.yaml", "rounds: 1\nbranhces: 2\ncolour: red\nhelp: true\n");
        Cli run = search(PROMPT, "--config", yaml.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.errLines()).contains("reflectionflow: " + yaml + ": not used here: branhces, colour, help");
    }

    @Test
    void aFileThatCannotBeUsedIsOneLineNamingTheCause() throws Exception {
        assertBad(file("bad.yaml", "rounds: 1\n  branches: [2\n"), "bad.yaml, line 2: not YAML or JSON");
        assertBad(file("twice.yaml", "rounds: 1\nrounds: 2\n"), "twice.yaml", "rounds");
        assertBad(file("value.yaml", "rounds: many\n"), "value.yaml: Invalid value for option '--rounds'", "many");
        assertBad(file("deep.yaml", "rounds: {first: 1}\n"), "deep.yaml: rounds must be a value");
        assertBad(file("text.yaml", "just words\n"), "text.yaml: holds no options");
        assertBad(file("empty.yaml", ""), "empty.yaml: holds no options");
        assertBad(folder.resolve("none.yaml"), "none.yaml: no such file");
        assertBad(
                released(RELEASED.replace(
                        "\"verifier_args\": {\"name\": \"openai\"", "\"verifier_args\": {\"name\": \"odd\"")),
                "odd");
    }

    private void assertBad(Path file, String... words) {
        Cli run = search(PROMPT, "--config", file.toString());
        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.errLines()).singleElement().asString().contains(words);
    }

    /** B2: the file's steps and guidance hold for corrections too. */
    @Test
    void theReleasedFileAndFlagsWorkUnchanged() throws Exception {
        Path rows = file(
                "rows.jsonl",
                "{\"prompt\":\"a cat\"}\n{\"tag\":\"counting\",\"prompt\":\"two cats\"}\n{\"prompt\":\"x\"}\n");
        try (ChatStub stub = service()) {
            List<String> args = new ArrayList<>(List.of(
                    "search",
                    "--pipeline_config_path",
                    released(RELEASED).toString(),
                    "--meta_path",
                    rows.toString(),
                    "--start_index",
                    "1",
                    "--end_index",
                    "2",
                    "--output_dir",
                    output().toString()));
            for (String role : List.of("verifier", "reflector", "refiner")) {
                args.addAll(List.of("--" + role + "-url", stub.url()));
            }
            Cli run = Cli.run(engine.opener(), args.toArray(String[]::new));
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(stub.requests)
                    .allMatch(request -> request.get("model").textValue().equals("gpt-4o-2024-11-20"));
            assertThat(run.errLines())
                    .filteredOn(line -> line.contains("not used here"))
                    .singleElement()
                    .asString()
                    .contains("pipeline_args.cache_dir", "search_args.search_method", "use_low_gpu_vram")
                    .doesNotContain("num_inference_steps", "search_rounds", "verifier_args.name");
        }
        assertThat(engine.settings.model()).isEqualTo("some/model");
        assertThat(engine.settings.computing().dtype()).isEqualTo(Dtype.BF16);
        assertThat(engine.settings.batchSize()).isEqualTo(2);
        assertThat(engine.settings.corrector().orElseThrow().file()).isEqualTo(Path.of("corrector.safetensors"));
        assertThat(output().resolve("00001/metadata.jsonl")).exists();
        assertThat(engine.drawn).hasSize(3 * 2).allSatisfy(drawn -> {
            assertThat(drawn.steps()).isEqualTo(30);
            assertThat(drawn.guidance()).isEqualTo(2.5);
            assertThat(drawn.width()).isEqualTo(64);
        });
        assertThat(engine.drawn.get(2).condition()).satisfies(condition -> {
            assertThat(condition.image().width()).isEqualTo(32);
            assertThat(condition.addAttention()).isTrue();
            assertThat(condition.unionAttention()).isFalse();
        });
        assertThat(config().get("strategy").textValue()).isEqualTo("noise+prompt+reflection");
    }

    @Test
    void theCommandLineReplacesAReleasedRole() throws Exception {
        Cli run = search(
                PROMPT,
                "--config",
                released(RELEASED).toString(),
                "--verifier",
                "scene",
                "--reflector",
                "scene",
                "--refiner",
                "none");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(config().get("strategy").textValue()).isEqualTo("noise+reflection");
        assertThat(config().at("/verifier/name").textValue()).isEqualTo("scene");
    }

    @Test
    void withoutReflectionsTheReleasedRoundsAreAllThereAreAndTheLoraIsUnused() throws Exception {
        String noise = RELEASED.replace("true, \"name\"", "false, \"name\"")
                .replace("\"run_refinement\": true", "\"run_refinement\": false");
        Cli run = search(PROMPT, "--config", released(noise).toString(), "--verifier", "scene");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.drawn).hasSize(2 * 2);
        assertThat(engine.settings.corrector()).isEmpty();
        assertThat(run.err()).contains("pipeline_args.lora_path");
    }

    /** B8: the released scripts fail where a section is missing; what a file leaves open is as without it. */
    @Test
    void sectionsMayBeMissing() throws Exception {
        Path some = released("{\"search_args\": {\"search_branch\": 2, \"search_rounds\": 3}}");
        Cli run = search(PROMPT, "--config", some.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.drawn).hasSize(6);
        assertThat(config().at("/verifier/name").textValue()).isEqualTo("scene");
    }

    @Test
    void theReleasedNvilaIsAYesNoServiceWhoseAddressTheUserGives() throws Exception {
        String nvila = RELEASED.replace(
                "\"verifier_args\": {\"name\": \"openai\"",
                "\"verifier_args\": {\"name\": \"nvila\", \"model_name\": \"judge\", \"cache_dir\": \"x\"");
        Cli without = search(PROMPT, "--config", released(nvila).toString());
        assertThat(without.exitCode()).isEqualTo(2);
        assertThat(without.err()).contains("--verifier yes-no needs --verifier-url");
    }

    @Test
    void theTableKnowsEveryReleasedKey() throws Exception {
        Cli run = Cli.run(engine.opener(), "search", "--config-help");
        assertThat(run.exitCode()).isZero();
        List<String> keys =
                run.outLines().stream().map(line -> line.split(" ", 2)[0]).toList();
        ObjectNode root = (ObjectNode) json(RELEASED);
        root.fields().forEachRemaining(section -> {
            if (section.getValue().isObject()) {
                section.getValue()
                        .fieldNames()
                        .forEachRemaining(key -> assertThat(keys).contains(section.getKey() + "." + key));
            } else {
                assertThat(keys).contains(section.getKey());
            }
        });
    }
}
