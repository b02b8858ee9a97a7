package dev.reflectionflow.cli;

import dev.reflectionflow.feedback.EnsembleVerifier;
import dev.reflectionflow.feedback.ImageDetail;
import dev.reflectionflow.feedback.OpenAiVerifier;
import dev.reflectionflow.feedback.SceneVerifier;
import dev.reflectionflow.feedback.Verifier;
import dev.reflectionflow.feedback.YesNoVerifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Who judges the candidates. */
final class VerifierOptions {
    @Option(
            names = "--verifier",
            paramLabel = "NAME[:WEIGHT]",
            converter = VerifierArgument.Converter.class,
            description =
                    "scene: judges shapes offline; openai: a chat service that sees images gives points; yes-no: one"
                            + " that answers yes or no. Several make a weighted ensemble. Default: scene.")
    List<VerifierArgument> verifiers = new ArrayList<>();

    @Option(
            names = "--verifier-url",
            paramLabel = "URL",
            description = "Base address of the service, such as http://localhost:8000/v1. Default: none.")
    String url;

    @Option(
            names = "--verifier-model",
            paramLabel = "NAME",
            description = "Model that the service should ask. Default: none.")
    String model;

    @Option(
            names = "--verifier-detail",
            paramLabel = "HOW",
            description = "How closely it should look: auto, low or high. Default: auto.")
    ImageDetail detail;

    @Option(
            names = "--verifier-tags",
            description = "Judge by the criteria of a row's GenEval tag, which tells the judge the benchmark.")
    boolean tags;

    @Option(
            names = "--verifier-temperature",
            paramLabel = "T",
            description = "0 for answers that repeat, to 2. Default: 0.")
    Double temperature;

    @Option(names = "--verifier-seed", paramLabel = "SEED", description = "Seed sent along. Default: 0.")
    Long seed;

    @Option(
            names = "--verifier-prompt-file",
            paramLabel = "FILE",
            description =
                    "Your own instructions: {criteria} (openai) or {prompt} (yes-no) is filled in. Default: ours.")
    Path promptFile;

    @Option(
            names = "--verifier-ranking",
            paramLabel = "HOW",
            description = "yes-no: difference of log-probabilities; released: every yes before every no."
                    + " Default: difference.")
    YesNoVerifier.Ranking ranking;

    /** Ranks yes and no by the released rules unless the user has said how. */
    void rankAsReleased() {
        if (ranking == null && asks(VerifierArgument.Name.YES_NO)) {
            ranking = YesNoVerifier.Ranking.RELEASED;
        }
    }

    ServiceChoice service(AskingOptions asking) {
        return new ServiceChoice("verifier", url, model, detail, temperature, seed, promptFile, asking);
    }

    Verifier create(CommandSpec spec, Console console, AskingOptions asking) {
        List<VerifierArgument> wanted =
                verifiers.isEmpty() ? List.of(new VerifierArgument(VerifierArgument.Name.SCENE, 1)) : verifiers;
        ServiceChoice service = service(asking);
        check(spec, wanted, service);
        List<EnsembleVerifier.Member> members = new ArrayList<>();
        for (VerifierArgument one : wanted) {
            members.add(new EnsembleVerifier.Member(create(one.name(), spec, console, service), one.weight()));
        }
        return members.size() == 1 ? members.get(0).verifier() : new EnsembleVerifier(members);
    }

    private void check(CommandSpec spec, List<VerifierArgument> wanted, ServiceChoice service) {
        boolean onlyScene = wanted.stream().allMatch(one -> one.name() == VerifierArgument.Name.SCENE);
        if (onlyScene) {
            service.refuse(spec, "scene");
        }
        if (tags && !asks(VerifierArgument.Name.OPENAI)) {
            throw new ParameterException(spec.commandLine(), "--verifier-tags goes with --verifier openai");
        }
        if (ranking != null && !asks(VerifierArgument.Name.YES_NO)) {
            throw new ParameterException(spec.commandLine(), "--verifier-ranking goes with --verifier yes-no");
        }
    }

    private boolean asks(VerifierArgument.Name name) {
        return verifiers.stream().anyMatch(one -> one.name() == name);
    }

    private Verifier create(VerifierArgument.Name name, CommandSpec spec, Console console, ServiceChoice service) {
        return switch (name) {
            case SCENE -> new SceneVerifier(console::note);
            case OPENAI ->
                OpenAiVerifier.fromEnvironment(
                        service.settings(spec, name.toString()),
                        tags ? OpenAiVerifier.Judging.BY_TAG : OpenAiVerifier.Judging.GENERAL,
                        service.words(OpenAiVerifier::defaultInstructions));
            case YES_NO ->
                YesNoVerifier.fromEnvironment(
                        service.settings(spec, name.toString()),
                        ranking == null ? YesNoVerifier.Ranking.DIFFERENCE : ranking,
                        service.words(YesNoVerifier::defaultQuestion),
                        console::note);
        };
    }
}
