#include "variables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The index of the variable in the list, or the list's end.
static size_t find(char *const *list, const char *name, size_t length) {
    size_t at = 0;
    while (list[at] != NULL && (strncmp(list[at], name, length) != 0 || list[at][length] != '=')) {
        at++;
    }
    return at;
}

bool variables_open(struct variables *variables, size_t size) {
    *variables = (struct variables){.list = calloc(size, sizeof *variables->list), .size = size};
    return variables->list != NULL;
}

void variables_set_entry(struct variables *to, char *entry) {
    const char *equals = strchr(entry, '=');
    if (equals == NULL) {
        return;
    }
    size_t at = find(to->list, entry, (size_t)(equals - entry));
    if (at + 1 < to->size) {
        to->list[at] = entry;
        to->count += at == to->count;
    }
}

void variables_set(struct variables *to, const char *name, const char *value) {
    size_t size = strlen(name) + strlen(value) + 2;
    char *entry = malloc(size);
    if (entry != NULL) {
        snprintf(entry, size, "%s=%s", name, value);
        variables_set_entry(to, entry);
    }
}

void variables_unset(struct variables *from, const char *name) {
    size_t at = find(from->list, name, strlen(name));
    if (at < from->count) {
        from->list[at] = from->list[--from->count];
        from->list[from->count] = NULL;
    }
}

const char *variables_get(char *const *list, const char *name) {
    size_t length = strlen(name), at = find(list, name, length);
    return list[at] == NULL ? NULL : list[at] + length + 1;
}

size_t variables_count(char *const *list) {
    size_t count = 0;
    while (list[count] != NULL) {
        count++;
    }
    return count;
}
