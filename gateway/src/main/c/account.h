// Users and groups from the container's own passwd and group files. A static libc has no NSS.
#ifndef PORTER_ACCOUNT_H
#define PORTER_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MAX_GROUPS = 1024, MAX_NAME = 256, MAX_PATH = 4096 };

/// Defaults for users from the container's settings, in addition to the two files.
struct account_defaults {
    const char *home;   // of a uid without an entry, or NULL
    const char *shell;  // likewise
    const char *groups; // names and gids that every user has as well, separated by commas, or NULL
    bool as_is;         // serve only the user of this process, without changing ids
};

struct account {
    uid_t uid;
    gid_t gid;
    char name[MAX_NAME];
    char home[MAX_PATH];
    char shell[MAX_PATH];
    gid_t groups[MAX_GROUPS]; // supplementary groups, with the primary one first
    size_t group_count;
    bool has_entry; // in passwd
    bool as_is;     // no ids are changed
};

struct text {
    const char *data;
    size_t length;
};

/// Looks up `user` in the texts of passwd and group. `user` is a name or uid, optionally with `:gid` or
/// `:group`; an empty one is uid 0.
bool account_find(const char *user, struct text passwd, struct text group, struct account *account);
/// Adds the defaults that the files do not have.
void account_complete(const struct account_defaults *defaults, struct text group, struct account *account);
bool group_find(const char *name, struct text group, gid_t *gid);

/// Looks up `user` in the files of this container. A missing file counts as empty.
bool account_load(const char *user, const struct account_defaults *defaults, struct account *account);
/// The gid of group tty, or -1.
gid_t account_tty_group(void);

/// Changes to the user's ids permanently; returns an errno or 0.
int account_become(const struct account *account);
/// Changes to the user's effective ids until account_leave; returns an errno or 0.
int account_enter(const struct account *account);
void account_leave(void);

#endif
