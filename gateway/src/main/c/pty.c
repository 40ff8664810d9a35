#include "pty.h"

#include "base.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

enum {
    SILENCE_MS = 200,
    PATIENCE_MS = 1000,
    LOOK_MS = 20,
    REST_LENGTH = 262144, // more than a terminal buffers
};

static int open_master(void) {
    int flags = O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK;
    int master = open("/dev/ptmx", flags);
    return master >= 0 ? master : open("/dev/pts/ptmx", flags);
}

static int open_slave(int master, const char *path) {
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return slave >= 0 ? slave : open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

bool pty_open(int *master, int *slave, char path[PTY_PATH]) {
    *slave = -1;
    *master = open_master();
    if (*master >= 0 && unlockpt(*master) == 0 && ptsname_r(*master, path, PTY_PATH) == 0) {
        *slave = open_slave(*master, path);
    }
    if (*slave < 0) {
        close_keeping_errno(*master);
        *master = -1;
        path[0] = 0;
    }
    return *slave >= 0;
}

void pty_rest_begin(struct pty_rest *rest) {
    uint64_t now = now_ms();
    *rest = (struct pty_rest){.silent_at = now + SILENCE_MS, .patient_until = now + PATIENCE_MS};
}

void pty_rest_add(struct pty_rest *rest, size_t length) {
    rest->length += length;
    rest->silent_at = length > 0 ? now_ms() + SILENCE_MS : rest->silent_at;
}

int pty_rest_time_left(const struct pty_rest *rest) {
    return time_left(rest->silent_at < rest->patient_until ? rest->silent_at : rest->patient_until);
}

int pty_rest_look(struct pty_rest *rest, int master) {
    struct pollfd unread = {.fd = master, .events = POLLIN};
    pty_rest_add(rest, poll(&unread, 1, 0) > 0 ? 1 : 0);
    int left = pty_rest_time_left(rest);
    return left < LOOK_MS ? left : LOOK_MS;
}

bool pty_rest_is_full(const struct pty_rest *rest) {
    return rest->length >= REST_LENGTH;
}
