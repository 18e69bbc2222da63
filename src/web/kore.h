/*
 * web/kore: Kore's headers, in the one order that compiles.
 */
#ifndef ASSENT_WEB_KORE_H
#define ASSENT_WEB_KORE_H

#include <kore/kore.h>

#include <kore/hooks.h>
#include <kore/http.h>
#include <kore/seccomp.h>

#endif
