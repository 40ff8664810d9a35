// Copies raw bytes between the gateway and a socket in both directions, which end independently.
#include "base.h"
#include "porter.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    RELAY_BUFFER = 131072,
    // Both directions of the gateway's connection have ended. It may be gone, or may wait for the end. What it had sent
    // is still delivered, unless nothing of it moves for so long.
    STALL_LIMIT = 600000,
};

struct direction {
    int from, to;
    size_t start, length;
    bool ended;     // nothing more comes
    bool discard;   // the receiver takes no more: what comes is discarded
    bool passed_on; // the end has been passed on to the receiver
    uint8_t buffer[RELAY_BUFFER];
};

struct relay {
    struct direction up;   // gateway to peer
    struct direction down; // peer to gateway
    bool broken;           // the peer reset
    bool moved;
};

static struct relay the_relay;

static void fill(struct relay *relay, struct direction *way) {
    if (way->ended || way->length > 0) {
        return;
    }
    way->start = 0;
    ssize_t count = read(way->from, way->buffer, sizeof way->buffer);
    if (count > 0) {
        way->length = way->discard ? 0 : (size_t)count;
        relay->moved = true;
    } else if (count == 0) {
        way->ended = true;
    } else if (errno != EAGAIN && errno != EINTR) {
        way->ended = true;
        relay->broken = relay->broken || way == &relay->down; // a reset ends both directions
    }
}

static void drain(struct relay *relay, struct direction *way) {
    if (way->length == 0) {
        return;
    }
    ssize_t count = write(way->to, way->buffer + way->start, way->length);
    if (count >= 0) {
        way->start += (size_t)count;
        way->length -= (size_t)count;
        relay->moved = true;
    } else if (errno != EAGAIN && errno != EINTR) {
        way->length = 0;
        way->discard = true;
    }
}

static void half_close(struct direction *way) {
    if (!way->ended || way->length > 0 || way->passed_on) {
        return;
    }
    way->passed_on = true;
    shutdown(way->to, SHUT_WR);
}

static void watch(struct pollfd *fds, const struct direction *way) {
    fds[0] = (struct pollfd){.fd = way->ended || way->length > 0 ? -1 : way->from, .events = POLLIN};
    fds[1] = (struct pollfd){.fd = way->length > 0 ? way->to : -1, .events = POLLOUT};
}

/// Watches a peer that has ended its output: it may have closed the connection, which poll reports without a write.
static void watch_silent_peer(struct pollfd *to_peer, const struct relay *relay) {
    if (relay->down.ended && !relay->up.passed_on && to_peer->fd < 0) {
        *to_peer = (struct pollfd){.fd = relay->up.to, .events = 0};
    }
}

static bool is_over(const struct direction *way) {
    return way->passed_on || way->discard;
}

/// Both directions are over. If the gateway takes nothing more, it has closed its end, but what it had sent may
/// still be unread.
static bool is_done(const struct relay *relay) {
    return is_over(&relay->down) && is_over(&relay->up);
}

static void relay_loop(struct relay *relay, uint32_t grace) {
    uint64_t deadline = 0;
    while (!is_done(relay) && !(relay->broken && relay->down.length == 0 && relay->up.length == 0)) {
        struct pollfd fds[5];
        watch(fds, &relay->up);
        watch(fds + 2, &relay->down);
        watch_silent_peer(fds + 1, relay);
        // Watches whether the gateway has gone. Not while its bytes are read, because reading reports that, nor once
        // there is a deadline: poll would report the hang-up again and again.
        fds[4] = (struct pollfd){.fd = deadline == 0 && fds[0].fd < 0 ? relay->down.to : -1, .events = 0};
        relay->moved = false;
        if (poll(fds, 5, time_left(deadline)) == 0 && time_left(deadline) == 0) {
            return;
        }
        if (fds[0].revents != 0) {
            fill(relay, &relay->up);
        }
        if (fds[2].revents != 0) {
            fill(relay, &relay->down);
        }
        if (relay->up.length == 0 && (fds[1].revents & (POLLHUP | POLLERR)) != 0) {
            relay->up.discard = true;
        }
        drain(relay, &relay->up);
        drain(relay, &relay->down);
        half_close(&relay->up);
        half_close(&relay->down);
        if (fds[4].revents != 0 || (deadline != 0 && relay->moved)) {
            deadline = now_ms() + (relay->down.passed_on ? STALL_LIMIT : grace);
        }
    }
}

void relay_run(const struct porter *porter, struct link *link, int peer) {
    struct relay *relay = &the_relay;
    link_finish(link, -1);
    set_nonblocking(peer);
    relay->up.from = link->fd;
    relay->up.to = relay->down.from = peer;
    relay->down.to = link->fd;
    relay->up.ended = link->ended;
    relay->up.length = link->length < sizeof relay->up.buffer ? link->length : sizeof relay->up.buffer;
    memcpy(relay->up.buffer, link->data + link->start, relay->up.length);
    relay_loop(relay, porter->grace);
    close(peer);
}
