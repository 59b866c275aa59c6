"""Pictures as SVG text made here: no script, no font, no outside request; colours by class names of the style sheet."""
