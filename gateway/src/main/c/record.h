// The record of a pane's program, in the directory in which the hooks of agents write theirs (docs/spec.md, "Records of
// hooks").
#ifndef PORTER_RECORD_H
#define PORTER_RECORD_H

#include "report.h"

#include <limits.h>
#include <sys/types.h>

struct record {
    char directory[PATH_MAX / 2];
    char path[PATH_MAX];
    char pane[16];
};

/// Finds the place of the record, by the environment. A place that is too long is none, and nothing is written.
void record_open(struct record *record, pid_t pane);
/// Writes what a process tells. Nothing reports a failure: the program goes on as without a terminal that understands it.
///
/// @param teller the process that it is about
/// @param since milliseconds since the epoch
void record_write(const struct record *record, const struct report *report, pid_t teller, uint64_t since);
void record_remove(const struct record *record);

#endif
