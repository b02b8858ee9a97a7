package dev.reflectionflow.weights;

import java.util.Map;

/** Every weight of an autoencoder, with its shape. */
final class AutoencoderWeights {
    private AutoencoderWeights() {}

    static Map<String, long[]> of(AutoencoderConfig c) {
        WeightShapes all = new WeightShapes();
        int levels = c.blockChannels().size();
        int inner = c.blockChannels().get(levels - 1);
        ends(all, "vae.encoder.", c.blockChannels().get(0), 3, 2L * c.latentChannels(), inner);
        ends(
                all,
                "vae.decoder.",
                inner,
                c.latentChannels(),
                3,
                c.blockChannels().get(0));
        middle(all, "vae.encoder.mid.", inner);
        middle(all, "vae.decoder.mid.", inner);
        int channels = c.blockChannels().get(0);
        for (int i = 0; i < levels; i++) {
            String level = "vae.encoder.down." + i + ".";
            channels = resnets(all, level, channels, c.blockChannels().get(i), c.blockResnets());
            if (i < levels - 1) {
                all.convolution(level + "downsample", channels, channels, 3);
            }
        }
        channels = inner;
        for (int i = 0; i < levels; i++) {
            String level = "vae.decoder.up." + i + ".";
            channels = resnets(all, level, channels, c.blockChannels().get(levels - 1 - i), c.blockResnets() + 1);
            if (i < levels - 1) {
                all.convolution(level + "upsample", channels, channels, 3);
            }
        }
        return all.all();
    }

    /** The first and last layers of one half: conv_in from {@code in}, norm and conv_out of {@code last} channels. */
    private static void ends(WeightShapes all, String half, long first, long in, long out, long last) {
        all.convolution(half + "conv_in", first, in, 3);
        all.norm(half + "norm_out", last);
        all.convolution(half + "conv_out", out, last, 3);
    }

    private static void middle(WeightShapes all, String mid, int channels) {
        resnet(all, mid + "resnet1.", channels, channels);
        resnet(all, mid + "resnet2.", channels, channels);
        all.norm(mid + "attention.norm", channels);
        for (String name : new String[] {"q", "k", "v", "out"}) {
            all.linear(mid + "attention." + name, channels, channels);
        }
    }

    private static int resnets(WeightShapes all, String level, int in, int out, int count) {
        for (int j = 0; j < count; j++) {
            resnet(all, level + "resnets." + j + ".", j == 0 ? in : out, out);
        }
        return out;
    }

    private static void resnet(WeightShapes all, String name, int in, int out) {
        all.norm(name + "norm1", in);
        all.convolution(name + "conv1", out, in, 3);
        all.norm(name + "norm2", out);
        all.convolution(name + "conv2", out, out, 3);
        if (in != out) {
            all.convolution(name + "shortcut", out, in, 1);
        }
    }
}
