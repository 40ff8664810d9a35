#include "environment.h"

#include "locale.h"
#include "tmux_socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct variables {
    char **list;
    size_t count, size;
};

static void set_entry(struct variables *to, char *entry) {
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

static void set(struct variables *to, const char *name, const char *value) {
    size_t size = strlen(name) + strlen(value) + 2;
    char *entry = malloc(size);
    if (entry != NULL) {
        snprintf(entry, size, "%s=%s", name, value);
        set_entry(to, entry);
    }
}

const char *environment_get(char *const *environment, const char *name) {
    size_t length = strlen(name);
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') {
            return *environment + length + 1;
        }
    }
    return NULL;
}

/// A uid without an entry has no name of its own: what the container calls its user stays.
static void set_name(struct variables *to, const char *variable, const struct account *account) {
    if (account->has_entry || environment_get(to->list, variable) == NULL) {
        set(to, variable, account->name);
    }
}

static void unset(struct variables *from, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < from->count; i++) {
        if (strncmp(from->list[i], name, length) == 0 && from->list[i][length] == '=') {
            from->list[i] = from->list[--from->count];
            from->list[from->count] = NULL;
            return;
        }
    }
}

static size_t count_of(char *const *list) {
    size_t count = 0;
    while (list[count] != NULL) {
        count++;
    }
    return count;
}

static const char *default_path(const struct account *account) {
    return account->uid == 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                             : "/usr/local/bin:/usr/bin:/bin:/usr/games";
}

/// With a locale that the container lacks programs fall back to ASCII, and take letters for keys.
static void set_from_client(struct variables *to, char *entry) {
    if (!locale_is_variable(entry) || locale_known(strchr(entry, '=') + 1, to->list)) {
        set_entry(to, entry);
    } else if (strncmp(entry, "LANG=", 5) == 0) {
        set(to, "LANG", "C.UTF-8");
    }
}

/// One that the container or the person has chosen stays.
static void set_tmux_directory(struct variables *to, const char *sockets) {
    const char *chosen = environment_get(to->list, "TMUX_TMPDIR");
    if (chosen != NULL && (sockets == NULL || strcmp(chosen, sockets) != 0)) {
        return;
    }
    if (sockets_usable(sockets)) {
        set(to, "TMUX_TMPDIR", sockets);
    } else {
        unset(to, "TMUX_TMPDIR");
    }
}

char **environment_make(const struct child *child) {
    const struct spawn *spawn = child->spawn;
    size_t room = count_of(child->container_environment) + count_of(spawn->environment) + 16;
    struct variables to = {.list = calloc(room, sizeof *to.list), .count = 0, .size = room};
    if (to.list == NULL) {
        return NULL;
    }
    for (char **entry = child->container_environment; spawn->flags & SPAWN_CONTAINER_ENV && *entry != NULL; entry++) {
        set_entry(&to, *entry);
    }
    const char *path = environment_get(child->container_environment, "PATH");
    set(&to, "HOME", child->account->home);
    set_name(&to, "USER", child->account);
    set_name(&to, "LOGNAME", child->account);
    set(&to, "SHELL", child->account->shell);
    set(&to, "PATH", path == NULL ? default_path(child->account) : path);
    for (char **entry = spawn->environment; *entry != NULL; entry++) {
        set_from_client(&to, *entry);
    }
    if (child->tty[0] != 0) {
        set(&to, "SSH_TTY", child->tty);
    }
    set_tmux_directory(&to, child->sockets);
    return to.list;
}

void environment_set(char **list, const char *name, const char *value) {
    size_t count = count_of(list);
    struct variables to = {.list = list, .count = count, .size = count + 2};
    set(&to, name, value);
}
