/** Pictures as files: PNG in and out, their text, and resizing as Pillow does it. */
package dev.reflectionflow.image;
