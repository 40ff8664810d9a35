#include "hangup.h"

#include "base.h"
#include "proc.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_LOOK = 50, LAST_LOOK = 800, REAP_TIMEOUT = 1000 };

static bool ignores_hangup(pid_t pid) {
    char text[4096];
    const char *line = proc_read(pid, "status", text, sizeof text) ? strstr(text, "\nSigIgn:") : NULL;
    return line != NULL && (strtoull(line + 8, NULL, 16) & 1ULL << (SIGHUP - 1)) != 0;
}

static bool is_member(const struct hangup *hangup, const struct process *process) {
    pid_t session = hangup->session > 0 ? hangup->session : hangup->leader;
    return process->session == session && !process->ended &&
           (process->group == hangup->leader || (hangup->foreground > 0 && process->group == hangup->foreground));
}

/// Visits the living members of both groups and sends the signal to those it is meant for. Returns how many
/// are still expected to end; processes that ignore SIGHUP are not counted, since they want to outlive the
/// connection.
static size_t each_member(const struct hangup *hangup, int signal_to_send, pid_t group_only) {
    DIR *proc = opendir("/proc");
    size_t count = 0;
    for (pid_t pid; (pid = proc_next(proc)) > 0;) {
        struct process process;
        if (!proc_find(pid, &process) || !is_member(hangup, &process) ||
            (group_only > 0 && process.group != group_only) || ignores_hangup(pid)) {
            continue;
        }
        count++;
        if (signal_to_send != 0) {
            kill(pid, signal_to_send);
            kill(pid, SIGCONT);
        }
    }
    proc_close(proc);
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
    struct pollfd signals = {.fd = hangup->signals, .events = POLLIN};
    poll(&signals, 1, timeout);
    signals_discard(hangup->signals);
}

static bool wait_until_gone(const struct hangup *hangup, uint64_t deadline) {
    int status, look = FIRST_LOOK;
    while (time_left(deadline) > 0) {
        // Reads the process table only after the leader has ended, which is usually once.
        if (has_ended(hangup->leader, &status)) {
            if (each_member(hangup, 0, 0) == 0) {
                return true;
            }
            int rest = time_left(deadline);
            poll(NULL, 0, look < rest ? look : rest);
            look = look * 2 > LAST_LOOK ? LAST_LOOK : look * 2;
        } else {
            wait_for_child(hangup, time_left(deadline));
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

void hangup_run(const struct hangup *hangup) {
    int status;
    if (hangup->hang_up_at == 0 || !wait_until_gone(hangup, hangup->hang_up_at)) {
        send_hangup(hangup);
    }
    if (!wait_until_gone(hangup, hangup->kill_at)) {
        each_member(hangup, SIGKILL, 0);
        uint64_t deadline = now_ms() + REAP_TIMEOUT;
        while (time_left(deadline) > 0 && !has_ended(hangup->leader, &status) && each_member(hangup, 0, 0) > 0) {
            wait_for_child(hangup, time_left(deadline));
        }
    }
    waitpid(hangup->leader, NULL, WNOHANG);
}
