// Used by all parts: log, clock, signals, descriptors. Nothing here depends on the gateway.
#ifndef PORTER_BASE_H
#define PORTER_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PORTER_VERSION "1.0"

/// Writes one line to stderr, or nothing if stderr cannot be written: the log must not stop a task.
__attribute__((format(printf, 1, 2))) void log_line(const char *format, ...);

/// Writes this process's number into a pipe, if anybody reads that: a worker tells the supervisor that it is not idle.
void write_pid(int fd);

uint64_t now_ms(void);

/// Milliseconds until a deadline, for poll: -1 if there is none (0), otherwise never negative.
int time_left(uint64_t deadline);

/// Blocks these signals and returns a descriptor for them; 0 ends the list.
int signals_open(int first, ...);
/// The next pending signal; 0 if there is none.
int signals_next(int descriptor);
void signals_discard(int descriptor);
void signals_unblock(void);

void set_nonblocking(int fd);
/// Closes a descriptor unless it is -1, and keeps errno.
void close_keeping_errno(int fd);
bool open_pipe(int *reading, int *writing);
/// Makes these the process's stdin, stdout and stderr.
bool set_standard_streams(int input, int output, int error);

/// Whether the path is a directory of this user that no other user can enter.
bool is_private_directory(const char *path, uid_t uid);
/// The path of the shell that tmux runs: it sets SHELL to that (option default-shell).
const char *shell_of_sessions(void);
bool begins_with(const char *text, const char *beginning);

#endif
