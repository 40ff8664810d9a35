// The environment of a task's process.
#ifndef PORTER_ENVIRONMENT_H
#define PORTER_ENVIRONMENT_H

#include "child.h"

/// The process's environment, or NULL. The child builds it, and it becomes the program's: nothing is freed. It has
/// room for one variable more.
char **environment_make(const struct child *child);
void environment_set(char **list, const char *name, const char *value);
const char *environment_get(char *const *list, const char *name);

#endif
