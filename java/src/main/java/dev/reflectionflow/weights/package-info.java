/**
 * Files of models: safetensors, configurations, the names that other projects give to weights, LoRA. Reads headers and
 * hands out views (file, offset, type, shape); the data itself is for the engine to map. The only package that spells
 * other projects' names.
 */
package dev.reflectionflow.weights;
