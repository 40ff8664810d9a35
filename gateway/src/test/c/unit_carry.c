// Unit tests of the channels of `porter --carry`: their frames, their windows, and what becomes of bytes at the end.
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int failures;

#define CHECK(condition)                                                                                              \
    do {                                                                                                              \
        if (!(condition)) {                                                                                           \
            fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #condition);                                           \
            failures++;                                                                                               \
        }                                                                                                             \
    } while (0)

enum { GRACE = 50 };

/// A channel, and the porter's end of its connection.
struct fixture {
    struct channel channel;
    int porter;
};

static void begin(struct fixture *fixture) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        abort();
    }
    channel_begin(&fixture->channel, 7, ends[0], GRACE);
    fixture->porter = ends[1];
    fcntl(fixture->porter, F_SETFL, O_NONBLOCK);
}

static void finish(struct fixture *fixture) {
    channel_end(&fixture->channel);
    close(fixture->porter);
}

static const char *take(struct channel *channel, enum carry_type type, const void *payload, size_t length) {
    static uint8_t frame[CARRY_HEADER + CARRY_MAX_DATA];
    struct carry_frame parsed;
    const char *reason = NULL;
    carry_header(frame, type, channel->number, (uint32_t)length);
    memcpy(frame + CARRY_HEADER, payload, length);
    long size = carry_parse(frame, CARRY_HEADER + length, &parsed, &reason);
    return size < 0 ? reason : channel_take(channel, &parsed);
}

static short look(const struct channel *channel) {
    struct pollfd fd = channel_poll(channel, true);
    return poll(&fd, 1, 0) == 1 ? fd.revents : 0;
}

static unsigned tell(struct channel *channel) {
    uint8_t frame[CARRY_SHORT];
    return channel_tell(channel, frame) == 0 ? 0 : frame[0];
}

static size_t read_all(int fd) {
    static char buffer[CARRY_WINDOW];
    size_t all = 0;
    for (ssize_t count; (count = read(fd, buffer, sizeof buffer)) > 0;) {
        all += (size_t)count;
    }
    return all;
}

static void frames_are_found_whole_or_refused_by_their_header(void) {
    uint8_t frame[CARRY_HEADER + 5];
    struct carry_frame parsed;
    const char *reason = NULL;
    carry_header(frame, CARRY_DATA, 0x01020304, 5);
    memcpy(frame + CARRY_HEADER, "bytes", 5);
    for (size_t part = 0; part <= sizeof frame; part++) {
        uint8_t *copy = malloc(part > 0 ? part : 1);
        if (copy == NULL) {
            abort();
        }
        memcpy(copy, frame, part);
        long size = carry_parse(copy, part, &parsed, &reason);
        CHECK(size == (part == sizeof frame ? (long)sizeof frame : 0) && reason == NULL);
        CHECK(size == 0 || (parsed.channel == 0x01020304 && parsed.length == 5 && parsed.payload[4] == 's'));
        free(copy);
    }
    const struct {
        unsigned type;
        uint32_t channel, length;
    } bad[] = {{0, 1, 0},          {CARRY_OPEN, 1, 0},  {7, 1, 0},           {CARRY_DATA, 1, 0},      {CARRY_DATA, 1, CARRY_MAX_DATA + 1},
               {CARRY_DATA, 0, 1}, {CARRY_EOF, 1, 1},   {CARRY_CLOSE, 1, 4}, {CARRY_KEEPALIVE, 1, 0}, {CARRY_KEEPALIVE, 0, 1},
               {CARRY_CLOSE, 0, 0}, {CARRY_WINDOW_ADJUST, 1, 3}, {CARRY_WINDOW_ADJUST, 1, 0xffffffff}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        carry_header(frame, (enum carry_type)bad[i].type, bad[i].channel, bad[i].length);
        reason = NULL;
        CHECK(carry_parse(frame, CARRY_HEADER, &parsed, &reason) == -1 && reason != NULL);
    }
}

