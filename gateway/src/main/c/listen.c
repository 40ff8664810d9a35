// LISTEN: a listening socket in the container. Each accepted peer gets a process and a connection to the gateway.
#include "address.h"
#include "base.h"
#include "porter.h"
#include "tmux_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BACKLOG = 128, MAX_PEERS = 256, GREETING_TIMEOUT = 30000, NO_PROCESS_PAUSE = 200 };

struct listener {
    const struct listen *request;
    struct account account;
    int fds[MAX_ADDRESSES];
    size_t count;
    size_t peers;
    struct stat made; // the socket file, to recognise it
    bool has_file, made_directory;
    char directory[MAX_PATH];
};

static struct listener the_listener;

static bool make_directory(struct listener *listener, const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path) {
        return true;
    }
    snprintf(listener->directory, sizeof listener->directory, "%.*s", (int)(slash - path), path);
    if (mkdir(listener->directory, 0700) == 0) {
        listener->made_directory = true;
        return true;
    }
    if (errno == EEXIST && !is_private_directory(listener->directory, listener->account.uid)) {
        errno = EACCES;
        return false;
    }
    return errno == EEXIST;
}

static int bind_socket(const struct listener *listener, int fd, const struct sockaddr_storage *address,
                       socklen_t length) {
    int yes = 1;
    if (address->ss_family == AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    }
    if (address->ss_family != AF_UNIX) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    }
    mode_t before = umask(0777 & ~(mode_t)listener->request->mode);
    int result = bind(fd, (const struct sockaddr *)address, length);
    umask(before);
    return result == 0 ? listen(fd, BACKLOG) : result;
}

static bool open_one(struct listener *listener, const struct sockaddr_storage *address, socklen_t length) {
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind_socket(listener, fd, address, length) != 0) {
        close_keeping_errno(fd);
        return false;
    }
    listener->fds[listener->count++] = fd;
    return true;
}

static bool open_unix(struct listener *listener, const struct addresses *addresses) {
    const char *path = listener->request->address.name;
    struct stat info;
    if ((listener->request->flags & LISTEN_MAKE_DIR) != 0 && !make_directory(listener, path)) {
        return false;
    }
    if ((listener->request->flags & LISTEN_REPLACE) != 0 && lstat(path, &info) == 0 && S_ISSOCK(info.st_mode)) {
        unlink(path);
    }
    if (!open_one(listener, &addresses->list[0], addresses->length[0])) {
        return false;
    }
    listener->has_file = lstat(path, &listener->made) == 0;
    return true;
}

static uint32_t port_of(int fd) {
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t length = sizeof address;
    char text[INET6_ADDRSTRLEN];
    return getsockname(fd, (struct sockaddr *)&address, &length) == 0 ? address_text(&address, text, sizeof text) : 0;
}

/// Binds the addresses that can be bound: the container may have no IPv6. All get the port of the first.
static bool open_tcp(struct listener *listener, struct addresses *addresses) {
    int first_error = 0;
    for (size_t i = 0; i < addresses->count; i++) {
        if (listener->count > 0) {
            address_set_port(&addresses->list[i], port_of(listener->fds[0]));
        }
        if (!open_one(listener, &addresses->list[i], addresses->length[i]) && first_error == 0) {
            first_error = errno;
        }
    }
    errno = first_error;
    return listener->count > 0;
}

static bool open_listener(struct listener *listener, struct failure *failure) {
    const struct address *address = &listener->request->address;
    struct addresses addresses;
    int error = account_enter(&listener->account);
    if (error != 0) {
        return failed(failure, STAGE_PRIVILEGES, error, "cannot become the user");
    }
    bool done = address_resolve(address, &listener->account, true, &addresses, failure);
    if (done) {
        done = address->kind == ADDRESS_UNIX ? open_unix(listener, &addresses) : open_tcp(listener, &addresses);
        failed(failure, STAGE_LISTEN, errno, address->name);
    }
    account_leave();
    return done;
}

static void close_sockets(struct listener *listener) {
    for (size_t i = 0; i < listener->count; i++) {
        close(listener->fds[i]);
    }
    listener->count = 0;
}

static void close_listener(struct listener *listener) {
    struct stat info;
    const char *path = listener->request->address.name;
    close_sockets(listener);
    if (account_enter(&listener->account) != 0) {
        return;
    }
    if (listener->has_file && lstat(path, &info) == 0 && info.st_dev == listener->made.st_dev &&
        info.st_ino == listener->made.st_ino) {
        unlink(path);
    }
    if (listener->made_directory) {
        rmdir(listener->directory);
    }
    account_leave();
}

