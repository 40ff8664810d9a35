#include "hangup.h"

#include "porter.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_LOOK = 50, LAST_LOOK = 800, REAP_TIMEOUT = 1000 };

struct process {
    char state;
    pid_t group, session;
    bool ignores_hangup;
};

static bool read_file(const char *pid, const char *name, char *text, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%.20s/%s", pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t count = read(fd, text, size - 1);
    close(fd);
    text[count > 0 ? count : 0] = 0;
    return count > 0;
}

static bool read_process(const char *pid, struct process *process) {
    char text[1024];
    int group, session;
    if (!read_file(pid, "stat", text, sizeof text)) {
        return false;
    }
    const char *name_end = strrchr(text, ')'); // the name may contain anything
    if (name_end == NULL || sscanf(name_end + 1, " %c %*d %d %d", &process->state, &group, &session) != 3) {
        return false;
    }
    process->group = group;
    process->session = session;
    return true;
}

static bool ignores_hangup(const char *pid) {
    char text[4096];
    const char *line = read_file(pid, "status", text, sizeof text) ? strstr(text, "\nSigIgn:") : NULL;
    return line != NULL && (strtoull(line + 8, NULL, 16) & 1ULL << (SIGHUP - 1)) != 0;
}

static bool is_member(const struct hangup *hangup, const struct process *process) {
    pid_t session = hangup->session > 0 ? hangup->session : hangup->leader;
    return process->session == session && process->state != 'Z' && process->state != 'X' &&
           (process->group == hangup->leader || (hangup->foreground > 0 && process->group == hangup->foreground));
}

/// Walks through the living members of the two groups, signals those that it should, and answers how many may still
/// be asked to end: the ones that ignore SIGHUP have said that they want to outlive their link.
static size_t each_member(const struct hangup *hangup, int signal_to_send, pid_t group_only) {
    DIR *directory = opendir("/proc");
    const struct dirent *entry;
    size_t count = 0;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        struct process process;
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || !read_process(entry->d_name, &process) ||
            !is_member(hangup, &process) || (group_only > 0 && process.group != group_only) ||
            ignores_hangup(entry->d_name)) {
            continue;
        }
        count++;
        if (signal_to_send != 0) {
            kill((pid_t)strtol(entry->d_name, NULL, 10), signal_to_send);
            kill((pid_t)strtol(entry->d_name, NULL, 10), SIGCONT);
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return count;
}

bool has_ended(pid_t child, int *status) {
    siginfo_t info = {.si_pid = 0};
    if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
        return false;
    }
    *status = info.si_code == CLD_EXITED ? (info.si_status & 0xff) << 8
                                         : info.si_status | (info.si_code == CLD_DUMPED ? 0x80 : 0);
    return true;
}

static void wait_for_child(const struct hangup *hangup, int timeout) {
    struct signalfd_siginfo info;
    struct pollfd signals = {.fd = hangup->signals, .events = POLLIN};
    poll(&signals, 1, timeout);
    while (read(hangup->signals, &info, sizeof info) == sizeof info) {
    }
}

static bool wait_until_gone(const struct hangup *hangup, uint64_t deadline) {
    int status, look = FIRST_LOOK;
    while (until(deadline) > 0) {
        // The process table is read only once the leader is gone: usually once.
        if (has_ended(hangup->leader, &status)) {
            if (each_member(hangup, 0, 0) == 0) {
                return true;
            }
            int rest = until(deadline);
            poll(NULL, 0, look < rest ? look : rest);
            look = look * 2 > LAST_LOOK ? LAST_LOOK : look * 2;
        } else {
            wait_for_child(hangup, until(deadline));
        }
    }
    return false;
}

static void send_hangup(const struct hangup *hangup) {
    kill(-hangup->leader, SIGHUP);
    kill(-hangup->leader, SIGCONT);
    if (hangup->foreground > 0) {
        each_member(hangup, SIGHUP, hangup->foreground);
    }
}

static bool ends_when_told(const struct hangup *hangup, uint64_t deadline) {
    send_hangup(hangup);
    return wait_until_gone(hangup, deadline);
}

void hangup_run(const struct hangup *hangup) {
    int status;
    uint64_t begin = now_ms(), deadline = begin + hangup->grace + 1;
    bool gone = hangup->patience > 0 && wait_until_gone(hangup, begin + hangup->patience);
    if (!gone && !ends_when_told(hangup, deadline)) {
        each_member(hangup, SIGKILL, 0);
        deadline = now_ms() + REAP_TIMEOUT;
        while (until(deadline) > 0 && !has_ended(hangup->leader, &status) && each_member(hangup, 0, 0) > 0) {
            wait_for_child(hangup, until(deadline));
        }
    }
    waitpid(hangup->leader, NULL, WNOHANG);
}
