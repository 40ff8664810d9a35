// SPAWN: runs a process and copies its streams until it ends.
#include "base.h"
#include "child.h"
#include "hangup.h"
#include "input.h"
#include "porter.h"
#include "pty.h"
#include "signal_name.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// SHORT: milliseconds, several times what a listing takes. Until then no other worker is needed in place of this one.
enum { CREDIT_STEP = 65536, LEAST_READ = 4096, SHORT = 100 };

struct task {
    struct link *link;
    int notify; // see write_pid
    struct child child;
    struct input input;
    int signals;
    bool ended; // the leader has ended; `status` is its wait status
    int status;
    struct pty_rest rest; // of its terminal's output after it ended
    bool passed;          // the gateway reads and writes the streams; outputs are kept here to see their end
    bool broken;          // the gateway has violated the protocol
    uint64_t busy_at;     // when the supervisor is told of this task, unless it is over before; 0 if it has been
    bool told_end, told_eof;
};

static struct task the_task;

static bool has_terminal(const struct task *task) {
    return task->child.tty[0] != 0;
}

static bool passes_pipes(const struct task *task) {
    return task->passed && !has_terminal(task);
}

/// Closes an output stream. The terminal itself stays open until the task ends, since closing it would hang
/// it up.
static void drop(const struct task *task, int *fd) {
    if (*fd >= 0 && *fd != task->child.master) {
        close(*fd);
    }
    *fd = -1;
}

static const char *take_resize(const struct task *task, const struct frame *frame) {
    struct winsize size;
    if (!decode_window(frame, &size)) {
        return "RESIZE: malformed";
    }
    if (has_terminal(task)) {
        ioctl(task->child.master, TIOCSWINSZ, &size);
    }
    return NULL;
}

static const char *take_signal(const struct task *task, const struct frame *frame) {
    struct reader in = reader_of(frame);
    const char *name = read_string(&in);
    if (!reader_finished(&in)) {
        return "SIGNAL: malformed";
    }
    int number = signal_number(name);
    if (number > 0) {
        kill(-task->child.pid, number);
    }
    return NULL;
}

static const char *take_frame(struct task *task, const struct frame *frame) {
    if (task->passed && (frame->type == IN || frame->type == IN_EOF)) {
        return "IN: the gateway has stdin itself";
    }
    switch (frame->type) {
    case IN:
        return input_take(&task->input, frame);
    case IN_EOF:
        if (frame->length > 0 || task->input.eof) {
            return "IN_EOF: malformed";
        }
        input_end(&task->input);
        return NULL;
    case RESIZE:
        return take_resize(task, frame);
    case SIGNAL:
        return take_signal(task, frame);
    default:
        return "this frame has no place in a task";
    }
}

/// Handles the frames that have arrived; false for a protocol violation.
static bool take_frames(struct task *task) {
    struct frame frame;
    const char *reason = NULL;
    int found;
    while ((found = link_next(task->link, &frame, &reason)) > 0 && (reason = take_frame(task, &frame)) == NULL) {
    }
    if (found != 0) {
        log_line("task %d: %s", (int)task->child.pid, reason);
        task->broken = true;
    }
    return found == 0;
}

