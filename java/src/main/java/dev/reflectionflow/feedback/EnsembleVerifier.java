package dev.reflectionflow.feedback;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several verifiers as one: the weighted mean of their values, each brought to the scale from 0 to 1 by {@link
 * Verifier#normalised}, so that one image can be judged without knowing the others. {@link RankEnsemble} needs all
 * candidates at once and no scale.
 *
 * <p>A member that fails or abstains is left out of the mean, which the explanation says; details hold the members' shares.
 */
public final class EnsembleVerifier implements Verifier {
    /** Its name on the command line. */
    public static final String NAME = "ensemble";

    private final List<Member> members;

    /**
     * One of several.
     *
     * @param verifier with a known scale
     * @param weight above 0; only the ratios between the members matter
     */
    public record Member(Verifier verifier, double weight) {
        public Member {
            Combination.checkedWeight(weight);
            if (Double.isNaN(verifier.worst()) || Double.isNaN(verifier.best())) {
                throw new EngineException(
                        ErrorCode.INVALID_ARGUMENT,
                        "the verifier " + verifier.name() + " cannot join an ensemble: its scale is not known");
            }
        }
    }

    /** At least one. */
    public EnsembleVerifier(List<Member> members) {
        this.members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("an ensemble needs a member");
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, Object> description() {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("name", NAME);
        List<Map<String, Object>> list = new ArrayList<>();
        for (Member member : members) {
            Map<String, Object> entry = new LinkedHashMap<>(member.verifier().description());
            entry.put("weight", member.weight());
            list.add(entry);
        }
        description.put("members", list);
        return description;
    }

    /** As many as the busiest member likes; the others' services have limits of their own. */
    @Override
    public int concurrency() {
        return members.stream().mapToInt(m -> m.verifier().concurrency()).max().orElseThrow();
    }

    @Override
    public void checkReady() {
        members.forEach(member -> member.verifier().checkReady());
    }

    @Override
    public double worst() {
        return 0;
    }

    @Override
    public double best() {
        return 1;
    }

    @Override
    public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
        List<Combination.Vote> votes = new ArrayList<>();
        Usage usage = Usage.NONE;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            Score score = member.verifier().judge(image, prompt, metadata);
            usage = usage.plus(score.usage());
            double share = score.isScored() ? member.verifier().normalised(score.value()) : 0;
            votes.add(new Combination.Vote(label(i), member.weight(), score, share));
        }
        return Combination.of(votes).costing(usage);
    }

    /** The member's name, with its place where others have the same. */
    private String label(int index) {
        String name = members.get(index).verifier().name();
        long same =
                members.stream().filter(m -> m.verifier().name().equals(name)).count();
        return same > 1 ? name + " " + (index + 1) : name;
    }
}
