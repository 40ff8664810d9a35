#include "variables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool variables_open(struct variables *variables, size_t size) {
    *variables = (struct variables){.list = calloc(size, sizeof *variables->list), .size = size};
    return variables->list != NULL;
}

void variables_set_entry(struct variables *to, char *entry) {
    const char *equals = strchr(entry, '=');
    if (equals == NULL) {
        return;
    }
    size_t name = (size_t)(equals - entry) + 1;
    for (size_t i = 0; i < to->count; i++) {
        if (strncmp(to->list[i], entry, name) == 0) {
            to->list[i] = entry;
            return;
        }
    }
    if (to->count + 1 < to->size) {
        to->list[to->count++] = entry;
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

const char *variables_get(char *const *list, const char *name) {
    size_t length = strlen(name);
    for (; *list != NULL; list++) {
        if (strncmp(*list, name, length) == 0 && (*list)[length] == '=') {
            return *list + length + 1;
        }
    }
    return NULL;
}

void variables_unset(struct variables *from, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < from->count; i++) {
        if (strncmp(from->list[i], name, length) == 0 && from->list[i][length] == '=') {
            from->list[i] = from->list[--from->count];
            from->list[from->count] = NULL;
            return;
        }
    }
}

size_t variables_count(char *const *list) {
    size_t count = 0;
    while (list[count] != NULL) {
        count++;
    }
    return count;
}

void variables_add(char **list, const char *name, const char *value) {
    size_t count = variables_count(list);
    struct variables to = {.list = list, .count = count, .size = count + 2};
    variables_set(&to, name, value);
}
