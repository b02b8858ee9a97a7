package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.feedback.YesNoVerifier.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class YesNoVerifierTest {
    private final List<String> warnings = new ArrayList<>();
    private JsonNode request;

    private List<Score> judge(Ranking ranking, String... answers) throws Exception {
        List<Score> scores = new ArrayList<>();
        try (ChatStub stub = new ChatStub((n, request, exchange) -> ChatStub.ok(exchange, answers[n]))) {
            YesNoVerifier verifier = new YesNoVerifier(
                    Asking.settings(stub.url()).attempts(1).build(),
                    "",
                    ranking,
                    YesNoVerifier.defaultQuestion(),
                    warnings::add);
            for (int i = 0; i < answers.length; i++) {
                scores.add(verifier.judge(Asking.IMAGE, "a {prompt} cat", Map.of()));
            }
            request = stub.requests.get(0);
        }
        return scores;
    }

    private static String yesNo(double yes, double no) {
        return yes > no
                ? Asking.firstToken("yes", Map.entry("yes", yes), Map.entry("no", no))
                : Asking.firstToken("no", Map.entry("no", no), Map.entry("yes", yes));
    }

    /** B12: the published code sends NVILA the bare prompt instead of the instructions that it was trained with. */
    @Test
    void asksWithInstructionsForTheProbabilitiesOfTheFirstToken() throws Exception {
        judge(Ranking.DIFFERENCE, yesNo(-1, -2));
        assertThat(ChatStub.question(request))
                .contains("ranks", "The given prompt is: a {prompt} cat", "'yes' or 'no'");
        assertThat(request.path("max_tokens").asInt()).isEqualTo(1);
        assertThat(request.path("logprobs").asBoolean()).isTrue();
        assertThat(request.path("top_logprobs").asInt()).isEqualTo(20);
    }

    @Test
    void ranksByTheDifferenceOfTheLogProbabilities() throws Exception {
        List<Score> scores = judge(Ranking.DIFFERENCE, yesNo(-0.1, -3), yesNo(-0.7, -0.6), yesNo(-4, -0.1));
        assertThat(scores).extracting(Score::value).containsExactly(2.9, -0.09999999999999998, -3.9);
        assertThat(scores).extracting(Score::satisfied).containsExactly(true, false, false);
        assertThat(scores.get(0).details()).containsExactly(Map.entry("log_yes", -0.1), Map.entry("log_no", -3.0));
        assertThat(warnings).isEmpty();
    }

    /** B12: the published code takes every answer but exactly "yes" for a no. */
    @Test
    void addsUpAllWaysToWriteAWord() throws Exception {
        String answer = Asking.firstToken(
                "Yes",
                Map.entry("Yes", Math.log(0.4)),
                Map.entry(" yes", Math.log(0.2)),
                Map.entry("\u2581YES", Math.log(0.1)),
                Map.entry("yesterday", Math.log(0.1)),
                Map.entry("\u0120no", Math.log(0.07)));
        Score score = judge(Ranking.DIFFERENCE, answer).get(0);
        assertThat(score.value()).isCloseTo(Math.log(0.7 / 0.07), within(1e-9));
    }

    @Test
    void boundsAWordThatIsNotAmongTheLikeliestByTheLastOfThem() throws Exception {
        String answer = Asking.firstToken("yes", Map.entry("yes", -0.01), Map.entry("maybe", -6.0));
        assertThat(judge(Ranking.DIFFERENCE, answer).get(0).value()).isCloseTo(5.99, within(1e-9));
    }

    @Test
    void fallsBackToTheAnswerAloneAndSaysSoOnce() throws Exception {
        List<Score> scores = judge(
                Ranking.DIFFERENCE, ChatStub.message("Yes."), ChatStub.message("no"), ChatStub.message("perhaps"));
        assertThat(scores).extracting(Score::value).containsExactly(1.0, -1.0, 0.0);
        assertThat(scores.get(2).isFailure()).isTrue();
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("log-probabilities")
                .doesNotContain("\n");
    }

    /** B12: what the compatibility mode is for: the bare prompt, and the published order. */
    @Test
    void canRankAsThePublishedCodeDoes() throws Exception {
        List<Score> scores = judge(
                Ranking.RELEASED,
                yesNo(-0.9, -5),
                yesNo(-0.1, -4),
                yesNo(-3, -0.2),
                yesNo(-3, -0.6),
                Asking.firstToken("Yes", Map.entry("Yes", -0.01), Map.entry("no", -7.0)));
        assertThat(ChatStub.question(request)).isEqualTo("a {prompt} cat");
        List<Score> sorted = scores.stream().sorted(Score.BEST_FIRST).toList();
        assertThat(sorted).containsExactly(scores.get(1), scores.get(0), scores.get(4), scores.get(3), scores.get(2));
        assertThat(scores).extracting(Score::satisfied).containsExactly(true, true, false, false, false);
    }

    @Test
    void knowsItsScale() {
        ServiceSettings settings = ServiceSettings.of("http://host/v1", "m");
        YesNoVerifier difference = new YesNoVerifier(settings, "", warnings::add);
        assertThat(difference.normalised(0)).isEqualTo(0.5);
        assertThat(difference.normalised(1000)).isEqualTo(1);
        assertThat(difference.normalised(-1000)).isEqualTo(0);
        YesNoVerifier released =
                new YesNoVerifier(settings, "", Ranking.RELEASED, YesNoVerifier.defaultQuestion(), warnings::add);
        assertThat(released.normalised(-0.5)).isEqualTo(0.25);
    }
}
