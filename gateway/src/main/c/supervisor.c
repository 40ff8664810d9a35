// The resident porter's first process: keeps the control connection and a number of idle workers.
#include "base.h"
#include "porter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BACKOFF_FIRST = 50,
    BACKOFF_LAST = 2000,
    // Busy workers end by themselves, at most a grace period after the gateway has disconnected.
    WORKERS_END_WITHIN = 2000,
};

struct supervisor {
    struct porter *porter;
    struct link link;
    int signals, notified, life_end;
    uint32_t idle, busy;
    pid_t idle_pids[MAX_IDLE];
    uint64_t started, retry_at;
    uint32_t backoff;
};

static struct supervisor the_supervisor;

static _Noreturn void run_worker(struct supervisor *self) {
    static struct link link;
    const struct hello hello = {.kind = HELLO_DATA, .token = self->porter->token};
    close(self->link.fd);
    close(self->signals);
    close(self->notified);
    close(self->life_end);
    if (!link_dial(&link, &self->porter->gateway, &hello)) {
        _exit(EXIT_FAILED);
    }
    worker_run(self->porter, &link);
    _exit(EXIT_DONE);
}

static void back_off(struct supervisor *self) {
    self->retry_at = now_ms() + self->backoff;
    self->backoff = self->backoff * 2 > BACKOFF_LAST ? BACKOFF_LAST : self->backoff * 2;
}

static void add_workers(struct supervisor *self) {
    while (self->idle < self->porter->idle && now_ms() >= self->retry_at) {
        pid_t pid = fork();
        if (pid == 0) {
            run_worker(self);
        }
        if (pid < 0) {
            log_line("cannot start a worker: %s", strerror(errno));
            link_failed(&self->link, errno, STAGE_RESOURCES, "cannot start a worker");
            back_off(self);
            return;
        }
        self->idle_pids[self->idle++] = pid;
    }
}

/// True if the pid was that of an idle worker; it is removed from the list.
static bool take_idle(struct supervisor *self, pid_t pid) {
    for (uint32_t i = 0; i < self->idle; i++) {
        if (self->idle_pids[i] == pid) {
            self->idle_pids[i] = self->idle_pids[--self->idle];
            return true;
        }
    }
    return false;
}

static void read_notices(struct supervisor *self) {
    pid_t pids[64];
    ssize_t count;
    // Writes of a pid are atomic, so a read never returns half of one.
    while ((count = read(self->notified, pids, sizeof pids)) > 0) {
        for (size_t i = 0; i < (size_t)count / sizeof pids[0]; i++) {
            if (take_idle(self, pids[i])) {
                self->busy++;
                self->backoff = BACKOFF_FIRST;
                self->retry_at = 0;
            }
        }
    }
}

static void reap(struct supervisor *self) {
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        read_notices(self); // a notice was written before the worker ended
        if (take_idle(self, pid)) {
            back_off(self);
        } else if (self->busy > 0) {
            self->busy--;
        }
    }
}

static void send_status(struct supervisor *self) {
    uint8_t buffer[256];
    struct writer frame = frame_begin(buffer, sizeof buffer, STATUS);
    write_string(&frame, PORTER_VERSION);
    write_u32(&frame, (uint32_t)getpid());
    write_u64(&frame, now_ms() - self->started);
    write_u32(&frame, self->busy);
    write_u32(&frame, self->idle);
    write_u32(&frame, self->porter->idle);
    link_queue(&self->link, &frame);
}

/// Answers the gateway's requests; only one kind is allowed here, and all else is a protocol violation.
static bool answer_all(struct supervisor *self) {
    const char *reason = "";
    struct frame frame;
    int found;
    link_receive(&self->link);
    while ((found = link_next(&self->link, &frame, &reason)) > 0) {
        if (frame.type != STAT || frame.length > 0) {
            reason = "this frame has no place on the control connection";
            break;
        }
        read_notices(self);
        reap(self);
        send_status(self);
    }
    if (found != 0) {
        log_line("control connection: %s", reason);
    }
    return found == 0;
}

/// Whether this process has received a signal to end.
static bool take_signals(struct supervisor *self) {
    bool terminated = false;
    for (int number; (number = signals_next(self->signals)) != 0;) {
        terminated = terminated || number != SIGCHLD;
    }
    return terminated;
}

static int supervise(struct supervisor *self) {
    while (!self->link.ended) {
        if (self->link.greeted) {
            add_workers(self);
        }
        link_flush(&self->link);
        bool short_of_workers = self->link.greeted && self->idle < self->porter->idle;
        struct pollfd fds[] = {
            {.fd = self->link.fd, .events = (short)(POLLIN | (self->link.out_length > 0 ? POLLOUT : 0))},
            {.fd = self->notified, .events = POLLIN},
            {.fd = self->signals, .events = POLLIN},
        };
        poll(fds, 3, short_of_workers ? time_left(self->retry_at) : -1);
        if (fds[2].revents != 0 && take_signals(self)) {
            return EXIT_DONE;
        }
        reap(self);
        read_notices(self);
        if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !answer_all(self)) {
            return EXIT_VIOLATION;
        }
    }
    if (!self->link.greeted) {
        log_line("the gateway refused this porter");
        return EXIT_REFUSED;
    }
    return EXIT_DONE;
}

/// Waits for the workers. Idle ones see the end of the pipe `life`; busy ones see their own connections end
/// if the gateway has disconnected.
static void wait_for_workers(struct supervisor *self) {
    uint64_t deadline = now_ms() + self->porter->grace + WORKERS_END_WITHIN;
    close(self->link.fd);
    close(self->life_end);
    while (time_left(deadline) > 0) {
        struct pollfd signals = {.fd = self->signals, .events = POLLIN};
        reap(self);
        if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD) {
            return;
        }
        poll(&signals, 1, time_left(deadline));
        signals_discard(self->signals);
    }
}

static bool prepare(struct supervisor *self) {
    self->signals = signals_open(SIGCHLD, SIGTERM, SIGINT, SIGHUP, 0);
    if (self->signals < 0 || !open_pipe(&self->notified, &self->porter->notify) ||
        !open_pipe(&self->porter->life, &self->life_end)) {
        log_line("cannot prepare: %s", strerror(errno));
        return false;
    }
    set_nonblocking(self->notified);
    set_nonblocking(self->porter->notify);
    return true;
}

int supervisor_main(struct porter *porter) {
    struct supervisor *self = &the_supervisor;
    const struct hello hello = {.kind = HELLO_CONTROL, .token = porter->token};
    self->porter = porter;
    self->started = now_ms();
    self->backoff = BACKOFF_FIRST;
    if (!prepare(self) || !link_dial(&self->link, &porter->gateway, &hello)) {
        return EXIT_FAILED;
    }
    int status = supervise(self);
    wait_for_workers(self);
    return status;
}
