#include "rendezvous.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SECRET = 16, MAX_TEXT = 1 << 20 };

/// Identifies this version of the messages. Both sides are the same program, but the porter may have been
/// replaced between their starts.
static const uint32_t magic = 0x73686431;

struct header {
    uint32_t magic, terminal, directory, command; // directory and command are lengths
};

static socklen_t address_of(const char *name, struct sockaddr_un *address) {
    // An abstract name begins with a NUL; the kernel removes it with the socket.
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    size_t length = strnlen(name, sizeof address->sun_path - 1);
    memcpy(address->sun_path + 1, name, length);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

/// Whether the peer has the same user, since an abstract socket has no file permissions.
static bool is_same_user(int peer) {
    struct ucred other;
    socklen_t size = sizeof other;
    return getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &other, &size) == 0 && other.uid == geteuid();
}

int rendezvous_open(char name[RENDEZVOUS_NAME]) {
    uint8_t secret[SECRET];
    struct sockaddr_un address;
    if (getrandom(secret, sizeof secret, 0) != (ssize_t)sizeof secret) {
        return -1;
    }
    int length = snprintf(name, RENDEZVOUS_NAME, "shed-");
    for (size_t i = 0; i < sizeof secret; i++) {
        length += snprintf(name + length, RENDEZVOUS_NAME - (size_t)length, "%02x", secret[i]);
    }
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = address_of(name, &address);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1) != 0) {
        return -1;
    }
    return listener;
}

int rendezvous_accept(int listener, int timeout) {
    struct pollfd waiting = {.fd = listener, .events = POLLIN};
    if (poll(&waiting, 1, timeout) != 1) {
        return -1;
    }
    int peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (peer >= 0 && !is_same_user(peer)) {
        close(peer);
        return -1;
    }
    return peer;
}

int rendezvous_connect(const char *name) {
    struct sockaddr_un address;
    socklen_t size = address_of(name, &address);
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer < 0 || connect(peer, (struct sockaddr *)&address, size) != 0 || !is_same_user(peer)) {
        return -1;
    }
    return peer;
}

static bool send_all(int peer, const char *data, size_t length) {
    while (length > 0) {
        ssize_t count = send(peer, data, length, MSG_NOSIGNAL);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        if (count > 0) {
            data += count;
            length -= (size_t)count;
        }
    }
    return true;
}

static bool receive_all(int peer, char *data, size_t length) {
    while (length > 0) {
        ssize_t count = recv(peer, data, length, 0);
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return false;
        }
        if (count > 0) {
            data += count;
            length -= (size_t)count;
        }
    }
    return true;
}

/// Space for the client's descriptors in a message.
union streams {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(RENDEZVOUS_STREAMS * sizeof(int))];
};

static struct msghdr message_of(struct iovec *vector, union streams *streams) {
    memset(streams, 0, sizeof *streams);
    return (struct msghdr){
        .msg_iov = vector, .msg_iovlen = 1, .msg_control = streams, .msg_controllen = sizeof streams->bytes};
}

bool order_send(int peer, const struct order *order) {
    struct header header = {magic, order->terminal ? 1 : 0, (uint32_t)strlen(order->directory),
                            (uint32_t)strlen(order->command)};
    struct iovec vector = {.iov_base = &header, .iov_len = sizeof header};
    union streams streams;
    struct msghdr message = message_of(&vector, &streams);
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof order->streams);
    memcpy(CMSG_DATA(control), order->streams, sizeof order->streams);
    // The first message on the socket is smaller than any socket buffer, so it is sent completely.
    return sendmsg(peer, &message, MSG_NOSIGNAL) == (ssize_t)sizeof header &&
           send_all(peer, order->directory, header.directory) && send_all(peer, order->command, header.command);
}

static bool receive_header(int peer, struct header *header, struct order *order) {
    struct iovec vector = {.iov_base = header, .iov_len = sizeof *header};
    union streams streams;
    struct msghdr message = message_of(&vector, &streams);
    if (recvmsg(peer, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL) != (ssize_t)sizeof *header) {
        return false;
    }
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    if (control == NULL || control->cmsg_type != SCM_RIGHTS || control->cmsg_len != CMSG_LEN(sizeof order->streams)) {
        return false;
    }
    memcpy(order->streams, CMSG_DATA(control), sizeof order->streams);
    return header->magic == magic && header->directory <= MAX_TEXT && header->command <= MAX_TEXT;
}

bool order_receive(int peer, struct order *order) {
    struct header header;
    if (!receive_header(peer, &header, order)) {
        return false;
    }
    order->memory = calloc(1, (size_t)header.directory + header.command + 2);
    if (order->memory == NULL) {
        return false;
    }
    char *command = order->memory + header.directory + 1;
    order->terminal = header.terminal != 0;
    order->directory = order->memory;
    order->command = command;
    return receive_all(peer, order->memory, header.directory) && receive_all(peer, command, header.command);
}
