// Ends the processes of a container before the engine stops it. Terminals are hung up first, then all
// processes get SIGTERM and time to end. Process 1 and the processes of its session are left to the engine.
#include "base.h"
#include "porter.h"
#include "proc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    EXIT_LEFT = 1,
    EXIT_NOT_PERMITTED = 3,
    HANGUP_TIME = 1000, // part of the grace period: time for processes to end after SIGHUP
    LOOK_AGAIN = 25,
    MAX_PID = 4194304, // Linux's own limit
    MAX_DEPTH = 64,    // of ancestors that are examined
    MOUNT_LENGTH = 24, // a number and a blank
    MAX_FOUND = 65536, // in one pass; further processes are found in the next one
};

struct stopping {
    bool all; // also processes that did not start by a login or in a session
    bool refused;
    bool shared; // the container shares its PID namespace with others
    char cgroup[512];
    char mount[MOUNT_LENGTH];
    uint8_t meant[MAX_PID / 8]; // decided once: it depends on the parents, which may end
    uint8_t told[MAX_PID / 8];
    pid_t found[MAX_FOUND];
};

static struct stopping the_stopping;

static bool is_porter(const struct process *process) {
    return (process->user == 0 || process->user == geteuid()) && begins_with(process->name, "porter");
}

/// Whether the process descends from a login or a tmux server.
static bool came_in(struct process process) {
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
        if (begins_with(process.name, "tmux: server") || begins_with(process.name, "porter")) {
            return true;
        }
        if (process.parent <= 1 || !proc_find(process.parent, &process)) {
            return false;
        }
    }
    return false;
}

/// Reads the id of the first mount that a process sees. Each mount in each namespace has an id of its own,
/// and unlike /proc/PID/ns it can be read for any process.
static bool read_mount(pid_t pid, char *mount) {
    if (!proc_read(pid, "mountinfo", mount, MOUNT_LENGTH)) {
        return false;
    }
    mount[strcspn(mount, " ")] = 0;
    return true;
}

static bool has_our_mounts(const struct stopping *self, pid_t pid) {
    char mount[MOUNT_LENGTH];
    return read_mount(pid, mount) && strcmp(mount, self->mount) == 0;
}

/// Whether a process belongs to this container. In a shared PID namespace, possibly the host's, control group
/// and mounts decide; an engine may be configured without control groups.
static bool is_in_this_container(const struct stopping *self, pid_t pid) {
    char cgroup[sizeof self->cgroup];
    return proc_read(pid, "cgroup", cgroup, sizeof cgroup) && strcmp(cgroup, self->cgroup) == 0 &&
           (!self->shared || has_our_mounts(self, pid));
}

static bool has_bit(const uint8_t *bits, pid_t pid) {
    return (bits[pid / 8] & 1 << pid % 8) != 0;
}

static void set_bit(uint8_t *bits, pid_t pid) {
    bits[pid / 8] = (uint8_t)(bits[pid / 8] | 1 << pid % 8);
}

static bool is_meant(const struct stopping *self, const struct process *process) {
    return process->pid > 1 && process->pid < MAX_PID && process->pid != getpid() && process->session > 1 &&
           !process->ended && !is_porter(process) && is_in_this_container(self, process->pid) &&
           (self->all || process->terminal != 0 || has_bit(self->meant, process->pid) || came_in(*process));
}

static void send_once(struct stopping *self, pid_t pid, int number) {
    if (has_bit(self->told, pid)) {
        return;
    }
    set_bit(self->told, pid);
    if (kill(pid, number) != 0 && errno == EPERM) {
        self->refused = true;
    }
    kill(pid, SIGCONT); // a stopped process handles the signal only after this
}

static size_t find(struct stopping *self, bool terminals_only) {
    DIR *proc = opendir("/proc");
    size_t count = 0;
    for (pid_t pid; count < MAX_FOUND && (pid = proc_next(proc)) > 0;) {
        struct process process;
        if (!proc_find(pid, &process) || !is_meant(self, &process)) {
            continue;
        }
        // Decided once: after a terminal's shell has ended, nothing shows where its children belong.
        set_bit(self->meant, pid);
        if (!terminals_only || process.terminal != 0) {
            self->found[count++] = pid;
        }
    }
    proc_close(proc);
    return count;
}

/// Sends a signal to the processes that have not had it yet; returns how many there are. All are found before
/// the first is signalled, since a parent may be needed to attribute its children.
static size_t each(struct stopping *self, int number, bool terminals_only) {
    size_t count = find(self, terminals_only);
    for (size_t i = 0; i < count; i++) {
        send_once(self, self->found[i], number);
    }
    return count;
}

static size_t signal_until_gone(struct stopping *self, int number, bool terminals_only, uint64_t deadline) {
    size_t left;
    memset(self->told, 0, sizeof self->told);
    while ((left = each(self, number, terminals_only)) > 0 && !self->refused && time_left(deadline) > 0) {
        poll(NULL, 0, LOOK_AGAIN);
    }
    return left;
}

int stop_main(int argc, char **argv) {
    struct stopping *self = &the_stopping;
    uint64_t begin = now_ms();
    unsigned long grace = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    self->all = argc == 3 && strcmp(argv[2], "--all") == 0;
    if (grace == 0 || grace > MAX_GRACE || argc != (self->all ? 3 : 2)) {
        log_line("usage: porter --stop MS [--all]");
        return EXIT_USAGE;
    }
    if (!proc_read(getpid(), "cgroup", self->cgroup, sizeof self->cgroup) || !read_mount(getpid(), self->mount)) {
        log_line("cannot tell which processes are this container's");
        return EXIT_USAGE;
    }
    self->shared = !has_our_mounts(self, 1);
    signal_until_gone(self, SIGHUP, true, begin + (grace / 2 < HANGUP_TIME ? grace / 2 : HANGUP_TIME));
    if (self->refused) {
        return EXIT_NOT_PERMITTED;
    }
    size_t left = signal_until_gone(self, SIGTERM, false, begin + grace);
    return self->refused ? EXIT_NOT_PERMITTED : left > 0 ? EXIT_LEFT : 0;
}
