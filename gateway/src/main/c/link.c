#include "link.h"

#include "base.h"
#include "signal_name.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static ssize_t send_with(int fd, const void *data, size_t length, const int *descriptors, size_t count);

static int connect_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = -1;
    errno = ENAMETOOLONG;
    if (strlen(path) < sizeof address.sun_path) {
        strcpy(address.sun_path, path);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    }
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        close_keeping_errno(fd);
        return -1;
    }
    return fd;
}

static int connect_carrier(int carrier) {
    int ends[2];
    ssize_t sent;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return -1;
    }
    do {
        sent = send_with(carrier, "", 1, &ends[1], 1);
    } while (sent < 0 && errno == EINTR);
    close_keeping_errno(ends[1]);
    if (sent < 0) {
        close_keeping_errno(ends[0]);
        return -1;
    }
    return ends[0];
}

static void write_optional(struct writer *frame, const char *text) {
    write_string(frame, text == NULL ? "" : text);
}

/// Starts to use the connection, and queues the version byte, which is `newest`, and the hello.
static void open_link(struct link *link, int fd, uint8_t newest, const struct hello *hello) {
    link->fd = fd;
    link->greeted = link->ended = false;
    link->newest = newest;
    link->version = PROTOCOL_FIRST;
    link->data = link->small;
    link->capacity = sizeof link->small;
    link->start = link->length = link->out_start = link->out_length = 0;
    set_nonblocking(fd);
    link->outgoing[0] = newest;
    link->out_length = 1;
    uint8_t buffer[LINK_RESERVE];
    struct writer frame = frame_begin(buffer, sizeof buffer, HELLO);
    write_u8(&frame, (uint8_t)hello->kind);
    write_optional(&frame, hello->token);
    write_string(&frame, PORTER_VERSION);
    write_u32(&frame, (uint32_t)getpid());
    write_optional(&frame, hello->listener);
    write_optional(&frame, hello->peer);
    write_u32(&frame, hello->peer_port);
    link_queue(link, &frame);
    explicit_bzero(buffer, sizeof buffer);
    link_flush(link);
    if (link->out_length == 0) {
        explicit_bzero(link->outgoing, sizeof buffer); // the token was sent; no forked task may have it
    }
}

bool link_dial(struct link *link, const struct gateway *gateway, const struct hello *hello) {
    bool carried = gateway->socket == NULL;
    int fd = carried ? connect_carrier(gateway->carrier) : connect_socket(gateway->socket);
    if (fd < 0) {
        log_line("cannot connect to %s: %s", carried ? "the carrier" : gateway->socket, strerror(errno));
        return false;
    }
    open_link(link, fd, carried ? PROTOCOL_FIRST : PROTOCOL_VERSION, hello); // a carrier passes no descriptors
    return true;
}

static bool has_room(const struct link *link) {
    return link->length < link->capacity - link->start;
}

void link_receive(struct link *link) {
    if (link->start > 0 && (link->length == 0 || !has_room(link))) {
        memmove(link->data, link->data + link->start, link->length);
        link->start = 0;
    }
    if (!has_room(link)) {
        return;
    }
    ssize_t count = read(link->fd, link->data + link->start + link->length,
                         link->capacity - link->start - link->length);
    if (count > 0) {
        link->length += (size_t)count;
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        link->ended = true;
    }
}

/// Enlarges the buffer for a frame of `wanted` bytes, and shrinks it afterwards.
static bool fit(struct link *link, size_t wanted) {
    bool large = link->data != link->small;
    if (wanted <= link->capacity && !(large && link->length <= sizeof link->small && wanted <= sizeof link->small)) {
        return true;
    }
    uint8_t *memory = wanted > sizeof link->small ? malloc(wanted) : link->small;
    if (memory == NULL) {
        return false;
    }
    memmove(memory, link->data + link->start, link->length);
    if (large) {
        free(link->data);
    }
    link->data = memory;
    link->capacity = memory == link->small ? sizeof link->small : wanted;
    link->start = 0;
    return true;
}

int link_greeting(struct link *link, const char **reason) {
    if (link->greeted || link->length == 0) {
        return link->greeted ? 1 : 0;
    }
    uint8_t version = link->data[link->start];
    if (version < PROTOCOL_FIRST || version > link->newest) {
        *reason = "the gateway speaks another version of the protocol";
        return -1;
    }
    link->greeted = true;
    link->version = version;
    link->start++;
    link->length--;
    return 1;
}

