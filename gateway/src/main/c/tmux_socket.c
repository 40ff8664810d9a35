#include "tmux_socket.h"

#include "base.h"
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

// tmux's default directory for sockets, where sessions of earlier gateways also look for the ssh agent.
#define USUAL_DIRECTORY "/tmp"
#define OLD_AGENT_DIRECTORY "/tmp/.shed-agent"
#define AGENT_DIRECTORY "agent"
#define SERVER_NAME "tmux: server"

enum {
    SOCKET_PATH = sizeof ((struct sockaddr_un *)0)->sun_path,
    WAKE_WITHIN = 2000, // for a busy server on a busy machine; an idle one takes a millisecond
    LOOK_AGAIN = 5,
};

struct server {
    pid_t pid;
    const char *path; // the path of its socket, which may be missing
};

static void parent_of(const char *path, char parent[PATH_MAX]) {
    const char *slash = strrchr(path, '/');
    snprintf(parent, PATH_MAX, "%.*s", slash == NULL ? 0 : (int)(slash - path), path);
}

void sockets_make_directory(const char *directory) {
    char parent[PATH_MAX];
    struct stat info;
    if (directory == NULL || lstat(directory, &info) == 0) {
        return;
    }
    parent_of(directory, parent);
    mkdir(parent, 0755);
    // Created with its final mode, since another user's process may look at the same time whether it can use
    // it.
    mode_t before = umask(0);
    mkdir(directory, 01777);
    umask(before);
}

/// Whether entries of this directory, which belongs to root, can be replaced by their owners only, as in
/// /tmp.
static bool only_owners_replace(const char *directory) {
    struct stat info;
    return lstat(directory, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == 0 &&
           ((info.st_mode & 022) == 0 || (info.st_mode & S_ISVTX) != 0);
}

/// Removes a path. A directory that is not empty is moved to where its owner cannot reach it.
static void remove_or_set_aside(const char *path) {
    char aside[PATH_MAX], into[PATH_MAX];
    if (unlink(path) == 0 || rmdir(path) == 0 || errno == ENOENT) {
        return;
    }
    int length = snprintf(aside, sizeof aside, "%.3000s.XXXXXX", path);
    if (length > 0 && mkdtemp(aside) != NULL) {
        snprintf(into, sizeof into, "%.3100s/" AGENT_DIRECTORY, aside);
        (void)!rename(path, into);
    }
}

void sockets_take_agent_directory(const char *directory, const struct account *account) {
    char path[PATH_MAX];
    if (directory == NULL || geteuid() != 0 || !only_owners_replace(directory)) {
        return;
    }
    snprintf(path, sizeof path, "%.3000s/" AGENT_DIRECTORY, directory);
    if (is_private_directory(path, account->uid)) {
        return;
    }
    remove_or_set_aside(path);
    // Until the owner is changed it belongs to root, and nobody else can replace it.
    if (mkdir(path, 0700) == 0 && lchown(path, account->uid, account->gid) != 0) {
        rmdir(path);
    }
}

bool sockets_usable(const char *directory) {
    return directory != NULL && access(directory, W_OK | X_OK) == 0;
}

/// The path of tmux's default socket, built as by tmux; false if it is too long.
static bool socket_path(const char *directory, char path[SOCKET_PATH]) {
    char real[PATH_MAX];
    if (realpath(directory, real) == NULL) {
        return false;
    }
    int length = snprintf(path, SOCKET_PATH, "%s/tmux-%ld/default", real, (long)geteuid());
    return length > 0 && length < SOCKET_PATH;
}

/// Whether a server listens at the path. A stopped one counts, even if its backlog is full.
static bool answers(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return false;
    }
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    bool connected = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EAGAIN;
    close(fd);
    return connected;
}

