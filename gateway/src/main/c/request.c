#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DIAL_TIMEOUT = 120000, MAX_PORT = 65535 };

bool failed(struct failure *failure, enum failed_stage stage, int error, const char *what) {
    failure->error = error;
    failure->stage = stage;
    snprintf(failure->what, sizeof failure->what, "%.400s", what);
    return false;
}

/// The words of two commands, with an empty one between them. The shell has five at least: `sh -c SCRIPT NAME ask`.
static bool are_of_listing(const struct spawn *spawn) {
    size_t first = 0;
    while (first < spawn->word_count && spawn->words[first][0] != 0) {
        first++;
    }
    return first > 0 && first + 5 < spawn->word_count && (spawn->flags & SPAWN_PTY) == 0;
}

static const char *check_program(const struct spawn *spawn) {
    switch (spawn->program) {
    case PROGRAM_ARGV:
    case PROGRAM_FIRST:
        return spawn->word_count >= 1 && spawn->words[0][0] != 0 ? NULL : "SPAWN: no program";
    case PROGRAM_SHELL_COMMAND:
        return spawn->word_count == 1 ? NULL : "SPAWN: a shell command is one string";
    case PROGRAM_LOGIN_SHELL:
        return spawn->word_count == 0 ? NULL : "SPAWN: a login shell takes no words";
    case PROGRAM_LISTING:
        return are_of_listing(spawn) ? NULL : "SPAWN: a listing is two commands";
    default:
        return "SPAWN: unknown kind of program";
    }
}

static const char *check_spawn(const struct spawn *spawn) {
    for (char **variable = spawn->environment; *variable != NULL; variable++) {
        const char *equals = strchr(*variable, '=');
        if (equals == NULL || equals == *variable) {
            return "SPAWN: a variable without a name";
        }
    }
    if (spawn->flags & ~(SPAWN_DIR_REQUIRED | SPAWN_CONTAINER_ENV | SPAWN_PTY | SPAWN_PASS_TERMINAL)) {
        return "SPAWN: unknown flag";
    }
    if ((spawn->flags & (SPAWN_PTY | SPAWN_PASS_TERMINAL)) == SPAWN_PASS_TERMINAL) {
        return "SPAWN: no terminal to pass";
    }
    return spawn->grace > MAX_GRACE ? "SPAWN: grace too long" : check_program(spawn);
}

static unsigned short read_size(struct reader *in) {
    uint32_t value = read_u32(in);
    return value > 0xffff ? 0xffff : (unsigned short)value;
}

static void read_window(struct reader *in, struct winsize *window) {
    window->ws_row = read_size(in);
    window->ws_col = read_size(in);
    window->ws_xpixel = read_size(in);
    window->ws_ypixel = read_size(in);
}

bool decode_spawn(const struct frame *frame, struct spawn *spawn, const char **reason) {
    struct reader in = reader_of(frame);
    size_t ignored;
    memset(spawn, 0, sizeof *spawn);
    spawn->user = read_string(&in);
    spawn->program = (enum program_kind)read_u8(&in);
    spawn->words = read_strings(&in, &spawn->word_count);
    spawn->environment = read_strings(&in, &ignored);
    spawn->directory = read_string(&in);
    spawn->flags = read_u8(&in);
    spawn->grace = read_u32(&in);
    if (spawn->flags & SPAWN_PTY) {
        spawn->terms = read_strings(&in, &spawn->term_count);
        read_window(&in, &spawn->window);
        spawn->modes = read_bytes(&in);
    }
    *reason = reader_finished(&in) ? check_spawn(spawn) : "SPAWN: malformed";
    if (*reason != NULL) {
        free_spawn(spawn);
        return false;
    }
    return true;
}

void free_spawn(struct spawn *spawn) {
    free(spawn->words);
    free(spawn->environment);
    free(spawn->terms);
    spawn->words = spawn->environment = spawn->terms = NULL;
}

static void read_address(struct reader *in, struct address *address) {
    address->user = read_string(in);
    address->kind = (enum address_kind)read_u8(in);
    address->name = read_string(in);
    address->port = read_u32(in);
}

static bool bad_address(const struct address *address) {
    return (address->kind != ADDRESS_TCP && address->kind != ADDRESS_UNIX) || address->port > MAX_PORT ||
           (address->kind == ADDRESS_UNIX && address->name[0] == 0);
}

bool decode_dial(const struct frame *frame, struct dial *dial, const char **reason) {
    struct reader in = reader_of(frame);
    read_address(&in, &dial->address);
    dial->timeout = read_u32(&in);
    dial->refused = read_string(&in);
    if (!reader_finished(&in) || bad_address(&dial->address) || dial->timeout > MAX_DIAL_TIMEOUT) {
        *reason = "DIAL: malformed";
        return false;
    }
    return true;
}

bool decode_listen(const struct frame *frame, struct listen *listen, const char **reason) {
    struct reader in = reader_of(frame);
    read_address(&in, &listen->address);
    listen->mode = read_u32(&in);
    listen->id = read_string(&in);
    listen->flags = read_u8(&in);
    if (!reader_finished(&in) || bad_address(&listen->address) || listen->mode > 0777 || strlen(listen->id) > 255 ||
        (listen->flags & ~(LISTEN_REPLACE | LISTEN_MAKE_DIR)) != 0) {
        *reason = "LISTEN: malformed";
        return false;
    }
    return true;
}

bool decode_window(const struct frame *frame, struct winsize *window) {
    struct reader in = reader_of(frame);
    read_window(&in, window);
    return reader_finished(&in);
}
