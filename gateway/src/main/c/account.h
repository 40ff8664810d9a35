// Users and groups, from the container's own passwd and group files: a static libc has no NSS.
#ifndef PORTER_ACCOUNT_H
#define PORTER_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MAX_GROUPS = 1024, MAX_NAME = 256, MAX_PATH = 4096 };

/// What the container's maker said of its users, beside the two files.
struct account_defaults {
    const char *home;   // of a uid that has no entry; NULL for none
    const char *shell;  // likewise
    const char *groups; // that every user has besides: names and gids, separated by commas; NULL for none
    bool as_is;         // this process serves the user that it runs as, with the rights that it has, and nobody else
};

struct account {
    uid_t uid;
    gid_t gid;
    char name[MAX_NAME];
    char home[MAX_PATH];
    char shell[MAX_PATH];
    gid_t groups[MAX_GROUPS]; // the supplementary ones, the primary first
    size_t group_count;
    bool has_entry; // in passwd
    bool as_is;     // no ids are changed
};

struct text {
    const char *data;
    size_t length;
};

/// Looks `user` (name or uid, with or without `:gid` or `:group`; empty is uid 0) up in the two files' text.
bool account_find(const char *user, struct text passwd, struct text group, struct account *account);
/// Adds what the files do not know.
void account_complete(const struct account_defaults *defaults, struct text group, struct account *account);
bool group_find(const char *name, struct text group, gid_t *gid);

/// The same with the files of this container. A missing file is as good as an empty one.
bool account_load(const char *user, const struct account_defaults *defaults, struct account *account);
/// The gid of group tty, or -1.
gid_t account_tty_group(void);

/// Takes on the user's ids for good; answers an errno or 0.
int account_become(const struct account *account);
/// Takes on the user's effective ids, until account_leave.
int account_enter(const struct account *account);
void account_leave(void);

#endif