static bool wait_for_greeting(struct link *link) {
    struct pollfd incoming = {.fd = link->fd, .events = POLLIN};
    const char *reason;
    link_finish(link, GREETING_TIMEOUT);
    if (poll(&incoming, 1, GREETING_TIMEOUT) != 1) {
        return false;
    }
    link_receive(link);
    return link_greeting(link, &reason) > 0;
}

static _Noreturn void serve_peer(const struct porter *porter, const struct listener *listener, int peer,
                                 const struct sockaddr_storage *from) {
    static struct link link;
    char text[INET6_ADDRSTRLEN];
    uint32_t port = address_text(from, text, sizeof text);
    const struct hello hello = {.kind = HELLO_ACCEPTED,
                          .token = porter->token,
                          .listener = listener->request->id,
                          .peer = text,
                          .peer_port = port};
    int yes = 1;
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (!link_dial(&link, &porter->gateway, &hello)) {
        _exit(EXIT_FAILED);
    }
    if (wait_for_greeting(&link)) {
        relay_run(porter, &link, peer);
    }
    _exit(EXIT_DONE);
}

static void accept_peer(const struct porter *porter, struct listener *listener, const struct link *link, int fd) {
    struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
    socklen_t length = sizeof from;
    int peer = accept4(fd, (struct sockaddr *)&from, &length, SOCK_CLOEXEC);
    if (peer < 0) {
        return;
    }
    pid_t pid = fork();
    if (pid == 0) {
        // The listening sockets come first: when the connection ends, the gateway takes them for closed.
        close_sockets(listener);
        close(link->fd);
        serve_peer(porter, listener, peer, &from);
    }
    if (pid < 0) {
        log_line("no process for a peer of %s: %s", listener->request->address.name, strerror(errno));
        poll(NULL, 0, NO_PROCESS_PAUSE);
    } else {
        listener->peers++;
    }
    close(peer);
}

static void reap_peers(struct listener *listener, int signals) {
    signals_discard(signals);
    while (waitpid(-1, NULL, WNOHANG) > 0) {
        listener->peers--;
    }
}

/// Accepts peers until the gateway closes its connection. Bytes on it violate the protocol.
static void accept_until_closed(const struct porter *porter, struct listener *listener, struct link *link,
                                int signals) {
    while (!link->ended && link->length == 0) {
        struct pollfd fds[2 + MAX_ADDRESSES];
        link_flush(link);
        fds[0] = (struct pollfd){.fd = link->fd,
                                 .events = (short)(link->out_length > 0 ? POLLIN | POLLOUT : POLLIN)};
        fds[1] = (struct pollfd){.fd = signals, .events = POLLIN};
        bool full = listener->peers >= MAX_PEERS;
        for (size_t i = 0; i < listener->count; i++) {
            fds[2 + i] = (struct pollfd){.fd = full ? -1 : listener->fds[i], .events = POLLIN};
        }
        poll(fds, (nfds_t)(2 + listener->count), -1);
        if (fds[0].revents & (POLLIN | POLLHUP | POLLERR)) {
            link_receive(link);
        }
        if (fds[1].revents != 0) {
            reap_peers(listener, signals);
        }
        for (size_t i = 0; i < listener->count; i++) {
            if (fds[2 + i].revents != 0) {
                accept_peer(porter, listener, link, listener->fds[i]);
            }
        }
    }
    if (link->length > 0) {
        log_line("listener %s: the gateway has nothing to say here", listener->request->id);
    }
}

void listen_run(const struct porter *porter, struct link *link, const struct listen *request) {
    struct listener *listener = &the_listener;
    struct failure failure;
    uint8_t buffer[16];
    listener->request = request;
    sockets_make_directory(porter->sockets);
    if (!account_load(request->address.user, &porter->defaults, &listener->account)) {
        link_failed(link, ENOENT, STAGE_USER, request->address.user);
        return;
    }
    int signals = signals_open(SIGCHLD, 0);
    if (signals < 0) {
        link_failed(link, errno, STAGE_RESOURCES, "cannot listen");
        return;
    }
    sockets_take_agent_directory(porter->sockets, &listener->account);
    if (!open_listener(listener, &failure)) {
        link_failed(link, failure.error, failure.stage, failure.what);
        close_listener(listener);
        return;
    }
    struct writer frame = frame_begin(buffer, sizeof buffer, LISTENING);
    write_u32(&frame, request->address.kind == ADDRESS_TCP ? port_of(listener->fds[0]) : 0);
    link_queue(link, &frame);
    accept_until_closed(porter, listener, link, signals);
    close_listener(listener);
    close(link->fd);
    link->ended = true;
    // The connections of the peers continue. Their processes are children of this one, which stays to reap them.
    while (listener->peers > 0) {
        struct pollfd children = {.fd = signals, .events = POLLIN};
        poll(&children, 1, -1);
        reap_peers(listener, signals);
    }
}
