// Which locales this container has, as its libc would find them: a static libc cannot ask that one.
#ifndef PORTER_LOCALE_H
#define PORTER_LOCALE_H

#include <stdbool.h>

/// Whether this variable, as `NAME=value`, names a locale (LANG, LC_ALL, LC_CTYPE, …), and not anything else.
bool locale_is_variable(const char *entry);

/// Whether the container has a locale of this name; the environment says where else to look.
bool locale_known(const char *name, char *const *environment);

#endif
