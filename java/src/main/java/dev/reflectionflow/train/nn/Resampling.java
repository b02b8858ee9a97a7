package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Half or twice the resolution, with a convolution. */
final class Resampling {
    private final Convolution convolution;
    private final boolean down;

    Resampling(Parameters parameters, Compute compute, String name, int channels, boolean down) {
        convolution = down
                ? new Convolution(parameters, compute, name, channels, channels, 3, 2, 0)
                : new Convolution(parameters, compute, name, channels, channels, 3);
        this.down = down;
    }

    Tensor forward(Tensor x) {
        if (down) {
            // Right and bottom only, as the released autoencoder does.
            return convolution.forward(torch.constant_pad_nd(x, new long[] {0, 1, 0, 1}, Tensors.scalar(0)));
        }
        return convolution.forward(torch.upsample_nearest2d(x, 2 * x.size(2), 2 * x.size(3)));
    }
}
