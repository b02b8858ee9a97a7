/** Optimizers whose whole state can be saved, gradient clipping, learning rates and averages of weights. */
package dev.reflectionflow.train.optim;
