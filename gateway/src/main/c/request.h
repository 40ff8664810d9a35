// The gateway's requests, decoded and checked.
#ifndef PORTER_REQUEST_H
#define PORTER_REQUEST_H

#include "frame.h"

#include <sys/ioctl.h>

enum program_kind {
    PROGRAM_ARGV = 0,
    PROGRAM_SHELL_COMMAND = 1,
    PROGRAM_LOGIN_SHELL = 2,
    PROGRAM_FIRST = 3,
    PROGRAM_LISTING = 4,
};

enum spawn_flag { SPAWN_DIR_REQUIRED = 1, SPAWN_CONTAINER_ENV = 2, SPAWN_PTY = 4, SPAWN_PASS_TERMINAL = 8 };

enum { MAX_GRACE = 600000 }; // milliseconds

enum listen_flag { LISTEN_REPLACE = 1, LISTEN_MAKE_DIR = 2 };

enum address_kind { ADDRESS_TCP = 1, ADDRESS_UNIX = 2 };

enum failed_stage {
    STAGE_REQUEST = 0,
    STAGE_USER = 1,
    STAGE_RESOURCES = 2,
    STAGE_PRIVILEGES = 3,
    STAGE_DIRECTORY = 4,
    STAGE_EXEC = 5,
    STAGE_RESOLVE = 6,
    STAGE_CONNECT = 7,
    STAGE_LISTEN = 8,
};

/// An error for a FAILED frame.
struct failure {
    int error; // an errno, or 0 if the text is enough
    enum failed_stage stage;
    char what[512];
};

/// Sets the failure and returns false.
bool failed(struct failure *failure, enum failed_stage stage, int error, const char *what);

struct spawn {
    const char *user;
    enum program_kind program;
    char **words;
    size_t word_count;
    char **environment;
    const char *directory;
    uint8_t flags;
    uint32_t grace;
    char **terms;
    size_t term_count;
    struct winsize window;
    struct bytes modes;
};

struct address {
    const char *user;
    enum address_kind kind;
    const char *name; // host or path
    uint32_t port;
};

struct dial {
    struct address address;
    uint32_t timeout;
    const char *refused; // networks that must not be reached, joined by commas
};

struct listen {
    struct address address;
    uint32_t mode;
    const char *id;
    uint8_t flags;
};

/// Each decodes a frame's payload in place: the strings stay in the frame's memory. On failure `*reason` is
/// set.
bool decode_spawn(const struct frame *frame, struct spawn *spawn, const char **reason);
bool decode_dial(const struct frame *frame, struct dial *dial, const char **reason);
bool decode_listen(const struct frame *frame, struct listen *listen, const char **reason);
bool decode_window(const struct frame *frame, struct winsize *window);
void free_spawn(struct spawn *spawn);

#endif
