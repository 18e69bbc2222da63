/*
 * base/svg: parses an SVG picture (expat) and writes it anew from what the parser said: shapes,
 * paths, gradients and text; nothing that runs, moves, or asks for anything outside the file.
 *
 * What is not on the lists of svg_rules.c is refused by name, so that nobody wonders why a logo
 * looks different; what editors leave for themselves (comments, metadata, namespaces of their own)
 * is left out. For base/picture.
 */
#ifndef ASSENT_BASE_SVG_H
#define ASSENT_BASE_SVG_H

#include "base/picture.h"

/* As picture_read; *fault names the line and the element. No document type, so no entities. SVG 2,
 * restricted as its "secure static mode" and beyond. */
enum status svg_read(struct arena *arena, const void *data, size_t len, struct picture *out,
                     const char **fault) MUST_CHECK;

#endif
