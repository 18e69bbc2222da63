/*
 * base/version: which Assent this is.
 */
#ifndef ASSENT_BASE_VERSION_H
#define ASSENT_BASE_VERSION_H

#define ASSENT_VERSION "0.1.0"

#endif
