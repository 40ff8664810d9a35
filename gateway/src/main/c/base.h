// What every part uses: a log, a clock, signals, descriptors. Nothing here knows of the gateway.
#ifndef PORTER_BASE_H
#define PORTER_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PORTER_VERSION "1.0"

/// One line on stderr, or nothing when nobody reads there: a log must not stop a task.
__attribute__((format(printf, 1, 2))) void log_line(const char *format, ...);

uint64_t now_ms(void);

/// How long poll may wait for a deadline (0 = none), never forever when there is one.
int time_left(uint64_t deadline);

/// A descriptor for these signals, the last of which is followed by 0. They are blocked from then on, and no others.
int signals_open(int first, ...);
/// The next signal that has come; 0 when there is none.
int signals_next(int descriptor);
void signals_discard(int descriptor);
void signals_unblock(void);

void set_nonblocking(int fd);
/// Closes what is open (-1: nothing), and leaves errno as it was.
void close_keeping_errno(int fd);
bool open_pipe(int *reading, int *writing);
/// Makes these the process's stdin, stdout and stderr.
bool set_standard_streams(int input, int output, int error);

/// Whether there is a directory of this user's that nobody else can open.
bool is_private_directory(const char *path, uid_t uid);
bool begins_with(const char *text, const char *beginning);

#endif
