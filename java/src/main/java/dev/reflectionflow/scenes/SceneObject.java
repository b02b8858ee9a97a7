package dev.reflectionflow.scenes;

import java.util.Optional;

/**
 * One object that the reader found; positions and sizes in pixels of the picture.
 *
 * @param shape what it looks like; empty where it looks like none of the shapes
 * @param color its name; empty where it has none of the colours
 * @param centerX of mass
 * @param centerY of mass, from the top
 * @param width of the bounding box
 * @param height of the bounding box
 * @param area pixels
 * @param clarity how near its outline is to that of its shape, 0 to 1; 0 without a shape
 */
public record SceneObject(
        Optional<Shape> shape,
        Optional<SceneColor> color,
        double centerX,
        double centerY,
        double width,
        double height,
        double area,
        double clarity) {

    /** Such as {@code "red circle"}; what is unclear is called so. */
    public String words() {
        return color.map(SceneColor::word).orElse("unclear") + " "
                + shape.map(Shape::word).orElse("blob");
    }
}