int link_next(struct link *link, struct frame *frame, const char **reason) {
    size_t wanted;
    int greeted = link_greeting(link, reason);
    if (greeted <= 0) {
        return greeted;
    }
    long taken = frame_parse(link->data + link->start, link->length, frame, &wanted, reason);
    if (taken > 0) {
        link->start += (size_t)taken;
        link->length -= (size_t)taken;
        return 1;
    }
    if (taken < 0) {
        return -1;
    }
    if (!fit(link, wanted)) {
        *reason = "no memory for a request";
        return -1;
    }
    return 0;
}

uint8_t *link_tail(struct link *link, size_t *room) {
    if (link->out_start > sizeof link->outgoing / 2) {
        memmove(link->outgoing, link->outgoing + link->out_start, link->out_length);
        link->out_start = 0;
    }
    size_t end = link->out_start + link->out_length;
    *room = sizeof link->outgoing - end;
    return link->outgoing + end;
}

bool link_queue(struct link *link, struct writer *frame) {
    size_t room;
    frame_end(frame);
    uint8_t *tail = link_tail(link, &room);
    if (room < frame->length) {
        return false;
    }
    memcpy(tail, frame->data, frame->length);
    link_queued(link, frame->length);
    return true;
}

bool link_queue_end(struct link *link, int status) {
    uint8_t buffer[64];
    char digits[16];
    if (WIFEXITED(status)) {
        struct writer frame = frame_begin(buffer, sizeof buffer, EXITED);
        write_u8(&frame, (uint8_t)WEXITSTATUS(status));
        return link_queue(link, &frame);
    }
    int number = WTERMSIG(status);
    struct writer frame = frame_begin(buffer, sizeof buffer, KILLED);
    write_string(&frame, signal_name(number, digits, sizeof digits));
    write_u8(&frame, WCOREDUMP(status) ? 1 : 0);
    write_u32(&frame, (uint32_t)number);
    return link_queue(link, &frame);
}

void link_queued(struct link *link, size_t length) {
    link->out_length += length;
}

void link_flush(struct link *link) {
    while (link->out_length > 0) {
        ssize_t count = write(link->fd, link->outgoing + link->out_start, link->out_length);
        if (count < 0) {
            link->ended = link->ended || (errno != EAGAIN && errno != EINTR);
            return;
        }
        link->out_start += (size_t)count;
        link->out_length -= (size_t)count;
    }
    link->out_start = 0;
}

void link_finish(struct link *link, int timeout) {
    link_flush(link);
    while (link->out_length > 0 && !link->ended) {
        struct pollfd poll_out = {.fd = link->fd, .events = POLLOUT};
        if (poll(&poll_out, 1, timeout) <= 0) {
            return;
        }
        link_flush(link);
    }
}

static ssize_t send_with(int fd, const void *data, size_t length, const int *descriptors, size_t count) {
    union {
        char bytes[CMSG_SPACE(LINK_PASSED * sizeof(int))];
        struct cmsghdr align;
    } control;
    memset(&control, 0, sizeof control);
    struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = length};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = (socklen_t)CMSG_SPACE(count * sizeof *descriptors)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = (socklen_t)CMSG_LEN(count * sizeof *descriptors);
    memcpy(CMSG_DATA(header), descriptors, count * sizeof *descriptors);
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

bool link_pass(struct link *link, struct writer *frame, const int *descriptors, size_t count) {
    struct pollfd poll_out = {.fd = link->fd, .events = POLLOUT};
    ssize_t sent;
    link_finish(link, -1);
    frame_end(frame);
    while ((sent = send_with(link->fd, frame->data, frame->length, descriptors, count)) < 0 && (errno == EAGAIN || errno == EINTR)) {
        poll(&poll_out, 1, -1);
    }
    return sent >= 0; // a unix socket takes so short a message whole
}

bool link_await_end(struct link *link) {
    while (!link->ended && link->length == 0) {
        struct pollfd poll_in = {.fd = link->fd, .events = POLLIN};
        poll(&poll_in, 1, -1);
        link_receive(link);
    }
    return link->length == 0;
}

void link_failed(struct link *link, int error, unsigned stage, const char *what) {
    uint8_t buffer[LINK_RESERVE];
    char text[512];
    snprintf(text, sizeof text, "%.400s%s%s", what, error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
    struct writer frame = frame_begin(buffer, sizeof buffer, FAILED);
    write_u32(&frame, (uint32_t)error);
    write_u8(&frame, (uint8_t)stage);
    write_string(&frame, text);
    link_queue(link, &frame);
}
