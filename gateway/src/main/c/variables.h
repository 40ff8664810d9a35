// Lists of variables as for execve: NAME=value, ending in NULL.
#ifndef PORTER_VARIABLES_H
#define PORTER_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

/// A list with room for more entries. It does not copy or free them.
struct variables {
    char **list;
    size_t count, size;
};

bool variables_open(struct variables *variables, size_t size);
void variables_set_entry(struct variables *to, char *entry);
void variables_set(struct variables *to, const char *name, const char *value);
void variables_unset(struct variables *from, const char *name);

const char *variables_get(char *const *list, const char *name);
size_t variables_count(char *const *list);

#endif
