#include "environment.h"

#include "locale.h"
#include "tmux_socket.h"

#include <string.h>

/// Sets a variable to the user's name. A uid without an entry has no name, so the container's own value is
/// kept.
static void set_name(struct variables *to, const char *variable, const struct account *account) {
    if (account->has_entry || variables_get(to->list, variable) == NULL) {
        variables_set(to, variable, account->name);
    }
}

static const char *default_path(const struct account *account) {
    return account->uid == 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                             : "/usr/local/bin:/usr/bin:/bin:/usr/games";
}

/// Adds a variable of the client. With a locale that the container lacks, programs would fall back to ASCII
/// and read letters as keys. Such a variable is left out; LANG becomes C.UTF-8.
static void set_from_client(struct variables *to, char *entry) {
    if (!locale_is_variable(entry) || locale_known(strchr(entry, '=') + 1, to->list)) {
        variables_set_entry(to, entry);
    } else if (strncmp(entry, "LANG=", 5) == 0) {
        variables_set(to, "LANG", "C.UTF-8");
    }
}

/// Sets TMUX_TMPDIR unless the container or the client has set it.
static void set_tmux_directory(struct variables *to, const char *sockets) {
    const char *chosen = variables_get(to->list, "TMUX_TMPDIR");
    if (chosen != NULL && (sockets == NULL || strcmp(chosen, sockets) != 0)) {
        return;
    }
    if (sockets_usable(sockets)) {
        variables_set(to, "TMUX_TMPDIR", sockets);
    } else {
        variables_unset(to, "TMUX_TMPDIR");
    }
}

bool environment_make(struct variables *to, const struct spawn *spawn, const struct account *account,
                      char *const *container, const char *tty, const char *sockets) {
    if (!variables_open(to, variables_count(container) + variables_count(spawn->environment) + 16)) {
        return false;
    }
    for (char *const *entry = container; spawn->flags & SPAWN_CONTAINER_ENV && *entry != NULL; entry++) {
        variables_set_entry(to, *entry);
    }
    const char *path = variables_get(container, "PATH");
    variables_set(to, "HOME", account->home);
    set_name(to, "USER", account);
    set_name(to, "LOGNAME", account);
    variables_set(to, "SHELL", account->shell);
    variables_set(to, "PATH", path == NULL ? default_path(account) : path);
    for (char **entry = spawn->environment; *entry != NULL; entry++) {
        set_from_client(to, *entry);
    }
    if (tty[0] != 0) {
        variables_set(to, "SSH_TTY", tty);
    }
    set_tmux_directory(to, sockets);
    return true;
}
