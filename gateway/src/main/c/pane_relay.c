#include "pane_relay.h"

#include "base.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
    BETWEEN_RECORDS = 100, // milliseconds; of states that follow one another faster, the last one is written
    BETWEEN_LOOKS = 100,   // at the foreground, while there is input or output
};

/// Milliseconds between the looks after input or output: a program that has written may execute another one.
static const uint64_t LOOKS[] = {10, 40, 150, 800};

enum { LOOK_COUNT = sizeof LOOKS / sizeof LOOKS[0] };

static uint64_t wall_clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static pid_t foreground(const struct pane_relay *relay) {
    pid_t group = tcgetpgrp(relay->master);
    return group > 0 ? group : relay->program;
}

void pane_relay_resize(const struct pane_relay *relay) {
    struct winsize size;
    if (ioctl(relay->outer, TIOCGWINSZ, &size) == 0) {
        ioctl(relay->master, TIOCSWINSZ, &size);
    }
}

static bool is_empty(const struct way *way) {
    return way->sent == way->length;
}

/// False if the other side is closed. The bytes count as sent before they are: of a relay that is killed meanwhile, some are
/// lost, but none comes twice, and no key.
static bool drain(struct way *way, int to) {
    while (!is_empty(way)) {
        size_t sent = way->sent;
        way->sent = way->length;
        ssize_t count = write(to, way->data + 1 + sent, way->length - sent);
        way->sent = sent + (count > 0 ? (size_t)count : 0);
        if (count < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
    }
    return true;
}

static void answer(struct pane_relay *relay, const char *text) {
    struct way *in = &relay->in;
    size_t length = strlen(text);
    if (is_empty(in)) {
        in->length = in->sent = 0;
    }
    // A program that asks and does not read gets no more.
    if (1 + in->length + length <= sizeof in->data) {
        memcpy(in->data + 1 + in->length, text, length);
        in->length += length;
    }
}

static void take_report(struct pane_relay *relay, const struct report *report) {
    pid_t teller = foreground(relay);
    if (!report_equal(&relay->told, report) || relay->teller != teller) {
        relay->told = *report;
        relay->teller = teller;
        relay->since = wall_clock_ms();
    }
    if (relay->write_at == 0) {
        uint64_t now = now_ms(), next = relay->wrote + BETWEEN_RECORDS;
        relay->write_at = next > now ? next : now;
    }
}

static void take_sequence(void *context, const char *body, size_t length, bool bell) {
    struct pane_relay *relay = context;
    struct report report;
    if (length == 1 && *body == '?') {
        answer(relay, bell ? "\033]7501;?\a" : "\033]7501;?\033\\");
    } else if (report_parse(&report, body, length)) {
        take_report(relay, &report);
    }
}

/// Output that its writer has discarded is not shown, as without a relay; for instance after Ctrl-C.
static void discard(struct pane_relay *relay, uint8_t flags) {
    if ((flags & TIOCPKT_FLUSHWRITE) != 0) {
        relay->out.length = relay->out.sent = 0;
        tcflush(relay->outer, TCOFLUSH);
    }
}

/// False at the end.
static bool fill_output(struct pane_relay *relay) {
    struct way *out = &relay->out;
    ssize_t count = read(relay->master, out->data, 1 + PANE_READ);
    if (count <= 0) {
        return count < 0 && (errno == EAGAIN || errno == EINTR);
    }
    if (out->data[0] != TIOCPKT_DATA) {
        discard(relay, out->data[0]);
        return true;
    }
    out->sent = 0;
    out->length = (size_t)count - 1;
    if (!relay->deaf) {
        osc_scan(&relay->osc, out->data + 1, out->length, now_ms(), take_sequence, relay);
    }
    return true;
}

/// False at the end.
static bool fill_input(struct pane_relay *relay) {
    struct way *in = &relay->in;
    ssize_t count = read(relay->outer, in->data + 1, PANE_READ);
    if (count <= 0) {
        return count < 0 && (errno == EAGAIN || errno == EINTR);
    }
    in->sent = 0;
    in->length = (size_t)count;
    return true;
}

static void look(struct pane_relay *relay) {
    relay->looked = now_ms();
    relay->looks++;
    relay->look_at = relay->looks < LOOK_COUNT ? relay->looked + LOOKS[relay->looks] : 0;
    mirror_show(&relay->mirror, foreground(relay), relay->program);
}

/// After input or output.
static void plan_looks(struct pane_relay *relay) {
    uint64_t now = now_ms(), soon = now + LOOKS[0], next = relay->looked + BETWEEN_LOOKS;
    next = next > soon ? next : soon;
    relay->looks = 0;
    relay->look_at = relay->look_at == 0 || relay->look_at > next ? next : relay->look_at;
}

static bool is_due(uint64_t *at) {
    if (*at == 0 || time_left(*at) > 0) {
        return false;
    }
    *at = 0;
    return true;
}

static void do_what_is_due(struct pane_relay *relay) {
    if (is_due(&relay->write_at)) {
        relay->wrote = now_ms();
        record_write(&relay->record, &relay->told, relay->teller, relay->since);
    }
    if (is_due(&relay->look_at)) {
        look(relay);
    }
}

static int timeout(const struct pane_relay *relay) {
    uint64_t write_at = relay->write_at, look_at = relay->look_at;
    return time_left(look_at == 0 || (write_at != 0 && write_at < look_at) ? write_at : look_at);
}

/// What is waited for at both terminals. Of one at which nothing is, not even the hang-up is asked: poll would report it again
/// and again.
static void watch(const struct pane_relay *relay, struct pollfd *outer, struct pollfd *master) {
    bool typed = is_empty(&relay->in), shown = is_empty(&relay->out);
    short at_outer = (short)((typed ? POLLIN : 0) | (shown ? 0 : POLLOUT));
    short at_master = (short)((shown ? POLLIN : 0) | (typed ? 0 : POLLOUT));
    *outer = (struct pollfd){.fd = at_outer == 0 ? -1 : relay->outer, .events = at_outer};
    *master = (struct pollfd){.fd = at_master == 0 ? -1 : relay->master, .events = at_master};
}

/// Passes on what there is. False if tmux's terminal is closed.
static bool move(struct pane_relay *relay, const struct pollfd *outer, const struct pollfd *master) {
    if (!drain(&relay->out, relay->outer)) {
        return false;
    }
    if (is_empty(&relay->out) && master->revents != 0) {
        relay->ended = !fill_output(relay);
    }
    // An answer goes before what tmux answers to the same output.
    if (!drain(&relay->in, relay->master)) {
        relay->in.length = relay->in.sent = 0;
    }
    if (!drain(&relay->out, relay->outer)) {
        return false;
    }
    if (is_empty(&relay->in) && (outer->revents & ~POLLOUT) != 0) {
        if (!fill_input(relay)) {
            return false;
        }
        (void)drain(&relay->in, relay->master);
    }
    return true;
}

void pane_relay_run(struct pane_relay *relay) {
    int signals = signals_open(SIGWINCH, 0);
    pane_relay_resize(relay);
    look(relay);
    plan_looks(relay);
    while (!relay->ended) {
        struct pollfd fds[3];
        watch(relay, &fds[0], &fds[1]);
        fds[2] = (struct pollfd){.fd = signals, .events = POLLIN};
        poll(fds, 3, timeout(relay));
        if (fds[2].revents != 0) {
            signals_discard(signals);
            pane_relay_resize(relay);
        }
        if (fds[0].revents != 0 || fds[1].revents != 0) {
            if (!move(relay, &fds[0], &fds[1])) {
                return;
            }
            plan_looks(relay);
        }
        do_what_is_due(relay);
    }
}
