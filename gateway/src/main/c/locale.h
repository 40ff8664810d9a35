// Finds the locales of this container as its libc does, which a static libc cannot ask.
#ifndef PORTER_LOCALE_H
#define PORTER_LOCALE_H

#include <stdbool.h>

/// Whether an entry `NAME=value` is a variable that names a locale (LANG, LC_ALL, LC_CTYPE, …).
bool locale_is_variable(const char *entry);

/// Whether the container has a locale of this name. The environment may name more directories to search.
bool locale_known(const char *name, char *const *environment);

#endif