/// Whether the process belongs to this container, in case containers share a PID namespace.
static bool is_in_this_container(pid_t pid) {
    char path[64];
    struct stat own, other;
    snprintf(path, sizeof path, "/proc/%d/root", (int)pid);
    return stat("/", &own) == 0 && stat(path, &other) == 0 && own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

/// Whether the process is a tmux server of this user. SIGUSR1 would end most other programs.
static bool is_own_server(pid_t pid) {
    struct process process;
    return proc_find(pid, &process) && begins_with(process.name, SERVER_NAME) && process.user == geteuid() &&
           is_in_this_container(pid);
}

static bool holds_socket(pid_t pid, unsigned long inode) {
    char path[64], wanted[64], link[64];
    struct dirent *entry;
    bool found = false;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    int wanted_length = snprintf(wanted, sizeof wanted, "socket:[%lu]", inode);
    DIR *directory = opendir(path);
    while (directory != NULL && !found && (entry = readdir(directory)) != NULL) {
        ssize_t length = readlinkat(dirfd(directory), entry->d_name, link, sizeof link);
        found = length == wanted_length && memcmp(link, wanted, (size_t)length) == 0;
    }
    proc_close(directory);
    return found;
}

static pid_t server_with_socket(unsigned long inode) {
    DIR *proc = opendir("/proc");
    pid_t pid;
    while ((pid = proc_next(proc)) > 0 && !(is_own_server(pid) && holds_socket(pid, inode))) {
    }
    proc_close(proc);
    return pid;
}

/// Finds the server that listens at this path. The kernel keeps the path even if the file was removed.
static bool find_server(const char *path, struct server *server) {
    char line[512];
    FILE *sockets = fopen("/proc/net/unix", "re");
    server->pid = 0;
    server->path = path;
    while (sockets != NULL && server->pid == 0 && fgets(line, sizeof line, sockets) != NULL) {
        unsigned flags;
        unsigned long inode;
        int at = 0;
        line[strcspn(line, "\n")] = 0;
        if (sscanf(line, "%*s %*s %*s %x %*s %*s %lu %n", &flags, &inode, &at) == 2 && at > 0 &&
            (flags & 0x10000) != 0 /* it listens */ && strcmp(line + at, path) == 0) {
            server->pid = server_with_socket(inode);
        }
    }
    if (sockets != NULL) {
        fclose(sockets);
    }
    return server->pid != 0;
}

/// Creates tmux's directory for this user. False if it belongs to another user, who may have created it in a
/// writable directory.
static bool make_parent(const char *path) {
    char parent[PATH_MAX];
    struct stat info;
    parent_of(path, parent);
    mkdir(parent, 0700);
    return lstat(parent, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid();
}

/// Sends SIGUSR1, at which tmux creates its socket again if the directory exists.
static void wake(const struct server *server) {
    uint64_t deadline = now_ms() + WAKE_WITHIN;
    if (!make_parent(server->path) || kill(server->pid, SIGUSR1) != 0) {
        return;
    }
    while (!answers(server->path) && time_left(deadline) > 0) {
        poll(NULL, 0, LOOK_AGAIN);
    }
}

static void link_to(const char *path, const char *target) {
    if (!make_parent(path)) {
        return;
    }
    unlink(path); // of a server that has ended
    (void)!symlink(target, path); // fails if a server has created its socket meanwhile
}

/// Links the default socket to this one, so that a tmux without TMUX_TMPDIR, as after sudo or su or in cron,
/// finds the server.
static void link_usual(const char *usual, const char *own) {
    struct stat info;
    bool linked = lstat(usual, &info) == 0 && S_ISLNK(info.st_mode);
    if (!linked && strcmp(usual, own) != 0 && !answers(usual)) {
        link_to(usual, own);
    }
}

static void link_old_agent(const char *directory) {
    char agent[PATH_MAX];
    snprintf(agent, sizeof agent, "%s/" AGENT_DIRECTORY, directory);
    (void)!symlink(agent, OLD_AGENT_DIRECTORY); // it may exist
}

/// Takes the lock that lets one process at a time look for a server and signal it.
static int lock_parent(const char *path) {
    char parent[PATH_MAX];
    uint64_t deadline = now_ms() + WAKE_WITHIN;
    parent_of(path, parent);
    int fd = !make_parent(path) ? -1 : open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK && time_left(deadline) > 0) {
        poll(NULL, 0, LOOK_AGAIN);
    }
    return fd;
}

static void reach(const struct server *server, const char *own, const char *directory) {
    int lock = lock_parent(own);
    if (!answers(own)) {
        if (!answers(server->path)) {
            wake(server);
        }
        if (strcmp(server->path, own) != 0) {
            link_to(own, server->path);
            link_old_agent(directory);
        }
    }
    close(lock);
}

void tmux_socket_prepare(const char *directory) {
    char own[SOCKET_PATH], usual[SOCKET_PATH];
    struct server server;
    bool has_usual = socket_path(USUAL_DIRECTORY, usual);
    if (directory == NULL || !socket_path(directory, own)) {
        if (!has_usual) {
            return;
        }
        directory = USUAL_DIRECTORY;
        strcpy(own, usual);
    }
    if (answers(own)) {
        if (has_usual) {
            link_usual(usual, own);
        }
    } else if (find_server(own, &server) || (has_usual && find_server(usual, &server))) {
        reach(&server, own, directory);
    }
}