/// Reads once from a pipe; reads from a terminal, which returns little at a time, until it is empty.
static bool read_output(const struct task *task, int fd, uint8_t *to, size_t size, size_t *got) {
    ssize_t count;
    *got = 0;
    do {
        count = read(fd, to + *got, size - *got);
        *got += count > 0 ? (size_t)count : 0;
    } while (count > 0 && *got < size && has_terminal(task));
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

static bool room_for_output(struct task *task) {
    size_t room;
    link_tail(task->link, &room);
    return room >= FRAME_HEADER + LEAST_READ + LINK_RESERVE;
}

static void pump(struct task *task, int *fd, enum frame_type type) {
    size_t room, got;
    if (task->passed) {
        drop(task, fd); // nobody writes there any more
        return;
    }
    if (*fd < 0 || !room_for_output(task)) {
        return;
    }
    uint8_t *to = link_tail(task->link, &room);
    size_t size = room - FRAME_HEADER - LINK_RESERVE;
    bool goes_on = read_output(task, *fd, to + FRAME_HEADER, size < MAX_FRAME ? size : MAX_FRAME, &got);
    if (got > 0) {
        frame_header(to, type, (uint32_t)got);
        link_queued(task->link, FRAME_HEADER + got);
    }
    if (task->ended && has_terminal(task)) {
        pty_rest_add(&task->rest, got);
        goes_on = goes_on && !pty_rest_is_full(&task->rest);
    }
    if (!goes_on) {
        drop(task, fd);
    }
}

static bool queue_empty(struct task *task, enum frame_type type) {
    uint8_t buffer[FRAME_HEADER];
    struct writer frame = frame_begin(buffer, sizeof buffer, type);
    return link_queue(task->link, &frame);
}

/// Queues the statuses for the gateway, as far as there is room now.
static void tell(struct task *task) {
    struct input *input = &task->input;
    if (input->taken >= CREDIT_STEP) {
        uint8_t buffer[16];
        struct writer frame = frame_begin(buffer, sizeof buffer, CREDIT);
        write_u32(&frame, input->taken);
        if (link_queue(task->link, &frame)) {
            input->credit += input->taken;
            input->taken = 0;
        }
    }
    if (input->closed_by_process && queue_empty(task, IN_CLOSED)) {
        input->closed_by_process = false;
    }
    if (task->ended && !task->told_end) {
        task->told_end = link_queue_end(task->link, task->status);
    }
    // The gateway sees the end of pipes that were passed itself. Told with the status, it is woken once.
    bool both_ended = task->child.output < 0 && task->child.error < 0;
    if (both_ended && !task->told_eof && (task->told_end || !passes_pipes(task))) {
        task->told_eof = queue_empty(task, OUT_EOF);
    }
}

static bool passes_streams(const struct task *task) {
    uint8_t version = task->link->version;
    return has_terminal(task) ? version >= PROTOCOL_PASSING_TERMINALS && (task->child.spawn->flags & SPAWN_PASS_TERMINAL)
                              : version >= PROTOCOL_PASSING_STREAMS && task->busy_at == 0;
}

/// Passes the pipes or the terminal's master with the answer. Stdin is the gateway's alone from now on.
static bool pass_streams(struct task *task, struct writer *started) {
    const int pipes[] = {task->child.input, task->child.output, task->child.error};
    size_t count = has_terminal(task) ? 1 : sizeof pipes / sizeof pipes[0]; // its master is the first of the three, too
    if (!link_pass(task->link, started, pipes, count)) {
        link_failed(task->link, errno, STAGE_RESOURCES, "cannot pass the process's streams");
        link_flush(task->link);
        return false;
    }
    input_close(&task->input, false);
    task->passed = true;
    return true;
}

/// False if the gateway cannot have the process.
static bool tell_started(struct task *task) {
    uint8_t buffer[LINK_RESERVE];
    struct writer frame = frame_begin(buffer, sizeof buffer, STARTED);
    write_u32(&frame, (uint32_t)task->child.pid);
    write_string(&frame, task->child.tty);
    write_string(&frame, task->child.term == NULL ? "" : task->child.term);
    return passes_streams(task) ? pass_streams(task, &frame) : link_queue(task->link, &frame);
}

static void look_after_leader(struct task *task) {
    signals_discard(task->signals);
    if (!task->ended && has_ended(task->child.pid, &task->status)) {
        task->ended = true;
        pty_rest_begin(&task->rest);
        input_close(&task->input, true);
    }
}

enum { LINK_IN, LINK_OUT, SIGNALS, INPUT, OUTPUT, ERROR, FD_COUNT };

static void wait_for_events(struct task *task, struct pollfd *fds) {
    bool room = room_for_output(task);
    struct child *child = &task->child;
    // The writing end of a pipe is polled even with nothing to write: POLLERR means that the reader has closed it.
    bool waiting = task->input.length > 0;
    fds[LINK_IN] = (struct pollfd){.fd = task->link->fd, .events = POLLIN};
    fds[LINK_OUT] = (struct pollfd){.fd = task->link->out_length > 0 ? task->link->fd : -1, .events = POLLOUT};
    fds[SIGNALS] = (struct pollfd){.fd = task->signals, .events = POLLIN};
    fds[INPUT] = (struct pollfd){.fd = waiting || !has_terminal(task) ? task->input.fd : -1, .events = waiting ? POLLOUT : 0};
    short output = task->passed ? 0 : POLLIN; // their end is reported all the same
    bool looked_at = room && (task->ended || !passes_pipes(task));
    fds[OUTPUT] = (struct pollfd){.fd = looked_at ? child->output : -1, .events = output};
    fds[ERROR] = (struct pollfd){.fd = looked_at ? child->error : -1, .events = output};
    bool rest = task->ended && has_terminal(task) && child->output >= 0 && room;
    int limit = !rest          ? time_left(task->busy_at)
                : task->passed ? pty_rest_look(&task->rest, child->output)
                               : pty_rest_time_left(&task->rest);
    poll(fds, FD_COUNT, limit);
    if (rest && fds[OUTPUT].revents == 0 && pty_rest_time_left(&task->rest) == 0) {
        drop(task, &child->output);
    }
}

/// Runs the loop once; false if the connection has ended or must be closed.
static bool turn(struct task *task) {
    struct pollfd fds[FD_COUNT];
    wait_for_events(task, fds);
    if (task->busy_at != 0 && time_left(task->busy_at) == 0) {
        task->busy_at = 0;
        write_pid(task->notify);
    }
    if (fds[SIGNALS].revents != 0) {
        look_after_leader(task);
    }
    if (task->ended && passes_pipes(task)) {
        fds[OUTPUT].fd = task->child.output;
        fds[ERROR].fd = task->child.error;
        poll(&fds[OUTPUT], 2, 0);
    }
    if (fds[LINK_IN].revents != 0) {
        link_receive(task->link);
        if (!take_frames(task)) {
            return false;
        }
    }
    if (fds[INPUT].revents & (POLLERR | POLLNVAL)) {
        input_close(&task->input, true);
    } else if (fds[INPUT].revents != 0) {
        input_drain(&task->input);
    }
    if (fds[OUTPUT].revents != 0) {
        pump(task, &task->child.output, OUT);
    }
    if (fds[ERROR].revents != 0) {
        pump(task, &task->child.error, ERR);
    }
    return !task->link->ended;
}

static bool is_over(const struct task *task) {
    return task->told_end && task->told_eof && task->link->out_length == 0;
}

/// Reads and handles what the gateway sent before it disconnected.
static void take_rest(struct task *task) {
    size_t before;
    do {
        if (task->broken || !take_frames(task)) {
            return;
        }
        before = task->link->length;
        link_receive(task->link);
    } while (task->link->length > before);
}

/// Writes the queued input to the process until the deadline.
static void deliver_rest(struct task *task, uint64_t deadline) {
    struct input *input = &task->input;
    while (input->length > 0 && input->fd >= 0 && !task->ended && time_left(deadline) > 0) {
        struct pollfd fds[] = {
            {.fd = input->fd, .events = POLLOUT},
            {.fd = task->signals, .events = POLLIN},
        };
        poll(fds, 2, time_left(deadline));
        if (fds[0].revents & (POLLERR | POLLNVAL)) {
            return;
        }
        input_drain(input);
        look_after_leader(task);
    }
}

static void hang_up(struct task *task, uint32_t grace) {
    uint64_t begin = now_ms();
    struct hangup hangup = {.leader = task->child.pid, .kill_at = begin + grace + 1, .signals = task->signals};
    take_rest(task);
    if (has_terminal(task)) {
        pid_t foreground = tcgetpgrp(task->child.master);
        hangup.foreground = foreground > 0 && foreground != hangup.leader ? foreground : 0;
    } else {
        // Without a terminal the process first sees the end of its input, after all of it, and a broken pipe,
        // as with sshd.
        hangup.hang_up_at = begin + grace / 2 + 1;
        drop(task, &task->child.output);
        drop(task, &task->child.error);
        deliver_rest(task, hangup.hang_up_at);
    }
    input_close(&task->input, false);
    drop(task, &task->child.output);
    drop(task, &task->child.error);
    close_keeping_errno(task->child.master);
    hangup_run(&hangup);
}

static bool begin(struct task *task, const struct porter *porter, const struct spawn *spawn) {
    static struct account account;
    struct failure failure;
    task->notify = porter->notify;
    task->ended = task->passed = task->broken = task->told_end = task->told_eof = false; // of the listing before
    task->busy_at = spawn->program == PROGRAM_LISTING ? now_ms() + SHORT : 0;
    task->signals = signals_open(SIGCHLD, 0);
    task->child = (struct child){.spawn = spawn,
                                 .account = &account,
                                 .container_environment = porter->container_environment,
                                 .sockets = porter->sockets};
    if (!account_load(spawn->user, &porter->defaults, &account)) {
        link_failed(task->link, ENOENT, STAGE_USER, spawn->user);
        return false;
    }
    if (task->signals < 0) {
        link_failed(task->link, errno, STAGE_RESOURCES, "cannot start a process");
        return false;
    }
    if (!child_start(&task->child, &failure)) {
        link_failed(task->link, failure.error, failure.stage, failure.what);
        return false;
    }
    if (has_terminal(task)) {
        task->child.input = task->child.output = task->child.master;
    }
    input_open(&task->input, task->child.input, has_terminal(task));
    if (spawn->program == PROGRAM_LISTING) {
        input_end(&task->input);
    }
    return true;
}

bool task_run(const struct porter *porter, struct link *link, const struct spawn *spawn) {
    struct task *task = &the_task;
    task->link = link;
    if (!begin(task, porter, spawn)) {
        return false;
    }
    bool connected = tell_started(task) && take_frames(task); // frames that arrived together with SPAWN
    look_after_leader(task);
    while (connected && !is_over(task)) {
        tell(task);
        link_flush(link);
        connected = !link->ended && (is_over(task) || turn(task));
    }
    if (!connected) {
        write_pid(porter->notify);
        hang_up(task, spawn->grace > 0 ? spawn->grace : porter->grace);
        return false;
    }
    waitpid(task->child.pid, NULL, 0);
    close(task->signals);
    return task->busy_at != 0 && queue_empty(task, READY);
}
