// `porter --carry`: carries all connections of a porter as channels over one stream, stdin and stdout. The porter itself is
// a child of this process; its processes pass their connections over a socket pair.
#include "base.h"
#include "channel.h"
#include "porter.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MAX_CHANNELS = 1024,
    STREAM_BUFFER = 2 * (CARRY_MAX_DATA + CARRY_HEADER),
    // More data is not queued behind so much: what waits here, others' keys have to wait for.
    QUEUED_DATA = 16384,
    // The porter's processes end by themselves, at most a grace period and two seconds after the gateway has gone.
    PORTER_ENDS_WITHIN = 3000,
};

enum { FD_IN, FD_OUT, FD_CONNECTIONS, FD_SIGNALS, FD_FIRST };

struct carrier {
    const struct porter *porter;
    int in, out;     // the stream
    int connections; // where the porter passes its connections; -1 when none of its processes is left
    int signals;
    pid_t supervisor;
    int status; // of the supervisor, once it has ended
    bool ended; // the stream
    bool answers; // a KEEPALIVE has come
    uint32_t last;
    size_t count, turn;
    struct channel channels[MAX_CHANNELS];
    struct pollfd fds[FD_FIRST + MAX_CHANNELS];
    size_t start, length, out_start, out_length;
    uint8_t incoming[STREAM_BUFFER];
    uint8_t outgoing[STREAM_BUFFER];
};

static struct carrier the_carrier;

static size_t room(struct carrier *self) {
    if (self->out_start > 0 && self->out_start + self->out_length > sizeof self->outgoing / 2) {
        memmove(self->outgoing, self->outgoing + self->out_start, self->out_length);
        self->out_start = 0;
    }
    return sizeof self->outgoing - self->out_start - self->out_length;
}

static bool takes_data(const struct carrier *self) {
    return self->out_length < QUEUED_DATA;
}

static void flush(struct carrier *self) {
    while (self->out_length > 0 && !self->ended) {
        ssize_t count = write(self->out, self->outgoing + self->out_start, self->out_length);
        if (count < 0) {
            self->ended = errno != EAGAIN && errno != EINTR;
            return;
        }
        self->out_start += (size_t)count;
        self->out_length -= (size_t)count;
    }
    self->out_start = 0;
}

/// Queues the frames without data that a channel has to send. Those that do not fit are sent later.
static void tell(struct carrier *self, struct channel *channel) {
    uint8_t frame[CARRY_SHORT];
    size_t size;
    while (room(self) >= sizeof frame && (size = channel_tell(channel, frame)) > 0) {
        memcpy(self->outgoing + self->out_start + self->out_length, frame, size);
        self->out_length += size;
    }
}

static void answer(struct carrier *self) {
    if (self->answers && room(self) >= CARRY_HEADER) {
        carry_header(self->outgoing + self->out_start + self->out_length, CARRY_KEEPALIVE, 0, 0);
        self->out_length += CARRY_HEADER;
        self->answers = false;
    }
}

/// Reads a connection once, so that each has its turn.
static void pass_data(struct carrier *self, struct channel *channel) {
    if (!takes_data(self) || room(self) < CARRY_HEADER + CARRY_MAX_DATA) {
        return;
    }
    uint8_t *to = self->outgoing + self->out_start + self->out_length;
    size_t count = channel_read(channel, to + CARRY_HEADER, CARRY_MAX_DATA);
    if (count > 0) {
        carry_header(to, CARRY_DATA, channel->number, (uint32_t)count);
        self->out_length += CARRY_HEADER + count;
    }
}

static struct channel *find(struct carrier *self, uint32_t number) {
    for (size_t i = 0; i < self->count; i++) {
        if (self->channels[i].number == number) {
            return &self->channels[i];
        }
    }
    return NULL;
}

static const char *take_frame(struct carrier *self, const struct carry_frame *frame) {
    if (frame->type == CARRY_KEEPALIVE) {
        self->answers = true;
        return NULL;
    }
    struct channel *channel = find(self, frame->channel);
    return channel == NULL ? "a frame of a channel that is not open" : channel_take(channel, frame);
}

/// False for a protocol violation.
static bool take_frames(struct carrier *self) {
    struct carry_frame frame;
    const char *reason = NULL;
    long size;
    while ((size = carry_parse(self->incoming + self->start, self->length, &frame, &reason)) > 0) {
        self->start += (size_t)size;
        self->length -= (size_t)size;
        reason = take_frame(self, &frame);
        if (reason != NULL) {
            break;
        }
    }
    if (reason != NULL) {
        log_line("carrier: %s", reason);
    }
    return reason == NULL;
}

static void receive(struct carrier *self) {
    // A frame that is not complete is at most half as long as the buffer.
    if (self->start > 0) {
        memmove(self->incoming, self->incoming + self->start, self->length);
        self->start = 0;
    }
    ssize_t count = read(self->in, self->incoming + self->length, sizeof self->incoming - self->length);
    if (count > 0) {
        self->length += (size_t)count;
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        self->ended = true;
    }
}

/// The next connection that a process of the porter passes; -1 if there is none.
static int accept_connection(struct carrier *self) {
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    char byte;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t count = recvmsg(self->connections, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    struct cmsghdr *header = count > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    int fd = -1;
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    } else if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        close(self->connections);
        self->connections = -1;
    }
    return fd;
}

