/** How much of a device's memory a model needs at a given size: pure functions, nothing is loaded. */
package dev.reflectionflow.engine.plan;
