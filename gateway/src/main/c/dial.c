// DIAL: a connection to a socket in the container.
#include "address.h"
#include "base.h"
#include "porter.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_TIMEOUT = 10000, BACKLOG_PAUSE = 20 };

static int finish_connect(int fd, uint64_t deadline) {
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    if (poll(&writable, 1, time_left(deadline)) == 0) {
        return ETIMEDOUT;
    }
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ? errno : error;
}

static int try_connect(int fd, const struct sockaddr_storage *address, socklen_t length, uint64_t deadline) {
    for (;;) {
        if (connect(fd, (const struct sockaddr *)address, length) == 0) {
            return 0;
        }
        if (errno == EINPROGRESS) {
            return finish_connect(fd, deadline);
        }
        if (errno != EAGAIN || time_left(deadline) == 0) {
            return errno;
        }
        poll(NULL, 0, BACKLOG_PAUSE); // a unix socket whose backlog is full
    }
}

/// Returns a connected socket and the index of its address, or -1 with errno set to the error of the first address.
static int connect_any(const struct addresses *addresses, uint64_t deadline, size_t *index) {
    int first_error = 0;
    for (size_t i = 0; i < addresses->count; i++) {
        int fd = socket(addresses->list[i].ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        int error = fd < 0 ? errno : try_connect(fd, &addresses->list[i], addresses->length[i], deadline);
        if (error == 0) {
            *index = i;
            return fd;
        }
        close_keeping_errno(fd);
        first_error = first_error == 0 ? error : first_error;
    }
    errno = first_error;
    return -1;
}

/// Removes the addresses that the gateway refuses. `text` gets the first of them.
static void leave_out(struct addresses *addresses, const char *refused, char *text, size_t size) {
    size_t kept = 0;
    text[0] = 0;
    for (size_t i = 0; i < addresses->count; i++) {
        if (!address_in(&addresses->list[i], refused)) {
            addresses->list[kept] = addresses->list[i];
            addresses->length[kept++] = addresses->length[i];
        } else if (text[0] == 0) {
            address_text(&addresses->list[i], text, size);
        }
    }
    addresses->count = kept;
}

static struct writer connected(uint8_t buffer[LINK_RESERVE], const struct dial *dial,
                               const struct sockaddr_storage *address) {
    char text[INET6_ADDRSTRLEN] = "";
    struct writer frame = frame_begin(buffer, LINK_RESERVE, CONNECTED);
    uint32_t port = address_text(address, text, sizeof text);
    write_string(&frame, dial->address.kind == ADDRESS_UNIX ? dial->address.name : text);
    write_u32(&frame, port);
    return frame;
}

/// Returns a connected socket, or -1.
static int dial_as_user(const struct dial *dial, const struct account *account, struct sockaddr_storage *reached,
                        struct failure *failure) {
    struct addresses addresses;
    char refused[INET6_ADDRSTRLEN], text[320];
    uint64_t deadline = now_ms() + (dial->timeout > 0 ? dial->timeout : DEFAULT_TIMEOUT);
    size_t index;
    if (!address_resolve(&dial->address, account, false, &addresses, failure)) {
        return -1;
    }
    leave_out(&addresses, dial->refused, refused, sizeof refused);
    if (addresses.count == 0) {
        snprintf(text, sizeof text, "%.200s: forwards lead neither to the host nor to its cloud's metadata", refused);
        failed(failure, STAGE_CONNECT, 0, text);
        return -1;
    }
    int peer = connect_any(&addresses, deadline, &index);
    if (peer < 0) {
        int error = errno; // "%.0u" prints no port 0
        snprintf(text, sizeof text, "%.300s%s%.0u", dial->address.name,
                 dial->address.kind == ADDRESS_TCP ? " port " : "", dial->address.port);
        failed(failure, STAGE_CONNECT, error, text);
        return -1;
    }
    *reached = addresses.list[index];
    return peer;
}

static int connect_peer(const struct porter *porter, const struct dial *dial, struct sockaddr_storage *reached,
                        struct failure *failure) {
    static struct account account;
    if (!account_load(dial->address.user, &porter->defaults, &account)) {
        failed(failure, STAGE_USER, ENOENT, dial->address.user);
        return -1;
    }
    int error = account_enter(&account);
    if (error != 0) {
        failed(failure, STAGE_PRIVILEGES, error, "cannot become the user");
        return -1;
    }
    int peer = dial_as_user(dial, &account, reached, failure);
    account_leave();
    return peer;
}

/// Passes the socket, and keeps it until the gateway has closed the connection. Then it returns true, and a relay reads
/// what the peer still sends: to close a socket with unread bytes would reset it, and the peer would lose what the
/// gateway had sent.
static bool pass(struct link *link, struct writer *frame, int peer) {
    if (!link_pass(link, frame, &peer, 1)) {
        link_failed(link, errno, STAGE_RESOURCES, "cannot pass the socket");
        return false;
    }
    if (!link_await_end(link)) {
        log_line("data connection: the gateway has the socket, and sends bytes here");
        return false;
    }
    return true;
}

void dial_run(const struct porter *porter, struct link *link, const struct dial *dial) {
    uint8_t buffer[LINK_RESERVE];
    struct sockaddr_storage reached;
    struct failure failure;
    int yes = 1, peer = connect_peer(porter, dial, &reached, &failure);
    if (peer < 0) {
        link_failed(link, failure.error, failure.stage, failure.what);
        return;
    }
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct writer frame = connected(buffer, dial, &reached);
    if (link->version >= PROTOCOL_PASSING ? pass(link, &frame, peer) : link_queue(link, &frame)) {
        relay_run(porter, link, peer);
    } else {
        close(peer);
    }
}