static void add_channel(struct carrier *self) {
    int fd = accept_connection(self);
    if (fd < 0) {
        return;
    }
    if (self->ended) {
        close(fd);
    } else {
        channel_begin(&self->channels[self->count++], ++self->last, fd, self->porter->grace);
    }
}

static void reap(struct carrier *self) {
    signals_discard(self->signals);
    if (self->supervisor > 0 && waitpid(self->supervisor, &self->status, WNOHANG) == self->supervisor) {
        self->supervisor = 0;
    }
}

/// The time until a connection that does not take its last bytes is given up; -1 if there is none.
static int patience(const struct carrier *self) {
    int least = -1;
    for (size_t i = 0; i < self->count; i++) {
        const struct channel *channel = &self->channels[i];
        if (channel->closing && channel->fd >= 0) {
            int left = time_left(channel->deadline);
            least = least < 0 || left < least ? left : least;
        }
    }
    return least;
}

static void wait_for_events(struct carrier *self, int timeout) {
    bool data = takes_data(self);
    self->fds[FD_IN] = (struct pollfd){.fd = self->ended ? -1 : self->in, .events = POLLIN};
    // Watched also with nothing to write: POLLERR means that nobody reads any more.
    self->fds[FD_OUT] =
        (struct pollfd){.fd = self->ended ? -1 : self->out, .events = self->out_length > 0 ? POLLOUT : 0};
    self->fds[FD_CONNECTIONS] =
        (struct pollfd){.fd = self->count < MAX_CHANNELS ? self->connections : -1, .events = POLLIN};
    self->fds[FD_SIGNALS] = (struct pollfd){.fd = self->signals, .events = POLLIN};
    for (size_t i = 0; i < self->count; i++) {
        self->fds[FD_FIRST + i] = channel_poll(&self->channels[i], data);
    }
    poll(self->fds, (nfds_t)(FD_FIRST + self->count), timeout);
}

/// Serves the channels, each time beginning with another one.
static void serve_channels(struct carrier *self, size_t polled) {
    self->turn = polled > 0 ? (self->turn + 1) % polled : 0;
    for (size_t i = 0; i < polled; i++) {
        size_t at = (self->turn + i) % polled;
        short events = self->fds[FD_FIRST + at].revents;
        channel_serve(&self->channels[at], events);
        if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) {
            pass_data(self, &self->channels[at]);
        }
    }
    for (size_t i = 0; i < self->count; i++) {
        tell(self, &self->channels[i]);
    }
    for (size_t i = self->count; i > 0; i--) {
        if (channel_is_over(&self->channels[i - 1])) {
            channel_end(&self->channels[i - 1]);
            self->channels[i - 1] = self->channels[--self->count];
        }
    }
}

/// Runs the loop once; false for a protocol violation.
static bool turn(struct carrier *self) {
    flush(self);
    wait_for_events(self, patience(self));
    size_t polled = self->count;
    if (self->fds[FD_SIGNALS].revents != 0) {
        reap(self);
    }
    if (self->fds[FD_IN].revents != 0) {
        receive(self);
        if (!take_frames(self)) {
            return false;
        }
    }
    if (self->fds[FD_CONNECTIONS].revents != 0) {
        add_channel(self);
    }
    serve_channels(self, polled);
    answer(self);
    self->ended = self->ended || (self->fds[FD_OUT].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    return true;
}

/// The gateway is gone. Each connection ends as one that the gateway closes; then the porter ends.
static void hang_up(struct carrier *self) {
    self->ended = true;
    self->out_start = self->out_length = 0;
    for (size_t i = 0; i < self->count; i++) {
        channel_close(&self->channels[i]);
    }
    uint64_t deadline = now_ms() + 2 * (uint64_t)self->porter->grace + PORTER_ENDS_WITHIN;
    while (time_left(deadline) > 0 && (self->count > 0 || (self->connections >= 0 && self->supervisor > 0))) {
        int left = patience(self);
        wait_for_events(self, left < 0 ? time_left(deadline) : left);
        size_t polled = self->count;
        reap(self);
        if (self->fds[FD_CONNECTIONS].revents != 0) {
            add_channel(self);
        }
        serve_channels(self, polled);
        self->out_start = self->out_length = 0; // nobody reads what is said
    }
}

/// Each channel takes a descriptor.
static void allow_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int carrier_main(const struct porter *porter, int in, int out, int connections, pid_t supervisor) {
    struct carrier *self = &the_carrier;
    self->porter = porter;
    self->in = in;
    self->out = out;
    self->connections = connections;
    self->supervisor = supervisor;
    self->signals = signals_open(SIGCHLD, 0);
    allow_descriptors();
    set_nonblocking(in);
    set_nonblocking(out);
    self->outgoing[0] = CARRY_VERSION;
    self->out_length = 1;
    bool sound = true;
    while (sound && !self->ended && (self->connections >= 0 || self->count > 0)) {
        sound = turn(self);
    }
    flush(self);
    hang_up(self);
    // Without the connections' other end it is about to be over.
    if (self->supervisor > 0 && self->connections < 0 && waitpid(self->supervisor, &self->status, 0) > 0) {
        self->supervisor = 0;
    }
    if (!sound) {
        return EXIT_VIOLATION;
    }
    return self->supervisor == 0 && WIFEXITED(self->status) ? WEXITSTATUS(self->status) : EXIT_DONE;
}