static void data_beyond_the_window_is_a_violation(void) {
    static const uint8_t data[CARRY_MAX_DATA];
    struct fixture f;
    begin(&f);
    for (int i = 0; i < CARRY_WINDOW / CARRY_MAX_DATA; i++) {
        CHECK(take(&f.channel, CARRY_DATA, data, sizeof data) == NULL);
    }
    CHECK(f.channel.window == 0);
    CHECK(take(&f.channel, CARRY_DATA, data, 1) != NULL);
    finish(&f);
}

/// However small the socket's buffer is, all that the window allows is kept, in its order, and granted once delivered.
static void what_the_porter_does_not_take_is_kept(void) {
    uint8_t data[1000];
    struct fixture f;
    size_t got = 0, sent = 0;
    int small = 1;
    begin(&f);
    setsockopt(f.channel.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    while (sent + sizeof data <= CARRY_WINDOW) {
        for (size_t i = 0; i < sizeof data; i++) {
            data[i] = (uint8_t)((sent + i) % 251);
        }
        CHECK(take(&f.channel, CARRY_DATA, data, sizeof data) == NULL);
        sent += sizeof data;
    }
    CHECK(f.channel.length > CARRY_WINDOW / 2);
    CHECK(tell(&f.channel) == CARRY_OPEN && tell(&f.channel) == 0);
    CHECK(take(&f.channel, CARRY_EOF, "", 0) == NULL);
    for (ssize_t count; got < sent; got += (size_t)count) {
        channel_serve(&f.channel, look(&f.channel));
        count = read(f.porter, data, sizeof data);
        if (count <= 0) {
            break;
        }
        for (ssize_t i = 0; i < count; i++) {
            if (data[i] != (got + (size_t)i) % 251) {
                CHECK(!"in its order");
                return;
            }
        }
    }
    CHECK(got == sent);
    CHECK(read(f.porter, data, sizeof data) == 0); // the end comes after all of it
    CHECK(f.channel.pending == NULL);
    CHECK(tell(&f.channel) == CARRY_WINDOW_ADJUST && f.channel.window > CARRY_WINDOW / 2);
    CHECK(take(&f.channel, CARRY_DATA, data, 1) != NULL); // after EOF
    finish(&f);
}

static void the_gateways_credit_bounds_what_is_read(void) {
    static uint8_t data[CARRY_MAX_DATA];
    struct fixture f;
    begin(&f);
    CHECK(write(f.porter, data, sizeof data) == (ssize_t)sizeof data);
    CHECK(channel_read(&f.channel, data, sizeof data) == CARRY_FIRST_CREDIT);
    CHECK(channel_read(&f.channel, data, sizeof data) == 0);
    CHECK(channel_poll(&f.channel, true).fd == -1); // else poll would return at once, again and again
    close(f.porter);
    CHECK(channel_poll(&f.channel, true).fd == -1);
    CHECK(take(&f.channel, CARRY_WINDOW_ADJUST, "\0\0\0\x0a", 4) == NULL);
    CHECK(channel_read(&f.channel, data, sizeof data) == 10);
    CHECK(take(&f.channel, CARRY_WINDOW_ADJUST, "\xff\xff\xff\xff", 4) != NULL);
    CHECK(take(&f.channel, CARRY_WINDOW_ADJUST, "\x3f\xff\xff\xff", 4) == NULL);
    CHECK(take(&f.channel, CARRY_WINDOW_ADJUST, "\0\0\0\x02", 4) != NULL);
    CHECK(channel_read(&f.channel, data, sizeof data) == CARRY_MAX_DATA - CARRY_FIRST_CREDIT - 10);
    finish(&f);
}

static void the_porters_end_is_told_in_two_steps(void) {
    uint8_t data[10];
    struct fixture f;
    begin(&f);
    CHECK(tell(&f.channel) == CARRY_OPEN);
    CHECK(shutdown(f.porter, SHUT_WR) == 0);
    CHECK(channel_read(&f.channel, data, sizeof data) == 0 && f.channel.output_ended);
    CHECK(tell(&f.channel) == CARRY_EOF && tell(&f.channel) == 0);
    CHECK((look(&f.channel) & POLLHUP) == 0);
    CHECK(take(&f.channel, CARRY_DATA, "still", 5) == NULL);
    CHECK(read(f.porter, data, sizeof data) == 5);
    close(f.porter);
    channel_serve(&f.channel, look(&f.channel));
    CHECK(tell(&f.channel) == CARRY_CLOSE && tell(&f.channel) == 0 && !channel_is_over(&f.channel));
    CHECK(take(&f.channel, CARRY_DATA, "late", 4) == NULL);
    CHECK(take(&f.channel, CARRY_CLOSE, "", 0) == NULL && channel_is_over(&f.channel));
    f.porter = -1;
    finish(&f);
}

/// What was sent before CLOSE is delivered, for as long as it moves; then the porter sees the end.
static void close_delivers_what_was_sent(void) {
    static uint8_t data[CARRY_MAX_DATA];
    struct fixture f;
    int small = 1;
    begin(&f);
    CHECK(tell(&f.channel) == CARRY_OPEN);
    CHECK(take(&f.channel, CARRY_DATA, data, 9) == NULL && take(&f.channel, CARRY_CLOSE, "", 0) == NULL);
    CHECK(f.channel.fd == -1 && tell(&f.channel) == CARRY_CLOSE && channel_is_over(&f.channel));
    CHECK(read_all(f.porter) == 9 && read(f.porter, data, 1) == 0);
    CHECK(take(&f.channel, CARRY_DATA, data, 1) != NULL);
    finish(&f);
    begin(&f);
    CHECK(tell(&f.channel) == CARRY_OPEN);
    setsockopt(f.channel.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    CHECK(take(&f.channel, CARRY_DATA, data, sizeof data) == NULL && take(&f.channel, CARRY_DATA, data, sizeof data) == NULL);
    CHECK(take(&f.channel, CARRY_CLOSE, "", 0) == NULL && f.channel.fd >= 0 && tell(&f.channel) == 0);
    size_t got = read_all(f.porter);
    channel_serve(&f.channel, look(&f.channel));
    CHECK(f.channel.fd >= 0 && tell(&f.channel) == 0);
    poll(NULL, 0, 2 * GRACE); // nobody reads
    channel_serve(&f.channel, look(&f.channel));
    CHECK(f.channel.fd == -1 && tell(&f.channel) == CARRY_CLOSE);
    CHECK(got > 0 && got < 2 * sizeof data);
    finish(&f);
}

/// A porter that takes no more bytes costs the gateway nothing: they are discarded, and granted again.
static void what_nobody_takes_is_discarded(void) {
    static uint8_t data[CARRY_MAX_DATA];
    struct fixture f;
    begin(&f);
    CHECK(tell(&f.channel) == CARRY_OPEN);
    CHECK(shutdown(f.porter, SHUT_RD) == 0);
    for (int i = 0; i < 8; i++) {
        CHECK(take(&f.channel, CARRY_DATA, data, sizeof data) == NULL);
        CHECK(tell(&f.channel) == CARRY_WINDOW_ADJUST);
    }
    CHECK(write(f.porter, "on", 2) == 2 && channel_read(&f.channel, data, sizeof data) == 2);
    finish(&f);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    frames_are_found_whole_or_refused_by_their_header();
    data_beyond_the_window_is_a_violation();
    what_the_porter_does_not_take_is_kept();
    the_gateways_credit_bounds_what_is_read();
    the_porters_end_is_told_in_two_steps();
    close_delivers_what_was_sent();
    what_nobody_takes_is_discarded();
    if (failures == 0) {
        puts("unit tests of channels: all passed");
    }
    return failures == 0 ? 0 : 1;
}
