#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void log_line(const char *format, ...) {
    char line[512] = "porter: ";
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line + 8, sizeof line - 9, format, arguments);
    va_end(arguments);
    size_t size = length < 0 ? 8 : 8 + ((size_t)length < sizeof line - 9 ? (size_t)length : sizeof line - 10);
    line[size++] = '\n';
    struct pollfd err = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&err, 1, 0) == 1 && (err.revents & POLLOUT)) {
        (void)!write(STDERR_FILENO, line, size); // nowhere else to report it
    }
}

void write_pid(int fd) {
    pid_t self = getpid();
    (void)!write(fd, &self, sizeof self);
}

uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int time_left(uint64_t deadline) {
    if (deadline == 0) {
        return -1;
    }
    uint64_t now = now_ms();
    return now >= deadline ? 0 : (int)(deadline - now);
}

int signals_open(int first, ...) {
    sigset_t set;
    va_list rest;
    sigemptyset(&set);
    va_start(rest, first);
    for (int number = first; number != 0; number = va_arg(rest, int)) {
        sigaddset(&set, number);
    }
    va_end(rest);
    sigprocmask(SIG_SETMASK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int signals_next(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

void signals_discard(int descriptor) {
    while (signals_next(descriptor) != 0) {
    }
}

void signals_unblock(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0) {
        fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    }
}

void close_keeping_errno(int fd) {
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    errno = error;
}

bool open_pipe(int *reading, int *writing) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) {
        return false;
    }
    *reading = fds[0];
    *writing = fds[1];
    return true;
}

bool set_standard_streams(int input, int output, int error) {
    return dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 && dup2(error, STDERR_FILENO) >= 0;
}

bool is_private_directory(const char *path, uid_t uid) {
    struct stat info;
    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == uid && (info.st_mode & 077) == 0;
}

const char *shell_of_sessions(void) {
    const char *value = getenv("SHELL");
    return value == NULL || value[0] != '/' ? "/bin/sh" : value;
}

bool begins_with(const char *text, const char *beginning) {
    return strncmp(text, beginning, strlen(beginning)) == 0;
}
